"""A tokenizer.json → the metadata that llama.cpp's converter would write for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

NORMAL, UNKNOWN, CONTROL, USER_DEFINED, UNUSED, BYTE = 1, 2, 3, 4, 5, 6


def metadata(folder: Path, pre: str) -> dict[str, Any]:
    """`pre` is the pre-tokenizer's name, or "llama" for a SentencePiece vocabulary, or "gemma4"."""
    source = json.loads((folder / "tokenizer.json").read_bytes())
    model = source["model"]
    added = {token["id"]: token for token in source["added_tokens"]}
    texts = {at: text for text, at in model["vocab"].items()} | {at: token["content"] for at, token in added.items()}
    tokens = [texts.get(at, f"[PAD{at}]") for at in range(max(texts) + 1)]
    merges = [merge if isinstance(merge, str) else " ".join(merge) for merge in model["merges"]]
    values: dict[str, Any] = {
        "general.architecture": "llama",
        "general.name": folder.name,
        "tokenizer.ggml.model": {"llama": "llama", "gemma4": "gemma4"}.get(pre, "gpt2"),
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.token_type": tuple(_type(at, text, texts, added) for at, text in enumerate(tokens)),
    }
    if pre == "llama":
        return values | {"tokenizer.ggml.scores": scores(tokens, merges)}
    if pre != "gemma4":
        values["tokenizer.ggml.pre"] = pre
    return values | {"tokenizer.ggml.merges": merges}


def _type(at: int, text: str, texts: Mapping[int, str], added: Mapping[int, Mapping[str, Any]]) -> int:
    if at in added:
        return UNKNOWN if text == "<unk>" else CONTROL if added[at]["special"] else USER_DEFINED
    return UNUSED if at not in texts else BYTE if len(text) == 6 and text.startswith("<0x") else NORMAL


def scores(tokens: list[str], merges: list[str]) -> tuple[float, ...]:
    """tokenizer.json has no scores: the rank of the first merge that makes a token stands for its score."""
    rank: dict[str, int] = {}
    for at, merge in enumerate(merges):
        rank.setdefault(merge.replace(" ", ""), at)
    return tuple(-float(rank.get(token, len(merges))) for token in tokens)
