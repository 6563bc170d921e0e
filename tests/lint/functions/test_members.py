"""`defined`, `undefined`, `keys`: which members an object has."""

from __future__ import annotations

from tests.lint.functions.run import check, compare, node, texts


def test_defined() -> None:
    assert texts(check("defined", [node({"a": None}, "a"), node({"b": 1}, "a", "/y")])) == [("/y/a", "a")]


def test_no_longer_defined() -> None:
    was, gone = node({"a": 1}, "a"), node({}, "a")
    assert texts(compare("defined", [was], [gone])) == [("/x/a", "a")]
    assert compare("defined", [gone], [gone]) == []
    assert compare("defined", [gone], [was]) == []


def test_undefined() -> None:
    hits = check("undefined", [node({"a": None}, "a"), node({"b": 1}, "a", "/y")])
    assert [(hit.span.pointer, hit.text, hit.key) for hit in hits] == [("/x/a", "a", True)]


def test_an_item_has_no_key() -> None:
    (hit,) = check("undefined", [node("text", pointer="/messages/3")])
    assert (hit.text, hit.key) == ("3", False)


def test_newly_defined() -> None:
    was, gone = node({"a": 1}, "a"), node({}, "a")
    assert texts(compare("undefined", [gone], [was])) == [("/x/a", "a")]
    assert compare("undefined", [was], [was]) == []
    assert compare("undefined", [], [was]) == []  # the object itself is new


def test_keys() -> None:
    hits = check("keys", [node({"role": 1, "ts": 2, "a/b": 3}), node("no object")], allowed=["role"])
    assert [(hit.span.pointer, hit.text, hit.key) for hit in hits] == [("/x/ts", "ts", True), ("/x/a~1b", "a/b", True)]
    assert check("keys", [node({"role": 1, "ts": 2})], allowed=["role"], also_allowed=["ts"]) == []
