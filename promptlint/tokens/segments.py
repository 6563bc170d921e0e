"""Exactly the ids of a whole text, encoded piece by piece, so that what two prompts share is encoded once.

A tokenizer first cuts the text at its added tokens (leftmost, longest first) and works on each gap alone; only the
strip flags of the neighbouring tokens and "first piece" rules look across. So a gap encoded together with its two
neighbours, minus their ids, is exactly its part of the whole, and (left, gap, right) is a safe cache key. Where this
has not been shown to hold, the whole text is one segment.
"""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Iterator
from typing import Any, NamedTuple

from tokenizers import Tokenizer

from promptlint.errors import ModelError

# Measured exact with these alone; anything else encodes whole.
KNOWN_PRE_TOKENIZERS = {"Sequence", "Split", "ByteLevel", "Metaspace"}


class Segment(NamedTuple):
    """A gap between two added tokens with its neighbours; `start` is the gap's offset in the text."""

    start: int
    left: str
    gap: str
    right: str


class SegmentEncoder:
    """Encodes texts with one tokenizer and remembers the segments it has seen."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._cut = cut_pattern(tokenizer)
        self._ids: dict[tuple[str, str, str], array[int]] = {}

    def encode(self, text: str) -> array[int]:
        """The ids of `text`, equal to `tokenizer.encode(text, add_special_tokens=False).ids`.

        Raises ModelError for text with half a surrogate pair in it: no tokenizer takes that.
        """
        _refuse_surrogates(text)
        segments = list(self.segments(text))
        self._encode_missing(segments)
        ids: array[int] = array("I")
        for segment in segments:
            ids.extend(self._ids_with_right(segment))
        return ids

    def token_span(self, text: str, index: int) -> tuple[int, int]:
        """Offsets in `text` (start, end) of the token at `index`; (len, len) behind the last one."""
        first, segments = 0, list(self.segments(text))
        self._encode_missing(segments)  # this process may have been started after the text was encoded
        for segment in segments:
            count = len(self._ids_with_right(segment))
            if index < first + count:
                return self._span_in(segment, index - first)
            first += count
        return len(text), len(text)

    def segments(self, text: str) -> Iterator[Segment]:
        """The text cut at its added tokens, in order; one segment when it must be encoded whole."""
        left, start = "", 0
        if self._cut is not None:
            for match in self._cut.finditer(text):
                yield Segment(start, left, text[start : match.start()], match.group())
                left, start = match.group(), match.end()
        yield Segment(start, left, text[start:], "")

    def _ids_with_right(self, segment: Segment) -> array[int]:
        """Ids of the gap and of the added token on its right."""
        return self._ids[segment[1:]]

    def _encode_missing(self, segments: list[Segment]) -> None:
        missing = list(dict.fromkeys(key for segment in segments if (key := segment[1:]) not in self._ids))
        encodings = self._tokenizer.encode_batch_fast(["".join(key) for key in missing], add_special_tokens=False)
        for key, encoding in zip(missing, encodings, strict=True):
            self._ids[key] = array("I", encoding.ids[1:] if key[0] else encoding.ids)

    def _span_in(self, segment: Segment, index: int) -> tuple[int, int]:
        encoding = self._tokenizer.encode("".join(segment[1:]), add_special_tokens=False)
        start, end = encoding.offsets[index + (1 if segment.left else 0)]
        shift = segment.start - len(segment.left)
        return start + shift, end + shift


def _refuse_surrogates(text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        half = f"\\u{ord(text[error.start]):04x}"
        raise ModelError(
            f"the prompt holds half a surrogate pair, {half}, at character {error.start + 1:,}",
            hint="a request with such an escape of its own has no tokens: servers refuse it too",
        ) from None


def cut_pattern(tokenizer: Tokenizer) -> re.Pattern[str] | None:
    """A pattern of the added tokens where a text may be cut; None where it must be encoded whole."""
    added = list(tokenizer.get_added_tokens_decoder().values())
    if tokenizer.encode_special_tokens or any(token.single_word for token in added) or not _is_known(tokenizer):
        return None
    # With a normalizer, tokens that are matched after it cannot be found in the raw text.
    safe = [token.content for token in added if tokenizer.normalizer is None or not token.normalized]
    if not safe:
        return None
    return re.compile("|".join(re.escape(content) for content in sorted(safe, key=len, reverse=True) if content))


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
