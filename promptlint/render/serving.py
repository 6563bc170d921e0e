"""One engine in front of one template: from a chat to the template's variables, and from its text to the prompt.

A prompt is a list of pieces, because SGLang encodes an answer that the client has begun on its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from promptlint.engine import HOSTED
from promptlint.model import Chat
from promptlint.records import dataclass
from promptlint.render.llama_cpp_facts import LlamaCppFacts
from promptlint.render.profile import PROFILES, Context, ModelCard, hosted, llama_cpp
from promptlint.render.template_facts import TemplateFacts


class Serving(Protocol):
    """What an engine does around the template."""

    def context(self, chat: Chat) -> Context:
        """The chat as this engine hands it to the template."""

    def variables(self, context: Context) -> dict[str, Any]:
        """The template's names."""

    def prompt(self, text: str, context: Context) -> list[str]:
        """The pieces to encode one by one, of the text that the template made."""


@dataclass(frozen=True, slots=True)
class JinjaServing:
    """transformers, and the engines that call it: vLLM and SGLang; also the layouts of hosted APIs."""

    profile: str
    facts: TemplateFacts
    special_tokens: Mapping[str, Any]
    card: ModelCard

    def context(self, chat: Chat) -> Context:
        if self.profile in HOSTED:
            return hosted.apply(self.profile, chat, self.facts, self.card)
        return PROFILES[self.profile](chat, self.facts, self.card)

    def variables(self, context: Context) -> dict[str, Any]:
        names = {"messages": context.messages, "documents": None, "add_generation_prompt": False}
        return {**names, "tools": context.tools, **self.special_tokens, **context.variables}

    def prompt(self, text: str, context: Context) -> list[str]:
        return [text] if context.prefill is None else [text, context.prefill]


@dataclass(frozen=True, slots=True)
class LlamaCppServing:
    """A llama.cpp server, which has a Jinja engine, message handling and BOS rules of its own."""

    facts: LlamaCppFacts
    add_bos: bool
    card: ModelCard

    def context(self, chat: Chat) -> Context:
        return llama_cpp.apply(chat, self.facts, self.card)

    def variables(self, context: Context) -> dict[str, Any]:
        names: dict[str, Any] = {"messages": context.messages}
        if not context.omit_tools:
            names["tools"] = context.tools
        return names | context.variables

    def prompt(self, text: str, context: Context) -> list[str]:
        return [llama_cpp.with_bos(llama_cpp.finish(text, context, self.facts), self.facts.bos, self.add_bos)]
