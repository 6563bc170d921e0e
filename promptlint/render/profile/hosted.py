"""Hosted APIs: their templates are secret, so the builtin one shows the parts in the order that each documents."""

from __future__ import annotations

from dataclasses import replace

from promptlint.model import Chat
from promptlint.render.profile import transformers
from promptlint.render.profile.context import Context, ModelCard
from promptlint.render.template_facts import TemplateFacts

# Provider → does its documentation put the tools before the system text.
HOSTED = {
    "anthropic": True,
    "azure": False,
    "bedrock": True,
    "deepseek": False,
    "gemini": True,
    "groq": False,
    "mistral": False,
    "moonshot": False,
    "openai": False,
    "openrouter": False,
    "xai": False,
}
LIMIT = "the provider's template and tokenizer are secret: the builtin ones stand in"


def apply(provider: str, chat: Chat, facts: TemplateFacts, model: ModelCard) -> Context:
    """The request as sent, with the tools where the provider documents them."""
    context = transformers.apply(chat, facts, model)
    variables = {**context.variables, "tools_first": HOSTED[provider]}
    return replace(context, variables=variables, limits=(*context.limits, LIMIT))
