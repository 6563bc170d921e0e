"""The data that flows through the pipeline. All frozen; functions take it and return it.

Text lengths and offsets are code points, token counts are tokens of the prompt's own tokenizer, lines and columns are
1-based, JSON pointers are RFC 6901 and relative to the request's body.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

JsonObject = dict[str, Any]
Region = Literal["system", "tools", "messages", "params", "generation-prompt"]
Status = Literal["extension", "identical", "broken", "unrelated"]
Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a capture file. `exact` is false where only the start of the enclosing value is known."""

    path: str
    pointer: str
    line: int | None
    column: int | None
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Source:
    """Where a body's text lies in its file; `positions` turns it into lines and columns, only when asked.

    `steps` are JSON pointers: the first leads from the document at `start` to the body or to a string that holds JSON
    text, each further one goes on inside that text. `fallback` is the (line, column) of a value whose inside cannot be
    addressed (folded YAML, compressed bodies): then every place in it is that one, and inexact.
    """

    text: str
    start: int = 0
    steps: tuple[str, ...] = ("",)
    fallback: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """One captured request: the body as the client sent it, key order and argument text untouched."""

    path: str  # as the user named it; "-" is standard input
    container: str | None  # JSON pointer of the body in the file, or the record number of a JSONL; None: the whole file
    format: str  # container format, a key of capture.FORMATS
    dialect: str  # API of the body, a key of dialect.DIALECTS
    model: str | None
    body: JsonObject
    source: Source | None = field(default=None, compare=False, repr=False)  # None for a dict handed in by Python
    recorded_at: datetime | None = None
    observed_cached_tokens: int | None = None
    key_order_kept: bool = True  # some recorders sort the keys before we see them


@dataclass(frozen=True, slots=True)
class Skipped:
    """A record of a capture that is no request, and why."""

    pointer: str
    reason: str


@dataclass(frozen=True, slots=True)
class Capture:
    """What one file holds."""

    path: str
    format: str
    requests: tuple[Request, ...]
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True)
class Chat:
    """A request in the one shape that profiles and templates work on: OpenAI chat messages and tools.

    `origins` maps a pointer of this shape to the pointer of the body where it came from, for whole subtrees; the
    longest matching prefix counts, and no entry means that the two pointers are the same.
    """

    messages: Sequence[JsonObject]
    tools: Sequence[JsonObject] | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)  # everything else of the body, by its chat name
    origins: Mapping[str, str] = field(default_factory=dict)
    tools_first: bool = False  # the provider documents tools → system → messages (Anthropic, Bedrock, Gemini)
    limits: tuple[str, ...] = ()  # what of the body this shape cannot hold
