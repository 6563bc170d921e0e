"""What a hosted cache knows of a request beside its tokens: where its blocks end, and which parameters it holds."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from promptlint.common_prefix import common_prefix
from promptlint.comparison.content_blocks import ContentBlock, content_blocks
from promptlint.engine.cache_keys import CACHE_KEYS, MEMBERS, first_level
from promptlint.engine.hosted import BY_BLOCKS
from promptlint.engine.serving import Block, Level, Spans
from promptlint.model import Chat, Prompt, Turn
from promptlint.positions import origin
from promptlint.render.provenance import Provenance

SAME = 8  # ids that must agree for a place to be found again behind an edge
MOST_AGAIN = 20_000  # characters that are encoded again for an edge that cuts a token
MOST_MERGED = 3  # tokens that what follows an edge may have drawn over it

Encode = Callable[[str], Sequence[int]]


def cache_spans(turn: Turn, engine: str, prompt: Prompt, provenance: Provenance, encode: Encode) -> Spans:
    """The spans of a request for one engine; `provenance` is that of the prompt's text."""
    blocks = content_blocks(turn.request) if engine in BY_BLOCKS else []
    ends = token_ends(prompt, _text_ends(blocks, turn.chat, provenance), encode) if blocks else []
    reference = turn.request.body.get("cachedContent") or turn.request.body.get("cached_content")
    return Spans(
        blocks=tuple(
            Block(end, block.level, block.marked, block.lifetime, block.closes)
            for block, end in zip(blocks, ends, strict=True)
        ),
        keys=parameter_keys(turn, engine),
        model=_text(turn.request.model or turn.chat.parameters.get("model")),
        reference=_text(reference),
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _text_ends(blocks: list[ContentBlock], chat: Chat, provenance: Provenance) -> list[int]:
    """Where the last string of each block ends in the text; what prints nothing ends where the one before it does."""
    known = {block.pointer: number for number, block in enumerate(blocks)}
    ends = [0] * len(blocks)
    for span in provenance.spans:
        number = _holder(origin(span.leaf.pointer, chat.origins), known)
        if number is not None:
            ends[number] = max(ends[number], span.end)
    for number in range(1, len(ends)):
        ends[number] = max(ends[number], ends[number - 1])
    return ends


def _holder(pointer: str, known: Mapping[str, int]) -> int | None:
    """The block that a value of the body stands in."""
    while pointer:
        if pointer in known:
            return known[pointer]
        pointer = pointer.rpartition("/")[0]
    return None


def token_ends(prompt: Prompt, ends: Sequence[int], encode: Encode) -> list[int]:
    """Tokens of the prompt that end at or before each offset of its text; the offsets go up.

    Each stretch is encoded by itself and found again in the prompt's own ids. Where an edge cuts a token, that belongs
    to what follows, and the next stretch begins again where the last one that fitted has ended.
    """
    found: list[int] = []
    token = offset = 0
    for end in ends:
        at = found[-1] if found else 0
        if end > offset:
            ids = encode(prompt.text[offset:end])
            begin, skipped = _aligned(prompt.ids, token, ids)
            same = common_prefix(prompt.ids[begin : begin + len(ids) - skipped], ids[skipped:])
            missed = len(ids) - skipped - same
            at = max(at, min(begin + (same if missed <= MOST_MERGED else same + missed), len(prompt.ids)))
            if not missed or end - offset > MOST_AGAIN:
                token, offset = at, end
        found.append(at)
    return found


def _aligned(ids: Sequence[int], token: int, stretch: Sequence[int]) -> tuple[int, int]:
    """Where a stretch goes on in the prompt, and how many of its own first ids are not there."""
    tries = ((ahead, skipped) for ahead in range(MOST_MERGED + 1) for skipped in range(MOST_MERGED + 1))
    for ahead, skipped in sorted(tries, key=sum):
        wanted, there = stretch[skipped : skipped + SAME], ids[token + ahead : token + ahead + SAME]
        if len(wanted) == SAME and list(there) == list(wanted):
            return token + ahead, skipped
    return token, 0


def parameter_keys(turn: Turn, engine: str) -> dict[Level, str]:
    """The values of the parameters that the provider's key holds, at the first level that a change of one loses."""
    found: dict[Level, list[tuple[str, Any]]] = {}
    held = CACHE_KEYS.get(engine, {})
    for name, value in sorted(turn.chat.parameters.items()):
        if name in held:
            kept = value.get(MEMBERS[name]) if name in MEMBERS and isinstance(value, dict) else value
            found.setdefault(first_level(engine, name), []).append((name, kept))
    if engine in ("anthropic", "bedrock"):
        found.setdefault("messages", []).append(("images", _has_images(turn.chat)))
        found.setdefault("system", []).append(("citations", _has_citations(turn.request.body)))
    return {level: json.dumps(values, sort_keys=True, default=str) for level, values in found.items()}


def _has_images(chat: Chat) -> bool:
    parts = (part for message in chat.messages for part in _parts(message.get("content")))
    return any(part.get("type") == "image_url" for part in parts)


def _has_citations(body: Mapping[str, Any]) -> bool:
    messages = body.get("messages")
    parts = (part for message in _parts(messages) for part in _parts(message.get("content")))
    settings = (part.get("citations") for part in parts)
    return any(isinstance(one, dict) and bool(one.get("enabled")) for one in settings)


def _parts(value: Any) -> Iterator[Mapping[str, Any]]:
    yield from (item for item in value if isinstance(item, dict)) if isinstance(value, list) else ()
