import json
from typing import Any

import pytest

from promptlint.errors import TemplateError
from tests.render.profile.engines import ENGINES, USER, context, tool_of_each


def named(name: str, **more: Any) -> dict[str, Any]:
    return {"type": "function", "function": {"name": name, **more}}


def test_row_1_missing_description() -> None:
    tools = tool_of_each(named("f", parameters={}))
    assert {engine: json.dumps(tool["function"]) for engine, tool in tools.items()} == {
        "transformers": '{"name": "f", "parameters": {}}',
        "vllm": '{"name": "f", "description": null, "parameters": {}}',
        "sglang": '{"name": "f", "parameters": {}, "description": null}',
    }


def test_row_2_key_order_and_extra_keys() -> None:
    sent = {"function": {"parameters": {}, "x": 1, "description": "d", "name": "f"}, "type": "function", "y": 2}
    assert {engine: json.dumps(tool) for engine, tool in tool_of_each(sent).items()} == {
        "transformers": json.dumps(sent),
        "vllm": '{"type": "function", "function": {"name": "f", "description": "d", "parameters": {}}}',
        "sglang": '{"type": "function", "function": {"parameters": {}, "description": "d", "name": "f"}, '
        '"defer_loading": null}',
    }


def test_strict_and_deferral_appear_only_when_given() -> None:
    tools = tool_of_each({**named("f", strict=True), "defer_loading": True})
    assert list(tools["vllm"]["function"]) == ["name", "description", "parameters", "strict", "defer_loading"]
    assert list(tools["sglang"]["function"]) == ["name", "strict", "description", "parameters", "defer_loading"]
    assert tools["vllm"]["defer_loading"] is tools["sglang"]["defer_loading"] is True


@pytest.mark.parametrize(
    ("choice", "names"),
    [
        (None, {"transformers": "fg", "vllm": "fg", "sglang": "fg"}),
        ("required", {"transformers": "fg", "vllm": "fg", "sglang": "fg"}),
        ("none", {"transformers": "fg", "vllm": "fg", "sglang": None}),
        ({"type": "function", "function": {"name": "g"}}, {"transformers": "fg", "vllm": "fg", "sglang": "g"}),
    ],
)
def test_row_15_tool_choice(choice: Any, names: dict[str, str | None]) -> None:
    for engine in ENGINES:
        tools = context(engine, USER, tools=[named("f"), named("g")], tool_choice=choice).tools
        assert names[engine] == (None if tools is None else "".join(tool["function"]["name"] for tool in tools))


def test_a_marked_name_is_still_the_chosen_one() -> None:
    tools = [named("\U000f0000g\U00100000")]
    assert context("sglang", USER, tools=tools, tool_choice={"function": {"name": "g"}}).tools is not None


def test_an_empty_list_is_refused_by_vllm_only() -> None:
    assert context("transformers", USER, tools=[]).tools == []
    assert context("sglang", USER, tools=[]).tools is None
    with pytest.raises(TemplateError, match="must not be an empty array"):
        context("vllm", USER, tools=[])


def test_sglang_has_flat_tools_for_a_second_try() -> None:
    assert context("sglang", USER, tools=[named("f")]).retry_tools == [
        {"name": "f", "description": None, "parameters": None}
    ]
    assert context("vllm", USER, tools=[named("f")]).retry_tools is None


@pytest.mark.parametrize(
    ("tools", "choice", "said"),
    [
        (None, "required", "refuses tool_choice without tools"),
        ([named("f")], {"function": {"name": "g"}}, "names no tool of the request"),
        ([{"type": "web_search"}], None, "refuses tools without a function object"),
        ([named("f")], {"function": {"name": "f"}}, None),
        (None, "none", None),
    ],
)
@pytest.mark.parametrize("engine", ["vllm", "sglang"])
def test_refusals_are_named(engine: str, tools: Any, choice: Any, said: str | None) -> None:
    limits = context(engine, USER, tools=tools, tool_choice=choice).limits
    assert [said in limit for limit in limits] == [True] if said else limits == ()


def test_tools_that_are_no_objects_are_an_error_everywhere() -> None:
    for engine in ENGINES:
        with pytest.raises(TemplateError, match="JSON schema"):
            context(engine, USER, tools=["f"])
