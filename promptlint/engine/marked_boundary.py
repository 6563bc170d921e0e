"""Boundaries: a prefix is read only up to where an earlier request was told to write it, and only as a whole.

Anthropic, Bedrock and DashScope write at marked blocks and look some blocks back from each; OpenAI from GPT-5.6 on
writes at marked blocks and at the end of the latest message that may close a prefix.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable, Iterable
from typing import NamedTuple

from promptlint.common_prefix import common_prefix
from promptlint.engine.providers import Facts, facts
from promptlint.engine.serving import Level, Options, Prediction, Serve, Spans, Tokens
from promptlint.records import dataclass

LEVELS: tuple[Level, ...] = ("tools", "system", "messages")
# OpenAI's two documents disagree about where a prefix is looked for: the guide says the first two and the latest fifty
# marked blocks, the latest message and twenty before it; the reference says the latest eighty of all.
FIRST_MARKED, LATEST_MARKED, EARLIER_MESSAGES, LATEST_OF_ALL = 2, 50, 20, 80


@dataclass(frozen=True, slots=True)
class Written:
    """The prefixes that are in the cache, by a digest of their tokens and keys, and the last prompt, for the note."""

    prefixes: frozenset[bytes] = frozenset()
    last: Tokens = ()


class Reach(NamedTuple):
    """The blocks of a request, by number, at which it writes, and at which it looks: surely, and perhaps."""

    writes: tuple[int, ...]
    looks: frozenset[int]
    may_look: frozenset[int]


class Usage(NamedTuple):
    """What a request is billed for, in tokens. `written` has the lifetime of each stretch, None for the default."""

    read: int
    written: tuple[tuple[str | None, int], ...]
    fresh: int


def by_markers(spans: Spans, known: Facts) -> Reach:
    """Writes at marked blocks; looks from each of them back, it and `look-back` blocks in front of it."""
    marked = [number for number, block in enumerate(spans.blocks) if block.marked][-known.markers :]
    looks = frozenset(n for last in marked for n in range(max(0, last - known.look_back), last + 1))
    return Reach(tuple(marked), looks, looks)


def by_messages(spans: Spans, known: Facts) -> Reach:
    """Writes at marked blocks and at the end of the latest message; looks at earlier ones of both."""
    marked = [number for number, block in enumerate(spans.blocks) if block.marked]
    closing = [number for number, block in enumerate(spans.blocks) if block.closes]
    latest = closing[-1:]
    writes = sorted({*marked[-(known.markers - len(latest)) :], *latest})
    looks = frozenset((*marked[:FIRST_MARKED], *marked[-LATEST_MARKED:], *closing[-1 - EARLIER_MESSAGES :]))
    return Reach(tuple(writes), looks, looks | frozenset(sorted({*marked, *closing})[-LATEST_OF_ALL:]))


def serving(provider: str, reach: Callable[[Spans, Facts], Reach]) -> Serve:
    """The step of a provider with boundaries."""

    def serve(
        state: Written | None, prompt: Tokens, _generated: Tokens, spans: Spans, options: Options
    ) -> tuple[Written, Prediction]:
        known = facts(provider, spans.model, options.get("providers"))
        held, where = state or Written(), reach(spans, known)
        digests = _digests(prompt, spans, {*where.writes, *where.may_look}, known.minimum)
        low = _longest(digests, where.looks, held, spans)
        high = max(low, _longest(digests, where.may_look, held, spans))
        new = (digests[number] for number in where.writes if number in digests)
        note = _note(prompt, spans, where, known, held, high)
        return Written(held.prefixes | frozenset(new), prompt), Prediction(low, high, note)

    return serve


def _digests(prompt: Tokens, spans: Spans, numbers: Iterable[int], minimum: int) -> dict[int, bytes]:
    """Of the prefix that ends with each block, where it is long enough: its tokens, and the keys that it hangs on."""
    running, done, found = hashlib.sha256(), 0, {}
    for number in sorted(numbers):
        block = spans.blocks[number]
        running.update(array("q", prompt[done : block.end]).tobytes())
        done = max(done, block.end)
        if block.end >= max(minimum, 1):
            own = running.copy()
            own.update(repr((spans.model, _keys(spans, block.level))).encode())
            found[number] = own.digest()
    return found


def _keys(spans: Spans, level: Level) -> tuple[str | None, ...]:
    """A level is lost with those before it."""
    return tuple(spans.keys.get(one) for one in LEVELS[: LEVELS.index(level) + 1])


def _longest(digests: dict[int, bytes], looks: frozenset[int], held: Written, spans: Spans) -> int:
    return max((spans.blocks[n].end for n in looks if digests.get(n) in held.prefixes), default=0)


def _note(prompt: Tokens, spans: Spans, where: Reach, known: Facts, held: Written, read: int) -> str:
    if not where.writes:
        return "no marker: nothing is cached"
    if spans.blocks[where.writes[-1]].end < known.minimum:
        return f"shorter than the {known.minimum:,} tokens that this model caches"
    if not held.prefixes:
        return ""
    common = common_prefix(held.last, prompt)
    if read >= common:
        return ""
    return "read up to the last boundary that was written" if read else "no boundary in reach was written before"


def usage(prompt_tokens: int, read: int, spans: Spans, known: Facts, reach: Reach) -> Usage:
    """What is read, written and fresh: all up to the last boundary is written that was not read."""
    written, done = [], read
    for number in reach.writes:
        block = spans.blocks[number]
        if block.end > done and block.end >= known.minimum:
            written.append((block.lifetime, block.end - done))
            done = block.end
    return Usage(read, tuple(written), prompt_tokens - done)
