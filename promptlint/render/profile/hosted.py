"""Hosted APIs: their templates are secret, so the builtin one shows the parts in the order that each documents."""

from __future__ import annotations

from dataclasses import replace

from promptlint.model import Chat
from promptlint.render.profile import transformers
from promptlint.render.profile.context import Context, ModelCard, sentences
from promptlint.render.template_facts import TemplateFacts

TOOLS_BEFORE_SYSTEM = ("anthropic", "bedrock", "gemini")
LIMIT = "the provider's template and tokenizer are secret: the builtin ones stand in"


def apply(provider: str, chat: Chat, facts: TemplateFacts, model: ModelCard) -> Context:
    """The request as sent, with the tools where the provider documents them."""
    context = transformers.apply(chat, facts, model)
    variables = {**context.variables, "tools_first": provider in TOOLS_BEFORE_SYSTEM}
    return replace(context, variables=variables, limits=sentences(*context.limits, LIMIT))
