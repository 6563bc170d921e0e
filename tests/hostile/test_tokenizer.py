"""A tokenizer.json of a stranger: exact ids, or one error that names the file, in seconds, whatever is in it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer

import promptlint
from promptlint.errors import ModelError, StoppedError
from promptlint.sandbox import limits

TEXT = "<|im_start|>user\nthe quick brown fox<|im_end|>\naaaa"


def added(*tokens: dict[str, Any]) -> dict[str, Any]:
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    return {"added_tokens": [{"id": number, **flags, **token} for number, token in enumerate(tokens)]}


def split(pattern: str) -> dict[str, Any]:
    part = {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": False}
    return {"pre_tokenizer": {"type": "Sequence", "pretokenizers": [part] * 2}}


def with_model(**changes: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda whole: whole | {"model": whole["model"] | changes}


def with_parts(parts: dict[str, Any]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda whole: whole | parts


FILES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "a list of itself": lambda whole: [whole] * 3,
    "no model": lambda whole: {key: value for key, value in whole.items() if key != "model"},
    "a model of another kind": with_model(type="Nothing"),
    "a vocabulary of texts": with_model(vocab={"a": "b"}),
    "numbers below zero": with_model(vocab={"a": -1}),
    "one number for all": with_model(vocab=dict.fromkeys("abc", 7)),
    "numbers that are far apart": with_model(vocab={"a": 0, "b": 4_294_967_295}),
    "merges of what is no token": with_model(merges=[["no", "token"]]),
    "merges that are texts": with_model(merges=["a b c d"]),
    "merges that lead to each other": with_model(vocab={"a": 0, "aa": 1}, merges=[["a", "a"], ["aa", "aa"]]),
    "added tokens in a circle": with_parts(added(*({"content": text} for text in ("ab", "a", "b", "ab")))),
    "an added token of nothing": with_parts(added({"content": ""})),
    "added tokens all alike": with_parts(added(*[{"content": "a"}] * 300)),
    "an added token that is no text": with_parts({"added_tokens": [{"id": "x", "content": 5}]}),
    "a number that is too large": with_parts(added({"content": "a", "id": 2**40})),
    "very long added tokens": with_parts(added({"content": "a" * 100_000})),
    "many added tokens": with_parts(added(*({"content": f"<{number}>"} for number in range(3000)))),
    "a pattern that never ends": with_parts(split("(x+x+)+y|(a|a)*$")),
    "a pattern that is none": with_parts(split("(")),
    "a pattern of patterns": with_parts(split("(((a{1,99}){1,99}){1,99}){1,99}")),
    "deep": lambda whole: json.loads('{"a":' * 400 + "1" + "}" * 400),
    "parts in parts": with_parts(
        json.loads('{"normalizer": ' + '{"type":"Sequence","normalizers":[' * 100 + "]}" * 100 + "}")
    ),
    "a truncation to nothing": with_parts(
        {"truncation": {"direction": "Right", "max_length": 0, "strategy": "LongestFirst", "stride": 0}}
    ),
    "a padding to very much": with_parts(
        {
            "padding": {
                "strategy": {"Fixed": 100_000_000},
                "direction": "Right",
                "pad_to_multiple_of": None,
                "pad_id": 0,
                "pad_type_id": 0,
                "pad_token": "a",
            }
        }
    ),
    "the names of other files": with_model(vocab="/etc/passwd", merges="/etc/passwd"),
    "a SentencePiece map of other files": with_parts(
        {"normalizer": {"type": "Precompiled", "precompiled_charsmap": "/etc/passwd"}}
    ),
}


def ids_or_error(folder: Path) -> list[int] | str:
    model = promptlint.load_model(str(folder), profile="transformers")
    try:
        return list(model.prompt({"model": "m", "messages": [{"role": "user", "content": TEXT}]}).ids)
    except (ModelError, StoppedError) as error:
        return str(error)
    finally:
        model.close()


@pytest.mark.parametrize("what", FILES)
def test_a_tokenizer_of_a_stranger(
    tiny_model: Path, tmp_path: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ENCODE_SECONDS", 3.0)
    monkeypatch.setattr(limits, "OPEN_SECONDS", 10.0)
    text = json.dumps(FILES[what](json.loads((tiny_model / "tokenizer.json").read_text(encoding="utf-8"))))
    (tmp_path / "tokenizer.json").write_text(text, encoding="utf-8")
    (tmp_path / "chat_template.jinja").write_text("{{ messages[0].content }}", encoding="utf-8")
    found = ids_or_error(tmp_path)
    if isinstance(found, list):
        whole = Tokenizer.from_str(text)
        whole.no_padding()
        whole.no_truncation()
        assert found == whole.encode(TEXT, add_special_tokens=False).ids
    else:
        assert re.search(r"tokenizer\.json is no tokenizer|the tokenizer|reading the model's files", found)
        assert "root:" not in found
