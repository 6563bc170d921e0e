"""What is read out of a model's files, whichever way they are packed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tokenizers import Tokenizer


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A tokenizer with its chat templates. Lives in the sandboxed child: all of it comes from strangers."""

    tokenizer: Tokenizer
    templates: Mapping[str, str]  # name ("default", "tool_use", …) → Jinja source
    special_tokens: Mapping[str, Any]  # what templates see by name: bos_token, eos_token, model-specific *_token
    add_bos: bool | None  # would llama.cpp's vocabulary put a BOS in front; None: the files do not say
    identity: str  # hash of what decides the ids
    model_type: str | None = None  # of config.json
    names: frozenset[str] = frozenset()  # of the files in its folder: some make an engine leave the template aside
    notes: tuple[str, ...] = ()  # what a reader of a report must know, one sentence each
