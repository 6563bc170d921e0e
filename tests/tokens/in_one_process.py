"""The model's process for tests that have a tokenizer at hand: what the child would do, done here."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from tokenizers import Tokenizer

from promptlint.prompt_encoder import PromptEncoder
from promptlint.sandbox.model_process import ModelProcess
from promptlint.token_ids import TokenIds
from promptlint.tokens import segments
from promptlint.tokens.cuts import SegmentKey


class InOneProcess:
    """Answers as the child that has the vocabulary, and counts what it is asked."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self.encoded: list[SegmentKey] = []
        self.started = False

    def start_encoder(self) -> None:
        self.started = True

    @property
    def vocabulary(self) -> dict[str, Any]:
        return {"add_bos": False, "cuts": segments.cut_tokens(self.tokenizer)}

    def encode_segments(self, keys: Sequence[SegmentKey]) -> list[array[int]]:
        self.encoded += keys
        return segments.encode_segments(self.tokenizer, keys)

    def token_span(self, key: SegmentKey, index: int) -> tuple[int, int]:
        return segments.token_span(self.tokenizer, key, index)


def encoder_of(
    tokenizer: Tokenizer, process: InOneProcess | None = None, model: Path | None = None, cache: Path | None = None
) -> PromptEncoder:
    """An encoder with a tokenizer of its own; `model` is the folder whose files say which one it is."""
    here = process or InOneProcess(tokenizer)
    return PromptEncoder(cast(ModelProcess, here), None if model is None else str(model), cache)


def ids_of(encoder: PromptEncoder, text: str) -> list[int]:
    """The ids of one text."""
    return list(TokenIds(encoder.encode([text])))
