"""The prompts that a hosted API has seen: what a prefix cache of unknown size would hold of them at most."""

from __future__ import annotations

from collections.abc import Sequence

from promptlint.common_prefix import common_prefix
from promptlint.engine.serving import Spans, Tokens
from promptlint.records import dataclass

MOST = 64  # prompts that are kept: those of a session's conversations and side requests


@dataclass(frozen=True, slots=True)
class Sequences:
    """Prompts with what was generated behind them, each with its key; the latest last."""

    kept: tuple[tuple[str, Sequence[int]], ...] = ()

    def common(self, prompt: Tokens, spans: Spans) -> int:
        """The longest common prefix with a prompt of the same key, and with its answer."""
        own = _key(spans)
        return max((common_prefix(tokens, prompt) for key, tokens in self.kept if key == own), default=0)

    def with_request(self, prompt: Tokens, generated: Tokens, spans: Spans) -> Sequences:
        """The state after a request. The last token that was sampled has not been computed."""
        new = (_key(spans), [*prompt, *generated[:-1]])
        others = (one for one in self.kept if one[0] != new[0] or common_prefix(one[1], new[1]) < len(one[1]))
        return Sequences((*others, new)[-MOST:])


def _key(spans: Spans) -> str:
    return repr((spans.model, sorted(spans.keys.items()), spans.reference))
