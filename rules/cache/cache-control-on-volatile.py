"""KV606: a cache marker on a block whose text does not stay the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from promptlint.lint.cache_markers import cache_markers
from promptlint.lint.context import PairContext, RequestContext
from promptlint.lint.detect import clock, counter, live_state, nonce, recall
from promptlint.lint.detect.match import Match
from promptlint.lint.hunks import hunks
from promptlint.lint.message import Words
from promptlint.lint.rule import Hit, Options, Span
from promptlint.lint.system_change import excerpt
from promptlint.lint.texts import Text, strings
from promptlint.model import Request, Severity


def check(context: RequestContext | PairContext, _options: Options) -> Iterator[Hit]:
    """From a pair what really changed; from a request alone what its words tell.

    Blocks of messages are not looked at: what was true when they were sent stays there, and is the same next time.
    """
    if isinstance(context, PairContext):
        yield from _changed(context.before.request, context.after.request)
    elif not context.paired:
        yield from _volatile(context)


def _volatile(context: RequestContext) -> Iterator[Hit]:
    """The first volatile value of each marked block."""
    for texts, part in _marked(context.request):
        found = (_hit(text, part, context) for text in texts)
        yield from [hit for hit in found if hit is not None][:1]


def _hit(text: Text, part: str, context: RequestContext) -> Hit | None:
    matches = _matches(text.text, part, context)
    if not matches:
        return None
    match, severity = min(matches, key=lambda one: (one[1] == "info", one[0].start))
    value = text.text[match.start : match.end]
    return Hit(
        Span(text.pointer, match.start, match.end - match.start),
        value,
        in_body=True,
        fields={"kind": Words(match.kind), "part": Words(part)},
        severity=severity,
        identity=f"{part}: {match.kind}",
    )


def _matches(text: str, part: str, context: RequestContext) -> list[tuple[Match, Severity]]:
    """With the severity of each: state may as well have been frozen when the session began."""
    sure = [one for one in clock.find(text, context.capture_time) if one.granularity != "day"]
    sure += nonce.find(text)
    if part == "tool":
        return [(one, "warning") for one in sure]
    sure += [*counter.find(text), *recall.find(text)]
    frozen: list[tuple[Match, Severity]] = [(one, "info") for one in live_state.find(text)]
    return [*((one, "warning") for one in sure), *frozen]


def _marked(request: Request) -> Iterator[tuple[list[Text], str]]:
    """The texts of each marked tool and system block."""
    for marker in cache_markers(request):
        head, _, number = marker.block.rpartition("/")
        if head in ("/tools", "/system"):
            block = request.body[head[1:]][int(number)]
            part = "tool" if head == "/tools" else "system block"
            yield list(strings(_without_marker(block), marker.block)), part


def _without_marker(block: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in block.items() if name != "cache_control"}


def _changed(before: Request, after: Request) -> Iterator[Hit]:
    """Marked system blocks of `after` that `before` has with another text."""
    old = _system_texts(before)
    known = {_words(text) for text in old}
    marked = {marker.block for marker in cache_markers(after)}
    for number, text in enumerate(_system_texts(after)):
        if text.pointer.removesuffix("/text") not in marked or _words(text) in known or number >= len(old):
            continue
        first = hunks(old[number].text, text.text)[0]
        yield Hit(
            Span(text.pointer, first.after_start, first.after_end - first.after_start),
            excerpt(text.text, first.after_start, first.after_end),
            related=Span(old[number].pointer, first.before_start, first.before_end - first.before_start),
            in_body=True,
            fields={
                "before": excerpt(old[number].text, first.before_start, first.before_end),
                "part": Words("system block"),
            },
            message="a cache marker stands on a system block that changed: {before!r} became {text!r}",
            identity="system block: changed",
        )


def _words(text: Text) -> str:
    """The text for comparison: white space that changes has a rule of its own."""
    return " ".join(text.text.split())


def _system_texts(request: Request) -> list[Text]:
    """The text of each system block; a system prompt that is one text is one block."""
    if request.dialect != "anthropic":
        return []
    system = request.body.get("system")
    if isinstance(system, str):
        return [Text("/system", system)]
    blocks = enumerate(system if isinstance(system, list) else ())
    return [
        Text(f"/system/{number}/text", block["text"])
        for number, block in blocks
        if isinstance(block, dict) and isinstance(block.get("text"), str)
    ]
