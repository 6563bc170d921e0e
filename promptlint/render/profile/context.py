"""What a serving profile takes and gives: the card of a model, and the template's context for one request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any, Literal

from promptlint.errors import TemplateError
from promptlint.model import JsonObject
from promptlint.records import dataclass

Flavour = Literal["transformers", "llama.cpp"]


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What the parent process knows of a model besides the facts of its template."""

    model_type: str | None = None  # of its config.json
    files: frozenset[str] = frozenset()  # names in its folder; tekken.json moves Mistral models off Jinja


@dataclass(frozen=True, slots=True)
class Context:
    """A request as one engine hands it to the chat template, and what this engine does that the template cannot show.

    `variables` are the template's further names; `continue_final_message` among them is an order to the renderer and
    no template variable, as in transformers. `prefill` is text that the engine encodes on its own and appends.
    """

    messages: list[JsonObject]
    tools: list[JsonObject] | None
    variables: dict[str, Any] = field(default_factory=dict)
    limits: tuple[str, ...] = ()
    flavour: Flavour = "transformers"
    prefill: str | None = None
    omit_tools: bool = False  # leave `tools` undefined instead of none
    retry_tools: list[JsonObject] | None = None  # rendered with these instead, once, when the template raises


def sentences(*limits: str | None) -> tuple[str, ...]:
    """The limits that apply, each once, in order."""
    return tuple(dict.fromkeys(limit for limit in limits if limit is not None))


def template_arguments(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A request's `chat_template_kwargs`, or an empty dict when there are none to use."""
    arguments = parameters.get("chat_template_kwargs")
    return dict(arguments) if isinstance(arguments, Mapping) else {}


def with_roles(messages: Sequence[Any]) -> list[JsonObject]:
    """The messages, each an object with a role; every server refuses others."""
    for number, message in enumerate(messages):
        if not isinstance(message, dict) or not isinstance(message.get("role"), str):
            raise TemplateError(f"messages[{number}] is no object with a role", kind="ValidationError")
    return list(messages)
