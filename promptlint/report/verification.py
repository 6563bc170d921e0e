"""What `promptlint verify` prints: does the server's cache do what was predicted, and if not, where it begins."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, TextIO

from promptlint import __version__
from promptlint.model import JsonObject, TokenizerUse
from promptlint.report import PLAIN, View
from promptlint.report.certainty import tokenizer_lines
from promptlint.report.json_report import json_text
from promptlint.report.text_block import folded, wrapped
from promptlint.terminal import Terminal, harmless

if TYPE_CHECKING:
    from promptlint.engine.serving import Prediction
    from promptlint.verification import Parting, Verification, Verified

SCHEMA = "promptlint-verification/1"
HELD = (
    "More than the two requests explain: the server still held one like it from before. "
    "Restart it, or verify again when other requests have come."
)
ELSEWHERE = (
    "Does it serve others meanwhile? Is the engine as --engine-option says (block size, page size, slots, "
    "kind of memory)?"
)


def write_text(found: Verification, stream: TextIO, view: View = PLAIN) -> None:
    """Write the verdict, and what it rests on."""
    stream.write(harmless("\n".join(_lines(found, view)) + "\n"))


def _lines(found: Verification, view: View) -> Iterator[str]:
    terminal = view.terminal
    verdict = terminal.style("AGREES", "bold", "green") if found.agrees else terminal.style("DIFFERS", "bold", "red")
    yield from folded(f"{verdict}  {_outcome(found)}", terminal, first="")
    if view.detail != "quiet":
        yield from _numbers(found, terminal)
    yield from (line for text in _advice(found) for line in wrapped(text, terminal))
    for name, side in (("before", found.before), ("after", found.after)):
        yield from _side(name, side, found.local, terminal)
    yield ""
    for use in (found.server, found.local):
        yield from () if use is None else tokenizer_lines(use, view)


def _outcome(found: Verification) -> str:
    cached = found.after.counted.cached
    if found.as_predicted and not found.agrees:
        return f"{cached:,} cached tokens, as predicted, but the prompts are not the same"
    return f"{_predicted(found.prediction)} cached tokens predicted, {cached:,} reported"


def _predicted(prediction: Prediction) -> str:
    """The number, or the range."""
    low, high = prediction.low, prediction.high
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def _numbers(found: Verification, terminal: Terminal) -> Iterator[str]:
    below = " " * len("  before  ")
    note = f" ({found.prediction.note})" if found.prediction.note else ""
    before, after = found.before, found.after
    yield from wrapped(f"{before.tokens:,} tokens ({before.request.path})", terminal, below, "  before  ")
    same = f"the first {found.common:,} the same"
    yield from wrapped(f"{after.tokens:,} tokens ({after.request.path}), {same}", terminal, below, "  after   ")
    if found.options or note:
        options = ", ".join(f"{name}={value}" for name, value in sorted(found.options.items()))
        rule = f"{found.server.profile}{' with ' if options else ''}{options}{note}"
        yield from wrapped(rule, terminal, below, "  rule    ")


def _advice(found: Verification) -> Iterator[str]:
    if found.as_predicted:
        return
    yield HELD if found.after.counted.cached > found.prediction.high else ELSEWHERE


def _side(name: str, side: Verified, local: TokenizerUse | None, terminal: Terminal) -> Iterator[str]:
    counted = side.counted.prompt
    if counted not in (None, side.tokens):
        served = f"{name}: the server rendered {side.tokens:,} tokens when asked, and served {counted:,}"
        yield from wrapped(served, terminal, first="")
    if local is None:
        return
    if side.refused is not None:
        yield from wrapped(f"{name}: the template of {local.reference} refuses it: {side.refused}", terminal)
    elif side.parting is None:
        yield from wrapped(f"{name}: {local.reference} gives the server's {side.tokens:,} ids", terminal, first="")
    else:
        yield from _parting(name, side.parting, local, terminal)


def _parting(name: str, parting: Parting, local: TokenizerUse, terminal: Terminal) -> Iterator[str]:
    ids = f"{_id(parting.server_id)} on the server, {_id(parting.local_id)} here"
    parts = f"{name}: {local.reference} parts from the server at token {parting.token:,} ({ids})"
    yield from wrapped(parts, terminal, first="")
    if parting.character is None:
        yield from wrapped("the text is the same: the tokenizers differ", terminal)
        return
    width = terminal.width - len("  server  ")
    before = parting.same[-20:]
    yield f"  server  {terminal.cut(before + parting.server, width)}"
    yield f"  local   {terminal.cut(before + parting.local, width)}"


def _id(number: int | None) -> str:
    return "the end" if number is None else f"id {number}"


def write_json(found: Verification, stream: TextIO, _view: View = PLAIN) -> None:
    """Write all of it."""
    stream.write(json_text(_document(found)))


def _document(found: Verification) -> JsonObject:
    prediction = found.prediction
    return {
        "schema": SCHEMA,
        "version": __version__,
        "agrees": found.agrees,
        "server": _use(found.server),
        "local": None if found.local is None else _use(found.local),
        "engine_options": dict(found.options),
        "common_prefix_tokens": found.common,
        "predicted": {"range": [prediction.low, prediction.high], "note": prediction.note or None},
        "reported": found.after.counted.cached,
        "before": _verified(found.before),
        "after": _verified(found.after),
    }


def _use(use: TokenizerUse) -> JsonObject:
    return {"reference": use.reference, "exact": use.exact, "profile": use.profile, "notes": list(use.notes)}


def _verified(side: Verified) -> JsonObject:
    return {
        "path": side.request.path,
        "container": side.request.container,
        "tokens": side.tokens,
        "served_tokens": side.counted.prompt,
        "cached_tokens": side.counted.cached,
        "local_difference": None if side.parting is None else asdict(side.parting),
        "local_error": side.refused,
    }


FORMATS: dict[str, Callable[[Verification, TextIO, View], None]] = {"text": write_text, "json": write_json}
