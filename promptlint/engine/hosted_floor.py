"""Hosted APIs that say how coarse their prefix caches are: whole blocks, from some minimum on."""

from __future__ import annotations

from promptlint.engine.block_floor import FLOORED, SWALLOWED
from promptlint.engine.held import Sequences
from promptlint.engine.providers import facts
from promptlint.engine.serving import Options, Prediction, Serve, Spans, Tokens


def serving(provider: str, whole_resend: bool = False) -> Serve:
    """The step of a provider with blocks. `whole_resend`: the same prompt again may be read to its end."""

    def serve(
        state: Sequences | None, prompt: Tokens, generated: Tokens, spans: Spans, options: Options
    ) -> tuple[Sequences, Prediction]:
        known, held = facts(provider, spans.model, options.get("providers")), state or Sequences()
        after = held.with_request(prompt, generated, spans)
        if not known.caches:
            return after, Prediction(0, 0, "this model is not cached")
        common = held.common(prompt, spans)
        if common < known.minimum:
            short = held.kept and len(prompt) < known.minimum
            return after, Prediction(0, 0, f"under the minimum of {known.minimum:,} tokens" if short or common else "")
        low = common // known.block * known.block
        high = common if whole_resend and common == len(prompt) else low
        note = (FLOORED if high else SWALLOWED).format(known.block)
        return after, Prediction(low, high, note if high < common or low < high else "")

    return serve
