from __future__ import annotations

import pytest

from promptlint import json_path, positions


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        ("$", ()),
        ("$.messages[*].content", ("messages", None, "content")),
        ("$.*[0]", (None, "0")),
        ("$[ 'a.b' ][\t\"it's\" ]", ("a.b", "it's")),
        (r"""$['it\'s "x" \\ \u00e9']""", ('it\'s "x" \\ é',)),
        ("$.größe.二", ("größe", "二")),
    ],
)
def test_steps(path: str, steps: json_path.Steps) -> None:
    assert json_path.steps(path) == steps


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("messages", "must begin with $"),
        ("$..content", "cannot be read from '..content' on"),
        ("$.a[-1]", "cannot be read from '[-1]' on"),
        ("$.a[1:2]", "cannot be read from '[1:2]' on"),
        ("$.a[?@.b == 'ccccccccccccccccc']", 'cannot be read from "[?@.b == \'cccccccccc" on'),
        ("$.a['b','c']", "cannot be read from \"['b','c']\" on"),
        ("$.tool-calls", "cannot be read from '-calls' on"),
        ("$.", "cannot be read from '.' on"),
        (r"$['\x']", r"holds '\x', which is no text"),
        ("$" + ".a" * 300, "is longer than 500 characters"),
    ],
)
def test_what_is_no_path(path: str, problem: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        json_path.steps(path)
    assert str(caught.value) == problem


@pytest.mark.parametrize(
    ("path", "pointer", "covered"),
    [
        ("$", "", True),
        ("$", "/messages/0", True),
        ("$.messages[*]", "/messages/12", True),
        ("$.messages[*]", "/messages/12/content/0/text", True),
        ("$.messages[*]", "/messages", False),
        ("$.messages[*].content", "/messages/1/tool_calls/0", False),
        ("$.messages[1]", "/messages/11", False),
        ("$['a/b']['c~d']", "/a~1b/c~0d", True),
    ],
)
def test_covers_the_value_and_everything_under_it(path: str, pointer: str, covered: bool) -> None:
    assert json_path.covers(json_path.steps(path), positions.keys(pointer)) is covered
