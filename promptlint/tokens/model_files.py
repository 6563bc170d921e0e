"""What is read out of a model's files, whichever way they are packed. Lives in the sandboxed child."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from promptlint.records import dataclass

if TYPE_CHECKING:
    from tokenizers import Tokenizer


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The tokenizer and what only it can tell."""

    tokenizer: Tokenizer
    add_bos: bool | None  # would llama.cpp's vocabulary put a BOS in front; None: the files do not say


@dataclass(frozen=True)
class ModelFiles:
    """A model's chat templates, and its tokenizer once somebody asks: reading that takes a hundred times longer."""

    read_vocabulary: Callable[[], Vocabulary]
    templates: Mapping[str, str]  # name ("default", "tool_use", …) → Jinja source
    special_tokens: Mapping[str, Any]  # what templates see by name: bos_token, eos_token, model-specific *_token
    model_type: str | None = None  # of config.json
    names: frozenset[str] = frozenset()  # of the files in its folder: some make an engine leave the template aside
    notes: tuple[str, ...] = ()  # what a reader of a report must know, one sentence each

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return self.read_vocabulary()

    @property
    def tokenizer(self) -> Tokenizer:
        return self.vocabulary.tokenizer

    @property
    def add_bos(self) -> bool | None:
        return self.vocabulary.add_bos
