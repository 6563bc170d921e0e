"""The profile of transformers' own apply_chat_template: messages and tools as sent."""

from __future__ import annotations

from promptlint.model import Chat
from promptlint.render.messages import check_documents, check_tools, prepare_messages
from promptlint.render.profile.context import Context, ModelCard, sentences
from promptlint.render.profile.media import content_parts, modality
from promptlint.render.profile.parameters import argument_limit, ignored_limit, transformers_variables
from promptlint.render.template_facts import TemplateFacts


def apply(chat: Chat, facts: TemplateFacts, model: ModelCard) -> Context:  # noqa: ARG001  # one signature for all
    """The context that a direct call with this request's messages, tools and template arguments makes."""
    messages = prepare_messages(chat.messages)
    variables = transformers_variables(chat.parameters)
    check_tools(chat.tools)
    check_documents(variables.get("documents"))
    limits = sentences(
        *chat.limits,
        "image, audio and video tokens are not counted" if any(map(modality, content_parts(messages))) else None,
        argument_limit(chat.parameters),
        ignored_limit(chat.parameters, "a plain apply_chat_template", "reasoning_effort", "enable_thinking"),
    )
    return Context(messages, None if chat.tools is None else list(chat.tools), variables, limits)
