"""Where two requests differ, place by place, and copies of the later one in which some of it is as it was.

Every place is undone by itself: what one fault is undone by never depends on which others are.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Any, Literal, NamedTuple

from promptlint.comparison.structure import NEVER_A_CHANGE
from promptlint.lint.alignment import Alignment
from promptlint.lint.hunks import Hunk, hunks
from promptlint.lint.rule import Span
from promptlint.lint.spelling import MARKER, spelled
from promptlint.lint.tools import tool_names
from promptlint.model import Chat, JsonObject
from promptlint.positions import step

Kind = Literal["text", "value", "added", "removed", "order"]
MISSING: Any = object()
# A stranger's member of such a name is no part of the prompt, and its places would be taken for those of that part.
_PARTS = frozenset({"messages", "tools", "prompt"})


class Edit(NamedTuple):
    """A place that differs. `old` or `new` is MISSING for what was added, or is gone."""

    kind: Kind
    after: Span
    before: Span
    old: Any
    new: Any

    @property
    def is_whole(self) -> bool:
        """Does it hold all that stands inside of its place."""
        return self.kind in ("value", "added", "removed")


class Edits:
    """The differences of two requests in the order of the later one, but for the messages that it has more."""

    def __init__(self, before: Chat, after: Chat, alignment: Alignment) -> None:
        self._before, self._after, self._alignment = before, after, alignment
        self._known: dict[tuple[str, str], Any] = {}
        walk = _Walk((), self._known)
        self._merged(walk, growth=True)
        self.found: tuple[Edit, ...] = tuple(walk.found)

    def undone(self, numbers: Container[int], *, growth: bool = True) -> Chat:
        """`after` with some of the differences undone, by their numbers; without `growth`, and without what it has
        more."""
        return self._merged(_Walk(numbers, self._known), growth=growth)

    def _merged(self, walk: _Walk, *, growth: bool) -> Chat:
        before, after = self._before, self._after
        parameters = walk.parameters(before.parameters, after.parameters)
        tools = walk.tools(before.tools or (), after.tools or ())
        messages = walk.messages(before.messages, after.messages, self._alignment, growth=growth)
        rendered = walk.rendered(before.rendered, after.rendered)
        return replace(
            after,
            messages=messages,
            tools=tools or (before.tools if not before.tools else [] if after.tools is not None else None),
            parameters=parameters,
            rendered=rendered,
        )


class _Walk:
    """One way through both requests: at each difference it takes what was, or what is."""

    def __init__(self, undone: Container[int], known: dict[tuple[str, str], Any]) -> None:
        self.found: list[Edit] = []
        self._undone = undone
        self._known = known  # what two values have in common, by their places: it is the same in every walk

    def _takes_old(self, edit: Edit) -> bool:
        self.found.append(edit)
        return len(self.found) - 1 in self._undone

    def _same(self, old: Any, new: Any, before: str, after: str) -> bool:
        key = before, f"= {after}"
        if key not in self._known:
            self._known[key] = spelled(old) == spelled(new)
        return bool(self._known[key])

    def value(self, old: Any, new: Any, before: str, after: str) -> Any:
        """A value that both have."""
        if old is new or self._same(old, new, before, after):
            return new
        if isinstance(old, dict) and isinstance(new, dict):
            return self._members(old, new, before, after)
        if isinstance(old, list) and isinstance(new, list):
            return self._items(old, new, before, after)
        if isinstance(old, str) and isinstance(new, str):
            return self._text(old, new, before, after)
        return old if self._takes_old(Edit("value", Span(after), Span(before), old, new)) else new

    def _text(self, old: str, new: str, before: str, after: str) -> str:
        key = before, after
        if key not in self._known:
            self._known[key] = hunks(old, new)
        found: tuple[Hunk, ...] = self._known[key]
        pieces, end = [], 0
        for hunk in found:
            left, right = old[hunk.before_start : hunk.before_end], new[hunk.after_start : hunk.after_end]
            spans = Span(after, hunk.after_start, len(right)), Span(before, hunk.before_start, len(left))
            taken = left if self._takes_old(Edit("text", *spans, left, right)) else right
            pieces += [new[end : hunk.after_start], taken]
            end = hunk.after_end
        return "".join([*pieces, new[end:]])

    def _members(
        self, old: JsonObject, new: JsonObject, before: str, after: str, *, ordered: bool = True
    ) -> JsonObject:
        left, right = ([name for name in side if name != MARKER] for side in (old, new))
        kept: dict[str, Any] = {MARKER: new[MARKER]} if MARKER in new else {}
        order = self._names(left, right, before, after, kept, old, new, ordered=ordered)
        return {name: kept[name] for name in (*order, *(name for name in kept if name not in order))}

    def _names(
        self,
        old_names: list[str],
        new_names: list[str],
        before: str,
        after: str,
        kept: dict[str, Any],
        old: JsonObject,
        new: JsonObject,
        *,
        ordered: bool,
    ) -> list[str]:
        """The names in their order; `kept` is filled with their values."""
        left, right = [one for one in old_names if one in new], [one for one in new_names if one in old]
        in_old_order = True
        if left != right:
            edit = Edit("order", Span(after), Span(before), left, right)
            in_old_order = not ordered or self._takes_old(edit)
        for name in new_names:
            if name in old:
                kept[name] = self.value(old[name], new[name], before + step(name), after + step(name))
            elif not self._takes_old(Edit("added", Span(after + step(name)), Span(before), MISSING, new[name])):
                kept[name] = new[name]
        for name in old_names:
            if name not in new and self._takes_old(
                Edit("removed", Span(after), Span(before + step(name)), old[name], MISSING)
            ):
                kept[name] = old[name]
        return _sequence(old_names, new_names, kept, in_old_order=in_old_order)

    def _items(self, old: Sequence[Any], new: Sequence[Any], before: str, after: str, first: int = 0) -> list[Any]:
        """The items of two lists; `first` is the number of the first one."""
        left, right = [spelled(one) for one in old], [spelled(one) for one in new]
        if left != right and sorted(left) == sorted(right) and not any(isinstance(one, dict | list) for one in old):
            edit = Edit("order", Span(after), Span(before), old, new)
            return list(old if self._takes_old(edit) else new)
        if len(old) == len(new):
            return self._beside(old, new, (before, after), (first, first))
        merged: list[Any] = []
        for _, i, end, j, close in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
            merged += self._beside(old[i:end], new[j:close], (before, after), (first + i, first + j))
        return merged

    def _beside(self, old: Sequence[Any], new: Sequence[Any], at: tuple[str, str], first: tuple[int, int]) -> list[Any]:
        """Items one by one, then those that only one side has."""
        (before, after), (left, right) = at, first
        both = min(len(old), len(new))
        merged = [self.value(old[n], new[n], f"{before}/{left + n}", f"{after}/{right + n}") for n in range(both)]
        for number in range(both, len(old)):
            merged += self._gone(old[number], f"{before}/{left + number}", f"{after}/{right + both}")
        for number in range(both, len(new)):
            merged += self._come(new[number], f"{before}/{left + both}", f"{after}/{right + number}")
        return merged

    def _gone(self, old: Any, before: str, after: str) -> list[Any]:
        return [old] if self._takes_old(Edit("removed", Span(after), Span(before), old, MISSING)) else []

    def _come(self, new: Any, before: str, after: str) -> list[Any]:
        return [] if self._takes_old(Edit("added", Span(after), Span(before), MISSING, new)) else [new]

    def messages(
        self, old: Sequence[JsonObject], new: Sequence[JsonObject], alignment: Alignment, *, growth: bool
    ) -> list[JsonObject]:
        """The messages, turn by turn."""
        at, to = alignment.starts
        merged = self._items(old[:at], new[:to], "/messages", "/messages")
        appended = set(alignment.appended)
        for pair in (*alignment.pairs, None):
            end, close = (len(old), len(new)) if pair is None else pair
            merged += self._between(old, new, range(at, end), range(to, close), appended, growth=growth)
            if pair is not None:
                places = f"/messages/{pair.before}", f"/messages/{pair.after}"
                merged.append(self.value(old[pair.before], new[pair.after], *places))
                at, to = pair.before + 1, pair.after + 1
        return merged

    def _between(
        self,
        old: Sequence[JsonObject],
        new: Sequence[JsonObject],
        gone: range,
        come: range,
        appended: set[int],
        *,
        growth: bool,
    ) -> Iterator[JsonObject]:
        """Messages without a counterpart. One of the same role in the place of another was put there instead."""
        both = 0
        while both < min(len(gone), len(come)) and old[gone[both]].get("role") == new[come[both]].get("role"):
            left, right = gone[both], come[both]
            edit = Edit("value", Span(f"/messages/{right}"), Span(f"/messages/{left}"), old[left], new[right])
            yield old[left] if self._takes_old(edit) else new[right]
            both += 1
        near = come[both] if both < len(come) else come.stop
        for number in gone[both:]:
            yield from self._gone(old[number], f"/messages/{number}", f"/messages/{near}")
        for number in come[both:]:
            if number in appended:
                yield from [new[number]] if growth else []
            else:
                yield from self._come(new[number], f"/messages/{gone.stop}", f"/messages/{number}")

    def tools(self, old: Sequence[Any], new: Sequence[Any]) -> list[Any]:
        """The tools by their names."""
        left, right = tool_names(old), tool_names(new)
        shared = [one for one in left if one in right], [one for one in right if one in left]
        kept: dict[str, Any] = {}
        in_old_order = True
        if shared[0] != shared[1]:
            in_old_order = self._takes_old(Edit("order", Span("/tools"), Span("/tools"), *shared))
        for name, number in right.items():
            at = f"/tools/{number}"
            if name in left:
                kept[name] = self.value(old[left[name]], new[number], f"/tools/{left[name]}", at)
            elif self._come(new[number], "/tools", at):
                kept[name] = new[number]
        for name, number in left.items():
            if name not in right and self._gone(old[number], f"/tools/{number}", "/tools"):
                kept[name] = old[number]
        return [kept[name] for name in _sequence(list(left), list(right), kept, in_old_order=in_old_order)]

    def parameters(self, old: Any, new: Any) -> JsonObject:
        """What stands beside the messages, as far as a prompt may hold it; its order is nobody's."""
        left_out = NEVER_A_CHANGE | _PARTS
        left, right = ({name: value for name, value in side.items() if name not in left_out} for side in (old, new))
        merged = self._members(left, right, "", "", ordered=False)
        return {**{name: value for name, value in new.items() if name in left_out}, **merged}

    def rendered(self, old: Any, new: Any) -> Any:
        """A prompt that the client has made: what it has more at its end is no difference."""
        if isinstance(old, str) and isinstance(new, str):
            if new.startswith(old):
                return new
            return self._text(old, new, "/prompt", "/prompt")
        if old == new or (isinstance(old, tuple) and isinstance(new, tuple) and new[: len(old)] == old):
            return new
        return old if self._takes_old(Edit("value", Span("/prompt"), Span("/prompt"), old, new)) else new


def _sequence(old: Sequence[str], new: Sequence[str], kept: Container[str], *, in_old_order: bool) -> list[str]:
    """Names in the order of one side, those that only the other side has behind what they stand behind there."""
    first, second = (old, new) if in_old_order else (new, old)
    found = [name for name in first if name in kept]
    known, at = set(found), 0
    for name in second:
        if name in known:
            at = found.index(name) + 1
        elif name in kept:
            found.insert(at, name)
            at += 1
    return found
