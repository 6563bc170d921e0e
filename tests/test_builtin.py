from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from promptlint.builtin import FOLDER, corpus, traffic, train
from promptlint.render.environment import render
from promptlint.tokens.model_folder import open_folder

PROSE = (Path(__file__).parent / "builtin_prose.txt").read_text(encoding="utf-8")
TOOLS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "builtin_tools.json").read_text(encoding="utf-8"))
TOKENIZER = Tokenizer.from_file(str(FOLDER / "tokenizer.json"))
TEMPLATE = (FOLDER / "chat_template.jinja").read_text(encoding="utf-8")
ADDED = [*train.SPECIAL_TOKENS, *train.MARKUP_TOKENS]


def prompt(messages: Any, tools: Any = None, **variables: Any) -> str:
    return render(TEMPLATE, {"messages": messages, "tools": tools, **variables}, now=datetime(2026, 1, 15))


def ratio(text: str) -> float:
    return len(text) / len(TOKENIZER.encode(text, add_special_tokens=False).ids)


# --- tokenizer


@given(
    st.text()
    | st.lists(st.sampled_from([*ADDED, " ", "\n", "don't", "12345", "naïve", "日本語", "🛠️", "\u0301", "_x"])).map(
        "".join
    )
)
def test_decoding_gives_back_any_text(text: str) -> None:
    ids = TOKENIZER.encode(text, add_special_tokens=False).ids
    assert TOKENIZER.decode(ids, skip_special_tokens=False) == text


def test_no_normalizer_and_no_added_start_token() -> None:
    decomposed = "e\u0301"
    assert TOKENIZER.normalizer is None
    assert TOKENIZER.encode("hi").ids == TOKENIZER.encode("hi", add_special_tokens=False).ids
    assert TOKENIZER.decode(TOKENIZER.encode(decomposed).ids) == decomposed


@pytest.mark.parametrize("text", [PROSE, *PROSE.split("\n\n")])
def test_english_costs_a_token_for_3_6_characters(text: str) -> None:
    assert ratio(text) >= 3.6


@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": ")])
def test_tool_json_costs_a_token_for_3_2_characters(separators: tuple[str, str]) -> None:
    assert ratio(json.dumps(TOOLS, separators=separators)) >= 3.2


def test_held_out_text_is_held_out() -> None:
    seen = "\n".join(traffic.documents()) + "\n".join(corpus.words())
    sentences = [sentence for sentence in PROSE.replace("\n", " ").split(". ") if len(sentence) > 20]
    assert len(sentences) > 20
    assert not [sentence for sentence in sentences if sentence in seen]


@pytest.mark.parametrize(("text", "pieces"), [
    ("1234567", ["123", "456", "7"]),
    ("don't", ["don", "'t"]),
    (" the end", ["Ġthe", "Ġend"]),
    ("a\n\nb", ["a", "ĊĊ", "b"]),
    ("<tool_call> <think>", ["<tool_call>", "Ġ", "<think>"]),
])  # fmt: skip  # laid out by hand, to be read as a table
def test_text_is_split_as_the_pattern_says(text: str, pieces: list[str]) -> None:
    assert TOKENIZER.encode(text).tokens == pieces


@pytest.mark.parametrize("character", list("éßñяЖλאبกのア中库✅→"))
def test_common_letters_of_other_scripts_cost_one_token(character: str) -> None:
    assert len(TOKENIZER.encode(character).ids) == 1


def test_hangul_costs_two_tokens_a_syllable() -> None:
    assert len(TOKENIZER.encode("한국어").ids) <= 6


def test_the_file_is_what_train_declares() -> None:
    document = json.loads((FOLDER / "tokenizer.json").read_text(encoding="utf-8"))
    declared = json.loads(train.empty_tokenizer().to_str())
    assert document["pre_tokenizer"] == declared["pre_tokenizer"]
    assert document["pre_tokenizer"]["pretokenizers"][0]["pattern"] == {"Regex": train.PATTERN}
    assert document["decoder"] == declared["decoder"]
    assert len(document["model"]["vocab"]) == train.VOCABULARY == TOKENIZER.get_vocab_size(with_added_tokens=False)
    assert [token["content"] for token in document["added_tokens"]] == ADDED
    assert [token["id"] for token in document["added_tokens"]] == [train.VOCABULARY + n for n in range(len(ADDED))]
    assert not any(
        token[flag] for token in document["added_tokens"] for flag in ("normalized", "lstrip", "rstrip", "single_word")
    )


def test_the_file_is_compact() -> None:
    raw = (FOLDER / "tokenizer.json").read_bytes()
    assert len(raw) < 1_400_000
    assert raw.decode() == train.compact(TOKENIZER)


def test_made_up_traffic_is_the_same_every_time() -> None:
    assert list(traffic.documents()) == list(traffic.documents())


def test_stdlib_prose_and_code_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    files = corpus.stdlib_files()
    assert len(files) > 300
    assert not [path for path in files if "test" in path.parts or "site-packages" in path.parts]
    one = next(path for path in files if path.parts[-2:] == ("json", "__init__.py"))
    monkeypatch.setattr(corpus, "stdlib_files", lambda: [one])  # the remarks of all take seconds
    assert any("Serialize ``obj`` to a JSON formatted ``str``" in piece for piece in corpus.stdlib_prose())


@pytest.mark.parametrize(("word", "forms"), [
    ("save", ["save", "save", "Save", "saves", "saved", "saving"]),
    ("carry", ["carry", "carry", "Carry", "carries", "carried", "carrying"]),
    ("city", ["city", "city", "City", "cities"]),
    ("table", ["table", "table", "Table", "tables"]),
    ("harmless", ["harmless", "harmless", "Harmless"]),
    ("possible", ["possible", "possible", "Possible", "possibly"]),
    ("careful", ["careful", "careful", "Careful", "carefully"]),
    ("Monday", ["Monday"] * 3),
    ("the", ["the", "the", "The"]),
])  # fmt: skip  # laid out by hand, to be read as a table
def test_forms_of_a_word(word: str, forms: list[str]) -> None:
    assert corpus.forms(word) == forms


@pytest.mark.parametrize(("text", "line"), [
    ("one\ntwo", "one two"),
    ("one\n\ntwo", "one\n\ntwo"),
    ("so:\n\n    a = 1\n    b = 2", "so:\n\n    a = 1\n    b = 2"),
    ("Title\n=====\ntext", "Title\n\ntext"),
])  # fmt: skip  # laid out by hand, to be read as a table
def test_paragraphs_are_unwrapped(text: str, line: str) -> None:
    assert corpus.unwrapped(text) == line


def test_the_folder_opens_like_any_model_folder() -> None:
    files = open_folder(str(FOLDER))
    assert files.templates == {"default": TEMPLATE}
    assert files.add_bos is False
    assert files.special_tokens == {"eos_token": "<|im_end|>", "pad_token": "<|endoftext|>"}
    assert files.tokenizer.get_vocab_size() == train.VOCABULARY + len(ADDED)


# --- template

SYSTEM = {"role": "system", "content": "Be brief."}
TOOL = {"type": "function", "function": {"name": "add", "description": "ü", "parameters": {"type": "object"}}}
HISTORY: list[dict[str, Any]] = [
    {"role": "user", "content": " Two and two? \n"},
    {"role": "assistant", "content": None, "reasoning_content": "Call it.",
     "tool_calls": [{"id": "1", "type": "function", "function": {"name": "add", "arguments": {"b": 2, "a": 2}}},
                    {"id": "2", "type": "function", "function": {"name": "add", "arguments": '{"a":  2}'}}]},
    {"role": "tool", "tool_call_id": "1", "name": "add", "content": "4"},
    {"role": "assistant", "content": "Four."},
]  # fmt: skip  # laid out by hand, to be read as a table


def test_a_whole_conversation() -> None:
    assert prompt([SYSTEM, *HISTORY], [TOOL], add_generation_prompt=True) == (
        "<|im_start|>system\nBe brief.\n\n# Tools\n\n"
        'Each line below is one function that can be called. A call is a JSON object with "name" and "arguments" '
        "between <tool_call> and </tool_call>.\n\n<tools>\n"
        + json.dumps(TOOL, ensure_ascii=False)
        + "\n</tools><|im_end|>\n"
        "<|im_start|>user\n Two and two? \n<|im_end|>\n"
        "<|im_start|>assistant\n<think>\nCall it.\n</think>\n\n\n"
        '<tool_call>\n{"name": "add", "arguments": {"b": 2, "a": 2}}\n</tool_call>\n'
        '<tool_call>\n{"name": "add", "arguments": {"a":  2}}\n</tool_call><|im_end|>\n'
        "<|im_start|>tool\n<tool_response>\n4\n</tool_response><|im_end|>\n"
        "<|im_start|>assistant\nFour.<|im_end|>\n"
        "<|im_start|>assistant\n"
    )


@pytest.mark.parametrize("role", ["system", "developer"])
def test_tools_follow_the_system_text(role: str) -> None:
    text = prompt([SYSTEM | {"role": role}, *HISTORY], [TOOL, TOOL])
    assert text.index("Be brief.") < text.index("<tools>") < text.index("Two and two")
    assert text.count(json.dumps(TOOL, ensure_ascii=False) + "\n") == 2


def test_tools_first_stand_in_a_block_before_the_system_text() -> None:
    text = prompt([SYSTEM, *HISTORY], [TOOL], tools_first=True)
    assert text.startswith("<|im_start|>system\n# Tools")
    assert "</tools><|im_end|>\n<|im_start|>system\nBe brief.<|im_end|>\n" in text
    assert prompt([SYSTEM], tools_first=True) == prompt([SYSTEM])


def test_tools_without_a_system_text_come_first() -> None:
    assert prompt(HISTORY, [TOOL]) == prompt([], [TOOL]) + prompt(HISTORY)
    assert (
        prompt(HISTORY, [])
        == prompt(HISTORY, None)
        == render(TEMPLATE, {"messages": HISTORY}, now=datetime(2026, 1, 15))
    )


def test_a_system_message_stays_where_it_is() -> None:
    assert prompt([*HISTORY, SYSTEM], [TOOL]).endswith("Four.<|im_end|>\n<|im_start|>system\nBe brief.<|im_end|>\n")


@pytest.mark.parametrize(("content", "text"), [
    (None, ""), ("", ""), ([], ""), (5, "5"), (False, "false"), ({"é": 1}, '{"é": 1}'),
    (["a", {"text": "b"}, {"type": "input_text", "text": "c"}], "a\nb\nc"),
    ([{"type": "text", "text": None}], '{"type": "text", "text": null}'),
    ([{"type": "image", "hash": "sha256:12"}], "<image:sha256:12>"),
    ([{"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}], "<image_url:https://example.com/a.png>"),
    ([{"type": "audio", "data": "AA"}, None, 1], '{"type": "audio", "data": "AA"}\nnull\n1'),
    ([[{"text": "x"}]], '[{"text": "x"}]'),
])  # fmt: skip  # laid out by hand, to be read as a table
def test_content_of_every_shape(content: Any, text: str) -> None:
    assert prompt([{"role": "user", "content": content}]) == f"<|im_start|>user\n{text}<|im_end|>\n"


@pytest.mark.parametrize(("call", "text"), [
    ({"name": "f", "arguments": None}, '{"name": "f", "arguments": {}}'),
    ({"function": {"name": "f"}}, '{"name": "f", "arguments": {}}'),
    ({"function": {"name": "f", "arguments": []}}, '{"name": "f", "arguments": []}'),
    ({"function": {"name": "f", "arguments": ""}}, '{"name": "f", "arguments": }'),
    ({"type": "custom", "custom": {"name": "f", "input": "raw"}}, '{"name": "f", "arguments": raw}'),
    ({}, '{"name": "", "arguments": {}}'),
    ("odd", '"odd"'),
])  # fmt: skip  # laid out by hand, to be read as a table
def test_calls_of_every_shape(call: Any, text: str) -> None:
    block = f"<|im_start|>assistant\n\n<tool_call>\n{text}\n</tool_call><|im_end|>\n"
    assert prompt([{"role": "assistant", "tool_calls": [call]}]) == block


def test_odd_messages_are_printed_too() -> None:
    assert prompt(["plain", {}, {"role": "critic", "content": "x", "name": "n"}, 7]) == (
        "<|im_start|>user\nplain<|im_end|>\n<|im_start|>user\n<|im_end|>\n"
        "<|im_start|>critic\nx<|im_end|>\n<|im_start|>user\n7<|im_end|>\n"
    )


KEYS = st.text(max_size=4) | st.sampled_from(
    ["text", "type", "url", "hash", "image_url", "name", "function", "arguments", "input"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)
MESSAGES = st.lists(
    st.fixed_dictionaries({}, optional={
        "role": st.sampled_from(["system", "developer", "user", "assistant", "tool", "function"]) | JSON,
        "content": JSON, "reasoning_content": JSON, "tool_calls": JSON, "function_call": JSON, "name": JSON,
    }) | JSON,
    max_size=5,
)  # fmt: skip  # laid out by hand, to be read as a table


@given(st.lists(MESSAGES, min_size=2, max_size=2), JSON, st.booleans())
def test_a_longer_history_starts_with_the_shorter_ones_text(
    halves: list[list[Any]], tools: Any, tools_first: bool
) -> None:
    before, more = [SYSTEM, *halves[0]] if len(halves[0]) % 2 else [*halves[0], SYSTEM], halves[1]
    shorter = prompt(before, tools, tools_first=tools_first)
    longer = prompt(before + more, tools, tools_first=tools_first)
    assert longer.startswith(shorter)
    assert longer.removeprefix(shorter) == prompt([{"role": "user"}, *more]).removeprefix(prompt([{"role": "user"}]))


@given(MESSAGES)
def test_the_generation_prompt_is_the_start_of_an_answer(messages: list[Any]) -> None:
    asked = prompt([SYSTEM, *messages], add_generation_prompt=True)
    assert prompt([SYSTEM, *messages, {"role": "assistant", "content": "x"}]).startswith(asked)


@given(st.text(min_size=1), st.text(min_size=1))
def test_texts_are_printed_unchanged(content: str, reasoning: str) -> None:
    message = {"role": "assistant", "content": content, "reasoning_content": reasoning}
    assert prompt([message]) == f"<|im_start|>assistant\n<think>\n{reasoning}\n</think>\n\n{content}<|im_end|>\n"


def test_the_file_names_the_layout_tokens_that_exist() -> None:
    for token in ADDED[1:]:
        assert token in TEMPLATE
    assert TOKENIZER.encode("<|im_start|>").ids == [train.VOCABULARY + 1]
