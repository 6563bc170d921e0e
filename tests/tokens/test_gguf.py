from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint.errors import ModelError
from promptlint.tokens import gguf
from promptlint.tokens.gguf import open_gguf
from promptlint.tokens.gguf_split import IGNORE_MERGES, NAMES, PATTERNS
from tests.tokens.gguf_writer import write_gguf

ALPHABET = [*"abcdefghijklmnopqrstuvwxyz0123456789'.,!", "Ġ", "Ċ", "Ã", "©", "Ì", "ģ"]
MERGES = ["t h", "th e", "Ġ the", "1 2", "12 3", "123 4"]
WORDS = ["th", "the", "Ġthe", "12", "123", "1234"]


def byte_level(**changes: Any) -> dict[str, Any]:
    """A small GPT-2 style vocabulary; a keyword replaces `tokenizer.ggml.KEYWORD`, None removes it."""
    tokens = [*ALPHABET, *WORDS, "<|im_start|>", "<think>", "<|none|>"]
    types = [1] * (len(tokens) - 3) + [3, 4, 5]
    values: dict[str, Any] = {
        "model": "gpt2",
        "pre": "qwen2",
        "tokens": tokens,
        "token_type": tuple(types),
        "merges": MERGES,
        "bos_token_id": len(tokens) - 3,
    }
    values.update(changes)
    return {f"tokenizer.ggml.{key}": item for key, item in values.items() if item is not None}


def sentencepiece(**changes: Any) -> dict[str, Any]:
    """A small Llama style vocabulary with all bytes."""
    scored = {"▁": -9.0, "t": -9.0, "h": -9.0, "e": -9.0, "th": -1.0, "▁the": -2.0, "▁th": -3.0, "he": -0.5, "e▁": -4.0}
    tokens = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)), *scored]
    types = (2, 3, 3, *[6] * 256, *[1] * len(scored))
    values: dict[str, Any] = {
        "model": "llama",
        "tokens": tokens,
        "token_type": types,
        "scores": (0.0,) * 259 + tuple(scored.values()),
    }
    values.update(changes)
    return {f"tokenizer.ggml.{key}": item for key, item in values.items() if item is not None}


@pytest.fixture
def pieces(tmp_path: Path) -> Any:
    """Tokens of a text by the file of the given metadata."""

    def encode(values: dict[str, Any], text: str) -> list[str]:
        tokenizer = open_gguf(write_gguf(tmp_path / "m.gguf", values)).tokenizer
        return [str(tokenizer.id_to_token(at)) for at in tokenizer.encode(text, add_special_tokens=False).ids]

    return encode


def test_merges_run_inside_the_words_of_the_pre_tokenizer(pieces: Any) -> None:
    assert pieces(byte_level(), "the the1234") == ["the", "Ġthe", "1", "2", "3", "4"]
    assert pieces(byte_level(pre="llama-bpe"), "the the1234") == ["the", "Ġthe", "123", "4"]
    assert pieces(byte_level(pre="gpt-2"), "the the1234") == ["the", "Ġthe", "1234"]


def test_digits_are_counted_from_the_right_where_the_model_does(pieces: Any) -> None:
    assert pieces(byte_level(pre="tiny_aya"), "1234") == ["1", "2", "3", "4"]
    assert pieces(byte_level(pre="superbpe"), "4123") == ["4", "123"]


def test_whole_word_is_taken_without_merges_only_where_llama_cpp_does(pieces: Any) -> None:
    assert "llama-bpe" in IGNORE_MERGES
    assert pieces(byte_level(pre="llama-bpe", merges=["t h"]), "the") == ["the"]
    assert pieces(byte_level(pre="qwen2", merges=["t h"]), "the") == ["th", "e"]


def test_control_and_user_defined_tokens_are_cut_out_and_unused_ones_are_not(pieces: Any) -> None:
    assert pieces(byte_level(), "a<|im_start|>the<think>b") == ["a", "<|im_start|>", "the", "<think>", "b"]
    assert "<|none|>" not in pieces(byte_level(), "a<|none|>b")


def test_control_looking_token_is_one_whatever_its_type(pieces: Any) -> None:
    values = byte_level(tokens=["a", "b", "</s>"], token_type=(1, 1, 1), merges=[], bos_token_id=0)
    assert pieces(values, "a</s>b") == ["a", "</s>", "b"]
    values = byte_level(
        tokens=["a", "b", "</s>", "<|tool_response>"], token_type=(1, 1, 1, 1), merges=[], bos_token_id=0
    )
    assert pieces(values, "a</s>b") == ["a", "b"]


def test_text_is_not_normalised_and_the_reader_is_told(tmp_path: Path) -> None:
    files = open_gguf(write_gguf(tmp_path / "m.gguf", byte_level()))
    assert files.tokenizer.encode("é").tokens == ["Ã", "©"]
    assert files.tokenizer.encode("e\u0301").tokens == ["e", "Ì", "ģ"]
    assert any("NFC" in note for note in files.notes)


def test_sentencepiece_merges_by_score_and_prefixes_a_space(pieces: Any) -> None:
    assert pieces(sentencepiece(), "the") == ["▁", "t", "he"]  # "he" has the best score of all
    assert pieces(sentencepiece(add_space_prefix=False), "the") == ["t", "he"]
    assert pieces(sentencepiece(), "t<s>t") == ["▁", "t", "<s>", "▁", "t"]


def test_sentencepiece_falls_back_to_bytes(pieces: Any) -> None:
    assert pieces(sentencepiece(add_space_prefix=False), "té\n") == ["t", "<0xC3>", "<0xA9>", "<0x0A>"]


def test_sentencepiece_without_scores_is_noted(tmp_path: Path) -> None:
    assert any(
        "no token scores" in note
        for note in open_gguf(write_gguf(tmp_path / "m.gguf", sentencepiece(scores=None))).notes
    )


def test_what_llama_cpp_assumes_or_does_beside_is_noted(tmp_path: Path) -> None:
    def notes(values: dict[str, Any]) -> str:
        return " ".join(open_gguf(write_gguf(tmp_path / "m.gguf", values)).notes)

    assert "names no pre-tokenizer" in notes(byte_level(pre=None))
    assert "asks for an EOS token after the prompt" in notes(byte_level(add_eos_token=True))
    plain = notes(byte_level())
    assert "pre-tokenizer" not in plain
    assert "EOS" not in plain


def test_a_vocabulary_that_the_library_refuses_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object) -> None:
        raise Exception("Token `x` out of vocabulary")

    monkeypatch.setattr(gguf, "build_tokenizer", refuse)
    path = write_gguf(tmp_path / "m.gguf", byte_level())
    with pytest.raises(ModelError) as caught:
        open_gguf(path)
    assert str(caught.value) == f"{path}: its vocabulary cannot be loaded: Token `x` out of vocabulary"


def test_phi_3_swallows_white_space_behind_its_tokens(pieces: Any) -> None:
    plain = {**sentencepiece(add_space_prefix=False), "general.name": "Some model"}
    assert pieces(plain, "</s> t") == ["</s>", "▁", "t"]
    assert pieces({**plain, "general.name": "Phi-3 mini"}, "</s> \nt") == ["</s>", "t"]


def test_gemma_4_runs_on_characters_and_keeps_lines_apart(pieces: Any) -> None:
    tokens = ["<unk>", "<bos>", "<eos>", "a", "▁", "a▁", "\n", "\n\n", "▁a", "<0xC3>", "<0xA9>"]
    types = (2, 3, 3, 1, 1, 1, 1, 1, 1, 6, 6)
    values = byte_level(model="gemma4", pre=None, tokens=tokens, token_type=types, merges=["a ▁", "▁ a", "\n \n"])
    assert pieces(values, "a a\n\na é") == ["a▁", "a", "\n\n", "a▁", "<0xC3>", "<0xA9>"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (byte_level(), False),
        (byte_level(pre="llama-bpe"), True),
        (byte_level(pre="tekken"), True),
        (byte_level(pre="llama-bpe", add_bos_token=False), False),
        (byte_level(add_bos_token=True), True),
        (byte_level(model="gemma4", pre=None, add_bos_token=False), True),
        (sentencepiece(), True),
        (sentencepiece(add_bos_token=False), False),
    ],
)
def test_bos_is_added_as_llama_cpp_does(tmp_path: Path, values: dict[str, Any], expected: bool) -> None:
    assert open_gguf(write_gguf(tmp_path / "m.gguf", values)).add_bos is expected


def test_special_tokens_come_from_the_ids_and_llama_cpps_defaults(tmp_path: Path) -> None:
    def special(values: dict[str, Any]) -> dict[str, Any]:
        return dict(open_gguf(write_gguf(tmp_path / "m.gguf", values)).special_tokens)

    assert special(byte_level()) == {"bos_token": "<|im_start|>", "eos_token": "l"}
    assert special(byte_level(pre="glm4", bos_token_id=None)) == {"eos_token": "l"}
    assert special(byte_level(eos_token_id=10**9, padding_token_id=40)) == {
        "bos_token": "<|im_start|>",
        "eos_token": "l",
        "pad_token": " ",
    }
    assert special(sentencepiece()) == {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}


def test_templates_by_name(tmp_path: Path) -> None:
    values = {**byte_level(), "tokenizer.chat_template": "A", "tokenizer.chat_template.tool_use": "B"}
    values["tokenizer.chat_templates"] = ["tool_use"]
    assert open_gguf(write_gguf(tmp_path / "m.gguf", values)).templates == {"default": "A", "tool_use": "B"}


def test_merge_of_what_is_no_token_is_left_out_and_noted(pieces: Any, tmp_path: Path) -> None:
    values = byte_level(merges=[*MERGES, "x yz", "nonsense", "a b"])
    assert pieces(values, "the") == ["the"]
    assert "3 merges" in " ".join(open_gguf(str(tmp_path / "m.gguf")).notes)


BROKEN = {
    "unknown pre-tokenizer": (byte_level(pre="gpt-9"), r"pre is 'gpt-9'.*afmoe.*qwen2.*youtu"),
    "other tokenizer model": (byte_level(model="t5"), "model is 't5', supported are gpt2, gemma4, llama"),
    "no tokenizer": ({"general.architecture": "clip"}, "holds no tokenizer"),
    "no tokens": (byte_level(tokens=None), "tokens is missing"),
    "no merges": (byte_level(merges=None), "merges is missing"),
    "tokens of a wrong type": (byte_level(tokens="abc"), "tokens is of type str"),
    "too few types": (byte_level(token_type=(1, 1)), "token_type has 2 entries for 55 tokens"),
    "token twice": (byte_level(tokens=["a", "a"], token_type=(1, 1)), "names 1 tokens twice"),
    "flag as a number": (byte_level(add_bos_token=1), "add_bos_token is of type int"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_unusable_vocabulary_is_one_line(tmp_path: Path, name: str) -> None:
    values, problem = BROKEN[name]
    path = write_gguf(tmp_path / "m.gguf", values)
    with pytest.raises(ModelError, match=problem) as caught:
        open_gguf(path)
    assert path in str(caught.value)
    assert "\n" not in str(caught.value)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_flipped_bytes_give_a_tokenizer_or_a_model_error(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    values = data.draw(st.sampled_from([byte_level(), sentencepiece()]))
    path = Path(write_gguf(tmp_path_factory.mktemp("flip") / "m.gguf", values))
    raw = bytearray(path.read_bytes())
    for at in data.draw(st.lists(st.integers(0, len(raw) - 1), min_size=1, max_size=6)):
        raw[at] = data.draw(st.integers(0, 255))
    path.write_bytes(raw)
    with contextlib.suppress(ModelError):
        open_gguf(str(path)).tokenizer.encode("the <s> é\n")


def test_later_part_of_a_split_model_is_named_as_such(tmp_path: Path) -> None:
    path = write_gguf(tmp_path / "m-00002-of-00003.gguf", {"split.no": 1})
    with pytest.raises(ModelError) as caught:
        open_gguf(path)
    assert "first part" in str(caught.value.hint)


def test_empty_token_gets_a_name(tmp_path: Path) -> None:
    path = write_gguf(tmp_path / "m.gguf", byte_level(tokens=["a", ""], token_type=(1, 1), merges=[], bos_token_id=0))
    assert open_gguf(path).tokenizer.token_to_id("[EMPTY_1]") == 1


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_pre_tokenizer_loses_no_text(tmp_path: Path, name: str) -> None:
    values = byte_level(pre=name, add_bos_token=False) if name != "gemma4" else byte_level(model="gemma4", pre=None)
    tokenizer = open_gguf(write_gguf(tmp_path / "m.gguf", values)).tokenizer
    text = "the 1234 it's, the!\n\n the  the"
    known = text if PATTERNS[NAMES[name]] != PATTERNS["lines"] else text.replace(" ", "").replace("\n", "")
    assert tokenizer.decode(tokenizer.encode(known).ids) == known
