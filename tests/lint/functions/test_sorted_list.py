from __future__ import annotations

from typing import Any

from tests.lint.functions.run import check, node, texts


def tools(*names: Any) -> list[dict[str, Any]]:
    return [{"function": {"name": name}} for name in names]


def test_a_list_of_texts() -> None:
    assert check("sorted", [node(["a", "B", "c"]), node(["B", "a"]), node("ba")]) == []
    (hit,) = check("sorted", [node(["a", "c", "b"])])
    assert (hit.span.pointer, hit.text, hit.fields) == ("/x/2", "b", {"behind": "c"})


def test_by_a_member() -> None:
    assert texts(check("sorted", [node(tools("edit", "add"))], by="function.name")) == [("/x/1", "add")]
    assert check("sorted", [node(tools("edit", "add"))], by="name") == []


def test_items_without_a_name_are_passed_over() -> None:
    assert texts(check("sorted", [node(tools("b", None, "a"))], by="function.name")) == [("/x/2", "a")]


def test_segments() -> None:
    nodes = [node(["wiki__a", "wiki__b", "files__a", "files__b"])]
    assert check("sorted", nodes, segments=True) == []
    assert texts(check("sorted", nodes)) == [("/x/2", "files__a")]
