"""Which hit tells of which difference. The index is held against asking every hit of every difference."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.lint.catalogue import load
from promptlint.lint.context import PairContext
from promptlint.lint.edits import MISSING, Edit, Kind
from promptlint.lint.hits import Found
from promptlint.lint.nearness import Places, told_of
from promptlint.lint.rule import Hit, Span
from tests.lint import contexts

RULE = load()["KV101"]
MESSAGE = {"role": "user", "content": "Go on."}
BODIES: dict[str, dict[str, Any]] = {
    "as it was sent": {"model": "example", "messages": [{"role": "system", "content": "Be short."}, MESSAGE]},
    "with a system text beside the messages": {
        "model": "example",
        "max_tokens": 9,
        "system": [{"type": "text", "text": "Be short."}],
        "messages": [MESSAGE],
    },
}


@pytest.fixture(scope="module", params=BODIES, ids=lambda name: str(name).replace(" ", "-"))
def pair(request: pytest.FixtureRequest) -> PairContext:
    with contexts.model() as opened:
        body = BODIES[request.param]
        return contexts.session(opened, body, body)[1][0]


TEXT = "/messages/1/content"
TOOL = "/tools/1"


def text(offset: int, length: int, pointer: str = TEXT) -> Edit:
    """Some characters of a text that are others."""
    return Edit("text", Span(pointer, offset, length), Span(pointer, offset, length), "a", "b")


def another(pointer: str, kind: Kind = "value") -> Edit:
    return Edit(kind, Span(pointer), Span(pointer), 1, 2)


def added(pointer: str) -> Edit:
    return Edit("added", Span(pointer), Span(pointer.rpartition("/")[0]), MISSING, 2)


def removed(pointer: str) -> Edit:
    return Edit("removed", Span(pointer.rpartition("/")[0]), Span(pointer), 1, MISSING)


def both(*place: Any, **more: Any) -> Hit:
    """A hit with the same place on both sides."""
    return Hit(Span(*place), related=Span(*place), **more)


def after(*place: Any) -> Hit:
    return Hit(Span(*place))


@pytest.mark.parametrize(
    ("edit", "hits", "tell"),
    [
        (text(4, 2), [both("/messages"), both("/messages/1"), both(TEXT)], [2]),
        (text(4, 2), [both("/messages"), both("/messages/1"), both("/messages/1/name")], [1]),
        (text(4, 2), [both(TEXT), both(TEXT, 5, 9)], [1]),
        (text(4, 2), [both(TEXT), both(TEXT, 20, 9)], [0]),
        (text(4, 2), [both(TEXT, 20, 9)], []),
        (text(4, 2), [both(TEXT, 4, 1), both("/messages/1"), both(TEXT, 5, 1)], [0, 2]),
        (text(4, 2), [both(""), both("/messages/10"), both("/messages/1/content/0")], []),
        (another(TEXT), [both(TEXT, 4, 2), both(TEXT), both("/messages/1")], [0, 1]),
        (another(TOOL), [both("/tools"), both(TOOL), both("/tools/1/function/name"), both("/tools/12")], [2]),
        (another(TOOL), [both("/tools/1/function"), both("/tools/1/function/name")], [0, 1]),
        (another("/tools", "order"), [both(TOOL), both("/tools/1/function"), both("/tools")], [0]),
        (another("/tools", "order"), [both("/tools/1/function"), both("/messages")], []),
        (another(""), [both(""), both("/tools")], []),
    ],
)
def test_what_is_nearest_to_a_difference_tells_of_it(
    pair: PairContext, edit: Edit, hits: list[Hit], tell: list[int]
) -> None:
    assert telling(pair, edit, hits) == tell


def telling(pair: PairContext, edit: Edit, hits: list[Hit]) -> list[int]:
    """The numbers of the hits that tell of a difference."""
    found = told_of(pair, [edit], [Found(RULE, hit, pair.after, pair) for hit in hits])
    assert {number for one in found for number in one} <= {0}
    return [number for number, one in enumerate(found) if one]


@pytest.mark.parametrize(
    ("edit", "hits", "tell"),
    [
        (added(TOOL), [after(TOOL), Hit(Span(TOOL), in_before=True)], [0]),
        (added(TOOL), [Hit(Span("/messages"), related=Span(TOOL)), after("/tools")], [1]),
        (added(TOOL), [Hit(Span("/messages"), claims=(Span(TOOL),))], [0]),
        (added(TOOL), [Hit(Span(TOOL), related=Span("/tools")), after("/tools")], [0]),
        (added(TOOL), [Hit(Span("/tools"), related=Span("/tools/7"))], []),  # it tells of what has gone
        (added(TOOL), [Hit(Span("/tools"), related=Span("/tools/7"), claims=(Span(TOOL),))], [0]),
        (removed(TOOL), [both(TOOL), Hit(Span(TOOL), in_before=True), after(TOOL)], [0, 1]),
        (removed(TOOL), [Hit(Span("/tools"), related=Span(TOOL)), both("/tools")], [0]),
        (removed(TOOL), [Hit(Span("/tools/7"), related=Span("/tools"))], []),  # it tells of what came
        (removed(TOOL), [Hit(Span("/tools/7"), related=Span("/tools"), related_claims=(Span(TOOL),))], [0]),
        (removed(TOOL), [Hit(Span("/messages"), in_before=True, claims=(Span(TOOL),))], [0]),
        (removed(TOOL), [Hit(Span("/messages"), claims=(Span(TOOL),))], []),
        (removed(TOOL), [after("/tools"), after("/messages")], [0]),
        (removed(TOOL), [after("/tools"), both("/tools")], [1]),
        (removed(TOOL), [Hit(Span("/tools"), related=Span("/tools/7"))], [0]),
        (removed("/messages/1/name"), [after("/messages"), after("/messages/1"), after("/tools")], [0, 1]),
        (Edit("text", Span(TEXT, 4, 1), Span(TEXT, 90, 1), "a", "b"), [after(TEXT, 90, 1), after(TEXT, 4, 1)], [1]),
        (
            Edit("text", Span(TEXT, 4, 1), Span(TEXT, 90, 1), "a", "b"),
            [Hit(Span(TEXT, 90, 1), in_before=True), Hit(Span(TEXT, 4, 1), in_before=True)],
            [0],
        ),
    ],
)
def test_a_place_counts_on_its_own_side(pair: PairContext, edit: Edit, hits: list[Hit], tell: list[int]) -> None:
    assert telling(pair, edit, hits) == tell


def test_places_in_the_body_are_those_that_were_sent() -> None:
    with contexts.model() as opened:
        body = BODIES["with a system text beside the messages"]
        pair = contexts.session(opened, body, body)[1][0]
    hits = [
        both("/messages/0/content", in_body=True),
        both("/messages/0/content"),
        both("/system/0/text", in_body=True),
    ]
    assert telling(pair, text(1, 1, "/messages/1/content"), hits) == [0]
    assert telling(pair, text(1, 1, "/messages/0/content"), hits[:2]) == [1]
    assert telling(pair, removed("/messages/1/content"), hits) == [0]


pointers = st.lists(st.sampled_from(["messages", "system", "0", "1", "content", "a~1b"]), max_size=4).map(
    lambda steps: "".join(f"/{step}" for step in steps)
)
spans = st.builds(Span, pointers, st.none() | st.integers(0, 9), st.integers(0, 4))
edits = st.builds(
    lambda kind, after, before: Edit(
        kind, after, before, MISSING if kind == "added" else 1, MISSING if kind == "removed" else 2
    ),
    st.sampled_from(["text", "value", "added", "removed", "order"]),
    spans,
    spans,
)
hits = st.builds(
    Hit,
    spans,
    related=st.none() | spans,
    in_before=st.booleans(),
    in_body=st.booleans(),
    claims=st.lists(spans, max_size=2).map(tuple),
    related_claims=st.lists(spans, max_size=2).map(tuple),
)


@given(edits=st.lists(edits, max_size=4), found=st.lists(hits, max_size=6))
def test_no_hit_that_is_near_is_overlooked(pair: PairContext, edits: list[Edit], found: list[Hit]) -> None:
    told = [Found(RULE, hit, pair.after, pair) for hit in found]
    expected: list[set[int]] = [set() for _ in told]
    for number, edit in enumerate(edits):
        nearness = [Places(one).nearness(pair, edit) for one in told]
        for at, near in enumerate(nearness):
            if near and near == max(nearness):
                expected[at].add(number)
    assert told_of(pair, edits, told) == expected


def test_of_thousands_of_hits_and_differences_only_those_of_one_place_are_asked(
    pair: PairContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0
    nearness = Places.nearness

    def counted(self: Places, pair: PairContext, edit: Edit) -> int:
        nonlocal asked
        asked += 1
        return nearness(self, pair, edit)

    monkeypatch.setattr(Places, "nearness", counted)
    places = [Span(f"/messages/{number}/content") for number in range(3000)]
    told = [Found(RULE, Hit(span, related=span), pair.after, pair) for span in places]
    found = told_of(pair, [Edit("text", span, span, "a", "b") for span in places], told)
    assert found == [{number} for number in range(3000)]
    assert asked == 3000
