"""A span's attributes → the chat request that it stands for. Four vocabularies say the same."""

from __future__ import annotations

from typing import Any

from promptlint.capture.composed import Composed
from promptlint.capture.message_parts import argument_text
from promptlint.capture.span_attributes import Attribute, Attributes, indexed
from promptlint.capture.span_messages import add_message, add_system, add_tool
from promptlint.dialect.draft import Draft, function_call
from promptlint.errors import InputError
from promptlint.model import JsonObject

_MESSAGES = ("gen_ai.input.messages", "gen_ai.prompt")
_MODELS = ("gen_ai.request.model", "llm.request.model", "llm.model_name", "gen_ai.response.model")
_CALLS = {"chat", "text_completion", "generate_content", "completion", "LLM"}
_OPERATIONS = ("gen_ai.operation.name", "llm.request.type", "openinference.span.kind")
_PARAMETER = "gen_ai.request."
_NO_PARAMETERS = {"messages", "tools"}
_EVENT = "gen_ai."
_EVENT_ROLES = {"system", "user", "assistant", "tool"}


def is_model_call(attributes: Attributes) -> bool:
    """Is it a chat: the span of an agent or a tool has messages too, but nothing is sent with it."""
    operation = attributes.get(*_OPERATIONS)
    if operation is not None:
        return isinstance(operation.value, str) and operation.value in _CALLS
    return attributes.get(*_MESSAGES, "gen_ai.prompt.0.role", "llm.input_messages.0.message.role") is not None


def compose(attributes: Attributes) -> Composed:
    """The body of the request. Raises InputError where the span does not hold it, or not all of it."""
    composed, draft = Composed(), Draft()
    model = attributes.get(*_MODELS)
    if model is not None:
        composed.put("model", *model)
    if attributes.get(*_MESSAGES):
        _add_messages(composed, draft, attributes)
    else:
        _add_indexed(draft, attributes.indexed("gen_ai.prompt"))
        _add_indexed(draft, [_without(one, "message.") for one in attributes.indexed("llm.input_messages")])
    if not draft.messages:
        _add_events(composed, draft, attributes)
    if all(message.get("role") == "system" for message in draft.messages):
        raise InputError("the span has no messages: the application does not record them")
    _add_tools(composed, draft, attributes)
    composed.put_draft(draft)
    for name, attribute in attributes.by_name.items():
        parameter = name.removeprefix(_PARAMETER)
        if name.startswith(_PARAMETER) and "." not in parameter and parameter not in _NO_PARAMETERS:
            composed.put(parameter, *attribute)
    return composed


def _unpacked(composed: Composed, attribute: Attribute, what: str) -> Any:
    try:
        return composed.unpacked(*attribute)
    except InputError as error:
        raise InputError(f"the {what} of the span are {error}") from None


def _add_messages(composed: Composed, draft: Draft, attributes: Attributes) -> None:
    system = attributes.get("gen_ai.system_instructions")
    if system is not None:
        add_system(draft, _unpacked(composed, system, "instructions"), system.pointer)
    attribute = attributes.get(*_MESSAGES)
    messages = None if attribute is None else _unpacked(composed, attribute, "messages")
    place = "" if attribute is None else attribute.pointer
    if isinstance(messages, dict) and "messages" in messages:
        messages, place = messages["messages"], place + "/messages"
    if isinstance(messages, str) and messages:
        draft.add({"role": "user", "content": messages}, place, content=place)
    for number, message in enumerate(messages if isinstance(messages, list) else ()):
        if not isinstance(message, dict):
            raise InputError("a message of the span is no object")
        add_message(draft, message, f"{place}/{number}")


def _without(group: dict[str, Attribute], prefix: str) -> dict[str, Attribute]:
    return {name.removeprefix(prefix): value for name, value in group.items()}


def _add_indexed(draft: Draft, groups: list[dict[str, Attribute]]) -> None:
    for group in groups:
        content = _content(group)
        role = group.get("role", Attribute("user", content.pointer))
        message: JsonObject = {"role": role.value, "content": content.value}
        pointer = draft.add(message, role.pointer, content=content.pointer, role=role.pointer)
        if "tool_call_id" in group:
            message["tool_call_id"] = group["tool_call_id"].value
            draft.origins[pointer + "/tool_call_id"] = group["tool_call_id"].pointer
        for call in indexed(group, "tool_calls"):
            _add_call(draft, message, pointer, _without(_without(call, "tool_call."), "function."))


def _content(group: dict[str, Attribute]) -> Attribute:
    """The text, or the texts of OpenInference's parts."""
    parts = indexed(group, "contents")
    texts = [part["message_content.text"] for part in parts if "message_content.text" in part]
    if "content" in group or not texts:
        return group.get("content", Attribute(None, next(iter(group.values())).pointer))
    if len(texts) == 1:
        return texts[0]
    return Attribute([{"type": "text", "text": text.value} for text in texts], texts[0].pointer)


def _add_call(draft: Draft, message: JsonObject, pointer: str, call: dict[str, Attribute]) -> None:
    nothing = Attribute(None, next(iter(call.values())).pointer)
    name, arguments = call.get("name", nothing), call.get("arguments", nothing)
    made = function_call(name.value, argument_text(arguments.value), call.get("id", nothing).value)
    draft.add_call(message, pointer, made, name.pointer, arguments.pointer)
    place = f"{pointer}/tool_calls/{len(message['tool_calls']) - 1}"
    draft.origins |= {f"{place}/function/name": name.pointer, f"{place}/id": call.get("id", nothing).pointer}


def _add_events(composed: Composed, draft: Draft, attributes: Attributes) -> None:
    """Messages as events, in the order in which they happened."""
    for name, inner in attributes.events:
        role = _event_role(name)
        if role is None or not inner:
            continue
        read = {key: one.value if key == "content" else composed.unpacked_if_json(*one) for key, one in inner.items()}
        pointer = add_message(draft, _event_message(role, read), next(iter(inner.values())).pointer)
        for key in inner.keys() & {"content", "tool_calls"}:
            draft.origins[f"{pointer}/{key}"] = inner[key].pointer
    listed = attributes.get("events")
    events = None if listed is None else composed.unpacked_if_json(*listed)
    for number, event in enumerate(events if isinstance(events, list) else ()):
        role = _event_role(event.get("event.name")) if isinstance(event, dict) else None
        if role is not None and listed is not None:
            add_message(draft, _event_message(role, event), f"{listed.pointer}/{number}")


def _event_role(name: Any) -> str | None:
    role = name.removeprefix(_EVENT).removesuffix(".message") if isinstance(name, str) else ""
    return role if role in _EVENT_ROLES and name == f"{_EVENT}{role}.message" else None


def _event_message(role: str, values: JsonObject) -> JsonObject:
    """What an event says, without what it says of itself under names with a dot."""
    message = {"role": role} | {key: value for key, value in values.items() if "." not in key}
    if role == "tool" and "id" in message:
        message["tool_call_id"] = message.pop("id")
    return message


def _add_tools(composed: Composed, draft: Draft, attributes: Attributes) -> None:
    definitions = attributes.get("gen_ai.tool.definitions", "gen_ai.request.tools")
    if definitions is not None:
        listed = _unpacked(composed, definitions, "tools")
        for number, tool in enumerate(listed if isinstance(listed, list) else ()):
            add_tool(draft, tool, f"{definitions.pointer}/{number}")
        return
    for group in attributes.indexed("llm.request.functions"):
        values = {key: composed.unpacked_if_json(*one) for key, one in group.items()}
        add_tool(draft, values, next(iter(group.values())).pointer)
        for key, one in group.items():
            draft.origins[f"/tools/{len(draft.tools or ()) - 1}/function/{key}"] = one.pointer
    for group in attributes.indexed("llm.tools"):
        schema = group.get("tool.json_schema")
        if schema is not None:
            add_tool(draft, _unpacked(composed, schema, "tools"), schema.pointer)
