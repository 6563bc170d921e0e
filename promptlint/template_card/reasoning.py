"""Where the reasoning of an answer is printed, and for how long."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from promptlint.model import JsonObject
from promptlint.template_card.calls import arguments_of, loop
from promptlint.template_card.dialogue import (
    ANSWER,
    FINAL,
    KEEPING,
    OTHER_ID,
    OTHER_RESULT,
    RESULT,
    SECOND,
    SHELF,
    TOOLS,
    call,
    calling,
    text_of,
)
from promptlint.template_card.facts import ReasoningFacts
from promptlint.template_card.probe import Probe, Rendered

WHY, THEN = text_of("qzwhy"), text_of("qzthen")


def steps(probe: Probe) -> list[list[JsonObject]]:
    """A tool loop of two calls with reasoning, its answer, and a new turn: each list begins with the one before it."""
    given = arguments_of(probe, SHELF)
    first = loop(probe, calling(call(given), reasoning_content=WHY), RESULT)
    second = [*first, calling(call(given, OTHER_ID), reasoning_content=THEN), OTHER_RESULT]
    return [loop(probe), first, second, [*second, FINAL, SECOND]]


def reasoned(probe: Probe) -> list[JsonObject]:
    """A plain answer with reasoning, and a new turn."""
    return loop(probe, {**ANSWER, "reasoning_content": WHY}, SECOND)


def reasoning_facts(probe: Probe) -> ReasoningFacts:
    """Whether it is printed in each situation; None where the template refuses that."""
    _, first, second, turned = (probe.render(messages, TOOLS) for messages in steps(probe))
    plain = probe.render(reasoned(probe))
    content = f"<think>\n{WHY}\n</think>\n\n{text_of('qzanswer')}"
    inline = probe.render(loop(probe, {**ANSWER, "content": content}, SECOND))
    second_name = probe.render([_renamed(message) for message in steps(probe)[1]], TOOLS)
    gone = _seen(plain) is False or _seen(turned) is False
    return ReasoningFacts(
        in_loop=_seen(first),
        older_in_loop=_seen(second),
        loop_after_turn=_seen(turned),
        after_turn=_seen(plain),
        inline_after_turn=_seen(inline),
        kept_by=_kept_by(probe, plain, turned) if gone else (),
        second_name=_seen(second_name) if _seen(first) else None,
    )


def _renamed(message: JsonObject) -> JsonObject:
    return {"reasoning" if key == "reasoning_content" else key: value for key, value in message.items()}


def _seen(done: Rendered) -> bool | None:
    return None if done.text is None else done.has("qzwhy")


def _kept_by(probe: Probe, plain: Rendered, turned: Rendered) -> tuple[str, ...]:
    """The template arguments that bring it back, tried all at once and then one at a time."""
    loops = _seen(turned) is False

    def keeps(arguments: Mapping[str, Any]) -> bool:
        parameters = {"chat_template_kwargs": dict(arguments)}
        if loops:
            return bool(_seen(probe.render(steps(probe)[3], TOOLS, parameters=parameters)))
        return bool(_seen(probe.render(reasoned(probe), parameters=parameters)))

    if (plain.text is None and turned.text is None) or not keeps(KEEPING):
        return ()
    return tuple(name for name, value in KEEPING.items() if keeps({name: value}))
