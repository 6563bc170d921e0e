"""mlx-lm's server and LM Studio: the last few sequences, and for models that cannot be cut back, places stored in them.

mlx-lm 0.32.2 server (LRUPromptCache), LM Studio's mlx-engine: read, not run.
"""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.common_prefix import common_prefix
from promptlint.engine.serving import Option, Options, Prediction, Spans, Tokens
from promptlint.records import dataclass

ENTRIES = Option("prompt-cache-size", 10, "sequences that the server keeps (--prompt-cache-size)")
TRIMMABLE = Option("trimmable", True, "the model's cache can be cut back; false for sliding windows and hybrids")
MLX_LM = (ENTRIES, TRIMMABLE)
LM_STUDIO_TAIL = 11  # tokens that LM Studio's checkpoint leaves of a prompt


@dataclass(frozen=True, slots=True)
class Entry:
    """A sequence, and the lengths of its beginnings that are stored too."""

    tokens: tuple[int, ...]
    stored: tuple[int, ...] = ()


Entries = tuple[Entry, ...]  # the least recently used first


def serve_mlx_lm(
    state: Entries | None, prompt_ids: Tokens, generated_ids: Tokens, spans: Spans, options: Options
) -> tuple[Entries, Prediction]:
    """One request to mlx-lm's server: beginnings are stored where a message ends that the user's follows."""
    return _served(state or (), tuple(prompt_ids), tuple(generated_ids[:-1]), spans.user_starts, options)


def serve_lm_studio(
    state: Entries | None,
    prompt_ids: Tokens,
    generated_ids: Tokens,
    spans: Spans,  # noqa: ARG001  one signature for all
    options: Options,
) -> tuple[Entries, Prediction]:
    """One request to LM Studio's MLX engine: one beginning is stored, shortly before the prompt's end."""
    stored = (max(0, len(prompt_ids) - LM_STUDIO_TAIL),)
    return _served(state or (), tuple(prompt_ids), tuple(generated_ids[:-1]), stored, options)


def _served(
    entries: Entries, prompt: tuple[int, ...], generated: tuple[int, ...], stored: tuple[int, ...], options: Options
) -> tuple[Entries, Prediction]:
    trimmable = TRIMMABLE.of(options)
    reused, used = max(((_reused(one, prompt, trimmable), place) for place, one in enumerate(entries)), default=(0, -1))
    common = max((common_prefix(one.tokens, prompt) for one in entries), default=0)
    new = Entry((*prompt, *generated), () if trimmable else tuple(stored))
    rested = [one for place, one in enumerate(entries) if not (place == used and reused)]
    again = [entries[used]] if reused else []
    note = "" if reused >= min(common, len(prompt) - 1) else _note(reused)
    kept = [one for one in (*rested, *again) if one.tokens != new.tokens]
    return (*kept, new)[-ENTRIES.of(options) :], Prediction(reused, reused, note)


def _note(reused: int) -> str:
    start = f"from the last stored beginning, at {reused:,}" if reused else "nothing was stored that fits"
    return f"this model cannot go back to the middle: {start}"


def _reused(entry: Entry, prompt: tuple[int, ...], trimmable: bool) -> int:
    common = common_prefix(entry.tokens, prompt)
    if trimmable:
        return max(0, min(common, len(prompt) - 1))
    return max((length for length in _lengths(entry) if length <= common and length < len(prompt)), default=0)


def _lengths(entry: Entry) -> Iterator[int]:
    yield from entry.stored
    yield len(entry.tokens)
