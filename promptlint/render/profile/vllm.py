"""The profile of vLLM 0.33: the message is rebuilt from the keys that vLLM knows, then goes through transformers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from promptlint.model import Chat, JsonObject
from promptlint.render.messages import check_documents, check_tools, prepare_messages
from promptlint.render.profile.arguments import emptied_arguments_limit, undecoded_arguments_limit, vllm_calls
from promptlint.render.profile.content import (
    dropped_parts_limit,
    vllm_content,
    vllm_tool_content,
    without_billing_header,
)
from promptlint.render.profile.context import Context, ModelCard, sentences, with_roles
from promptlint.render.profile.encoders import encoder_limit
from promptlint.render.profile.media import media_limit
from promptlint.render.profile.parameters import argument_limit, cut_limit, own_template_limit, vllm_variables
from promptlint.render.profile.reasoning import ignored_switch_limit, vllm_reasoning
from promptlint.render.profile.roles import developer_as_system
from promptlint.render.profile.tools import choice_limit, odd_tools_limit, vllm_tools
from promptlint.render.template_facts import ContentFormat, TemplateFacts


def apply(chat: Chat, facts: TemplateFacts, model: ModelCard) -> Context:
    """The context that vLLM's chat endpoint renders for this request."""
    sent = with_roles(chat.messages)
    messages = [vllm_message(message, facts.vllm_format) for message in sent]
    if not facts.knows_developer:
        messages = developer_as_system(messages)
    variables = vllm_variables(chat.parameters, facts)
    tools = variables.pop("tools", None) or vllm_tools(chat.tools)
    check_tools(tools)
    check_documents(variables.get("documents"))
    return Context(prepare_messages(messages), tools, variables, _limits(chat, sent, facts, model))


def vllm_message(message: JsonObject, form: ContentFormat) -> JsonObject:
    """One message as vLLM rebuilds it; every other key is lost."""
    role, content = message["role"], message.get("content")
    shaped = vllm_content(without_billing_header(content) if role == "system" else content, form)
    rebuilt: JsonObject = {"role": role, "content": vllm_tool_content(shaped) if role == "tool" else shaped}
    if role == "assistant" and (calls := vllm_calls(message.get("tool_calls"))):
        rebuilt["tool_calls"] = calls
    rebuilt |= vllm_reasoning(message)
    if role == "tool" and "tool_call_id" in message:
        rebuilt["tool_call_id"] = message["tool_call_id"]
    rebuilt |= {key: message[key] for key in ("name", "task") if isinstance(message.get(key), str)}
    if role == "developer":
        rebuilt["tools"] = message.get("tools")
    return rebuilt


def _limits(chat: Chat, messages: Sequence[JsonObject], facts: TemplateFacts, model: ModelCard) -> tuple[str, ...]:
    parameters: Mapping[str, Any] = chat.parameters
    return sentences(
        *chat.limits,
        encoder_limit("vllm", facts, model),
        media_limit(messages),
        dropped_parts_limit(messages, "vLLM"),
        undecoded_arguments_limit(messages) if chat.as_sent else None,
        emptied_arguments_limit(messages),
        odd_tools_limit(chat.tools, "vLLM"),
        choice_limit(chat.tools, parameters.get("tool_choice"), "vLLM"),
        own_template_limit(parameters, "vLLM"),
        argument_limit(parameters),
        ignored_switch_limit(parameters, "vLLM"),
        cut_limit(parameters),
    )
