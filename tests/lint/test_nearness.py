"""Which hit tells of which difference. The index is held against asking every hit of every difference."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.lint.catalogue import load
from promptlint.lint.context import PairContext
from promptlint.lint.edits import MISSING, Edit
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
