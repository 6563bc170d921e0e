"""APIs whose rule is not published: anything from nothing to the common prefix. No build may fail on it."""

from __future__ import annotations

from promptlint.engine.held import Sequences
from promptlint.engine.providers import facts
from promptlint.engine.serving import Options, Prediction, Serve, Spans, Tokens

UNPUBLISHED = "the rule is not published: up to"


def serving(provider: str) -> Serve:
    """The step of a provider that caches as it likes."""

    def serve(
        state: Sequences | None, prompt: Tokens, generated: Tokens, spans: Spans, options: Options
    ) -> tuple[Sequences, Prediction]:
        known, held = facts(provider, spans.model, options.get("providers")), state or Sequences()
        after = held.with_request(prompt, generated, spans)
        if not known.caches:
            return after, Prediction(0, 0, "this model is not cached")
        common = held.common(prompt, spans)
        most = common // known.block * known.block if common >= known.minimum else 0
        if most:
            return after, Prediction(0, most, f"{UNPUBLISHED} the common prefix")
        return after, Prediction(0, 0, f"under the minimum of {known.minimum:,} tokens" if common else "")

    return serve


def referring(provider: str) -> Serve:
    """The step for a request that names content which the API holds: all of that is read, and not in the prompt."""
    implicit = serving(provider)

    def serve(
        state: Sequences | None, prompt: Tokens, generated: Tokens, spans: Spans, options: Options
    ) -> tuple[Sequences, Prediction]:
        after, found = implicit(state, prompt, generated, spans, options)
        tokens = options.get("cached-content")
        if spans.reference is None:
            return after, found
        if tokens is None:
            return after, found._replace(note="the length of the cached content is not known: see cached-content")
        return after, Prediction(tokens, tokens, "the cached content that the request names")

    return serve
