"""What `promptlint template` prints: the card of a chat template, as text or JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TextIO

from promptlint import __version__
from promptlint.report import PLAIN, View
from promptlint.report.json_report import json_text
from promptlint.report.place import file_of
from promptlint.report.text_block import INDENT, beside, wrapped
from promptlint.terminal import Terminal, cut, harmless

if TYPE_CHECKING:
    from promptlint.template_card.facts import Card, Fate, Step

SCHEMA = "promptlint-template/1"
HOMES = {
    "system": "in the system message",
    "first user": "in the first user message",
    "last user": "in the last user message: they move with every turn",
    "end": "behind the last message: they move with every turn",
    "nowhere": "not printed",
}
BLOCKS = {
    "system": "beside the system message",
    "first user": "in front of the first user message",
    "last user": "in front of the last user message: they move with every turn",
}
OUTCOMES = {
    "in place": "in place",
    "hoisted": "moved to the front",
    "postponed": "moved behind later messages",
    "dropped": "dropped",
    "replaces": "printed instead of the earlier one",
    "refused": "refused",
}
ARGUMENTS = {
    "parsed": "parsed and written again: their spacing has no effect",
    "text": "printed as the client wrote them",
    "object only": "an object is asked for, text refused",
    "not printed": "calls are not printed",
}
LEFT = 23  # columns of the names
NARROWEST = 20  # columns of what is said of them


def write_text(card: Card, stream: TextIO, view: View = PLAIN) -> None:
    """Write the card for a reader, as wide as the terminal."""
    stream.write(harmless("".join(f"{line}\n" for line in _lines(card, view.terminal))))


def write_json(card: Card, stream: TextIO, _view: View = PLAIN) -> None:
    """Write every fact of the card."""
    steps = [{**dataclasses.asdict(step), "stable": step.stable} for step in card.growth]
    facts = {**dataclasses.asdict(card), "growth": steps, "stable": card.stable}
    stream.write(json_text({"schema": SCHEMA, "version": __version__, **facts}))


FORMATS: dict[str, Callable[[Card, TextIO, View], None]] = {"text": write_text, "json": write_json}


def _lines(card: Card, terminal: Terminal) -> Iterator[str]:
    name = card.template or card.reference
    served = f"  as {card.profile} serves it"
    room = max(len(card.profile), terminal.width - len(served))
    yield from beside([terminal.style(file_of(name, room, terminal), "bold"), served.strip()], terminal)
    for heading, rows in (
        ("Order of the prompt", _layout(card)),
        ("Roles", [(situation, _fate(fate)) for situation, fate in card.roles.items()]),
        ("Tools and calls", [*_tools(card), *_calls(card)]),
        ("Texts", _texts(card)),
        ("Reasoning of the answers", _reasoning(card)),
        ("Beside the messages", _settings(card)),
        ("What growing costs", [_step(step) for step in card.growth]),
    ):
        yield ""
        yield terminal.style(heading, "bold")
        for left, right in rows:
            yield from _row(left, right, terminal)
    yield ""
    yield from _end(card, terminal)


def _row(left: str, right: str, terminal: Terminal) -> list[str]:
    """The name, and what is said of it behind or, where there is no room for both, below."""
    first, below = f"{INDENT}{left:<{LEFT}}  ", " " * (LEFT + 4)
    if terminal.width - len(first) < NARROWEST:
        return [*wrapped(left, terminal), *wrapped(right, terminal, 2 * INDENT)]
    return [line.rstrip() for line in wrapped(right, terminal, below, first)]


def _end(card: Card, terminal: Terminal) -> Iterator[str]:
    verdicts = {
        True: "Prefix-stable: each of these prompts begins with the one before it.",
        False: "Not prefix-stable: some of these prompts do not begin with the one before.",
        None: "The template refuses all of these conversations.",
    }
    yield from (terminal.style(line, "bold") for line in wrapped(verdicts[card.stable], terminal, indent=""))
    notes = list(card.limits)
    if not card.exact_tokens:
        notes.append("token counts are those of the builtin vocabulary")
    for note in notes:
        yield from wrapped(f"Note: {note}.", terminal, first="")
    yield f"{card.renderings} conversations rendered."


def _layout(card: Card) -> Iterator[tuple[str, str]]:
    yield "two turns with tools", " > ".join(card.layout)
    if card.needs_tools:
        yield "without tools", "refused: all that follows is with tools"
    if card.merges_system:
        yield "system text", "inside the first user message"


def _fate(fate: Fate) -> str:
    if fate.outcome == "refused":
        return f"refused: {cut(fate.error, 120)}"
    return OUTCOMES[fate.outcome] + (f", as {fate.taken_as}" if fate.taken_as else "")


def _tools(card: Card) -> Iterator[tuple[str, str]]:
    facts = card.tools
    if facts is None:
        yield "tool list", "refused"
        return
    yield "tool list", BLOCKS.get(facts.home, HOMES[facts.home]) if facts.own_block else HOMES[facts.home]
    if facts.sorts_properties:
        yield "schema keys", "sorted: their order has no effect"
    if facts.prints_extra_keys:
        yield "further keys of a tool", "printed"


def _calls(card: Card) -> Iterator[tuple[str, str]]:
    facts = card.calls
    if facts.printed is None:
        yield "calls", "refused"
        return
    yield "arguments", ARGUMENTS[facts.arguments or "not printed"]
    if not facts.printed:
        return
    yield "their key order", "kept" if facts.keeps_key_order else "sorted"
    yield from _said("60.0 in them", facts.keeps_number_spelling, "stays 60.0", "becomes 60")
    yield from _said("ids", facts.prints_ids, "printed: a new id is a new prompt", "not printed")
    yield from _said("ids of any form", facts.takes_long_ids, "taken", "refused: nine letters and digits")
    yield from _said("further keys of a call", facts.prints_extra_keys, "printed", "not printed")
    parallel = {"refused": "refused", "dropped": "only one of them printed"}
    yield "two calls in a message", parallel.get(facts.parallel or "", "printed")
    yield from _said("order of two results", facts.keeps_result_order, "as sent", "that of the calls")


def _texts(card: Card) -> Iterator[tuple[str, str]]:
    yield "outer blanks", f"cut off: {', '.join(card.text.trims)}" if card.text.trims else "kept"
    yield from _said("a tool's result", card.text.encodes_results, "written as a JSON string", "as it is")
    yield from _said("name of a message", card.text.prints_name, "printed", "not printed")
    yield from _said("further keys", card.text.prints_extra_keys, "printed", "not printed")


def _reasoning(card: Card) -> Iterator[tuple[str, str]]:
    facts = card.reasoning
    if not any((facts.in_loop, facts.older_in_loop, facts.loop_after_turn, facts.after_turn)):
        yield "reasoning_content", "not printed anywhere"
        yield from _said("<think> in the content", facts.inline_after_turn, "printed", "dropped")
        return
    kept, gone = "printed", "dropped"
    yield from _said("in a tool loop", facts.in_loop, kept, gone)
    yield from _said("older steps of it", facts.older_in_loop, kept, gone)
    yield from _said("loop, then a new turn", facts.loop_after_turn, kept, gone)
    yield from _said("answer, then a new turn", facts.after_turn, kept, gone)
    yield from _said("<think> in the content", facts.inline_after_turn, kept, gone)
    if facts.kept_by:
        yield "kept by", f"chat_template_kwargs {' or '.join(facts.kept_by)}"
    yield from _said("the key `reasoning`", facts.second_name, "read as reasoning_content", "not read")


def _settings(card: Card) -> Iterator[tuple[str, str]]:
    clock = {"none": "none", "day": "the day: a new prefix at midnight", "minute": "the minute"}[card.clock.step]
    stopped = f"; stopped by {' or '.join(card.clock.stopped_by)}" if card.clock.stopped_by else ""
    yield "clock", clock + stopped
    yield "parameters", ", ".join(card.parameters) or "none of them reaches the prompt"
    generation = card.generation
    yield "generation prompt", _quoted(generation.prompt)
    repeats = "again in the history", "not in the history: the answer behind it is read again"
    yield from _said("", generation.repeated, *repeats)
    if generation.without_thinking != generation.prompt:
        yield "  without thinking", _quoted(generation.without_thinking)
        yield from _said("", generation.repeated_without_thinking, *repeats)


def _said(name: str, value: bool | None, yes: str, no: str) -> Sequence[tuple[str, str]]:
    return [] if value is None else [(name, yes if value else no)]


def _quoted(text: str | None) -> str:
    return "unknown" if text is None else cut(text, 100) or "empty"


def _step(step: Step) -> tuple[str, str]:
    name = f"{step.conversation}:"
    if step.tokens is None or step.kept is None:
        return name, f"{step.step}: refused"
    if step.stable:
        kept = "all" if step.kept == step.tokens else f"{step.kept} of"
        return name, f"{step.step}: keeps {kept} {step.tokens} tokens"
    return name, f"{step.step}: keeps {step.kept} of {step.tokens} tokens; {step.moved}"
