"""Where the body of an Anthropic request says what to cache: its `cache_control` markers, in the API's own order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from promptlint.engine.anthropic_cache import LIFETIMES
from promptlint.lint.spelling import MARKER
from promptlint.model import Request


class CacheMarker(NamedTuple):
    """A marker. Pointers lead into the body; the automatic one, beside `messages`, has no block of its own."""

    pointer: str
    block: str  # empty for the automatic one: the API chooses the last that can be cached
    lifetime: str  # as the API spells it


def cache_markers(request: Request) -> list[CacheMarker]:
    """The markers of a body in the order of the prompt: tools, system, messages, then the automatic one.

    Bodies of other APIs have none that count: what a gateway makes of theirs is not known.
    """
    if request.dialect != "anthropic":
        return []
    body = request.body
    found = [*_of_blocks(body.get("tools"), "/tools"), *_of_blocks(body.get("system"), "/system")]
    for number, message in enumerate(body["messages"]):
        found += _of_blocks(message.get("content"), f"/messages/{number}/content")
    return [*found, *_of(body, "")]


def _of_blocks(blocks: Any, pointer: str) -> Iterator[CacheMarker]:
    """Those of a list of blocks; what stands inside of a block comes before its end."""
    for number, block in enumerate(blocks if isinstance(blocks, list) else ()):
        if not isinstance(block, dict):
            continue
        here, source = f"{pointer}/{number}", block.get("source")
        yield from _of_blocks(block.get("content"), f"{here}/content")
        if isinstance(source, dict):
            yield from _of_blocks(source.get("content"), f"{here}/source/content")
        yield from _of(block, here)


def _of(block: Mapping[str, Any], pointer: str) -> Iterator[CacheMarker]:
    marker = block.get(MARKER)
    if isinstance(marker, dict):
        lifetime = marker.get("ttl")
        yield CacheMarker(f"{pointer}/{MARKER}", pointer, LIFETIMES[0] if lifetime is None else str(lifetime))
