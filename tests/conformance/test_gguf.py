"""The real vocabularies, written as GGUF and read back, against tokenizer.json and the ids that transformers gave."""

from __future__ import annotations

import gzip
import json
import random
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer

from promptlint.tokens.gguf import open_gguf
from promptlint.tokens.model_files import ModelFiles
from tests.tokens.gguf_from_folder import metadata
from tests.tokens.gguf_writer import write_gguf

pytestmark = pytest.mark.conformance

MODELS = {
    "deepseek-v3": "deepseek-v3",
    "deepseek-v3.1": "deepseek-v3",
    "deepseek-v4": "deepseek-v3",
    "gemma-4-31b-it": "gemma4",
    "gpt-oss-20b": "gpt-4o",
    "hermes-2-pro-llama-3-8b": "llama-bpe",
    "llama-2-7b": "llama",
    "llama-2-7b-legacy-normalized": "llama",
    "llama-3.1-8b-instruct": "llama-bpe",
    "llama-3.2-3b-instruct": "llama-bpe",
    "minimind": "gpt-2",
    "mistral-7b-instruct-v0.3": "llama",
    "mistral-nemo-instruct-2407": "tekken",
    "mistral-small-3.2-24b-instruct": "tekken",
    "phi-3-medium-4k-instruct": "llama",
    "phi-3-mini-4k-instruct": "llama",
    "phi-4": "dbrx",
    "qwen2.5-7b-instruct": "qwen2",
    "qwen3-8b": "qwen2",
    "qwen3-coder-30b-hybrid": "qwen2",
    "qwen3.5-4b-hybrid": "qwen35",
    "smollm3-3b": "llama-bpe",
}
# llama.cpp's ASCII stand-ins: it parts company where marks or non-ASCII upper case occur, and only there.
ASCII_ONLY = {"gpt-4o", "tekken"}
# How a folder's own prompts may differ: llama.cpp leaves these rules of the file out.
NOT_IN_LLAMA_CPP = {
    "llama-2-7b-legacy-normalized": "all",  # </s> with normalized=true is not found in text
    "mistral-7b-instruct-v0.3": "all",  # a space in front of the first piece only
    "phi-4": {"multi_turn_ends_assistant", "special_token_injection"},  # lstrip and rstrip of its tokens
    "qwen2.5-7b-instruct": {"special_token_injection"},  # NFD text
    "qwen3-8b": {"special_token_injection"},
    "qwen3-coder-30b-hybrid": {"special_token_injection"},
    "qwen3.5-4b-hybrid": {"special_token_injection"},
}
ATOMS = [
    *(
        "a",
        "the",
        "The",
        "THE",
        " ",
        "  ",
        "    ",
        "\n",
        "\n\n",
        "\r\n",
        "\t",
        "'s",
        "'LL",
        "don't",
        "1",
        "123",
        "1234567",
    ),
    *(
        "def f(x):",
        "snake_case",
        "CamelCase",
        "3.14",
        "0x1F",
        "https://x.y/z?q=1",
        "...",
        "==",
        "--",
        "_",
        "/",
        "$",
        "|",
    ),
    *(
        "(",
        ")",
        "[",
        "{",
        "<",
        ">",
        '"',
        "`",
        "#",
        "@",
        "\\",
        "\x00",
        "\x7f",
        "❤",
        "😀",
        "👨‍👩‍👧",
        "—",
        "、",
        "。",
        "€",
    ),
    *(
        "中文",
        "漢字",
        "かな",
        "カナ",
        "한국어",
        "привет",
        "ñ",
        "ß",
        "é",
        "\u00a0",
        "\u3000",
        "\u2028",
        "\ufffd",
        "½",
        "Ⅷ",
    ),
]
MARKS = ["हिन्दी", "বাংলা", "ไทย", "e\u0301", "ÀÉÎ", "ÉCOLE", "Ω", "ǅ", "İ", "𝒜", "▁"]


def nasty_texts(atoms: list[str]) -> list[str]:
    """The same ones on every run."""
    dice = random.Random(20260115)
    runs = [atom * count for atom in (" ", "\n", "a", "1", "=", "é", "中") for count in (2, 3, 4, 7, 16, 33)]
    return ["".join(dice.choices(atoms, k=dice.randint(1, 25))) for _ in range(400)] + [f"x{run}y" for run in runs]


def ids(tokenizer: Tokenizer, text: str) -> list[int]:
    return list(tokenizer.encode(text, add_special_tokens=False).ids)


@pytest.fixture(scope="module", params=MODELS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def files(name: str, data: Path, tmp_path_factory: pytest.TempPathFactory) -> ModelFiles:
    """The model, written as GGUF and read back."""
    path = tmp_path_factory.mktemp("gguf") / f"{name}.gguf"
    return open_gguf(write_gguf(path, metadata(data / "models" / name, MODELS[name])))


def test_plain_text_has_the_ids_of_tokenizer_json(name: str, files: ModelFiles, data: Path) -> None:
    original = Tokenizer.from_file(str(data / "models" / name / "tokenizer.json"))
    original.no_truncation()
    texts = nasty_texts(ATOMS if MODELS[name] in ASCII_ONLY else ATOMS + MARKS)
    if name == "mistral-7b-instruct-v0.3":  # its file puts no space in front of a text that has one
        texts = ["x" + text for text in texts]
    if original.normalizer is not None and "NFC" in repr(original.normalizer):
        texts = [unicodedata.normalize("NFC", text) for text in texts]
    assert [text for text in texts if ids(files.tokenizer, text) != ids(original, text)] == []


def test_prompts_have_the_recorded_ids(name: str, files: ModelFiles, shared: Path) -> None:
    recorded: dict[str, Any] = json.loads(gzip.decompress((shared / "golden" / f"{name}.json.gz").read_bytes()))
    records = [record for record in list(recorded.values())[-1] if record.get("text")]
    assert len(records) > 8
    differ = {record["request"] for record in records if ids(files.tokenizer, record["text"]) != record["ids"]}
    expected = NOT_IN_LLAMA_CPP.get(name, set())
    assert differ == ({record["request"] for record in records} if expected == "all" else expected)
