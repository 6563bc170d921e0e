"""Texts in, token ids out, by way of the segments that are known already: in this run, or from one before.

The child that has the vocabulary is asked only for segments that nobody has counted yet, and started only then. Of a
segment from the disk the count is known and not the ids; where two such segments part is a question that the disk
answers too, once it has been asked.
"""

from __future__ import annotations

import re
import threading
from array import array
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from promptlint.common_prefix import common_prefix
from promptlint.disk_cache.folder import knows_no_tokenizer
from promptlint.disk_cache.segment_store import Numbers, SegmentStore, digest_of, key_of
from promptlint.errors import ModelError
from promptlint.sandbox.model_process import ModelProcess
from promptlint.token_ids import Segment
from promptlint.tokens.cuts import Cut, SegmentKey, cut_text, pattern_of
from promptlint.tokens.identity import tokenizer_identity

NO_DIGEST = bytes(16)
SHIFT = 2**31  # a token with its strip flag may begin in front of its gap, and the file has no signs


class EncodedSegment:
    """A segment of some prompt, the same object wherever it stands."""

    def __init__(self, encoder: PromptEncoder, key: SegmentKey, numbers: Numbers, ids: array[int] | None) -> None:
        self._encoder = encoder
        self.key = key
        self.count = numbers.first
        self.digest = numbers.digest
        self._ids = ids

    @property
    def ids(self) -> Sequence[int]:
        """The tokens themselves; one whose count is from the disk is encoded now."""
        if self._ids is None:
            self._encoder.fetch_ids()
        assert self._ids is not None
        return self._ids

    def take(self, ids: array[int]) -> None:
        """Keep the tokens."""
        self._ids = ids

    @property
    def is_only_counted(self) -> bool:
        return self._ids is None

    def common(self, other: Segment) -> int:
        """How many of its tokens are those of another segment, from the start."""
        if isinstance(other, EncodedSegment):
            return self._encoder.common(self, other)
        return common_prefix(list(self.ids), list(other.ids))


class PromptEncoder:
    """Encodes with one model's tokenizer, and remembers every segment. `folder`: of the disk cache, if there is one."""

    def __init__(self, process: ModelProcess, tokenizer: str | None, folder: Path | None) -> None:
        self._process = process
        self._tokenizer = tokenizer
        self._folder = folder
        self._segments: dict[SegmentKey, EncodedSegment] = {}
        self._lock = threading.RLock()
        self._opening: threading.Thread | None = None
        self._store: SegmentStore | None = None

    def start(self) -> None:
        """Begin to read what is on disk, and the vocabulary where that is not enough, without waiting."""
        if self._folder is None or self._tokenizer is None:
            self._process.start_encoder()
        elif self._opening is None:
            self._opening = threading.Thread(target=self._open, daemon=True)
            self._opening.start()

    def close(self) -> None:
        """Write down what was counted."""
        if self._opening is not None:
            self._opening.join()
        if self._store is not None:
            self._store.save()

    def encode(self, texts: Iterable[str]) -> list[Segment]:
        """The segments of a prompt, whose texts are encoded one by one.

        Raises ModelError for text with half a surrogate pair in it: no tokenizer takes that.
        """
        keys = [cut.key for text in texts for cut in self._cut(text)]
        self._learn(keys)
        return [self._segments[key] for key in keys]

    def token_span(self, text: str, index: int) -> tuple[int, int]:
        """Offsets in `text` (start, end) of the token at `index`; (len, len) behind the last one."""
        first, cuts = 0, self._cut(text)
        self._learn([cut.key for cut in cuts])
        for cut in cuts:
            count = self._segments[cut.key].count
            if index < first + count:
                start, end = self._span_in(cut.key, index - first)
                return cut.start + start, cut.start + end
            first += count
        return len(text), len(text)

    def fetch_ids(self) -> None:
        """Have all segments encoded whose counts are from the disk: whoever looks into one looks into most of them."""
        self._fetch(list(self._segments.values()))

    def _fetch(self, segments: Iterable[EncodedSegment]) -> None:
        with self._lock:
            counted = [segment for segment in segments if segment.is_only_counted]
            ids = self.ids_of([segment.key for segment in counted]) if counted else []
            for segment, found in zip(counted, ids, strict=True):
                segment.take(found)

    def ids_of(self, keys: Sequence[SegmentKey]) -> list[array[int]]:
        """The ids of segments, from the child."""
        return self._process.encode_segments(keys)

    def common(self, left: EncodedSegment, right: EncodedSegment) -> int:
        """How many tokens two segments share from the start."""
        key = key_of(b"common", *sorted((_name(left.key), _name(right.key))))
        found = self._known(key)
        if found is None:
            self._fetch((left, right))
            found = Numbers(NO_DIGEST, common_prefix(array("I", left.ids), array("I", right.ids)))
            self._note(key, found)
        return found.first

    @property
    def add_bos(self) -> bool:
        """Would llama.cpp's vocabulary put a BOS in front of a prompt."""
        return bool(self._facts["add_bos"])

    @cached_property
    def _facts(self) -> dict[str, object]:
        """What of the tokenizer has to be known even where all segments are."""
        self.start()
        if self._opening is not None:
            self._opening.join()
        if self._store is not None and _are_facts(self._store.facts):
            return self._store.facts
        facts = self._process.vocabulary
        if self._store is not None:
            self._store.note_facts(facts)
        return facts

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        tokens = self._facts["cuts"]
        return pattern_of(tokens) if isinstance(tokens, list) else None

    def _open(self) -> None:
        assert self._folder is not None
        assert self._tokenizer is not None
        if knows_no_tokenizer(self._folder):
            self._process.start_encoder()
        identity = tokenizer_identity(self._tokenizer)
        if identity is not None:
            self._store = SegmentStore.opened(self._folder, identity, _today())
        if self._store is None or not self._store.facts:
            self._process.start_encoder()

    def _cut(self, text: str) -> list[Cut]:
        _refuse_surrogates(text)
        return list(cut_text(text, self._pattern))

    def _learn(self, keys: Iterable[SegmentKey]) -> None:
        """See to it that the segments of all keys are there."""
        with self._lock:
            missing = []
            for key in dict.fromkeys(key for key in keys if key not in self._segments):
                numbers = self._known(_name(key)) if self._store is not None else None
                if numbers is None:
                    missing.append(key)
                else:
                    self._segments[key] = EncodedSegment(self, key, numbers, None)
            for key, ids in zip(missing, self.ids_of(missing) if missing else (), strict=True):
                numbers = Numbers(digest_of(ids.tobytes()), len(ids))
                self._segments[key] = EncodedSegment(self, key, numbers, ids)
                if self._store is not None:
                    self._store.put(_name(key), numbers)

    def _span_in(self, key: SegmentKey, index: int) -> tuple[int, int]:
        name = key_of(b"span", _name(key), str(index).encode())
        found = self._known(name)
        if found is None:
            start, end = self._process.token_span(key, index)
            found = Numbers(NO_DIGEST, start + SHIFT, end + SHIFT)
            self._note(name, found)
        return found.first - SHIFT, found.second - SHIFT

    def _known(self, key: bytes) -> Numbers | None:
        return None if self._store is None else self._store.get(key)

    def _note(self, key: bytes, numbers: Numbers) -> None:
        if self._store is not None:
            self._store.put(key, numbers)


def _name(key: SegmentKey) -> bytes:
    return key_of(b"segment", *(part.encode() for part in key))


def _are_facts(facts: dict[str, object]) -> bool:
    tokens = facts.get("cuts", 0)
    return isinstance(facts.get("add_bos"), bool | None) and (
        tokens is None or (isinstance(tokens, list) and all(isinstance(one, str) for one in tokens))
    )


def _today() -> int:
    """Days, for forgetting what nobody has used: no output depends on it."""
    return datetime.now(UTC).toordinal()


def _refuse_surrogates(text: str) -> None:
    if text.isascii():
        return
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        half = f"\\u{ord(text[error.start]):04x}"
        raise ModelError(
            f"the prompt holds half a surrogate pair, {half}, at character {error.start + 1:,}",
            hint="a request with such an escape of its own has no tokens: servers refuse it too",
        ) from None
