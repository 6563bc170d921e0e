"""The step of each hosted API, by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from promptlint.engine import hosted_floor, marked_boundary, opaque
from promptlint.engine.marked_boundary import Reach
from promptlint.engine.providers import IMPLICIT, Facts, Overrides, facts
from promptlint.engine.serving import Option, Options, Prediction, Serve, Spans, Tokens

OPTIONS = (Option("cached-content", 0, "tokens of the cachedContent that Gemini requests name"),)
Asks = Callable[[Spans, Options], bool]
# Names of models at a gateway → who answers them.
UPSTREAM: Mapping[str, str] = {
    "anthropic": "anthropic",
    "deepseek": "deepseek",
    "google": "gemini",
    "mistralai": "mistral",
    "moonshotai": "moonshot",
    "openai": "openai",
    "qwen": "dashscope",
    "x-ai": "xai",
    "z-ai": "zai",
}
# Whose rules look at content blocks: for the others nobody has to find out where those end.
BY_BLOCKS = ("anthropic", "azure", "bedrock", "dashscope", "openai", "openrouter")


class Two(NamedTuple):
    """The states of an API that has two rules: each sees only its own requests."""

    first: Any = None
    second: Any = None


def _either(asks: Asks, first: Serve, second: Serve) -> Serve:
    """The first rule where it is asked for, else the second."""

    def serve(
        state: Two | None, prompt: Tokens, generated: Tokens, spans: Spans, options: Options
    ) -> tuple[Two, Prediction]:
        both = state or Two()
        if asks(spans, options):
            after, found = first(both.first, prompt, generated, spans, options)
            return both._replace(first=after), found
        after, found = second(both.second, prompt, generated, spans, options)
        return both._replace(second=after), found

    return serve


def _has_boundaries(provider: str) -> Asks:
    return lambda spans, options: facts(provider, spans.model, options.get("providers")).boundaries


def _is_marked(spans: Spans, _options: Options) -> bool:
    return any(block.marked for block in spans.blocks)


def _openai(provider: str) -> Serve:
    return _either(
        _has_boundaries(provider),
        marked_boundary.serving(provider, marked_boundary.by_messages),
        hosted_floor.serving(provider),
    )


def _through_a_gateway(
    state: Mapping[str, Any] | None, prompt: Tokens, generated: Tokens, spans: Spans, options: Options
) -> tuple[Mapping[str, Any], Prediction]:
    """What the upstream does, if the request gets to the same one as those before it."""
    states = state or {}
    name = upstream(spans.model)
    after, found = STEPS[name](states.get(name), prompt, generated, spans, options)
    note = f"as {name}, if the gateway stays with it" + (f"; {found.note}" if found.note else "")
    return {**states, name: after}, Prediction(0, found.high, note)


def upstream(model: str | None) -> str:
    """Who answers a gateway's model: `openai/gpt-5.2` is OpenAI's. What is not known has no published rule."""
    return UPSTREAM.get((model or "").lower().lstrip("~").partition("/")[0], "together")


def writes(provider: str, spans: Spans, overrides: Overrides) -> tuple[Facts, Reach | None]:
    """What a provider charges for a request, and where the request writes; None: writes are not charged apart."""
    known = facts(provider, spans.model, overrides)
    if provider == "openrouter":
        there, reach = writes(upstream(spans.model), spans, overrides)
        return (there if known.price is None else replace(there, price=known.price)), reach
    if provider == "dashscope" and not _is_marked(spans, {}):
        unmarked = facts(IMPLICIT, spans.model, overrides)
        return (replace(unmarked, price=known.price) if unmarked.price is None else unmarked), None
    if provider in ("anthropic", "bedrock", "dashscope"):
        return known, marked_boundary.by_markers(spans, known)
    return known, marked_boundary.by_messages(spans, known) if known.boundaries else None


STEPS: Mapping[str, Serve] = {
    "anthropic": marked_boundary.serving("anthropic", marked_boundary.by_markers),
    "azure": _openai("azure"),
    "bedrock": marked_boundary.serving("bedrock", marked_boundary.by_markers),
    "dashscope": _either(
        _is_marked,
        marked_boundary.serving("dashscope", marked_boundary.by_markers),
        opaque.serving(IMPLICIT),
    ),
    "deepseek": opaque.serving("deepseek"),
    "fireworks": opaque.serving("fireworks"),
    "gemini": opaque.referring("gemini"),
    "groq": opaque.serving("groq"),
    "mistral": hosted_floor.serving("mistral"),
    "moonshot": hosted_floor.serving("moonshot", whole_resend=True),
    "openai": _openai("openai"),
    "openrouter": _through_a_gateway,
    "together": opaque.serving("together"),
    "xai": hosted_floor.serving("xai", whole_resend=True),
    "zai": opaque.serving("zai"),
}
