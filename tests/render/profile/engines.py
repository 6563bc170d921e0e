"""The same request through the profiles, side by side."""

from __future__ import annotations

from typing import Any

from promptlint.model import Chat
from promptlint.render.profile import ModelCard, apply
from promptlint.render.profile.context import Context
from promptlint.render.template_facts import TemplateFacts

ENGINES = ("transformers", "vllm", "sglang")
PARTS = TemplateFacts(vllm_format="openai", sglang_format="openai")
USER = {"role": "user", "content": "hi"}


def context(
    engine: str, *messages: dict[str, Any], tools: Any = None, facts: TemplateFacts | None = None, **parameters: Any
) -> Context:
    return apply(engine, Chat(messages, tools, parameters), facts or TemplateFacts(), ModelCard())


def message_of_each(message: dict[str, Any], facts: TemplateFacts | None = None) -> dict[str, dict[str, Any]]:
    """What each engine makes of one message; a user's turn follows it, as nearly always."""
    return {engine: context(engine, message, USER, facts=facts).messages[0] for engine in ENGINES}


def tool_of_each(tool: dict[str, Any]) -> dict[str, Any]:
    return {engine: tools[0] for engine in ENGINES if (tools := context(engine, USER, tools=[tool]).tools)}
