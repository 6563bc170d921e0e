from __future__ import annotations

import time

import pytest

from promptlint.lint.order import misplaced


@pytest.mark.parametrize(
    "names",
    [
        [],
        ["one"],
        ["Bash", "Read", "add"],
        ["add", "Bash", "copy"],
        ["same", "same"],
        ["Bash", "Read", "mcp__wiki__a", "mcp__wiki__b", "mcp__files__a"],
        ["mcp__my_wiki__a", "mcp__my_wiki__b", "mcp__files__x"],
        ["wiki.a", "wiki.b", "files.a", "files.b"],
        ["wiki/b", "wiki/C", "files/a", "files/b"],
        ["wiki__Z", "wiki__a", "apply", "edit"],
    ],
)
def test_sorted_names(names: list[str]) -> None:
    assert misplaced(names, segments=True) is None


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["exec", "web", "edit"], (2, "edit", "web")),
        (["b", "a"], (1, "a", "b")),
        (["mcp__w__a", "mcp__f__a", "mcp__w__b"], (2, "mcp__w__b", "mcp__f__a")),
        (["mcp__w__b", "mcp__w__a", "mcp__f__a"], (1, "mcp__w__a", "mcp__w__b")),
        (["Read", "mcp__w__a", "Bash"], (2, "Bash", "mcp__w__a")),
        (["web.get", "net.get", "fs.get"], (1, "net.get", "web.get")),  # no two share a server
        (["snake_case", "camel_case"], (1, "camel_case", "snake_case")),
    ],
)
def test_names_out_of_order(names: list[str], found: tuple[int, str, str]) -> None:
    assert misplaced(names, segments=True) == found


def test_segments_do_not_count() -> None:
    names = ["wiki.a", "wiki.b", "files.a", "files.b"]
    assert misplaced(names, segments=False) == (2, "files.a", "wiki.b")


def test_hostile_names_take_no_time() -> None:
    names = ["z" + "_" * 20_000, "mcp__" + "a_" * 20_000, "a" * 40_000]
    start = time.process_time()
    assert misplaced(names, segments=True) is not None
    assert time.process_time() - start < 2
