from __future__ import annotations

from tests.lint.functions.run import compare, node, texts


def test_the_same_value() -> None:
    assert compare("unchanged", [node("a"), node({}, "z")], [node("a"), node({}, "z")]) == []


def test_what_only_the_later_request_has_is_an_addition() -> None:
    assert compare("unchanged", [], [node("a", pointer="/messages/1")]) == []


def test_markers_move() -> None:
    marked = {"text": "a", "cache_control": {"type": "ephemeral"}}
    assert compare("unchanged", [node(marked)], [node({"text": "a"})]) == []


def test_a_text_that_changed_in_the_middle() -> None:
    (hit,) = compare("unchanged", [node("at nine today")], [node("at ten today")])
    assert (hit.span, hit.related, hit.text) == (("/x", 3, 3), ("/x", 3, 4), "ten")


def test_other_values() -> None:
    assert texts(compare("unchanged", [node({"a": 1, "b": 2})], [node({"b": 2, "a": 1})])) == [
        ("/x", '{"b": 2, "a": 1}')
    ]
    assert texts(compare("unchanged", [node(1)], [node(True)])) == [("/x", "true")]


def test_gone() -> None:
    assert texts(compare("unchanged", [node("a"), node({"z": 1}, "z")], [node({}, "z")])) == [("/x", ""), ("/x/z", "")]
