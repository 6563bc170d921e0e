"""What of a request goes to a server: the conversation, and the parameters that can change its prompt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from promptlint.model import Chat, JsonObject
from promptlint.server.api import Server, model_for

# Sampling is left out: it changes no prompt, and a server may refuse it at an endpoint that does not sample.
SHAPING = (
    "add_generation_prompt",
    "chat_template_kwargs",
    "continue_final_message",
    "documents",
    "parallel_tool_calls",
    "reasoning",
    "reasoning_effort",
    "reasoning_format",
    "response_format",
    "thinking",
    "tool_choice",
)
ORDERS = ("add_generation_prompt", "continue_final_message")  # the rest of `variables` are the template's


def chat_body(server: Server, chat: Chat, variables: Mapping[str, Any]) -> JsonObject:
    """The body of a chat request. `variables` override the request's own."""
    parameters = chat.parameters
    body: JsonObject = {**model_for(server, parameters), "messages": list(chat.messages)}
    if chat.tools:
        body["tools"] = list(chat.tools)
    body |= {name: parameters[name] for name in SHAPING if parameters.get(name) is not None}
    orders = {name: variables[name] for name in ORDERS if name in variables}
    own = {name: value for name, value in variables.items() if name not in ORDERS}
    if own:
        given = body.get("chat_template_kwargs")
        body["chat_template_kwargs"] = {**(given if isinstance(given, dict) else {}), **own}
    return body | orders
