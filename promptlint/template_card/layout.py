"""Where things stand in a prompt: the system text, the tool list, and every role at an odd place."""

from __future__ import annotations

from collections.abc import Sequence

from promptlint.common_prefix import common_prefix
from promptlint.model import JsonObject
from promptlint.template_card.dialogue import (
    ANSWER,
    FIRST,
    LATER,
    MARKS,
    PROPERTIES,
    SECOND,
    SYSTEM,
    TOOLS,
    said,
    text_of,
    tool,
)
from promptlint.template_card.facts import Fate, Home, ToolFacts
from promptlint.template_card.probe import Probe, Rendered

PLAIN = [SYSTEM, FIRST, ANSWER, SECOND]
BARE = [FIRST, ANSWER, SECOND]


def conversation(probe: Probe) -> list[JsonObject]:
    """Two turns, without a system message where the template takes none."""
    return PLAIN if probe.render(PLAIN).text is not None else BARE


def layout(probe: Probe) -> tuple[str, ...]:
    """The printed parts of the conversation with tools, in the order of the prompt."""
    done = probe.render(conversation(probe), TOOLS)
    if done.text is None:
        done = probe.render(conversation(probe))
    found = {mark: done.at(mark) for mark in ("qzsystem", "qzcount", "qzfirst", "qzanswer", "qzsecond")}
    return tuple(MARKS[mark] for mark, at in sorted(found.items(), key=lambda one: one[1]) if at >= 0)


def merges_system(probe: Probe) -> bool | None:
    """Does the system text stand inside the first user message: no header of the user's comes in between."""
    done = probe.render(PLAIN)
    if not 0 <= done.at("qzsystem") < done.at("qzfirst"):
        return None
    return not _between(done, "qzsystem", "qzfirst").endswith(_header(done)) or not _header(done).strip()


def _between(done: Rendered, left: str, right: str) -> str:
    text = done.text or ""
    return text[done.at(left) + len(left) + len(" down.") : done.at(right) - len("Note ")]


def _header(done: Rendered) -> str:
    """What begins each user message: the common end of what stands in front of two of them."""
    text = done.text or ""
    start = text[: done.at("qzfirst") - len("Note ")]
    return _common_end(start, _between(done, "qzanswer", "qzsecond"))


def _common_end(left: str, right: str) -> str:
    length = 0
    while length < min(len(left), len(right)) and left[-1 - length] == right[-1 - length]:
        length += 1
    return left[len(left) - length :]


def tool_facts(probe: Probe) -> ToolFacts | None:
    """Where the tools go; None where the template refuses them."""
    messages = conversation(probe)
    done, bare = probe.render(messages, TOOLS), probe.render(messages)
    if done.text is None or bare.text is None:
        return None
    home, own_block = _home(done, bare)
    if home == "nowhere":
        return ToolFacts(home, own_block)
    swapped = probe.render(messages, [tool(dict(reversed(PROPERTIES.items())))])
    strict = probe.render(messages, [tool(PROPERTIES, strict=True)])
    return ToolFacts(home, own_block, swapped.text == done.text, strict.text != done.text)


def _home(done: Rendered, bare: Rendered) -> tuple[Home, bool]:
    at = done.at("qzcount")
    if at < 0:
        return "nowhere", False
    if at > done.at("qzsecond"):
        return "end", True
    header = _header(bare).strip()
    if at > done.at("qzanswer"):
        return "last user", not _holds(_between(done, "qzanswer", "qzcount"), header)
    system = done.at("qzsystem")
    if system < 0 or system > at > done.at("qzfirst") or system > done.at("qzfirst"):
        begun = (done.text or "")[:at]
        inside = bool(header) and begun.count(header) > (bare.text or "")[: bare.at("qzfirst")].count(header) - 1
        return ("first user", False) if inside else ("system", system < 0)
    if at < system:
        return "system", bool(_opening(done, bare).strip())
    behind = _between(done, "qzsystem", "qzcount")
    if _holds(behind, header):
        return "first user", False
    return "system", _holds(behind, _closing(bare)) or _leaves(behind, _between(bare, "qzsystem", "qzfirst"))


def _opening(done: Rendered, bare: Rendered) -> str:
    """What begins the system message, where it comes again between the tools and the system text."""
    start = (bare.text or "")[: bare.at("qzsystem") - len("Note ")]
    return _common_end(start, _between(done, "qzcount", "qzsystem"))


def _closing(bare: Rendered) -> str:
    """What ends the system message and no other one."""
    return _between(bare, "qzsystem", "qzfirst").removesuffix(_header(bare)).strip()


def _leaves(behind: str, next_message: str) -> bool:
    """Does what is behind the system text begin as where a message follows it; one character may be chance."""
    return len(behind[: common_prefix(behind, next_message)].strip()) > 1


def _holds(text: str, part: str) -> bool:
    return bool(part) and part in text


def roles(probe: Probe) -> dict[str, Fate]:
    """What becomes of the roles in each situation that agents bring about."""
    developer, later = said("developer", "qzsystem"), said("developer", "qzlater")
    middle = [SYSTEM, FIRST, ANSWER, LATER, SECOND]
    return {
        "system first": _fate(probe, PLAIN, 0, ("user",)),
        "two system messages": _fate(probe, [SYSTEM, LATER, FIRST], 1, ()),
        "system in the middle": _fate(probe, middle, 3, ("user",)),
        "developer first": _fate(probe, [developer, *BARE], 0, ("system",)),
        "developer in the middle": _fate(probe, [*middle[:3], later, SECOND], 3, ("system", "user")),
        "two user messages": _fate(probe, [FIRST, said("user", "qzlater")], 1, ()),
        "assistant first": _fate(probe, [said("assistant", "qzlater"), FIRST], 0, ()),
    }


def _fate(probe: Probe, messages: Sequence[JsonObject], number: int, like: Sequence[str]) -> Fate:
    """What becomes of one message, and which of the roles `like` would have given the same."""
    done = probe.render(messages)
    if done.text is None:
        return Fate("refused", error=done.error)
    places = [done.at(_mark(message)) for message in messages]
    own = places[number]
    if own < 0:
        return Fate("dropped")
    if any(place < 0 for place in places[:number]):
        return Fate("replaces")
    same = next((role for role in like if _as_role(probe, messages, number, role).text == done.text), None)
    if any(own < place for place in places[:number]):
        return Fate("hoisted", same)
    if any(0 <= place < own for place in places[number + 1 :]):
        return Fate("postponed", same)
    return Fate("in place", same)


def _as_role(probe: Probe, messages: Sequence[JsonObject], number: int, role: str) -> Rendered:
    return probe.render([*messages[:number], {**messages[number], "role": role}, *messages[number + 1 :]])


def _mark(message: JsonObject) -> str:
    return next(mark for mark in MARKS if text_of(mark) == message["content"])
