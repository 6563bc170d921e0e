"""Serving profiles: what each engine does to a request before its chat template sees it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from promptlint.errors import UsageError
from promptlint.model import Chat
from promptlint.render.profile import sglang, transformers, vllm
from promptlint.render.profile.context import Context, ModelCard
from promptlint.render.template_facts import TemplateFacts

if TYPE_CHECKING:
    from promptlint.render.llama_cpp_facts import LlamaCppFacts

__all__ = ["PROFILES", "Context", "ModelCard", "Profile", "apply"]

Profile = Callable[[Chat, Any, ModelCard], Context]  # the facts are TemplateFacts; for llama.cpp LlamaCppFacts


def _llama_cpp(chat: Chat, facts: LlamaCppFacts, model: ModelCard) -> Context:
    from promptlint.render.profile import llama_cpp

    return llama_cpp.apply(chat, facts, model)


PROFILES: Mapping[str, Profile] = {
    "transformers": transformers.apply,
    "vllm": vllm.apply,
    "sglang": sglang.apply,
    "llama.cpp": _llama_cpp,
}


def apply(name: str, chat: Chat, facts: TemplateFacts | LlamaCppFacts, model: ModelCard | None = None) -> Context:
    """The context that the engine `name` renders a chat with; raises TemplateError where it refuses the request."""
    if name not in PROFILES:
        raise UsageError(f"no serving profile named {name!r}", hint=f"one of {', '.join(PROFILES)}")
    return PROFILES[name](chat, facts, model or ModelCard())
