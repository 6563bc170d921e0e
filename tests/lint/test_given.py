from __future__ import annotations

from typing import Any

import pytest

from promptlint.lint import given
from promptlint.lint.given import ALIASES, Node, compiled, member, nodes
from tests.lint import contexts

CALL = {"id": "c1", "type": "function", "function": {"name": "look", "arguments": "{}"}}
BODY: dict[str, Any] = {
    "model": "example",
    "temperature": 0.5,
    "messages": [
        {"role": "system", "content": "Be short."},
        {"role": "user", "content": [{"type": "text", "text": "Hi."}]},
        {"role": "assistant", "content": "Yes?", "tool_calls": [CALL]},
        {"role": "tool", "tool_call_id": "c1", "content": "ok"},
    ],
    "tools": [
        {"type": "function", "function": {"name": "look", "description": "Looks.", "parameters": {"type": "object"}}}
    ],
}


def pointers(path: str, body: dict[str, Any] = BODY) -> list[str]:
    with contexts.model() as opened:
        return [node.pointer for node in nodes(path, contexts.request(body, opened))]


@pytest.mark.parametrize(
    ("alias", "expected"),
    [
        ("#system-text", ["/messages/0/content"]),
        ("#system-messages", ["/messages/0"]),
        ("#messages", ["/messages/0", "/messages/1", "/messages/2", "/messages/3"]),
        (
            "#all-text",
            ["/messages/0/content", "/messages/1/content/0/text", "/messages/2/content", "/messages/3/content"],
        ),
        ("#user-text", ["/messages/1/content/0/text"]),
        ("#assistant-text", ["/messages/2/content"]),
        ("#tool-result-text", ["/messages/3/content"]),
        ("#tool-list", ["/tools"]),
        ("#tools", ["/tools/0"]),
        ("#tool-schemas", ["/tools/0/function/parameters"]),
        ("#tool-calls", ["/messages/2/tool_calls/0"]),
        ("#parameters", [""]),
        ("$.messages[?@.role == 'tool'].content", ["/messages/3/content"]),
        ("$.nothing", []),
    ],
)
def test_what_is_found(alias: str, expected: list[str]) -> None:
    assert pointers(alias) == expected


def test_what_is_not_there_is_not_looked_at() -> None:
    plain = {"type": "function", "function": {"name": "look"}}
    assert pointers("#tool-schemas", {**BODY, "tools": [plain, *BODY["tools"]]}) == ["/tools/1/function/parameters"]
    bare = {key: value for key, value in BODY.items() if key != "tools"}
    assert pointers("#tool-list", bare) == pointers("#tools", bare) == []
    assert pointers("#tool-list", {**BODY, "tools": []}) == ["/tools"]


def test_the_text_of_tools_is_all_of_their_strings() -> None:
    assert "/tools/0/function/description" in pointers("#tool-text")


def test_aliases_hide_the_api_and_paths_do_not() -> None:
    claude = {"model": "claude-x", "system": "Be short.", "messages": [{"role": "user", "content": "Hi."}]}
    assert pointers("#system-text", claude) == ["/messages/0/content"]  # of the chat form
    assert pointers("$.system", claude) == ["/system"]


def test_every_alias_is_tested_here() -> None:
    assert len(ALIASES) == 13


def test_a_member_that_is_not_there() -> None:
    node = Node("/a", {"b": None})
    assert member(node, "b") == Node("/a/b", None, exists=True)
    assert member(node, "c/d") == Node("/a/c~1d", None, exists=False)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("messages", r"."),
        ("$.a[", r"."),
        ("$..a..b", "more than one"),
        ("$[?match(@.a, 'x')]", "match"),
        ("$." + "a" * 600, "longer than 500"),
        ("$.m[?count($.m[?count($.m[*]) > 0]) > 0]", r"a second '\$'"),
        ("$" + "[*,*,*,*]" * 5, "more than 12 commas"),
        ("$[?@.a == 1e999]", "cannot convert float infinity"),
        ("$[?" + "(" * 497, r"."),
    ],
)
def test_paths_that_are_refused(path: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        compiled(path)


def test_what_is_quoted_is_a_name() -> None:
    assert pointers("$['$..$', '..,,,,,,,,,,,,,', \"a'$\"]") == []
    assert pointers("$['tools', 'model', \"temperature\"]") == ["/tools", "/model", "/temperature"]


def test_no_more_nodes_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(given, "MOST_NODES", 2)
    assert len(pointers("#messages")) == len(pointers("$..*")) == 2
