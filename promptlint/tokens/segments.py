"""Exactly the ids of a whole text, encoded piece by piece, so that what two prompts share is encoded once.

A tokenizer first cuts the text at its added tokens (leftmost, longest first) and works on each gap alone; only the
strip flags of the neighbouring tokens and "first piece" rules look across. So a gap encoded together with its two
neighbours, minus the left one's id, is exactly its part of the whole with the right one's, and (left, gap, right) is a
safe cache key. Where this has not been shown to hold, the whole text is one segment.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from promptlint.tokens.cuts import SegmentKey

if TYPE_CHECKING:
    from tokenizers import Tokenizer

# Measured exact with these alone; anything else encodes whole.
KNOWN_PRE_TOKENIZERS = {"Sequence", "Split", "ByteLevel", "Metaspace"}


def encode_segments(tokenizer: Tokenizer, keys: Sequence[SegmentKey]) -> list[array[int]]:
    """The ids of each gap, with that of the added token on its right."""
    encodings = tokenizer.encode_batch_fast(["".join(key) for key in keys], add_special_tokens=False)
    return [
        array("I", encoding.ids[1:] if key.left else encoding.ids)
        for key, encoding in zip(keys, encodings, strict=True)
    ]


def token_span(tokenizer: Tokenizer, key: SegmentKey, index: int) -> tuple[int, int]:
    """Offsets of a segment's token: 0 is where its gap begins."""
    encoding = tokenizer.encode("".join(key), add_special_tokens=False)
    start, end = encoding.offsets[index + (1 if key.left else 0)]
    return start - len(key.left), end - len(key.left)


def cut_tokens(tokenizer: Tokenizer) -> list[str] | None:
    """The added tokens where a text may be cut; None where it must be encoded whole."""
    added = list(tokenizer.get_added_tokens_decoder().values())
    if tokenizer.encode_special_tokens or any(token.single_word for token in added) or not _is_known(tokenizer):
        return None
    # With a normalizer, tokens that are matched after it cannot be found in the raw text.
    safe = [token.content for token in added if tokenizer.normalizer is None or not token.normalized]
    return [content for content in safe if content] or None


def _is_known(tokenizer: Tokenizer) -> bool:
    model = tokenizer.model
    if type(model).__name__ != "BPE" or model.dropout or tokenizer.truncation or tokenizer.padding:
        return False
    pre_tokenizer = tokenizer.pre_tokenizer
    return pre_tokenizer is None or set(_types(json.loads(pre_tokenizer.__getstate__()))) <= KNOWN_PRE_TOKENIZERS


def _types(part: dict[str, Any]) -> Iterator[str]:
    yield part["type"]
    for inner in part.get("pretokenizers", ()):
        yield from _types(inner)
