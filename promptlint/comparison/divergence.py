"""The place: where two prompts part, in both of their files."""

from __future__ import annotations

from dataclasses import dataclass

from promptlint import positions
from promptlint.comparison.location import Location, locate, region
from promptlint.comparison.prefix import common_prefix
from promptlint.comparison.structure import NEVER_A_CHANGE
from promptlint.model import Chat, Divergence, Place, Region, Request, Side
from promptlint.render.provenance import Provenance

EXCERPT = 240  # characters of prompt text kept on each side of the divergence


@dataclass(frozen=True, slots=True)
class Rendered:
    """One side of a pair, with everything needed to find a place in it."""

    request: Request
    chat: Chat
    provenance: Provenance
    token_text: str  # of the first token that differs

    @property
    def text(self) -> str:
        return self.provenance.text


def find_divergence(before: Rendered, after: Rendered, token: int, tail_start: int) -> Divergence:
    """Where the texts of a broken pair part. `tail_start`: offset of the generation prompt in `before`.

    The token that differs may begin earlier than the first character that differs; the place is the character's.
    """
    offset = common_prefix(before.text, after.text)
    left, right = (locate(side.chat, side.provenance, offset) for side in (before, after))
    where = _region(before, after, left, right, offset, tail_start)
    if where == "params":
        left = right = Location(_changed_parameter(before.chat, after.chat), None, key=False, exact=False)
    return Divergence(
        token=token,
        region=where,
        exact=left.exact and right.exact,
        before=_side(before, left, offset),
        after=_side(after, right, offset),
    )


def _region(before: Rendered, after: Rendered, left: Location, right: Location, offset: int, tail_start: int) -> Region:
    if offset >= tail_start:
        return "generation-prompt"
    inside = left.offset is not None or right.offset is not None or left.key or right.key
    if not inside and _changed_parameter(before.chat, after.chat):
        return "params"
    # A side that has ended says nothing about what the other one goes on with.
    if offset < len(before.text):
        return region(before.chat, left.pointer)
    return region(after.chat, right.pointer)


def _changed_parameter(before: Chat, after: Chat) -> str:
    """Pointer of the first parameter that differs; empty if none does."""
    absent = object()
    for name in dict.fromkeys([*before.parameters, *after.parameters]):
        if name not in NEVER_A_CHANGE and before.parameters.get(name, absent) != after.parameters.get(name, absent):
            return f"/{name}"
    return ""


def _side(side: Rendered, location: Location, offset: int) -> Side:
    return Side(
        place=_place(side.request, side.chat, location),
        before_text=side.text[max(0, offset - EXCERPT) : offset],
        text=side.text[offset : offset + EXCERPT],
        token_text=side.token_text,
    )


def _place(request: Request, chat: Chat, location: Location) -> Place:
    pointer = positions.origin(location.pointer, chat.origins)
    found = positions.place(request, pointer, location.offset, location.key)
    return found if location.exact else Place(found.path, found.pointer, found.line, found.column, exact=False)
