"""What a run was asked to do, after the command line, the config and the defaults are merged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from promptlint.model import Severity

DEFAULT_MAX_LOST_TOKENS = 64  # KV601: below this a broken prefix is noise (a trimmed newline at the very end)


@dataclass(frozen=True, slots=True)
class Options:
    """Everything the pipeline needs to know beside the captures themselves."""

    model: str | None = None  # a reference, as for --model; None: looked up by the request's own model
    models: Mapping[str, str] = field(
        default_factory=dict
    )  # pattern of the request's model → reference; first match wins
    engine: str | None = None  # None: vllm, or the provider's layout where the builtin model stands in for a hosted API
    template: str | None = None  # path of a Jinja file that replaces the model's own
    template_arguments: Mapping[str, Any] = field(default_factory=dict)
    online: bool = False
    require_exact: bool = False
    max_lost_tokens: int = DEFAULT_MAX_LOST_TOKENS
    now: datetime | None = None  # None: the capture time of `before`, else DEFAULT_NOW


@dataclass(frozen=True, slots=True)
class Verdict:
    """How findings become an exit code."""

    fail_on: Severity | None = "error"  # None: never
