"""How a request can continue another one though its messages are not simply those and more."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import compress, count, islice, repeat
from operator import eq, ne
from typing import NamedTuple

from promptlint.conversation.message import LEAST_SHARED, Messages

Numbers = tuple[int, ...]

_LEAST_WINDOW = 2  # messages that must come back from the end of the earlier request
LONGEST_HEAD = 3  # messages before them: a kept first message, a summary and an answer to it
_MOST_SHIFTED = 3  # messages that come in, or go, at one place
_LEAST_COMPACTED = 5  # nobody makes a summary of fewer messages
LEAST_HANDED_ON = 3  # but where it is surely one
_MOST_UNLIKE = 24  # in a row: the rest is another history, and texts need not be compared
_MOST_STARTS = 64  # places where a window may begin: the first message of it may be said again and again
_LEAST_REWRITTEN = 4  # with fewer messages, an unequal first one means that it is another conversation


class Earlier(NamedTuple):
    """A request that may have been continued."""

    messages: Numbers
    same_setting: bool  # it has the same tools and about the same system text


class Evidence(NamedTuple):
    """Why a request is taken for the continuation of another one, though it is no pure append."""

    score: int  # messages that the two share
    form: str


def evidence(messages: Messages, earlier: Earlier, new: Numbers, appended: int) -> Evidence | None:
    """How `new` continues an earlier request, which does not lead it whole; None if it does not.

    `appended` is how many messages of `new` come from another request that does lead it whole: only what explains
    more than that one counts.
    """
    old = earlier.messages
    if old[: len(new)] == new:  # rewound, or sent again
        return None
    start = _shared_start(old, new)
    shared = _edited(messages, earlier, new, appended)
    if shared is not None:
        return Evidence(shared, "edited")
    shared = _shifted(old, new, start)
    if shared is not None and shared > appended:
        return Evidence(shared, "edited")
    shared = _window(messages, old, new, max(start, appended))
    if shared is not None:
        return Evidence(shared, "window")
    shared = _compacted(messages, earlier, new, appended)
    return None if shared is None else Evidence(shared, "compacted")


def _shared_start(old: Numbers, new: Numbers) -> int:
    return next(_differing(old, new), min(len(old), len(new)))


def _differing(old: Numbers, new: Numbers) -> Iterator[int]:
    """The places where the two have unequal messages."""
    return compress(count(), map(ne, old, new))


def _edited(messages: Messages, earlier: Earlier, new: Numbers, appended: int) -> int | None:
    """More messages than before, and at least half of the old ones at their places."""
    old = earlier.messages
    if len(new) <= len(old):
        return None
    equal = sum(map(eq, old, new))
    if not (messages.same(old[0], new[0]) or 2 * equal >= len(old)):  # comparing texts is what takes the time
        return None
    if not earlier.same_setting and not equal:  # nothing equal, only something alike
        return None
    alike, leading = _alike(messages, old, new)
    shared = equal + alike
    few_changed = len(old) - shared <= max(1, len(old) // 4)
    if leading == 0 and not (few_changed and (len(old) >= _LEAST_REWRITTEN or _told_again(messages, old, new))):
        return None
    explains_more = leading > appended or (shared > appended and few_changed)
    return shared if explains_more and 2 * shared >= len(old) else None


def _alike(messages: Messages, old: Numbers, new: Numbers) -> tuple[int, int]:
    """How many unequal messages are alike, and how many messages from the first one on are at least that."""
    alike, unlike, leading = 0, 0, None
    for at in _differing(old, new):
        if messages.same(old[at], new[at]):
            alike, unlike = alike + 1, 0
            continue
        unlike, leading = unlike + 1, at if leading is None else leading
        if unlike == _MOST_UNLIKE:
            break
    return alike, len(old) if leading is None else leading


def _shifted(old: Numbers, new: Numbers, start: int) -> int | None:
    """All the old messages, but for a few that came in between, or a few behind the first ones that are gone."""
    for size in range(1, _MOST_SHIFTED + 1):
        if len(old) - start >= _LEAST_WINDOW and _stand_at(new, start + size, old, start):
            return len(old)
        if start > 0 and len(old) - start - size >= _LEAST_WINDOW and _stand_at(new, start, old, start + size):
            return len(old) - size
    return None


def _stand_at(new: Numbers, place: int, old: Numbers, start: int) -> bool:
    """Do all messages of `old` from `start` on stand in `new` at a place."""
    end = place + len(old) - start
    if end > len(new) or new[place] != old[start] or new[end - 1] != old[-1]:
        return False
    return new[place:end] == old[start:]


def _told_again(messages: Messages, old: Numbers, new: Numbers) -> bool:
    """Has somebody said the same, and been told the same, at some length: other than the same tool with its result."""
    equal = [messages.known(left) for left, right in zip(old, new, strict=False) if left == right]
    return {"user", "assistant"} <= {one.role for one in equal if len(one.text) >= LEAST_SHARED}


def _window(messages: Messages, old: Numbers, new: Numbers, least: int) -> int | None:
    """The old messages without the front ones, maybe behind the first one or a summary."""
    kept = new[0] == old[0]
    summary = _summary(messages, old, new[:LONGEST_HEAD]) is not None
    heads = [0, *([1] if kept else []), *(range(1 + kept, LONGEST_HEAD + 1) if summary else [])]
    for head in heads:
        back = _coming_back(old, new, head)
        if back >= _LEAST_WINDOW and back > least and back + (head > 0 and kept) < len(old):
            return back + (head > 0 and kept)
    return None


def _coming_back(old: Numbers, new: Numbers, head: int) -> int:
    """How many of the last messages of `old` come back in `new` behind its head."""
    if head >= len(new):
        return 0
    first = max(0, len(old) - len(new) + head)
    starts = compress(count(first), map(eq, islice(old, first, None), repeat(new[head])))
    return next((len(old) - at for at in islice(starts, _MOST_STARTS) if _stand_at(new, head, old, at)), 0)


def _compacted(messages: Messages, earlier: Earlier, new: Numbers, appended: int) -> int | None:
    """A summary near the start that was not there before, and some message that both share."""
    old = earlier.messages
    summary = _summary(messages, old, new[:LONGEST_HEAD])
    if summary is None or summary < appended or len(new) > len(old):
        return None
    surely = messages.hands_on(new[summary])
    if len(old) < (LEAST_HANDED_ON if surely else _LEAST_COMPACTED):
        return None
    known = set(old)
    shared = sum(number in known for number in new)
    return shared or (1 if surely and earlier.same_setting else None)


def _summary(messages: Messages, old: Numbers, head: Numbers) -> int | None:
    """The index of the first message that speaks of a summary and was not there before."""
    return next((at for at, number in enumerate(head) if messages.is_summary(number) and number not in old), None)
