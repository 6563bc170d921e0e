"""What a run was asked to do, after the command line, the config and the defaults are merged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any

from promptlint.records import dataclass
from promptlint.usual import DEFAULT_SELECT, usual_jobs

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path

    from promptlint.engine.price import Speed
    from promptlint.model import Severity


@dataclass(frozen=True, slots=True)
class Ignore:
    """An entry of `ignores:`: findings that are known, and why."""

    rules: tuple[str, ...]  # names, codes or prefixes of codes
    files: tuple[str, ...]  # globs, relative to the config's folder; none: every file
    path: str | None  # a JSON path; None: every place
    reason: str
    until: date | None  # the last day on which it applies
    origin: str  # promptlint.yaml:12


@dataclass(frozen=True, slots=True)
class Break:
    """An entry of `breaks:`: a boundary that is meant, so what stands before `after` is not compared with it."""

    after: str  # a path, a glob, or FILE#N, relative to the working folder
    reason: str
    origin: str


@dataclass(frozen=True, slots=True)
class RuleOptions:
    """What the config sets of one rule, unchecked, and where each option stands."""

    values: Mapping[str, Any]
    origins: Mapping[str, str]
    origin: str = ""  # of the rule's name


@dataclass(frozen=True, slots=True)
class LintOptions:
    """Which rules run, how severe they are, and what is excepted. Selectors are names, codes or prefixes of codes."""

    select: tuple[str, ...] = DEFAULT_SELECT
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict)  # by selector
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # glob → selectors
    selector_origins: Mapping[tuple[str, str], str] = field(default_factory=dict)  # (key of the config, selector) →
    rule_folders: tuple[str, ...] = ()  # relative to the working folder
    allow_code: bool = False
    rule_options: Mapping[str, RuleOptions] = field(default_factory=dict)  # by the rule's name or code
    ignores: tuple[Ignore, ...] = ()
    breaks: tuple[Break, ...] = ()
    baseline: str | None = None  # relative to the working folder
    captures: tuple[str, ...] = ()  # globs, as written: relative to `folder`
    sessions: tuple[tuple[str, ...], ...] = ()  # paths or FILE#N in order, relative to the working folder
    folder: str = "."  # of the config, relative to the working folder
    today: date | None = None  # None: the caller asks the clock
    min_severity: Severity = "info"


@dataclass(frozen=True, slots=True)
class Options:
    """Everything the pipeline needs to know beside the captures themselves."""

    model: str | None = None  # a reference, as for --model; None: looked up by the request's own model
    models: Mapping[str, str] = field(
        default_factory=dict
    )  # pattern of the request's model → reference; first match wins
    engine: str | None = None  # None: vllm, or the provider's layout where the builtin model stands in for a hosted API
    engines: tuple[str, ...] = ()  # of which the reuse of a pair is wanted; the first one is `engine`
    references: tuple[str, ...] = ()  # the models that a pair is held against, where there are several
    engine_options: Mapping[str, int] = field(default_factory=dict)  # by name, see engine.OPTIONS
    providers: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)  # over the data file's
    prefill_rate: Speed | None = None  # None: nobody asked for seconds
    template: str | None = None  # path of a Jinja file that replaces the model's own
    template_arguments: Mapping[str, Any] = field(default_factory=dict)
    online: bool = False
    require_exact: bool = False
    now: datetime | None = None  # None: the capture time of `before`, else DEFAULT_NOW
    cache: Path | None = None  # the folder of the disk cache; None: nothing is read from there or kept
    jobs: int = field(default_factory=usual_jobs)  # pairs that are compared at once
    lint: LintOptions = field(default_factory=LintOptions)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How findings become an exit code."""

    fail_on: Severity | None = "error"  # None: never
