"""What a capture format keeps of a request; `promptlint formats` lists it."""

from __future__ import annotations

from typing import NamedTuple


class About(NamedTuple):
    """A format in a line: what it is, and what of the requests is in it."""

    title: str
    key_order: bool = True  # as the client sent it
    tools: bool = True
    system: bool = True
    cached_tokens: bool = True  # what the provider counted, where the answer was recorded
    note: str = ""  # one sentence, where something else is worth knowing
