from __future__ import annotations

import json

from promptlint.render.usage import TrackedList, TrackedObject, TrackedText, note, note_all, tracked

DATA = {"a": [{"b": "text"}, 1, None, True]}


def test_tracked_data_equals_what_it_copies() -> None:
    copy = tracked(DATA)
    assert copy == DATA
    assert json.dumps(copy) == json.dumps(DATA)
    assert isinstance(copy, TrackedObject)
    assert isinstance(copy["a"], TrackedList)
    assert isinstance(copy["a"][0]["b"], TrackedText)


def test_a_note_concerns_one_value() -> None:
    copy = tracked(DATA)
    note(copy["a"], "array_access")
    assert copy["a"].usage.used
    assert copy["a"].usage.operations == {"array_access"}
    assert not copy.usage.used
    assert not copy["a"][0].usage.used


def test_all_inside_a_value_can_be_noted_also_through_plain_containers() -> None:
    copy = tracked(DATA)
    note_all([{"x": copy["a"]}])
    assert copy["a"][0]["b"].usage.used
    assert not copy.usage.used


def test_other_values_have_no_record() -> None:
    note("text", "length")
    note_all({"a": [1]})
