from __future__ import annotations

from typing import Any

from promptlint.dialect import chat
from promptlint.lint.tools import (
    differing_tools,
    place_in_tool,
    shared_order,
    tool_list,
    tool_names,
    with_tool,
    with_tools_of,
)
from promptlint.model import Chat
from promptlint.selection import request_of_body
from tests.lint import contexts


def made(tools: list[dict[str, Any]], **rest: Any) -> Chat:
    return chat(request_of_body({"messages": [{"role": "user", "content": "Hello."}], "tools": tools, **rest}))


def function(name: str, **more: Any) -> dict[str, Any]:
    return {"type": "function", "function": {"name": name, **more}}


def test_chat_tools() -> None:
    found = tool_list(made([function("b"), function("a")]))
    assert (found.pointer, found.names) == ("/tools", ("b", "a"))
    assert [(tool.number, tool.pointer) for tool in found.tools] == [(0, "/tools/0"), (1, "/tools/1")]


def test_no_tools() -> None:
    bodies: list[dict[str, Any]] = [{"tools": []}, {}]
    for body in bodies:
        messages = [{"role": "user", "content": "Hello."}]
        assert tool_list(chat(request_of_body({"messages": messages, **body}))).names == ()


def test_older_functions() -> None:
    body: dict[str, Any] = {
        "messages": [{"role": "user", "content": "Hello."}],
        "functions": [{"name": "b"}, "no object"],
    }
    found = tool_list(chat(request_of_body(body)))
    assert (found.pointer, found.names) == ("/functions", ("b",))
    form = chat(request_of_body(body))
    assert with_tool(form, found.tools[0], found.tools[0]) is form  # no template reads them: nothing is undone


def test_tools_of_a_provider_go_by_name_or_type() -> None:
    body: dict[str, Any] = {
        "model": "gpt-5",
        "input": "Hello.",
        "tools": [{"type": "web_search"}, {"type": "function", "name": "a"}],
    }
    assert tool_list(chat(request_of_body(body))).names == ("web_search", "a")
    tools: list[dict[str, Any]] = [{"type": "web_search_20250305", "name": "web_search"}]
    assert tool_list(made(tools, model="claude-sonnet-4-5")).names == ("web_search",)


def test_every_tool_has_a_name_of_its_own() -> None:
    tools: list[dict[str, Any]] = [{"type": "web_search"}, *map(function, "aba"), {"type": "function", "function": "a"}]
    assert tool_names([*tools, function("a")]) == {"web_search": 0, "a": 1, "b": 2, "a+": 3, "function": 4, "a++": 5}


def test_deferred_tools_are_left_out() -> None:
    tools: list[dict[str, Any]] = [
        {"name": "late", "defer_loading": True, "input_schema": {}},
        {"name": "now", "defer_loading": False, "input_schema": {}},
    ]
    found = tool_list(made(tools, model="claude-sonnet-4-5"))
    assert [(tool.name, tool.number) for tool in found.tools] == [("now", 0)]


def test_two_lists() -> None:
    before = tool_list(made([function("a"), function("b"), function("b"), function("c")]))
    after = tool_list(made([function("b"), function("d"), function("a"), function("b", description="other")]))
    assert shared_order(before, after) == (["a", "b", "b (2)"], ["b", "a", "b (2)"])
    assert [(old.number, new.number) for old, new in differing_tools(before, after)] == [(2, 3)]


def test_a_change_undone() -> None:
    before, after = made([function("a", description="old"), function("b")]), made([function("a", description="new")])
    old, new = tool_list(before).tools[0], tool_list(after).tools[0]
    assert with_tools_of(before, after).tools == before.tools
    assert with_tool(after, new, old).tools == [function("a", description="old")]
    assert after.tools == [function("a", description="new")]


def test_the_way_to_a_place_in_the_names_of_the_body() -> None:
    ours = {"name": "a", "input_schema": {"type": "object", "required": ["x"]}}
    theirs = function("a", parameters={"type": "object", "required": ["x"]})
    bodies: list[dict[str, Any]] = [
        {"model": "claude-opus-4-1", "max_tokens": 9, "system": "Be short.", "tools": [ours]},
        {"model": "example", "tools": [theirs]},
    ]
    said = [{"role": "user", "content": "Hello."}]
    with contexts.model() as model:
        found = []
        for body in bodies:
            (context,), _ = contexts.session(model, {**body, "messages": said})
            (tool,) = tool_list(context.chat).tools
            found.append(place_in_tool(context, tool, f"{tool.pointer}/function/parameters/required/0"))
    assert found == [["input_schema", "required", "0"], ["parameters", "required", "0"]]
