"""Where user messages begin in a prompt, as a llama.cpp server finds them: by the tokens of the role markers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

USER = "user"


class RoleMarker(NamedTuple):
    """What stands at the start of a role's messages, in tokens."""

    role: str
    tokens: tuple[int, ...]


def user_starts(prompt: Sequence[int], markers: Sequence[RoleMarker]) -> tuple[int, ...]:
    """The places of user messages. Of two markers at one place the first of the list counts."""
    opening = {marker.tokens[0] for marker in markers if marker.tokens}
    places = (place for place, token in enumerate(prompt) if token in opening)
    return tuple(place for place in places if _role_at(prompt, place, markers) == USER)


def _role_at(prompt: Sequence[int], place: int, markers: Sequence[RoleMarker]) -> str | None:
    for role, tokens in markers:
        if tokens and tuple(prompt[place : place + len(tokens)]) == tokens:
            return role
    return None
