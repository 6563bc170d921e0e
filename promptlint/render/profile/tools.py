"""Tool definitions on their way to the template: rows 1, 2 and 15 of the comparison of engines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from promptlint.errors import TemplateError
from promptlint.model import JsonObject
from promptlint.render.profile.marks import unmarked


def vllm_tools(tools: Sequence[Any] | None) -> list[Any] | None:
    """Tools as vLLM dumps them: its key order, null for what is missing, without the keys that it does not know."""
    if tools is None:
        return None
    if not tools:
        raise TemplateError(
            "`tools` must not be an empty array. Either provide at least one tool or omit the field entirely.",
            kind="VLLMValidationError",
        )
    return [_vllm_tool(tool) for tool in tools]


def _vllm_tool(tool: Any) -> Any:
    if not _is_function(tool):
        return tool
    function = _with_deferral(tool)
    known = {key: function.get(key) for key in ("name", "description", "parameters")}
    known |= _given(function, "strict", "defer_loading")
    return {"type": "function", "function": known, **_given(tool, "defer_loading")}


def sglang_tools(tools: Sequence[Any] | None, choice: Any) -> list[Any] | None:
    """Tools as SGLang dumps them: the client's key order, null for what is missing; none or one by the tool choice."""
    if not tools or choice == "none":
        return None
    chosen = [tool for tool in tools if not isinstance(choice, dict) or _name(tool) == _chosen_name(choice)]
    return [sglang_tool(tool) for tool in chosen] or None


def sglang_tool(tool: Any) -> Any:
    """One tool as SGLang dumps it; `defer_loading` is written even where nobody sent it."""
    if not _is_function(tool):
        return tool
    function = _with_deferral(tool)
    dumped = {key: function.get(key) for key in ("description", "name", "parameters")}
    dumped |= _given(function, "strict", "defer_loading")
    sent = tool["function"]
    order = (*(key for key in sent if key in dumped), *(key for key in dumped if key not in sent))
    ordered = {key: dumped[key] for key in order}
    return {"type": tool.get("type", "function"), "function": ordered, "defer_loading": tool.get("defer_loading")}


def flat_tools(tools: Sequence[Any] | None) -> list[Any] | None:
    """The bare functions, with which SGLang renders again when the template raised."""
    return [tool.get("function", tool) for tool in tools] if tools else None


def odd_tools_limit(tools: Sequence[Any] | None, engine: str) -> str | None:
    """What to say of tools that are no functions, which the engines refuse."""
    if all(_is_function(tool) for tool in tools or ()):
        return None
    return f"{engine} refuses tools without a function object; shown as sent"


def choice_limit(tools: Sequence[Any] | None, choice: Any, engine: str) -> str | None:
    """What to say of a tool choice that the engine refuses, since it is for tools that are not there."""
    if choice in (None, "none", "auto" if engine == "SGLang" else None):
        return None
    if not tools:
        return f"{engine} refuses tool_choice without tools; shown as if it were not there"
    if isinstance(choice, dict) and _chosen_name(choice) not in {_name(tool) for tool in tools}:
        return f"{engine} refuses a tool_choice that names no tool of the request; shown as if it did not"
    return None


def _is_function(tool: Any) -> bool:
    return isinstance(tool, dict) and isinstance(tool.get("function"), dict)


def _with_deferral(tool: JsonObject) -> JsonObject:
    function: JsonObject = tool["function"]
    if tool.get("defer_loading") is None or function.get("defer_loading") is not None:
        return function
    return {**function, "defer_loading": tool["defer_loading"]}


def _given(value: Mapping[str, Any], *keys: str) -> JsonObject:
    return {key: value[key] for key in keys if value.get(key) is not None}


def _name(tool: Any) -> object:
    name = unmarked(tool["function"].get("name")) if _is_function(tool) else None
    return name if isinstance(name, str) else None


def _chosen_name(choice: JsonObject) -> object:
    function = choice.get("function")
    name = unmarked(function.get("name")) if isinstance(function, dict) else None
    return name if isinstance(name, str) else None
