from __future__ import annotations

from typing import Any

import pytest

from promptlint.capture.span_attributes import Attribute, attributes_of


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ({"stringValue": "a"}, "a"),
        ({"string_value": "a"}, "a"),
        ({"boolValue": False}, False),
        ({"intValue": "7"}, 7),
        ({"int_value": 7}, 7),
        ({"arrayValue": {"values": [{"stringValue": "a"}, "b", 7]}}, ["a", "b", 7]),
        ({"kvlistValue": {"values": [{"key": "k", "value": {"intValue": "7"}}, 7, {"key": 7}]}}, {"k": 7}),
        ({"kvlist_value": {"values": [{"key": "k", "value": {"kvlist_value": {}}}]}}, {"k": {}}),
        ({"bytesValue": "AA=="}, None),
        ({}, None),
        ("plain", "plain"),
    ],
)
def test_a_typed_value_is_what_it_holds(value: Any, read: Any) -> None:
    found = attributes_of({"attributes": [{"key": "a", "value": value}]}, "").get("a")
    assert found is not None
    assert found.value == read


@pytest.mark.parametrize(
    ("value", "count"),
    [(7, 7), ("7", 7), (7.0, 7), (7.5, None), ("7.5", None), ("-7", None), (True, None), (None, None), ([7], None)],
)
def test_a_count_may_be_written_as_text_or_with_a_point(value: Any, count: int | None) -> None:
    attributes = attributes_of({"attributes": {"a": value}}, "")
    assert (attributes.number("a"), attributes.number("b")) == (count, None)


def test_indexed_names_go_by_their_number_and_others_are_passed_over() -> None:
    names = ["p.10.role", "p.2.role", "p.2.content", "p.x.role", "p.3", "p.role", "q.0.role"]
    attributes = attributes_of({"attributes": {name: name for name in names}}, "/spans/0")
    assert attributes.indexed("p") == [
        {
            "role": Attribute("p.2.role", "/spans/0/attributes/p.2.role"),
            "content": Attribute("p.2.content", "/spans/0/attributes/p.2.content"),
        },
        {"role": Attribute("p.10.role", "/spans/0/attributes/p.10.role")},
    ]
