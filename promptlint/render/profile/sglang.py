"""The profile of SGLang 0.5.23: the message is dumped from SGLang's own model of it, then goes through transformers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from promptlint.model import Chat, JsonObject
from promptlint.render.messages import check_tools, prepare_messages
from promptlint.render.profile.arguments import sglang_calls
from promptlint.render.profile.content import dropped_media_limit, dropped_parts_limit, sglang_content
from promptlint.render.profile.context import Context, ModelCard, sentences, with_roles
from promptlint.render.profile.encoders import encoder_limit
from promptlint.render.profile.media import media_limit
from promptlint.render.profile.parameters import argument_limit, ignored_limit, own_template_limit, sglang_variables
from promptlint.render.profile.reasoning import ignored_switch_limit
from promptlint.render.profile.roles import last_assistant_as_user, last_assistant_text, results_in_call_order
from promptlint.render.profile.tools import choice_limit, flat_tools, odd_tools_limit, sglang_tool, sglang_tools
from promptlint.render.template_facts import ContentFormat, TemplateFacts

_ROLES = frozenset({"system", "user", "assistant", "tool", "function", "developer", "latest_reminder", "root"})


def apply(chat: Chat, facts: TemplateFacts, model: ModelCard) -> Context:
    """The context that SGLang's chat endpoint renders for this request."""
    sent = with_roles(chat.messages)
    ordered = results_in_call_order(sent) if facts.reads_tool_call_id else sent
    messages, prefill = _ending([sglang_message(m, facts.sglang_format) for m in ordered], chat)
    check_tools(chat.tools)
    tools = sglang_tools(chat.tools, chat.parameters.get("tool_choice"))
    return Context(
        prepare_messages(messages),
        tools,
        sglang_variables(chat.parameters),
        _limits(chat, sent, facts, model, prefill),
        prefill=prefill,
        retry_tools=flat_tools(tools),
    )


def sglang_message(message: JsonObject, form: ContentFormat) -> JsonObject:
    """One message as SGLang dumps it: null keys and the keys that it does not know are lost."""
    role = _role(message["role"])
    content = sglang_content(message.get("content"), form, role)
    if role == "user":
        return {"role": role, "content": content}
    dumped = {
        "role": role,
        "content": content,
        **{key: message.get(key) for key in ("tool_call_id", "name", "phase", "reasoning_content")},
        "tool_calls": sglang_calls(message.get("tool_calls"), role),
        "tools": _tools_of(message),
        "prefix": message.get("prefix"),
    }
    if isinstance(message.get("content"), list) and form == "openai":
        dumped["content"] = dumped.pop("content")  # rebuilt last, as a template that prints whole messages would show
    return {key: value for key, value in dumped.items() if value is not None}


def _role(role: str) -> str:
    return role.lower() if role.lower() in _ROLES else role


def _tools_of(message: JsonObject) -> list[Any] | None:
    tools = message.get("tools")
    return [sglang_tool(tool) for tool in tools] if isinstance(tools, list) else None


def _ending(messages: list[JsonObject], chat: Chat) -> tuple[list[JsonObject], str | None]:
    text = last_assistant_text(messages)
    if text is None or not chat.parameters.get("continue_final_message"):
        return last_assistant_as_user(messages), None
    return messages[:-1], text


def _limits(
    chat: Chat, messages: Sequence[JsonObject], facts: TemplateFacts, model: ModelCard, prefill: str | None
) -> tuple[str, ...]:
    parameters = chat.parameters
    odd_role = any(_role(message["role"]) not in _ROLES for message in messages)
    as_user = prefill is None and last_assistant_text(messages) is not None
    return sentences(
        *chat.limits,
        encoder_limit("sglang", facts, model),
        media_limit(messages) if facts.sglang_format == "openai" else None,
        dropped_media_limit(messages, facts.sglang_format),
        dropped_parts_limit(messages, "SGLang"),
        "SGLang refuses roles that it does not know; shown as sent" if odd_role else None,
        "SGLang gives a last assistant message to the template as the user's" if as_user else None,
        "SGLang encodes the continued message on its own: one token at the seam can differ" if prefill else None,
        odd_tools_limit(chat.tools, "SGLang"),
        choice_limit(chat.tools, parameters.get("tool_choice"), "SGLang"),
        own_template_limit(parameters, "SGLang"),
        argument_limit(parameters),
        ignored_limit(parameters, "SGLang", "documents"),
        ignored_switch_limit(parameters, "SGLang"),
    )
