"""Conversations that only grow, and what of the earlier prompt each turn keeps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from promptlint.common_prefix import common_prefix
from promptlint.local_model import Rendering
from promptlint.model import JsonObject
from promptlint.template_card.calls import arguments_of, loop
from promptlint.template_card.dialogue import (
    ANSWER,
    FINAL,
    LATER,
    MARKS,
    RESULT,
    SECOND,
    SHELF,
    SYSTEM,
    THIRD,
    TOOLS,
    call,
    calling,
)
from promptlint.template_card.facts import Step
from promptlint.template_card.layout import conversation
from promptlint.template_card.probe import Probe, Rendered
from promptlint.template_card.reasoning import reasoned, steps
from promptlint.template_card.settings import WITHOUT_THINKING, generation_prompt
from promptlint.token_ids import common_tokens

Stage = tuple[str, Sequence[JsonObject]]
NONE: Mapping[str, Any] = {}


def growth(probe: Probe) -> tuple[Step, ...]:
    """Every step of the built-in set."""
    plain, system = conversation(probe), conversation(probe)[:-3]
    loops = [loop(probe), loop(probe, calling(call(arguments_of(probe, SHELF))), RESULT)]
    thought = ["a call with reasoning", "a second call", "a new user turn"]
    return (
        *_grown(probe, "chat", [plain[:-2], plain, [*plain, FINAL, THIRD]], ["a turn", "a second turn"]),
        *_grown(probe, "chat without thinking", [plain[:-2], plain], ["a turn"], given=WITHOUT_THINKING),
        *_grown(probe, "chat with reasoning", [plain[:-2], reasoned(probe)], ["a turn"]),
        *_grown(probe, "tools", [*loops, [*loops[1], ANSWER, SECOND]], ["a call", "a new user turn"], TOOLS),
        *_grown(probe, "tools with reasoning", steps(probe), thought, TOOLS),
        *(_several(probe) if system else ()),
    )


def _several(probe: Probe) -> Iterator[Step]:
    start = [SYSTEM, *conversation(probe)[1:-1]]
    middle = [*start, LATER, SECOND]
    yield from _grown(
        probe, "system messages", [start[:-1], middle, [*middle, FINAL, THIRD]], ["one more, and a turn", "a turn"]
    )


def _grown(
    probe: Probe,
    name: str,
    stages: Sequence[Sequence[JsonObject]],
    words: Sequence[str],
    tools: Sequence[JsonObject] | None = None,
    given: Mapping[str, Any] = NONE,
) -> Iterator[Step]:
    done = [probe.render(messages, tools, parameters=given) for messages in stages]
    tail = generation_prompt(probe, given) or ""
    for before, after, word in zip(done, done[1:], words, strict=False):
        yield _step(probe, name, word, before, after, tail)


def _step(probe: Probe, name: str, word: str, before: Rendered, after: Rendered, tail: str) -> Step:
    if before.text is None or after.text is None:
        return Step(name, word, None, None, error=before.error or after.error)
    ids, grown = (probe.model.encode(Rendering((text,))).ids for text in (before.text, after.text))
    kept = common_tokens(ids, grown)
    closed = before.text.removesuffix(tail)
    forgiven = len(ids) - common_tokens(ids, probe.model.encode(Rendering((closed,))).ids) if tail else 0
    # Of the text: a vocabulary that is not the template's own may have a token across the end of the prompt.
    moved = None if after.text.startswith(closed) else _moved(before.text, after.text)
    return Step(name, word, len(ids), kept, forgiven, moved)


def _moved(before: str, after: str) -> str:
    """What stands at the place where the prompts part: the next thing of the earlier one that is elsewhere now."""
    same = common_prefix(before, after)
    for mark in sorted(MARKS, key=before.find):
        at = before.find(mark)
        if at < 0 or at + len(mark) <= same:
            continue
        if mark not in after:
            return f"{MARKS[mark]} gone"
        return f"{MARKS[mark]} moved" if _order(before, mark) != _order(after, mark) else f"text before {MARKS[mark]}"
    return "text behind the last message"


def _order(text: str, mark: str) -> list[str]:
    return [other for other in sorted(MARKS, key=text.find) if 0 <= text.find(other) < text.find(mark)]
