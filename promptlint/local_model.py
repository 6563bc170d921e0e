"""A model behind one engine's serving profile: requests in, the engine's prompts and token ids out."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from promptlint.engine.user_starts import RoleMarker
from promptlint.errors import ModelError, TemplateError
from promptlint.latest import Latest
from promptlint.model import Chat, JsonObject, Prompt, TokenizerUse
from promptlint.model_arguments import chat_and_variables, orders, template_text
from promptlint.prompt_encoder import PromptEncoder
from promptlint.records import dataclass
from promptlint.render import as_sent
from promptlint.render.continuation import render_continued
from promptlint.render.llama_cpp_facts import LlamaCppFacts
from promptlint.render.profile import Context, ModelCard
from promptlint.render.profile.context import sentences
from promptlint.render.profile.media import media_limit, with_placeholders
from promptlint.render.serving import JinjaServing, LlamaCppServing, Serving
from promptlint.render.template_facts import TemplateFacts
from promptlint.sandbox.model_process import ModelProcess
from promptlint.token_ids import GivenIds, Segment, TokenIds
from promptlint.tokens.reference import ModelSource

UNREAD = "the prompt is token ids of a vocabulary that is not at hand: they are compared, and shown as numbers"
KEPT = 3  # renderings and their ids for each pair that is compared: both sides, and one of them without an answer
DEFAULT_NOW = datetime(2026, 1, 15, 12, 34, 56)  # any fixed instant: a prompt must not depend on the day


@dataclass(frozen=True, slots=True)
class Rendering:
    """The text of a prompt, in the pieces that the engine encodes one by one."""

    pieces: tuple[str, ...]
    limits: tuple[str, ...] = ()
    given: Mapping[int, tuple[int, ...]] = field(default_factory=dict)  # piece → its ids, where the client sent those

    @property
    def text(self) -> str:
        return "".join(self.pieces)


class Model(Protocol):
    """What makes prompts of requests: a model's own files, or a running server."""

    source: ModelSource
    template_path: str | None

    @property
    def profile(self) -> str:
        """The engine whose prompts these are."""

    @property
    def use(self) -> TokenizerUse:
        """What a report says about this model."""

    def start(self) -> None:
        """Begin to get ready."""

    def close(self) -> None:
        """Free what it holds; the next use opens it again."""

    def prompt(self, body: Any, *, now: datetime | None = None, **variables: Any) -> Prompt:
        """The prompt of a request: a body as a dict, a Request, or a path."""

    def chat_prompt(self, chat: Chat, now: datetime, variables: Mapping[str, Any] | None = None) -> Prompt:
        """The prompt of a chat."""

    def render(self, chat: Chat, now: datetime, variables: Mapping[str, Any] | None = None) -> Rendering:
        """The text of `chat_prompt`."""

    def encode(self, rendering: Rendering) -> Prompt:
        """A rendering with its ids."""

    @property
    def end_of_answer(self) -> str:
        """What the model writes when its answer is whole; empty where that is not known."""

    def token_text(self, text: str, index: int) -> str:
        """What the token at `index` of a prompt stands for; empty behind the last one."""

    def spellings(self, ids: Sequence[int]) -> list[str]:
        """The vocabulary's own spelling of each id."""

    def id_texts(self, ids: Sequence[int]) -> list[str]:
        """What each id stands for."""

    @property
    def kind(self) -> str | None:
        """The kind of the model, as `model_type` of its config says it; None where that is not known."""

    def role_markers(self, chat: Chat) -> Sequence[RoleMarker]:
        """What llama.cpp knows the starts of messages by; none on other engines, and where it knows none."""


class LocalModel:
    """Renders and tokenizes requests as one engine would. Its files are read on first use, or from `start` on."""

    def __init__(
        self,
        source: ModelSource,
        *,
        profile: str = "vllm",
        template_path: str | None = None,
        template_arguments: Mapping[str, Any] | None = None,
        cache: Path | None = None,
        jobs: int = 2,
    ) -> None:
        self.source = source
        self.profile = profile
        self.template_path = template_path  # of a Jinja file that replaces the model's own template
        self._template_arguments = dict(template_arguments or {})
        self._process = ModelProcess(source.kind, source.path, template_text(template_path), jobs)
        tokenizer = None if source.kind == "gguf" else source.path
        self._encoder = PromptEncoder(self._process, tokenizer, cache)
        self._servings: dict[str, Serving] = {}
        self._finding_out = threading.Lock()
        self._renderings: Latest[Rendering] = Latest(KEPT * max(2, jobs))
        self._prompts: Latest[Prompt] = Latest(KEPT * max(2, jobs))

    def start(self) -> None:
        """Begin to read the model's files, without waiting."""
        self._encoder.start()
        self._process.start()

    def close(self) -> None:
        """Free the model's process; the next use starts it again."""
        self._process.close()
        self._encoder.close()

    @property
    def use(self) -> TokenizerUse:
        """What a report says about this model."""
        notes = self._process.files.notes
        if self.template_path is not None:
            notes = (f"The chat template is that of {self.template_path}, not the model's own.", *notes)
        return TokenizerUse(self.source.reference, self.source.exact, self.profile, notes)

    def prompt(self, body: Any, *, now: datetime | None = None, **variables: Any) -> Prompt:
        """The prompt of a request: a body as a dict, a Request, or a path. Other keywords go to the template.

        Raises TemplateError with the template's own message where it refuses the request, StoppedError where
        rendering had to be stopped, InputError for what is no request.
        """
        form, variables = chat_and_variables(body, variables)
        return self.chat_prompt(form, now or DEFAULT_NOW, variables)

    def chat_prompt(self, chat: Chat, now: datetime, variables: Mapping[str, Any] | None = None) -> Prompt:
        """The prompt of a chat. `variables` override those of the request and of the profile."""
        found = self.encode(self.render(chat, now, variables))
        return replace(found, ids=list(found.ids))

    def encode(self, rendering: Rendering) -> Prompt:
        """A rendering with its ids."""
        return self._prompts.of(rendering, None, lambda: self._encoded(rendering))

    def _encoded(self, rendering: Rendering) -> Prompt:
        segments: list[Segment] = []
        for number, piece in enumerate(rendering.pieces):
            given = rendering.given.get(number)
            segments += self._encoder.encode([piece]) if given is None else [GivenIds(given)]
        return Prompt(rendering.text, TokenIds(segments), rendering.limits)

    @property
    def kind(self) -> str | None:
        """The kind of the model, as its config says it."""
        return self._process.files.model_type

    def role_markers(self, chat: Chat) -> Sequence[RoleMarker]:
        """What llama.cpp knows the starts of this chat's messages by."""
        if self.profile != "llama.cpp" or chat.rendered is not None:
            return ()
        serving = self._serving(self._template_name(chat))
        texts = serving.facts.role_markers if isinstance(serving, LlamaCppServing) else ()
        return [RoleMarker(role, tuple(TokenIds(self._encoder.encode([text])))) for role, text in texts]

    @property
    def end_of_answer(self) -> str:
        """What the model writes when its answer is whole; empty where its files do not say."""
        end = self._process.files.special_tokens.get("eos_token")
        return end if isinstance(end, str) else ""

    def token_text(self, text: str, index: int) -> str:
        """What the token at `index` of a prompt stands for; empty behind the last one."""
        start, end = self._encoder.token_span(text, index)
        return text[start:end]

    def spellings(self, ids: Sequence[int]) -> list[str]:
        """The vocabulary's own spelling of each id."""
        return self._process.pieces(list(ids))

    def render(self, chat: Chat, now: datetime, variables: Mapping[str, Any] | None = None) -> Rendering:
        """The text of `chat_prompt`; it does not wait for the vocabulary."""
        if chat.rendered is not None:
            return self._as_sent(chat, chat.rendered)
        key = now, json.dumps(variables, default=str) if variables else ""
        return self._renderings.of(chat, key, lambda: self._made(chat, now, variables or {}))

    def _made(self, chat: Chat, now: datetime, variables: Mapping[str, Any]) -> Rendering:
        limits_of_model: tuple[str | None, ...] = ()
        if self.source.kind == "builtin":  # a model of ours that sees nothing: an image's data is no prompt text
            limits_of_model = (media_limit(chat.messages),)
            chat = replace(chat, messages=with_placeholders(chat.messages))
        name = self._template_name(chat)
        serving = self._serving(name)
        context = serving.context(replace(chat, parameters=self._parameters(chat, variables)))
        merged = {**context.variables, **variables}
        if context.prefill is not None:  # the engine has already taken the message to continue out of the conversation
            merged.pop("continue_final_message", None)
        context = replace(context, variables=merged)
        pieces = serving.prompt(self._text(name, serving, context, now), context)
        return Rendering(tuple(pieces), sentences(*chat.limits, *context.limits, *limits_of_model))

    def _as_sent(self, chat: Chat, rendered: str | tuple[int | str, ...]) -> Rendering:
        """A prompt that the client rendered: no template, and the BOS that a completion endpoint puts before text."""
        bos = self._process.files.special_tokens.get("bos_token")
        adds = isinstance(bos, str) and as_sent.wants_bos(chat) and self._encoder.add_bos
        found = as_sent.pieces(rendered, str(bos) if adds else "", self.id_texts)
        given = {number: piece.ids for number, piece in enumerate(found) if piece.ids is not None}
        limit = UNREAD if given and self.source.kind == "builtin" else None
        return Rendering(tuple(piece.text for piece in found), sentences(*chat.limits, limit), given)

    def id_texts(self, ids: Sequence[int]) -> list[str]:
        """What each id stands for; the builtin vocabulary is nobody's, so it reads none."""
        return as_sent.unread(ids) if self.source.kind == "builtin" else self._process.texts(list(ids))

    def _parameters(self, chat: Chat, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The request's, with --template-arg over its own template arguments: each engine has its rules for those."""
        parameters = {**chat.parameters, **orders(variables)}
        if self._template_arguments:
            own = parameters.get("chat_template_kwargs")
            parameters["chat_template_kwargs"] = {**(own if isinstance(own, dict) else {}), **self._template_arguments}
        return parameters

    def _serving(self, name: str) -> Serving:
        with self._finding_out:  # once, whoever is first
            if name not in self._servings:
                self._servings[name] = self._found_out(name)
            return self._servings[name]

    def _found_out(self, name: str) -> Serving:
        files = self._process.files
        card = ModelCard(files.model_type, files.names)
        if self.profile == "llama.cpp":
            llama_cpp = LlamaCppFacts.from_dict(self._process.llama_cpp_facts(name))
            return LlamaCppServing(llama_cpp, self._encoder.add_bos, card)
        facts = TemplateFacts.from_dict(self._process.template_facts(name))
        return JinjaServing(self.profile, facts, files.special_tokens, card)

    def _template_name(self, chat: Chat) -> str:
        """transformers' choice, and its callers'; llama.cpp takes an empty tool list for none."""
        templates = self._process.files.templates
        has_tools = bool(chat.tools) if self.profile == "llama.cpp" else chat.tools is not None
        if has_tools and "tool_use" in templates:
            return "tool_use"
        if "default" in templates:
            return "default"
        reference = self.source.reference
        if templates:
            names = ", ".join(sorted(templates)[:10])
            raise ModelError(f"{reference} has no default chat template, only {names}", hint="use --template FILE")
        raise ModelError(
            f"{reference} has no chat template",
            hint="neither chat_template.jinja nor chat_template in tokenizer_config.json; give one: --template FILE",
        )

    def _text(self, name: str, serving: Serving, context: Context, now: datetime) -> str:
        variables = dict(context.variables)
        which = variables.pop("continue_final_message", None)

        def rendered(messages: list[JsonObject]) -> str:
            return self._rendered(name, serving, replace(context, messages=messages, variables=variables), now)

        if not which:
            return rendered(context.messages)
        if variables.get("add_generation_prompt"):
            raise TemplateError(
                "continue_final_message and add_generation_prompt are not compatible. Use continue_final_message when "
                "you want the model to continue the final message, and add_generation_prompt when you want to add a "
                "header that will prompt it to start a new assistant message instead.",
                kind="ValueError",
            )
        return render_continued(context.messages, which, self._process.files.templates[name], rendered)

    def _rendered(self, name: str, serving: Serving, context: Context, now: datetime) -> str:
        try:
            return self._process.render(name, serving.variables(context), now, context.flavour)
        except TemplateError:
            if context.retry_tools is None:
                raise
            again = replace(context, tools=context.retry_tools)
            return self._process.render(name, serving.variables(again), now, context.flavour)
