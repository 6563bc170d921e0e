"""Metadata of a GGUF file → the vocabulary in it, checked, with the defaults that llama.cpp fills in.

Source: `llama_vocab::impl::load` in llama.cpp `src/llama-vocab.cpp`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn, TypeVar

from promptlint.errors import ModelError
from promptlint.records import dataclass
from promptlint.tokens.gguf_metadata import Metadata
from promptlint.tokens.gguf_split import ADD_BOS, FORCE_BOS, NAMES, NO_DEFAULT_BOS

UNKNOWN, CONTROL, USER_DEFINED = 2, 3, 4  # token types that are cut out of the text before anything else

# tokenizer.ggml.model → ids of BOS, EOS and UNK where the file names none.
MODELS: dict[str, dict[str, int]] = {
    "gpt2": {"bos_token": 11, "eos_token": 11},
    "gemma4": {},
    "llama": {"bos_token": 1, "eos_token": 2, "unk_token": 0},
}
ID_KEYS = {
    "bos_token": "bos_token_id",
    "eos_token": "eos_token_id",
    "unk_token": "unknown_token_id",
    "sep_token": "seperator_token_id",  # spelled so in the specification
    "pad_token": "padding_token_id",
    "mask_token": "mask_token_id",
}
# llama.cpp goes by the text of these, whatever type the file gives them.
# Laid out by hand, to be read as a table.
# fmt: off
CONTROL_BY_TEXT = {
    "<|eot_id|>", "<|im_end|>", "<|end|>", "<|return|>", "<|call|>", "<|flush|>", "<|calls|>", "<end_of_turn>",
    "<|endoftext|>", "</s>", "<|eom_id|>", "<EOT>", "_<EOT>", "[EOT]", "[EOS]", "<|end_of_text|>",
    "<end_of_utterance>", "<eos>", "<turn|>", "<|tool_response>", "[e~[", "<｜end▁of▁sentence｜>", "<|fim_prefix|>",
    "<fim-prefix>", "<fim_prefix>", "<｜fim▁begin｜>", "<PRE>", "▁<PRE>", "<|code_prefix|>", "<|prefix|>",
    "<|fim_suffix|>", "<fim-suffix>", "<fim_suffix>", "<｜fim▁hole｜>", "<SUF>", "▁<SUF>", "<|code_suffix|>",
    "<|suffix|>", "<|fim_middle|>", "<fim-middle>", "<fim_middle>", "<｜fim▁end｜>", "<MID>", "▁<MID>",
    "<|code_middle|>", "<|middle|>", "<|fim_pad|>", "<fim-pad>", "<fim_pad>", "<PAD>", "[PAD]", "<|fim_repo|>",
    "<|repo_name|>", "<fim-repo>", "<REPO>", "<reponame>", "<|file_sep|>",
}
# fmt: on
# Where one of these exists, `</s>` is HTML and not an end mark.
NORMAL_END_TAG_BESIDE = ("<|tool_response>", "<|plamo:eos|>")
T = TypeVar("T")
Merge = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What decides the ids; `types` may be empty: then all tokens are normal ones."""

    model: str  # a key of MODELS
    split: str  # a key of gguf_split.NAMES
    name: str  # general.name in lower case: llama.cpp gives the tokens of Phi-3 flags by it
    ids: Mapping[str, int]  # token → id, in the order of the ids
    types: tuple[int, ...]
    scores: tuple[float, ...]
    merges: list[Merge]  # only those whose parts and result are tokens: the library refuses any other
    lost_merges: int
    special_ids: Mapping[str, int]  # bos_token, eos_token, …
    add_bos: bool
    add_eos: bool
    add_space_prefix: bool

    def cut_out(self) -> dict[str, int]:
        """The tokens that are found in the raw text first, with their types."""
        listed = {t: k for t, k in zip(self.ids, self.types, strict=False) if k in (UNKNOWN, CONTROL, USER_DEFINED)}
        by_text = dict.fromkeys(CONTROL_BY_TEXT & self.ids.keys(), CONTROL)
        found = {**by_text, **listed}
        if any(token in self.ids for token in NORMAL_END_TAG_BESIDE):
            found.pop("</s>", None)
        return found


def read_vocabulary(metadata: Metadata) -> Vocabulary:
    """Check the tokenizer keys against each other; raises ModelError that names the key."""
    keys = _Keys(metadata)
    model = keys.get("model", str, "")
    if not model:
        _no_tokenizer(metadata)
    if model not in MODELS:
        keys.fail("model", f"is {model!r}, supported are {', '.join(MODELS)}")
    split = "gemma4" if model == "gemma4" else keys.get("pre", str, "default") if model == "gpt2" else "default"
    if split not in NAMES:
        keys.fail("pre", f"is {split!r}, a pre-tokenizer that is not known here; known are {', '.join(sorted(NAMES))}")
    ids = _ids(keys)
    types, scores = keys.numbers("token_type", len(ids)), keys.numbers("scores", len(ids))
    joined = keys.strings("merges")
    if model != "llama" and joined is None and split != "kimi-k2":
        keys.fail("merges", "is missing")
    merges = [pair for merge in joined or () if (pair := _pair(merge, ids))]
    add_bos = keys.get("add_bos_token", bool, model == "llama" or split in ADD_BOS)
    return Vocabulary(
        model=model,
        split=split,
        name=str(metadata.values.get("general.name", "")).lower(),
        ids=ids,
        types=types,
        scores=scores,
        merges=merges,
        lost_merges=len(joined or ()) - len(merges),
        special_ids=_special_ids(keys, model, split, len(ids)),
        add_bos=add_bos or split in FORCE_BOS,
        add_eos=keys.get("add_eos_token", bool, False),
        add_space_prefix=keys.get("add_space_prefix", bool, model == "llama"),
    )


class _Keys:
    """The `tokenizer.ggml.` keys with the types they must have."""

    def __init__(self, metadata: Metadata) -> None:
        self._metadata = metadata

    def get(self, name: str, kind: type[T], default: T) -> T:
        value = self._metadata.values.get("tokenizer.ggml." + name, default)
        if type(value) is not kind:
            self.fail(name, f"is of type {type(value).__name__}, not {kind.__name__}")
        return value

    def numbers(self, name: str, count: int) -> tuple[Any, ...]:
        value = self.get(name, tuple, ())
        if value and (len(value) < count or not isinstance(value[0], (int, float))):
            self.fail(name, f"has {len(value):,} entries for {count:,} tokens")
        return value[:count]

    def strings(self, name: str) -> list[str] | None:
        if "tokenizer.ggml." + name not in self._metadata.values:
            return None
        return self.get(name, list, [])

    def fail(self, name: str, problem: str) -> NoReturn:
        raise ModelError(f"{self._metadata.path}: tokenizer.ggml.{name} {problem}")


def _no_tokenizer(metadata: Metadata) -> NoReturn:
    part = metadata.values.get("split.no", 0)
    hint = "name the first part of this split model" if part else "name the file of the language model itself"
    raise ModelError(f"{metadata.path} holds no tokenizer (no tokenizer.ggml.model)", hint=hint)


def _ids(keys: _Keys) -> dict[str, int]:
    tokens = keys.strings("tokens")
    if not tokens:
        keys.fail("tokens", "is missing or empty")
    ids = {token or f"[EMPTY_{at}]": at for at, token in enumerate(tokens)}
    if len(ids) != len(tokens):
        keys.fail("tokens", f"names {len(tokens) - len(ids):,} tokens twice")
    return ids


def _pair(merge: str, ids: Mapping[str, int]) -> Merge | None:
    at = merge.find(" ", 1)  # the left part may itself begin with a space
    left, right = merge[:at], merge[at + 1 :]
    return (left, right) if at > 0 and left in ids and right in ids and left + right in ids else None


def _special_ids(keys: _Keys, model: str, split: str, count: int) -> dict[str, int]:
    """By name; an id outside the vocabulary counts as if it were not there, as in llama.cpp."""
    found = {name: at for name, at in MODELS[model].items() if at < count}
    if split in NO_DEFAULT_BOS:
        found.pop("bos_token", None)
    for name, key in ID_KEYS.items():
        at = keys.get(key, int, -1)
        if 0 <= at < count:
            found[name] = at
    return found
