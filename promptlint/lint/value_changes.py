"""Where two JSON values differ, place by place, in the order of the later one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from promptlint.common_prefix import common_prefix
from promptlint.lint.hunks import hunks
from promptlint.lint.rule import Span
from promptlint.lint.spelling import MARKER, meaning
from promptlint.positions import step


class Change(NamedTuple):
    """A place that differs. `old` or `new` is empty for what was added or is gone."""

    before: Span
    after: Span
    old: str
    new: str
    key: bool = False  # a member that was added: its place is its key
    reordered: bool = False  # a list with the same items in another order; `old` and `new` are the first that differ
    quoted: tuple[bool, bool] = (True, True)  # are `old` and `new` texts, or names; not numbers and the like


def changes(old: Any, new: Any, before: str, after: str) -> Iterator[Change]:
    """Every place where the values differ as JSON; the order of keys and cache markers are no difference."""
    if meaning(old) == meaning(new):
        return
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _members(old, new, before, after)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _items(old, new, before, after)
    elif isinstance(old, str) and isinstance(new, str):
        yield from _texts(old, new, before, after)
    else:
        quoted = isinstance(old, str), isinstance(new, str)
        yield Change(Span(before), Span(after), shown(old), shown(new), quoted=quoted)


def _members(old: Mapping[str, Any], new: Mapping[str, Any], before: str, after: str) -> Iterator[Change]:
    for name, value in new.items():
        if name == MARKER:
            continue
        if name in old:
            yield from changes(old[name], value, before + step(name), after + step(name))
        else:
            yield Change(Span(before), Span(after + step(name)), "", name, key=True)
    for name in old:
        if name not in new and name != MARKER:
            yield Change(Span(before + step(name)), Span(after), name, "")


def _items(old: list[Any], new: list[Any], before: str, after: str) -> Iterator[Change]:
    left, right = ([meaning(one) for one in side] for side in (old, new))
    at = common_prefix(left, right)
    if sorted(left) == sorted(right):
        spans = Span(f"{before}/{at}"), Span(f"{after}/{at}")
        quoted = isinstance(old[at], str), isinstance(new[at], str)
        yield Change(*spans, shown(old[at]), shown(new[at]), reordered=True, quoted=quoted)
        return
    if len(old) == len(new):
        for number, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from changes(one, other, f"{before}/{number}", f"{after}/{number}")
        return
    if len(old) > len(new):
        yield Change(Span(f"{before}/{at}"), Span(after), shown(old[at]), "", quoted=(isinstance(old[at], str), True))
    else:
        yield Change(Span(before), Span(f"{after}/{at}"), "", shown(new[at]), quoted=(True, isinstance(new[at], str)))


def _texts(old: str, new: str, before: str, after: str) -> Iterator[Change]:
    for hunk in hunks(old, new):
        left, right = old[hunk.before_start : hunk.before_end], new[hunk.after_start : hunk.after_end]
        yield Change(Span(before, hunk.before_start, len(left)), Span(after, hunk.after_start, len(right)), left, right)


def shown(value: Any) -> str:
    """A value as a message shows it: texts as they are, the rest as JSON."""
    return value if isinstance(value, str) else meaning(value)


class Reordered(NamedTuple):
    """An object whose keys are in another order, and the first key that is not where it was."""

    before: str
    after: str
    key: str


def reordered(old: Any, new: Any, before: str, after: str) -> Iterator[Reordered]:
    """Every object of two values, equal as JSON, whose keys are in another order."""
    if isinstance(old, dict) and isinstance(new, dict):
        left, right = ([name for name in value if name != MARKER] for value in (old, new))
        at = common_prefix(left, right)
        if at < len(right):
            yield Reordered(before, after, right[at])
        for name in right:
            yield from reordered(old[name], new[name], before + step(name), after + step(name))
    elif isinstance(old, list) and isinstance(new, list):
        for number, (one, other) in enumerate(zip(old, new, strict=False)):
            yield from reordered(one, other, f"{before}/{number}", f"{after}/{number}")
