"""Tool calls of the history: argument text becomes an object, and each engine has its own key order and its own mercy.

Rows 3 and 4 of the comparison of engines. vLLM validates calls with typed dicts, which puts the known keys first and
keeps the rest; SGLang dumps its own model of a call, with every key of it, null or not.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NoReturn

from promptlint.errors import TemplateError
from promptlint.model import JsonObject

_VLLM_CALL = ("id", "function", "type")
_VLLM_FUNCTION = ("arguments", "name")
_INT64 = range(-(2**63), 2**64)


def object_or_empty(arguments: Any) -> JsonObject:
    """Arguments as vLLM decodes them: whatever is no JSON object becomes {}, so that the conversation can go on."""
    if isinstance(arguments, str):
        try:
            arguments = json.loads(arguments)
        except (ValueError, RecursionError):
            return {}
    return arguments if isinstance(arguments, dict) else {}


def object_or_refused(arguments: str) -> JsonObject:
    """Arguments as SGLang decodes them: it answers 400 to whatever is no JSON object."""
    try:
        decoded = json.loads(arguments, parse_constant=_no_constant, parse_int=_as_orjson)
    except (ValueError, RecursionError) as error:
        raise _refused("Assistant tool call function.arguments must be valid JSON.") from error
    if not isinstance(decoded, dict):
        raise _refused("Assistant tool call function.arguments must be a JSON object.")
    return decoded


def vllm_calls(calls: Any) -> list[Any] | None:
    """A message's tool calls as vLLM rebuilds them; None where the key goes."""
    if not isinstance(calls, list) or not calls:
        return None
    return [_vllm_call(call) for call in calls]


def _vllm_call(call: Any) -> Any:
    if not isinstance(call, dict) or not isinstance(call.get("function"), dict):
        return call
    function = _ordered(call["function"], _VLLM_FUNCTION)
    return _ordered({**call, "function": _decoded(function)}, _VLLM_CALL)


def _decoded(function: JsonObject) -> JsonObject:
    return {**function, "arguments": object_or_empty(function.get("arguments"))}


def _ordered(value: JsonObject, first: Sequence[str]) -> JsonObject:
    return {key: value[key] for key in (*(key for key in first if key in value), *(k for k in value if k not in first))}


def sglang_calls(calls: Any, role: Any) -> list[Any] | None:
    """A message's tool calls as SGLang dumps them; only an assistant's arguments are decoded."""
    if not isinstance(calls, list):
        return None
    return [_sglang_call(call, role) if isinstance(call, dict) else call for call in calls]


def _sglang_call(call: JsonObject, role: Any) -> JsonObject:
    function = call.get("function")
    function = function if isinstance(function, dict) else {}
    arguments = function.get("arguments")
    if isinstance(arguments, str) and role == "assistant":
        arguments = object_or_refused(arguments)
    dumped = {"name": function.get("name"), "arguments": arguments}
    return {"id": call.get("id"), "index": call.get("index"), "type": "function", "function": dumped}


def undecoded_arguments_limit(messages: Sequence[JsonObject]) -> str | None:
    """What to say of argument values that vLLM's API refuses, which takes them as text only."""
    for function in _functions(messages):
        if not isinstance(function.get("arguments", ""), str):
            return "vLLM refuses tool call arguments that are no string; shown as if they had been sent as text"
    return None


def emptied_arguments_limit(messages: Sequence[JsonObject]) -> str | None:
    """What to say of argument text that vLLM replaces by an empty object."""
    for function in _functions(messages):
        arguments = function.get("arguments")
        if isinstance(arguments, str) and arguments and not _is_object(arguments):
            return "tool call arguments that are no JSON object reach the template as {}"
    return None


@lru_cache(maxsize=4096)  # the same calls stand in each turn of a conversation
def _is_object(arguments: str) -> bool:
    try:
        return isinstance(json.loads(arguments), dict)
    except (ValueError, RecursionError):
        return False


def _functions(messages: Sequence[JsonObject]) -> Iterator[JsonObject]:
    for message in messages:
        calls = message.get("tool_calls")
        for call in calls if isinstance(calls, list) else ():
            if isinstance(call, dict) and isinstance(call.get("function"), dict):
                yield call["function"]


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _as_orjson(digits: str) -> int | float:
    number = int(digits)
    return number if number in _INT64 else float(digits)


def _refused(message: str) -> TemplateError:
    return TemplateError(message, kind="ValueError")
