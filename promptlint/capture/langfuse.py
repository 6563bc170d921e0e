"""Langfuse exports: generations whose input is whatever the SDK stored, with the usage beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from promptlint.capture.about import About
from promptlint.capture.composed import Composed
from promptlint.capture.document import Document
from promptlint.capture.exchange import Exchange, request_or_skipped
from promptlint.capture.json_text import JsonError, parse, shown
from promptlint.capture.response import instant
from promptlint.errors import InputError
from promptlint.model import JsonObject, Request, Skipped

ABOUT = About("Langfuse observations", note="tools are there where the SDK stored them in the input")
_TYPES = {
    "GENERATION", "SPAN", "EVENT", "AGENT", "TOOL", "CHAIN", "RETRIEVER", "EVALUATOR", "EMBEDDING", "GUARDRAIL",
}  # fmt: skip  # laid out by hand, to be read as a table
_LISTS = ("data", "observations")
_MODELS = ("provided_model_name", "providedModelName", "model")
_PARAMETERS = ("model_parameters", "modelParameters")
_USAGES = ("usage_details", "usageDetails", "provided_usage_details", "usage")


def accepts(document: Document) -> bool:
    """An observation, or a list of them."""
    return any(_is_observation(one) for _, one in _listed(document.data))


def read(document: Document, name: str) -> Iterator[Request | Skipped]:
    """The generations in the order of the file."""
    for pointer, one in _listed(document.data):
        reason = _why_none(one)
        if reason is None:
            try:
                yield from request_or_skipped(document, name, _exchange(document, one, pointer))
                continue
            except InputError as error:
                reason = f"the input is {error}"
        yield Skipped(document.container(pointer) or "", reason)


def _listed(data: Any) -> Iterator[tuple[str, Any]]:
    inner = next((key for key in _LISTS if isinstance(data, dict) and isinstance(data.get(key), list)), None)
    if inner is not None:
        yield from ((f"/{inner}/{number}", one) for number, one in enumerate(data[inner]))
    elif isinstance(data, list):
        yield from ((f"/{number}", one) for number, one in enumerate(data))
    else:
        yield "", data


def _is_observation(one: Any) -> bool:
    if not isinstance(one, dict) or not isinstance(one.get("type"), str) or one["type"] not in _TYPES:
        return False
    return bool({"trace_id", "traceId"} & one.keys()) or ("input" in one and not one.keys().isdisjoint(_USAGES))


def _why_none(one: Any) -> str | None:
    if not _is_observation(one):
        return "no observation"
    if one["type"] != "GENERATION":
        return f"an observation of the type {shown(one['type'])}, no call of a model"
    return "the input was not stored" if one.get("input") in (None, "") else None


def _exchange(document: Document, one: JsonObject, pointer: str) -> Exchange:
    composed = Composed()
    dialect = _put_input(composed, composed.unpacked(one["input"], pointer + "/input"), pointer + "/input")
    _put_first(composed, "model", one, _MODELS, pointer)
    for key in _PARAMETERS:
        composed.put_all(composed.unpacked_if_json(one.get(key), f"{pointer}/{key}"), f"{pointer}/{key}")
    session = one.get("session_id") or one.get("sessionId")
    started = one.get("start_time", one.get("startTime"))
    return Exchange(
        pointer + "/input",
        composed.body,
        recorded_at=instant(started),
        cached_tokens=_cached(one),
        session=session if isinstance(session, str) else None,
        dialect=dialect,
        source=composed.source(document, pointer),
    )


def _put_first(composed: Composed, key: str, one: JsonObject, names: tuple[str, ...], pointer: str) -> None:
    name = next((name for name in names if isinstance(one.get(name), str) and one[name]), None)
    if name is not None:
        composed.put(key, one[name], f"{pointer}/{name}")


def _put_input(composed: Composed, given: Any, pointer: str) -> str | None:
    """The body that the input holds, or is. Returns the API, where the input leaves no choice."""
    while isinstance(given, dict) and isinstance(given.get("kwargs"), dict):  # of a decorated function
        given, pointer = given["kwargs"], pointer + "/kwargs"
    if isinstance(given, str):
        composed.put("messages", [{"role": "user", "content": given}], pointer)
        composed.moved["/messages/0/content"] = pointer
        return "openai_chat"
    if isinstance(given, list):
        _put_messages(composed, given, pointer)
    elif isinstance(given, dict) and isinstance(given.get("role"), str):
        composed.put("messages", [given], pointer)
        composed.moved["/messages/0"] = pointer
    else:
        composed.put_all(given, pointer)
    return None


def _put_messages(composed: Composed, given: list[Any], pointer: str) -> None:
    """The messages; LangChain's handler lists the tools among them."""
    tools = [(number, one["content"]) for number, one in enumerate(given) if _is_tool(one)]
    kept = [number for number, one in enumerate(given) if not _is_tool(one)]
    composed.put("messages", [given[number] for number in kept], pointer)
    if tools:
        composed.put("tools", [tool for _, tool in tools], pointer)
    for place, number in enumerate(kept):
        composed.moved[f"/messages/{place}"] = f"{pointer}/{number}"
    for place, (number, _) in enumerate(tools):
        composed.moved[f"/tools/{place}"] = f"{pointer}/{number}/content"


def _is_tool(message: Any) -> bool:
    content = message.get("content") if isinstance(message, dict) and message.get("role") == "tool" else None
    return isinstance(content, dict) and content.get("type") == "function" and "function" in content


def _cached(one: JsonObject) -> int | None:
    """The count of the cached input, which every SDK spells in its own way."""
    for key in _USAGES:
        usage = _object(one.get(key))
        for name, count in usage.items():
            plain = name.replace("_", "").lower()
            is_read = "cache" in plain and any(word in plain for word in ("read", "cached", "hit"))
            if is_read and "output" not in plain and isinstance(count, int) and not isinstance(count, bool):
                return count
    return None


def _object(value: Any) -> JsonObject:
    if isinstance(value, str):
        try:
            value = parse(value)
        except JsonError:
            return {}
    return value if isinstance(value, dict) else {}
