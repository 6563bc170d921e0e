"""A vocabulary as llama.cpp uses it → the same thing for the tokenizers library.

What differs and cannot be expressed: where cut-out tokens overlap, llama.cpp takes the longest one anywhere, the
tokenizers library the leftmost one; and llama.cpp's rstrip knows ASCII white space only.
"""

from __future__ import annotations

from collections.abc import Iterator

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers

from promptlint.tokens.gguf_split import IGNORE_MERGES, NAMES, PATTERNS, RAW_CHARACTERS
from promptlint.tokens.gguf_vocabulary import USER_DEFINED, Merge, Vocabulary

SPACE = "▁"
NO_RSTRIP = {"<unk>", "<s>", "<|endoftext|>"}


def build_tokenizer(vocabulary: Vocabulary) -> Tokenizer:
    """A tokenizer with the ids of llama.cpp's `tokenize(text, add_special=false, parse_special=true)`."""
    tokenizer = _by_scores(vocabulary) if vocabulary.model == "llama" else _by_merges(vocabulary)
    _cut_out(tokenizer, vocabulary)
    return tokenizer


def _by_merges(vocabulary: Vocabulary) -> Tokenizer:
    raw = vocabulary.split in RAW_CHARACTERS
    model = models.BPE(
        vocab=dict(vocabulary.ids),
        merges=vocabulary.merges,
        byte_fallback=raw,
        ignore_merges=vocabulary.split in IGNORE_MERGES,
    )
    tokenizer = Tokenizer(model)
    cuts: list[pre_tokenizers.PreTokenizer] = [
        pre_tokenizers.Split(Regex(pattern), "isolated") for pattern in PATTERNS[NAMES[vocabulary.split]]
    ]
    if raw:
        tokenizer.normalizer = normalizers.Replace(" ", SPACE)
        tokenizer.decoder = _sentencepiece_decoder()
    else:
        cuts.append(pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False))
        tokenizer.decoder = decoders.ByteLevel()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(cuts)
    return tokenizer


def _by_scores(vocabulary: Vocabulary) -> Tokenizer:
    ranked = _tokens_by_score(vocabulary)
    merges = [pair for token in ranked for pair in _halves(token, vocabulary)]
    unknown = vocabulary.special_ids.get("unk_token")
    model = models.BPE(
        vocab=dict(vocabulary.ids),
        merges=merges,
        byte_fallback=True,
        fuse_unk=True,
        unk_token=next(token for token, at in vocabulary.ids.items() if at == unknown) if unknown is not None else None,
    )
    tokenizer = Tokenizer(model)
    escape: list[normalizers.Normalizer] = [normalizers.Replace(" ", SPACE)]
    if vocabulary.add_space_prefix:
        escape.insert(0, normalizers.Prepend(SPACE))
    tokenizer.normalizer = normalizers.Sequence(escape)
    tokenizer.decoder = _sentencepiece_decoder()
    return tokenizer


def _tokens_by_score(vocabulary: Vocabulary) -> list[str]:
    if not vocabulary.scores:
        return list(vocabulary.ids)
    scores = vocabulary.scores
    return [token for token, at in sorted(vocabulary.ids.items(), key=lambda item: -scores[item[1]])]


def _halves(token: str, vocabulary: Vocabulary) -> Iterator[Merge]:
    """All pairs of tokens that make this one. llama.cpp merges any two neighbours whose join is a token."""
    ids = vocabulary.ids
    for cut in range(len(token) - 1, 0, -1):
        left, right = token[:cut], token[cut:]
        if left in ids and right in ids:
            yield left, right


def _sentencepiece_decoder() -> decoders.Decoder:
    return decoders.Sequence([decoders.Replace(SPACE, " "), decoders.ByteFallback(), decoders.Fuse()])


def _cut_out(tokenizer: Tokenizer, vocabulary: Vocabulary) -> None:
    strip = "phi-3" in vocabulary.name or "phi3" in vocabulary.name
    added = [
        AddedToken(token, normalized=False, rstrip=strip and token not in NO_RSTRIP, special=kind != USER_DEFINED)
        for token, kind in vocabulary.cut_out().items()
    ]
    tokenizer.add_tokens(added)
