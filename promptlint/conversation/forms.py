"""How a request can continue another one though its messages are not simply those and more."""

from __future__ import annotations

from typing import NamedTuple

from promptlint.conversation.message import LEAST_SHARED, Messages

Numbers = tuple[int, ...]

_LEAST_WINDOW = 2  # messages that must come back from the end of the earlier request
_LONGEST_HEAD = 3  # messages before them: a kept first message, a summary and an answer to it
_MOST_SHIFTED = 3  # messages that come in, or go, at one place
_LEAST_COMPACTED = 5  # nobody makes a summary of fewer messages
_LEAST_HANDED_ON = 3  # but where it is surely one
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
    start = _shared_start(old, new)
    if start == len(new):  # rewound, or sent again
        return None
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
    pairs = enumerate(zip(old, new, strict=False))
    return next((at for at, (left, right) in pairs if left != right), min(len(old), len(new)))


def _edited(messages: Messages, earlier: Earlier, new: Numbers, appended: int) -> int | None:
    """More messages than before, and at least half of the old ones at their places."""
    old = earlier.messages
    if len(new) <= len(old) or not _may_be_edited(messages, old, new):
        return None
    same = [messages.same(left, right) for left, right in zip(old, new, strict=False)]
    shared, leading = sum(same), same.index(False) if False in same else len(same)
    few_changed = len(old) - shared <= max(1, len(old) // 4)
    if not earlier.same_setting and not any(map(int.__eq__, old, new)):  # nothing equal, only something alike
        return None
    if leading == 0 and not (few_changed and (len(old) >= _LEAST_REWRITTEN or _told_again(messages, old, new))):
        return None
    explains_more = leading > appended or (shared > appended and few_changed)
    return shared if explains_more and 2 * shared >= len(old) else None


def _shifted(old: Numbers, new: Numbers, start: int) -> int | None:
    """All the old messages, but for a few that came in between, or a few behind the first ones that are gone."""
    for size in range(1, _MOST_SHIFTED + 1):
        rest = old[start:]
        if len(rest) >= _LEAST_WINDOW and new[start + size : start + size + len(rest)] == rest:
            return len(old)
        rest = old[start + size :]
        if start > 0 and len(rest) >= _LEAST_WINDOW and new[start : start + len(rest)] == rest:
            return start + len(rest)
    return None


def _may_be_edited(messages: Messages, old: Numbers, new: Numbers) -> bool:
    """A quick look: comparing texts is what takes the time."""
    return messages.same(old[0], new[0]) or 2 * sum(map(int.__eq__, old, new)) >= len(old)


def _told_again(messages: Messages, old: Numbers, new: Numbers) -> bool:
    """Has somebody said the same, and been told the same, at some length: other than the same tool with its result."""
    equal = [messages.known[left] for left, right in zip(old, new, strict=False) if left == right]
    return {"user", "assistant"} <= {one.role for one in equal if len(one.text) >= LEAST_SHARED}


def _window(messages: Messages, old: Numbers, new: Numbers, least: int) -> int | None:
    """The old messages without the front ones, maybe behind the first one or a summary."""
    kept = new[0] == old[0]
    summary = _summary(messages, old, new[:_LONGEST_HEAD]) is not None
    heads = [0, *([1] if kept else []), *(range(1 + kept, _LONGEST_HEAD + 1) if summary else [])]
    for head in heads:
        back = _coming_back(old, new[head:])
        if back >= _LEAST_WINDOW and back > least and back + (head > 0 and kept) < len(old):
            return back + (head > 0 and kept)
    return None


def _coming_back(old: Numbers, new: Numbers) -> int:
    """How many of the last messages of `old` are the first ones of `new`."""
    counts = (count for count in range(min(len(old), len(new)), 0, -1) if new[count - 1] == old[-1])
    return next((count for count in counts if new[:count] == old[-count:]), 0)


def _compacted(messages: Messages, earlier: Earlier, new: Numbers, appended: int) -> int | None:
    """A summary near the start that was not there before, and some message that both share."""
    old = earlier.messages
    summary = _summary(messages, old, new[:_LONGEST_HEAD])
    if summary is None or summary < appended or len(new) > len(old):
        return None
    surely = messages.hands_on(new[summary])
    if len(old) < (_LEAST_HANDED_ON if surely else _LEAST_COMPACTED):
        return None
    known = set(old)
    shared = sum(number in known for number in new)
    return shared or (1 if surely and earlier.same_setting else None)


def _summary(messages: Messages, old: Numbers, head: Numbers) -> int | None:
    """The index of the first message that speaks of a summary and was not there before."""
    return next((at for at, number in enumerate(head) if messages.is_summary(number) and number not in old), None)
