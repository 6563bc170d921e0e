"""What beside the messages reaches the prompt: the clock, the parameters of the request, the generation prompt."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from promptlint.common_prefix import common_prefix
from promptlint.local_model import DEFAULT_NOW
from promptlint.template_card.dialogue import DATES, TOOLS
from promptlint.template_card.facts import ClockFacts, GenerationFacts
from promptlint.template_card.layout import conversation
from promptlint.template_card.probe import Probe

WITHOUT_THINKING: Mapping[str, Any] = {"chat_template_kwargs": {"enable_thinking": False}}
SCHEMA = {"type": "json_schema", "json_schema": {"name": "boxes", "schema": {"type": "object", "title": "Boxes"}}}
PARAMETERS: Mapping[str, Mapping[str, Any]] = {
    "enable_thinking": WITHOUT_THINKING,
    "thinking": {"chat_template_kwargs": {"thinking": True}},
    "response_format": {"response_format": SCHEMA},
    "documents": {"documents": [{"title": "Boxes", "text": "There are seven."}]},
    "tool_choice": {"tool_choice": "none"},
    "parallel_tool_calls": {"parallel_tool_calls": False},
}


def clock_facts(probe: Probe) -> ClockFacts:
    """Whether the prompt moves with the clock, and what stops it."""
    if not _moves(probe, timedelta(days=1), {}):
        return ClockFacts("none")
    stopped = tuple(name for name, value in DATES.items() if not _moves(probe, timedelta(days=1), {name: value}))
    return ClockFacts("minute" if _moves(probe, timedelta(minutes=1), {}) else "day", stopped)


def _moves(probe: Probe, by: timedelta, arguments: Mapping[str, Any]) -> bool:
    given = {"chat_template_kwargs": dict(arguments)} if arguments else {}
    messages, tools = _richest(probe)
    own = probe.render(messages, tools, parameters=given)
    return own.text != probe.render(messages, tools, now=DEFAULT_NOW + by, parameters=given).text


def _richest(probe: Probe) -> tuple[Any, Any]:
    """The conversation with tools, or without where the template refuses them."""
    messages = conversation(probe)
    return messages, TOOLS if probe.render(messages, TOOLS).text is not None else None


def parameters(probe: Probe) -> tuple[str, ...]:
    """The parameters of a request that change the prompt."""
    messages, tools = _richest(probe)
    own = probe.render(messages, tools).text
    found = [name for name, given in PARAMETERS.items() if _differs(probe, own, given)]
    low, high = (probe.render(messages, tools, parameters=_effort(level)).text for level in ("low", "high"))
    return (*found, *(["reasoning_effort"] if low != high else []))


def _effort(level: str) -> dict[str, Any]:
    # Each engine passes one of the two on.
    return {"reasoning_effort": level, "chat_template_kwargs": {"reasoning_effort": level}}


def _differs(probe: Probe, own: str | None, given: Mapping[str, Any]) -> bool:
    messages, tools = _richest(probe)
    other = probe.render(messages, tools, parameters=given).text
    return other is not None and other != own


def generation_facts(probe: Probe) -> GenerationFacts:
    """The generation prompt with and without thinking, and whether the next prompt repeats it."""
    before, after = conversation(probe)[:-2], conversation(probe)
    own = generation_prompt(probe, {})
    off = generation_prompt(probe, WITHOUT_THINKING)
    return GenerationFacts(
        prompt=own,
        without_thinking=off,
        repeated=_repeats(probe, before, after, {}),
        repeated_without_thinking=_repeats(probe, before, after, WITHOUT_THINKING) if off != own else None,
    )


def generation_prompt(probe: Probe, given: Mapping[str, Any]) -> str | None:
    """What a template puts behind the last message, asking for an answer."""
    messages = conversation(probe)
    own = probe.render(messages, parameters=given).text
    bare = probe.render(messages, parameters={**given, "add_generation_prompt": False}).text
    return None if own is None or bare is None else own[common_prefix(own, bare) :]


def _repeats(probe: Probe, before: Any, after: Any, given: Mapping[str, Any]) -> bool | None:
    own, grown = probe.render(before, parameters=given).text, probe.render(after, parameters=given).text
    closed = probe.render(before, parameters={**given, "add_generation_prompt": False}).text
    if own is None or grown is None or closed is None or not grown.startswith(own[: common_prefix(own, closed)]):
        return None
    return grown.startswith(own.rstrip())
