"""What the engines know of a template before they shape a request for it; `template_scan` finds it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Literal

from promptlint.records import dataclass

ContentFormat = Literal["string", "openai"]
Family = Literal["gpt-oss", "deepseek-v3.2", "deepseek-v4", "kimi-k3", "mistral"]


@dataclass(frozen=True, slots=True)
class TemplateFacts:
    """Facts of one template, plain enough to cross a process boundary."""

    vllm_format: ContentFormat = "string"  # the shape of message content that vLLM detects
    sglang_format: ContentFormat = "string"
    knows_developer: bool = False  # the text names the role "developer"
    reads_tool_call_id: bool = False  # SGLang then puts tool results in the order of the calls
    variables: tuple[str, ...] = ()  # the names it looks up and does not set, sorted
    family: Family | None = None  # a family that some engine encodes without Jinja
    readable: bool = True  # false: no Jinja parser takes it, and all of the above are defaults

    def as_dict(self) -> dict[str, Any]:
        """The facts as JSON types."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> TemplateFacts:
        """The facts again from what `as_dict` gave, also after a journey through JSON."""
        return cls(**{**data, "variables": tuple(data["variables"])})
