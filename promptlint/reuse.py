"""What each engine, and each model, gives back of a pair: rendered, encoded and served as it would be there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from promptlint.comparison.cache_spans import cache_spans
from promptlint.comparison.output import held_tokens
from promptlint.cost import Reuse
from promptlint.engine import HOSTED
from promptlint.engine.hosted import BY_BLOCKS
from promptlint.engine.memory import memory_of
from promptlint.engine.registry import STEPS
from promptlint.engine.serving import Served, Spans, reusable_tokens
from promptlint.engine.user_starts import user_starts
from promptlint.errors import TemplateError
from promptlint.local_model import DEFAULT_NOW, Model, Rendering
from promptlint.model import Chat, Prompt, Report, Turn
from promptlint.model_choice import Models
from promptlint.options import Options
from promptlint.pricing import of_request
from promptlint.render.provenance import trace
from promptlint.token_ids import common_tokens

END = -1  # the token that ends an answer: it is sampled, and never computed


def with_reuse(report: Report, turns: Sequence[Turn], models: Models, options: Options) -> Report:
    """The report, each pair with its reuse by every engine and every model that was asked for."""
    pairs = [
        replace(pair, reuse=_of_pair(turns[pair.before], turns[pair.after], models, options)) for pair in report.pairs
    ]
    return replace(report, pairs=tuple(pairs))


def _of_pair(before: Turn, after: Turn, models: Models, options: Options) -> tuple[Reuse, ...]:
    return tuple(_reuse(before, after, model, engine, options) for engine, model in _choices(after, models, options))


def _choices(after: Turn, models: Models, options: Options) -> Iterator[tuple[str, Model]]:
    """Engines, each with each model."""
    for engine in options.engines or (None,):
        for reference in options.references or (None,):
            model = models.open(after.request, reference, engine)
            yield engine or model.profile, model


def _reuse(before: Turn, after: Turn, model: Model, engine: str, options: Options) -> Reuse:
    now = options.now or before.request.recorded_at or DEFAULT_NOW
    reference = model.source.reference
    if model.source.kind == "server" and _is_served(engine) and engine != model.profile:
        return _nothing(engine, reference, f"the server is {model.profile}, which builds its own prompts")
    try:
        prompts = [model.chat_prompt(turn.chat, now) for turn in (before, after)]
    except TemplateError as error:
        return _nothing(engine, reference, f"the template refuses a request: {error}")
    held = held_tokens(before, model, prompts[0], now)
    generated = [*held[len(prompts[0].ids) :], END]
    common = common_tokens(held, prompts[1].ids)
    spans = [spans_of(engine, turn, prompt, model, now) for turn, prompt in zip((before, after), prompts, strict=True)]
    served = Served(prompts[0].ids, generated, spans[0]), Served(prompts[1].ids, (), spans[1])
    found = reusable_tokens(STEPS[engine], *served, known_of_server(engine, after, model, options))
    note = found.note if found.high < common or found.low < found.high else None
    counts = (len(prompts[0].ids), len(prompts[1].ids), common)
    cost = of_request(engine, spans[1], len(prompts[1].ids), found, options)
    return Reuse(engine, reference, *counts, found.low, found.high, note or None, cost)


def _nothing(engine: str, reference: str, note: str) -> Reuse:
    return Reuse(engine, reference, None, None, None, None, None, note)


def known_of_server(engine: str, after: Turn, model: Model, options: Options) -> dict[str, Any]:
    """What is known of the server: by the model, by the request, by the user, who has the last word."""
    if engine in HOSTED:
        return {**options.engine_options, "providers": options.providers}
    known = memory_of(model.kind)
    if after.request.body.get("cache_prompt") is False:
        known["cache-prompt"] = False
    if known.get("memory") and engine in ("mlx-lm", "lm-studio"):
        known["trimmable"] = False
    return {**known, **options.engine_options}


def spans_of(engine: str, turn: Turn, prompt: Prompt, model: Model, now: datetime) -> Spans:
    """What an engine knows of a prompt beside its tokens: where user messages begin, or where cache markers stand."""
    if engine not in HOSTED:
        return Spans(user_starts(prompt.ids, model.role_markers(turn.chat)), model=turn.request.model)
    if engine not in BY_BLOCKS:
        return Spans(model=turn.request.model)

    def rendered(chat: Chat) -> str:
        return model.render(chat, now).text

    provenance = trace(turn.chat, prompt.text, rendered, len(prompt.text))
    return cache_spans(turn, engine, prompt, provenance, lambda text: model.encode(Rendering((text,))).ids)


def _is_served(engine: str) -> bool:
    from promptlint.server.recognition import ENGINES as SERVERS  # with http and ssl: 20 ms

    return engine in SERVERS
