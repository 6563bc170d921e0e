"""The place: where two prompts part, in both of their files."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from promptlint import positions
from promptlint.common_prefix import common_prefix
from promptlint.comparison.location import Changed, Location, locate, region
from promptlint.comparison.structure import NEVER_A_CHANGE
from promptlint.errors import PromptlintError
from promptlint.model import Chat, Divergence, Place, Region, Request, Side
from promptlint.records import dataclass
from promptlint.render.provenance import Provenance

TELLS_NOTHING = NEVER_A_CHANGE | {"model"}  # both are rendered as the second one's model
MOST_PARAMETERS = 16  # tried, a rendering each
EXCERPT = 240  # characters of prompt text kept on each side of the divergence


@dataclass(frozen=True, slots=True)
class Parting:
    """A divergence as far as the texts tell, without the vocabulary: its tokens are still to come."""

    region: Region
    before: Location
    after: Location
    offset: int  # of the first character that differs, in both texts


@dataclass(frozen=True, slots=True)
class Rendered:
    """One side of a pair, with everything needed to find a place in it."""

    request: Request
    chat: Chat
    provenance: Provenance

    @property
    def text(self) -> str:
        return self.provenance.text


def find_parting(before: Rendered, after: Rendered, tail_start: int, render: Callable[[Chat], str]) -> Parting:
    """Where the texts of a broken pair part. `tail_start`: offset of the generation prompt in `before`.

    The token that differs may begin earlier than the first character that differs; the place is the character's.
    """
    offset = common_prefix(before.text, after.text)
    changed = changes(before.chat, after.chat)
    left, right = _located(before, after, offset, changed)
    where = _region(before, after, left, right, offset, tail_start, changed)
    parameter = _parameter_at_fault(before, after, offset, render) if where != "generation-prompt" else ""
    if parameter:
        where, left = "params", Location(parameter, None, key=False, exact=True)
        right = left
    return Parting(where, left, right, offset)


def divergence(before: Rendered, after: Rendered, parting: Parting, token: int, texts: tuple[str, str]) -> Divergence:
    """The divergence with its number of `token`, and what that token stands for on both sides."""
    old, new = _sent_id(before.chat, token) or parting.before, _sent_id(after.chat, token) or parting.after
    return Divergence(
        token=token,
        region=parting.region,
        exact=old.exact and new.exact,
        before=_side(before, old, parting.offset, texts[0]),
        after=_side(after, new, parting.offset, texts[1]),
    )


def _sent_id(chat: Chat, token: int) -> Location | None:
    """Of a prompt that was sent as ids, the id itself: no text has to be looked at."""
    ids = chat.rendered
    if not isinstance(ids, tuple) or any(isinstance(one, str) for one in ids):
        return None
    return Location(f"/prompt/{token}" if token < len(ids) else "/prompt", None, key=False, exact=True)


def _located(before: Rendered, after: Rendered, offset: int, changed: Changed) -> tuple[Location, Location]:
    offset = _where_a_value_ended(before.provenance, after.provenance, offset)
    left, right = (locate(side.chat, side.provenance, offset, changed) for side in (before, after))
    # The end of a value is the place only where the other side goes on with the same value.
    if left.pointer == right.pointer and changed(left.pointer):
        return left, right
    if left.ended:
        left = locate(before.chat, before.provenance, offset, changed, at_ends=False)
    if right.ended:
        right = locate(after.chat, after.provenance, offset, changed, at_ends=False)
    return left, right


def _where_a_value_ended(before: Provenance, after: Provenance, offset: int) -> int:
    """Earlier than `offset` where a value is longer on one side and begins its surplus like the template goes on.

    A line feed more at the end of a message shows only behind the line feeds that the template itself prints there.
    """
    left, right = (side.last_until(offset) for side in (before, after))
    if left is None or right is None or (left.leaf.pointer, left.start) != (right.leaf.pointer, right.start):
        return offset
    return offset if left.end == right.end else min(offset, left.end, right.end)


def _region(
    before: Rendered, after: Rendered, left: Location, right: Location, offset: int, tail_start: int, changed: Changed
) -> Region:
    if offset >= tail_start:
        return "generation-prompt"
    told = [changed(side.pointer) for side in (left, right)]
    # What is there on one side only tells where it stands; a side that has ended says nothing.
    if offset < len(before.text) and (told[0] or not told[1]):
        return region(before.chat, left.pointer)
    return region(after.chat, right.pointer)


def changes(before: Chat, after: Chat) -> Changed:
    """Tells whether the values at a pointer differ between two requests; one that is only on one side does."""

    def changed(pointer: str) -> bool:
        return pointer != "" and _value_at(before, pointer) != _value_at(after, pointer)

    return changed


def _value_at(chat: Chat, pointer: str) -> str | None:
    """The value as JSON text, so that the order of keys counts."""
    value: Any = {"messages": chat.messages, "tools": chat.tools, "prompt": chat.rendered}
    for name in positions.keys(pointer):
        try:
            value = value[int(name)] if isinstance(value, Sequence) else value[name]
        except (IndexError, KeyError, TypeError, ValueError):
            return None
    return json.dumps(value)


def _parameter_at_fault(before: Rendered, after: Rendered, offset: int, render: Callable[[Chat], str]) -> str:
    """Pointer of the parameter without whose change the texts would agree further; empty if there is none.

    Each one is tried: most parameters that change between two requests never reach the template.
    """
    old, new = before.chat.parameters, after.chat.parameters
    absent = object()
    names = dict.fromkeys([*old, *new])
    different = (n for n in names if n not in TELLS_NOTHING and old.get(n, absent) != new.get(n, absent))
    for name in islice(different, MOST_PARAMETERS):
        undone = {key: value for key, value in old.items() if key != name}
        if name in new:
            undone[name] = new[name]
        try:
            text = render(replace(before.chat, parameters=undone))
        except PromptlintError:
            continue
        if common_prefix(text, after.text) > offset:
            return positions.step(name)
    return ""


def _side(side: Rendered, location: Location, offset: int, token_text: str) -> Side:
    return Side(
        place=_place(side.request, side.chat, location),
        before_text=side.text[max(0, offset - EXCERPT) : offset],
        text=side.text[offset : offset + EXCERPT],
        token_text=token_text,
    )


def _place(request: Request, chat: Chat, location: Location) -> Place:
    pointer = positions.origin(location.pointer, chat.origins)
    found = positions.place(request, pointer, location.offset, location.key)
    return replace(found, exact=found.exact and location.exact, offset=location.offset)
