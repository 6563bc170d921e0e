"""Segment ids equal whole-string ids, whatever the text and the flags of the added tokens."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import AddedToken, Tokenizer, normalizers, pre_tokenizers

from promptlint.errors import ModelError
from promptlint.tokens.cuts import cut_text, pattern_of
from promptlint.tokens.segments import cut_tokens
from tests.conftest import tiny_tokenizer
from tests.tokens.in_one_process import InOneProcess, encoder_of, ids_of

ADDED = ["<|im_start|>", "<|im_end|>", "<call>", "</call>", "<a>", "<a><b>", "<c>"]
FRAGMENTS = [
    "fox",
    " ",
    "  ",
    "\n",
    "\t ",
    "é",
    "e\u0301",
    "日本語",
    "👩‍👩‍👧",
    "▁",
    "Ġ",
    "<",
    "<|",
    "|>",
    "\x00",
    "İ",
    "\u2028",
    "1234",
]
NASTY = st.lists(st.sampled_from(ADDED + FRAGMENTS) | st.text(max_size=8), max_size=30).map("".join)


def variant(**flags: bool) -> Tokenizer:
    tokenizer = tiny_tokenizer()
    tokenizer.add_tokens([AddedToken(text, normalized=False, **flags) for text in ("<a>", "<a><b>", "<c>")])
    return tokenizer


def with_prepend() -> Tokenizer:
    tokenizer = variant(rstrip=True)
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("_"), normalizers.NFC()])
    return tokenizer


def with_metaspace() -> Tokenizer:
    tokenizer = variant()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first")
    return tokenizer


TOKENIZERS = {
    "plain": variant(),
    "rstrip": variant(rstrip=True),
    "both strips": variant(lstrip=True, rstrip=True),
    "single word": variant(single_word=True),
    "prepend": with_prepend(),
    "metaspace": with_metaspace(),
}
ENCODERS = {name: encoder_of(tokenizer) for name, tokenizer in TOKENIZERS.items()}


@pytest.mark.parametrize("name", TOKENIZERS)
@settings(max_examples=150, deadline=None)
@given(text=NASTY)
def test_ids_equal_those_of_the_whole_text(name: str, text: str) -> None:
    assert ids_of(ENCODERS[name], text) == TOKENIZERS[name].encode(text, add_special_tokens=False).ids


@settings(max_examples=60, deadline=None)
@given(text=NASTY)
def test_token_spans_equal_those_of_the_whole_text(text: str) -> None:
    offsets = TOKENIZERS["plain"].encode(text, add_special_tokens=False).offsets
    assert [ENCODERS["plain"].token_span(text, index) for index in range(len(offsets))] == offsets


def test_cuts_where_it_may_and_only_there() -> None:
    text = "<a> fox <c>fox"

    def gaps(name: str) -> list[str]:
        return [cut.key.gap for cut in cut_text(text, pattern_of(cut_tokens(TOKENIZERS[name])))]

    assert gaps("plain") == ["", " fox ", "fox"]
    assert gaps("single word") == [text]


def test_a_token_matched_after_normalisation_is_no_cut() -> None:
    tokenizer = tiny_tokenizer()
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.add_tokens([AddedToken("<norm>", normalized=True)])
    pattern = pattern_of(cut_tokens(tokenizer))
    assert pattern is not None
    assert [match.group() for match in pattern.finditer("<norm><call>")] == ["<call>"]


@pytest.mark.parametrize("what", ["dropout", "truncation", "split specials", "unknown pre-tokenizer"])
def test_encodes_whole_where_cuts_are_not_proven(what: str) -> None:
    tokenizer = tiny_tokenizer()
    if what == "dropout":
        tokenizer.model.dropout = 0.1
    elif what == "truncation":
        tokenizer.enable_truncation(5)
    elif what == "split specials":
        tokenizer.encode_special_tokens = True
    else:
        tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    assert cut_tokens(tokenizer) is None


def test_what_two_texts_share_is_encoded_once() -> None:
    process = InOneProcess(tiny_tokenizer())
    encoder = encoder_of(process.tokenizer, process)
    ids_of(encoder, "<call>one</call><call>two</call>")
    seen = set(process.encoded)
    process.encoded.clear()
    ids_of(encoder, "<call>one</call><call>three</call>")
    assert ("<call>", "three", "</call>") in process.encoded
    assert not seen & set(process.encoded)


def test_the_file_round_trip_keeps_the_cuts() -> None:
    again = Tokenizer.from_str(json.dumps(json.loads(TOKENIZERS["rstrip"].to_str())))
    cuts = [cut_tokens(tokenizer) for tokenizer in (again, TOKENIZERS["rstrip"])]
    assert cuts[0] == cuts[1]
    assert cuts[0]


def test_half_a_surrogate_pair_has_no_tokens() -> None:
    with pytest.raises(ModelError, match=r"\\ud83d, at character 3"):
        ids_of(encoder_of(tiny_tokenizer()), "ab\ud83d")


def test_a_span_in_a_text_that_was_not_encoded_before() -> None:
    assert encoder_of(tiny_tokenizer()).token_span("fox<|im_end|>fox", 0) == (0, 1)
