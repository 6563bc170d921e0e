"""The data that flows through the pipeline. All frozen; functions take it and return it.

Text lengths and offsets are code points, token counts are tokens of the prompt's own tokenizer, lines and columns are
1-based, JSON pointers are RFC 6901 and relative to the request's body.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import Any, Literal

from promptlint.about_rule import AboutRule
from promptlint.cost import NO_COST, Cause, Cost, Reuse, Step
from promptlint.records import dataclass
from promptlint.redaction import Redacted
from promptlint.stretch import Stretch

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
    offset: int | None = None  # of the character in the string at `pointer`, where it is one of them


@dataclass(frozen=True, slots=True)
class Source:
    """Where a body's text lies in its file; `positions` turns it into lines and columns, only when asked.

    `steps` are JSON pointers: the first leads from the document at `start` to the body or to a string that holds JSON
    text, each further one goes on inside that text. `fallback` is the (line, column) of a value whose inside cannot be
    addressed (folded YAML, compressed bodies): then every place in it is that one, and inexact. `moved` maps a pointer
    of the body to where its value stands in the file's body, for whole subtrees, as `Chat.origins` does; `texts` are
    the pointers there of strings that hold JSON text, inside which such a pointer goes on. `stretch` is
    the line that `text` would be, of a file that is too large to hold: `text` is empty then.
    """

    text: str
    start: int = 0
    steps: tuple[str, ...] = ("",)
    fallback: tuple[int, int] | None = None
    moved: Mapping[str, str] = field(default_factory=dict)
    texts: tuple[str, ...] = ()
    stretch: Stretch | None = None


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
    session: str | None = None  # the conversation's id, where the container has one beside the body
    host: str | None = None  # whom it was sent to, where the capture says it
    answer: Any = field(default=None, compare=False, repr=False)  # the response's body: see promptlint.answer
    number: int = field(default=0, compare=False)  # in its file
    siblings: int = field(default=1, compare=False)  # how many requests the file holds, this one among them


@dataclass(frozen=True, slots=True)
class Skipped:
    """A record of a capture that is no request, and why; with a place where it should be one, and is broken."""

    pointer: str
    reason: str
    place: Place | None = None


UNREADABLE = "unreadable"  # the format of a file that is none


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
    as_sent: bool = True  # false: made of another API's body, so its form says nothing of what an engine would refuse
    limits: tuple[str, ...] = ()  # what of the body this shape cannot hold
    rendered: str | tuple[int | str, ...] | None = None  # a prompt that the client made, or its ids: no messages then


@dataclass(frozen=True, slots=True)
class Turn:
    """One request of a conversation, with its chat form."""

    request: Request
    chat: Chat


@dataclass(frozen=True, slots=True)
class TokenizerUse:
    """What turned a request into tokens, and whether that is the model's own."""

    reference: str  # as given to --model, or "builtin"
    exact: bool
    profile: str  # serving profile, a key of render.profile.PROFILES
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prompt:
    """A rendered and tokenized request."""

    text: str
    ids: Sequence[int]  # a list in what `Model.prompt` gives
    limits: tuple[str, ...] = ()  # what the profile cannot model of this request, one sentence each


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a divergence: the place in the file and the prompt text around it, cut at the divergence."""

    place: Place
    before_text: str  # prompt text up to the divergence, its last line or so
    text: str  # prompt text from the divergence on
    token_text: str  # the text of the first token that differs; empty at the end of the prompt


@dataclass(frozen=True, slots=True)
class Divergence:
    """Where two prompts part: `token` counts from 0 and is the same number on both sides."""

    token: int
    region: Region
    exact: bool  # false: the places are the nearest ones that could be found
    before: Side
    after: Side


@dataclass(frozen=True, slots=True)
class Difference:
    """One structural difference between two request bodies."""

    pointer: str  # in `after`, or in `before` for what is gone
    kind: Literal["added", "removed", "changed", "moved", "key-order"]
    before: Any = None
    after: Any = None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two requests of one conversation, compared. Token numbers are None where the template refused a side."""

    before: int
    after: int
    before_tokens: int | None
    after_tokens: int | None
    common_prefix_tokens: int | None
    lost_tokens: int | None  # of `before`, behind the common prefix, the generation-prompt tail forgiven
    status: Status | None
    json: Literal["identical", "extension", "changed"]
    divergence: Divergence | None = None
    differences: tuple[Difference, ...] = ()
    limits: tuple[str, ...] = ()
    conversation: int = 0
    causes: tuple[Cause, ...] = ()  # of a broken pair, in the order of the prompt
    reuse: tuple[Reuse, ...] = ()  # by engine and model, where engines or several models were asked for
    reusable_tokens: int | None = None  # common prefix with what a cache holds after `before`: its recorded answer too
    cost: Cost = NO_COST  # of the lost tokens

    @property
    def kept(self) -> float | None:
        """Common prefix as a share of `before` (llama.cpp: f_keep)."""
        return _share(self.common_prefix_tokens, self.before_tokens)

    @property
    def similarity(self) -> float | None:
        """Common prefix as a share of `after` (llama.cpp: sim)."""
        return _share(self.common_prefix_tokens, self.after_tokens)


def _share(part: int | None, whole: int | None) -> float | None:
    if part is None or whole is None:
        return None
    return part / whole if whole else 1.0


@dataclass(frozen=True, slots=True)
class Suppressed:
    """Why a finding is known and does not count."""

    by: Literal["config", "baseline", "break"]
    reason: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to act on. `code` and `rule` are permanent names."""

    code: str
    rule: str
    severity: Severity
    message: str
    place: Place
    hint: str | None = None
    container: str | None = None
    request: int | None = None
    pair: int | None = None
    conversation: int | None = None
    model: str | None = None
    related: Place | None = None
    lost_tokens: int | None = None
    end: Place | None = None  # behind the last character of the offending text
    url: str | None = None  # the public report that the rule comes from
    identity: str = ""  # what stays the same when the file is written again; hashed for the fingerprint, never shown
    fingerprint: str | None = None
    suppressed: Suppressed | None = None
    sums_up: tuple[int, ...] = ()  # pairs whose own findings of this rule it tells with
    redacted: Redacted | None = None  # None: nothing of it is known to be free of prompt text


@dataclass(frozen=True, slots=True)
class RequestSummary:
    """One request as the report shows it."""

    request: Request
    line: int | None
    tokens: int | None  # None where the template refused it
    tokenizer: TokenizerUse


@dataclass(frozen=True, slots=True)
class Conversation:
    """Requests that belong together, by their numbers in the report, in order."""

    requests: tuple[int, ...]
    source: Literal["explicit", "names", "id", "history"]
    steps: tuple[Step, ...] = ()  # filled by `check`


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a run found out; `report.json_report` writes it as promptlint-report/1."""

    inputs: tuple[Capture, ...]
    conversations: tuple[Conversation, ...]
    requests: tuple[RequestSummary, ...]
    pairs: tuple[Pair, ...]
    findings: tuple[Finding, ...]  # those that are suppressed too
    passed_over: int = 0  # files of a folder that are no captures
    command: Literal["diff", "check"] = "diff"
    cost: Cost = NO_COST  # of all lost tokens
    rules: tuple[AboutRule, ...] = ()  # those that the findings are of, in the order of their codes

    @property
    def active(self) -> tuple[Finding, ...]:
        """The findings that count."""
        return tuple(finding for finding in self.findings if finding.suppressed is None)

    @property
    def ok(self) -> bool:
        """No finding of severity error, but for suppressed ones."""
        return not any(finding.severity == "error" for finding in self.active)

    def to_dict(self) -> JsonObject:
        """The report as promptlint-report/1, ready for json.dumps."""
        from promptlint.report.json_report import document

        return document(self)
