"""Which hit tells of which difference: the one whose places are nearest to it."""

from __future__ import annotations

from collections.abc import Sequence

from promptlint.lint.context import PairContext
from promptlint.lint.edits import Edit
from promptlint.lint.hits import Found
from promptlint.lint.rule import Span


def told_of(pair: PairContext, edits: Sequence[Edit], told: Sequence[Found]) -> list[set[int]]:
    """The numbers of the differences that each hit tells of: no other hit has places nearer to those."""
    places = [Places(one) for one in told]
    near_by = _Index(places)
    covered: list[set[int]] = [set() for _ in told]
    for number, edit in enumerate(edits):
        nearness = {at: places[at].nearness(pair, edit) for at in near_by.candidates(pair, edit)}
        best = max(nearness.values(), default=0)
        for at, near in nearness.items():
            if near and near == best:
                covered[at].add(number)
    return covered


class Places:
    """The places of a hit, on both sides, in the chat form or in the body."""

    def __init__(self, found: Found) -> None:
        hit = found.hit
        self.in_body = hit.in_body
        self._after = [] if hit.in_before else list(hit.spans())
        self._before = [*hit.related_spans(), *(hit.spans() if hit.in_before else ())]
        # A member that came, or is gone: on the other side it is missing in what stands at the place.
        depths = [one.pointer.count("/") for one in (hit.span, hit.related or hit.span)]
        self._at = hit.span
        if depths[0] < depths[1]:
            self._after = self._after[1:]  # the span is the first, if it stands there at all
        elif depths[0] > depths[1] and hit.related is not None:
            self._before.remove(hit.related)

    @property
    def pointers(self) -> set[str]:
        """Where its places are."""
        return {one.pointer for one in (*self._after, *self._before, self._at)}

    def nearness(self, pair: PairContext, edit: Edit) -> int:
        """How near the hit is to a difference; 0 where it says nothing of it."""
        after, before = _sides(pair, edit, in_body=self.in_body)
        near = 0
        if edit.kind != "removed":
            near = max((_nearness(one, after, edit) for one in self._after), default=0)
        if edit.kind != "added":
            near = max([near, *(_nearness(one, before, edit) for one in self._before)])
        if not near and edit.kind == "removed":
            near = int(any(_covers(one.pointer, after.pointer) for one in (*self._after, self._at)))
        return near


class _Index:
    """The hits by their places: of thousands of hits and thousands of differences few have to do with each other."""

    def __init__(self, places: Sequence[Places]) -> None:
        self._at: dict[tuple[bool, str], list[int]] = {}
        self._inside: dict[tuple[bool, str], list[int]] = {}
        for number, one in enumerate(places):
            for pointer in one.pointers:
                self._at.setdefault((one.in_body, pointer), []).append(number)
                for outer in _outer(pointer):
                    self._inside.setdefault((one.in_body, outer), []).append(number)

    def candidates(self, pair: PairContext, edit: Edit) -> set[int]:
        """The numbers of the hits at, around and inside of a difference: no other is near to it."""
        found: set[int] = set()
        for in_body in (False, True):
            for pointer in {span.pointer for span in _sides(pair, edit, in_body=in_body)}:
                for around in (pointer, *_outer(pointer)):
                    found.update(self._at.get((in_body, around), ()))
                found.update(self._inside.get((in_body, pointer), ()))
        return found


def _outer(pointer: str) -> list[str]:
    """What a pointer is inside of, and not the whole."""
    steps = pointer.split("/")
    return ["/".join(steps[:end]) for end in range(2, len(steps))]


def _sides(pair: PairContext, edit: Edit, *, in_body: bool) -> tuple[Span, Span]:
    """The places of a difference, `after` first: in the body, or in the chat form."""
    if not in_body:
        return edit.after, edit.before
    return (
        edit.after._replace(pointer=pair.after.body_pointer(edit.after.pointer)),
        edit.before._replace(pointer=pair.before.body_pointer(edit.before.pointer)),
    )


def _nearness(told: Span, place: Span, edit: Edit) -> int:
    depth = told.pointer.count("/")
    if not told.pointer:
        return 0
    if told.pointer == place.pointer:
        if told.offset is None or place.offset is None:
            return 2 * depth
        return 2 * depth + 1 if told.touches(place) else 0
    if _covers(told.pointer, place.pointer):
        return 2 * depth
    inside = place.pointer and told.pointer.startswith(place.pointer + "/")
    if inside and (edit.is_whole or edit.kind == "order"):
        # Where an order is another one, the place is one of the members; but so is that of what is inside of them.
        return 2 * place.pointer.count("/") + 1 if edit.is_whole or depth == place.pointer.count("/") + 1 else 0
    return 0


def _covers(outer: str, inner: str) -> bool:
    return bool(outer) and (inner == outer or inner.startswith(outer + "/"))
