"""The rule API: what a rule is, what it is given, and what it says.

A rule is one YAML file, with a Python file of the same stem where data is not enough. Declarative rules name a function
of `lint.functions`; Python rules have a `check`:

    def check(context: RequestContext, options: Options) -> Iterator[Hit]: ...      # scope: request
    def check(context: PairContext, options: Options) -> Iterator[Hit]: ...         # scope: pair
    def check(context: SessionContext, options: Options) -> Iterator[SessionHit]: ...  # scope: session
    def check(context: TemplateContext, options: Options) -> Iterator[Hit]: ...     # scope: template, once for each

A rule of several scopes gets each context in turn and tells them apart by their type. Pointers in a `Hit` lead into the
chat form (`context.chat`), which is the same for all APIs; the runner translates them into places of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, replace
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from promptlint.lint.functions import function
from promptlint.records import dataclass

if TYPE_CHECKING:
    from promptlint.lint.message import Phrase
    from promptlint.model import Chat, Place, Severity

Scope = Literal["file", "request", "pair", "session", "template", "config"]
Status = Literal["preview", "stable", "deprecated"]
Source = Literal["bundled", "folder", "package"]
Options = Mapping[str, Any]  # name → value, every option of the rule being there

SCOPES: tuple[Scope, ...] = ("file", "request", "pair", "session", "template", "config")
STATUSES: tuple[Status, ...] = ("preview", "stable", "deprecated")


class Span(NamedTuple):
    """A value of the chat form, or `length` code points of a string in it from `offset` on."""

    pointer: str
    offset: int | None = None
    length: int = 0

    def covers(self, pointer: str, offset: int | None) -> bool:
        """Does the value, or the character, at a place lie in this span, or right at its edges.

        The request as a whole covers nothing but itself: what is said of it explains no difference in it.
        """
        if pointer != self.pointer and not (self.pointer and pointer.startswith(self.pointer + "/")):
            return False
        if self.offset is None or pointer != self.pointer or offset is None:
            return True
        return self.offset - 1 <= offset <= self.offset + self.length + 1

    def touches(self, other: Span) -> bool:
        """Have the two something in common."""
        if self.pointer != other.pointer:
            return self.covers(other.pointer, None) or other.covers(self.pointer, None)
        if self.offset is None or other.offset is None:
            return True
        return self.offset <= other.offset + other.length and other.offset <= self.offset + self.length


@dataclass(frozen=True, slots=True)
class Hit:
    """What a check has found, before it is a finding: where, and the fields of the message."""

    span: Span  # of the request, or of `after`
    text: str = ""  # the offending text; `{text}` in the message
    related: Span | None = None  # the same thing in `before`
    key: bool = False  # the place is the key, not the value
    in_before: bool = False  # of a pair: it stands in `before` alone, and so does its span
    in_body: bool = False  # pointers lead into the body as it was sent, not into the chat form
    fields: Mapping[str, Any] = field(default_factory=dict)
    message: str | None = None  # instead of the rule's
    note: str | Phrase | None = None  # a sentence added to the message
    hint: str | Phrase | None = None  # instead of the first sentence of `instead`
    severity: Severity | None = None  # instead of the rule's
    claims: tuple[Span, ...] = ()  # what else of `after` this explains, beside its own span
    related_claims: tuple[Span, ...] = ()  # the same of `before`
    explains: bool = True  # false: it says where something stands, and not what changed; that is left to others
    once: str | None = None  # hits of one rule with the same text here are one finding for the whole run
    repair: Callable[[Chat], Chat] | None = None  # undoes the fault in a copy of `after`
    place: Place | None = None  # where it stands in another file than the capture (a template)
    remedy: str | None = None  # what would keep the prefix, as "with …"; None: that it is what it was in `before`
    identity: str | None = None  # what tells it from others of its rule; None: `text`
    lost_tokens: int | None = None  # what it costs, where the check itself has counted it
    related_place: Place | None = None  # instead of `related`: in a third request

    def spans(self) -> Iterator[Span]:
        """All that it explains in `after`."""
        yield self.span
        yield from self.claims

    def related_spans(self) -> Iterator[Span]:
        """All that it explains in `before`."""
        yield from () if self.related is None else (self.related,)
        yield from self.related_claims


Check = Callable[[Any, Options], Iterator[Hit]]


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a rule or of a function, as it is checked when the rule or the config is loaded."""

    kind: Literal["integer", "number", "boolean", "text", "texts", "mapping", "any"]
    default: Any = None
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    required: bool = False
    about: str = ""


@dataclass(frozen=True, slots=True)
class Then:
    """A function with its options, applied to what `given` finds, or to the member `field` of each."""

    function: str
    written: Options  # what the rule file says
    field: str | None = None

    @property
    def options(self) -> Options:
        """Every option of the function: as the rule file has it, else its default."""
        known: Mapping[str, Option] = function(self.function).OPTIONS
        return {name: self.written.get(name, option.default) for name, option in known.items()}


@dataclass(frozen=True, slots=True)
class Case:
    """An example in a rule file: `found` says what the rule must report; a valid one reports nothing."""

    name: str
    valid: bool
    given: Mapping[str, Any]
    found: tuple[Mapping[str, Any], ...]
    where: str  # path:line


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as its files say it."""

    code: str
    name: str
    summary: str
    severity: Severity
    scopes: tuple[Scope, ...]
    message: str
    why: str
    instead: str
    status: Status = "stable"
    since: str = ""
    references: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    then: tuple[Then, ...] = ()
    own_options: Mapping[str, Option] = field(default_factory=dict)  # that its file declares
    evidence: bool = False  # a value that can move: what a pair shows of it changes the severity
    general: bool = False  # runs after the others, and leaves to them what they explain
    always: bool = False  # keeps its severity where the template does not print the fault: strict servers refuse it
    check: Check | None = field(default=None, compare=False, repr=False)
    cases: tuple[Case, ...] = ()
    path: str = ""
    source: Source = "bundled"

    @property
    def options(self) -> Mapping[str, Option]:
        """What the config may set: its own, and those of its functions, unset until it does."""
        found: dict[str, Option] = {}
        for one in self.then:  # only here are the functions imported: a list of all rules needs none
            known: Mapping[str, Option] = function(one.function).OPTIONS
            found |= {name: replace(option, default=None, required=False) for name, option in known.items()}
        return {**found, **self.own_options}

    @property
    def hint(self) -> str:
        """What to do, in one sentence: the first of `instead`."""
        text = " ".join(self.instead.split())
        end = text.find(". ")
        return text if end < 0 else text[: end + 1]

    @property
    def url(self) -> str | None:
        """The first public report that the rule comes from."""
        for reference in self.references:
            if reference.startswith("https://"):
                return reference
            repository, sharp, number = reference.partition("#")
            if sharp and repository.count("/") == 1 and number.isdigit():
                return f"https://github.com/{repository}/issues/{number}"
        return None
