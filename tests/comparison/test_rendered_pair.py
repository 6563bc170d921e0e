"""Pairs of prompts that the client rendered itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import promptlint
from promptlint.model import Pair
from promptlint.selection import request_of_body

START = "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nhi"
BOS = {"bos_token": "<|im_start|>", "add_bos_token": True}


def pair(before: Any, after: Any, model: Path, **options: Any) -> Pair:
    bodies = ({"prompt": prompt, "n_predict": 7} for prompt in (before, after))
    report = promptlint.diff(*bodies, model=model, **options)
    assert report.findings == ()
    return report.pairs[0]


def test_a_prompt_that_goes_on_is_an_extension(tiny_model: Path) -> None:
    found = pair(START, START + "<|im_end|>\nhello", tiny_model)
    assert (found.status, found.json, found.differences) == ("extension", "extension", ())
    assert found.common_prefix_tokens == found.before_tokens


def test_the_same_prompt_is_identical(tiny_model: Path) -> None:
    found = pair(START, START, tiny_model)
    assert (found.status, found.json) == ("identical", "identical")


@pytest.mark.parametrize("profile", ["vllm", "llama.cpp"])
@pytest.mark.parametrize("bos", [False, True])
def test_a_prompt_parts_at_a_character_of_its_own(
    profile: str, bos: bool, model_folder: Callable[..., Path], tmp_path: Path
) -> None:
    folder = model_folder(**(BOS if bos else {}))
    files = []
    for name, word in (("before", "brief"), ("after", "kind, \\nbut brief")):
        files.append(tmp_path / f"{name}.json")
        text = json.dumps(START).replace("brief", word)
        files[-1].write_text(f'{{"n_predict": 7,\n "prompt": {text}}}', encoding="utf-8")
    (found,) = promptlint.diff(*files, model=folder, engine=profile).pairs
    assert found.divergence is not None
    assert (found.status, found.json, found.divergence.region) == ("broken", "changed", "messages")
    assert [(one.kind, one.pointer) for one in found.differences] == [("changed", "/prompt")]
    for side, text in ((found.divergence.before, "b"), (found.divergence.after, "k")):
        offset = START.index("brief")
        assert (side.place.pointer, side.place.offset, side.place.exact) == ("/prompt", offset, True)
        assert (side.place.line, side.place.column) == (2, len(' "prompt": "') + 1 + offset + 1)
        assert side.text.startswith(text)
        assert side.token_text != ""
        assert (" " + side.text).startswith(side.token_text)  # the blank belongs to the token here


@pytest.mark.parametrize(("body", "more"), [({}, 1), ({"add_special_tokens": False}, 0)])
def test_the_server_puts_a_bos_before_text_unless_it_is_told_not_to(
    body: Any, more: int, model_folder: Callable[..., Path]
) -> None:
    model = promptlint.load_model(model_folder(**BOS))
    ids = model.prompt(request_of_body({"prompt": START, "n_predict": 7, **body})).ids
    plain = promptlint.load_model(model_folder()).prompt(request_of_body({"prompt": START, "n_predict": 7})).ids
    assert list(ids) == [plain[0]] * more + list(plain)


def test_ids_part_at_the_id(tiny_model: Path) -> None:
    found = pair([5, 6, 7, 8], [5, 6, 9, 8, 1], tiny_model)
    assert found.divergence is not None
    assert (found.before_tokens, found.common_prefix_tokens, found.lost_tokens) == (4, 2, 2)
    assert [found.divergence.before.place.pointer, found.divergence.after.place.pointer] == ["/prompt/2"] * 2
    assert [(one.pointer, one.before, one.after) for one in found.differences] == [("/prompt/2", 7, 9)]
    assert found.divergence.exact
    cut = pair([5, 6, 7], [5, 6], tiny_model)
    assert cut.divergence is not None
    assert (cut.divergence.before.place.pointer, cut.divergence.after.place.pointer) == ("/prompt/2", "/prompt")
    assert cut.divergence.after.token_text == ""


def test_ids_that_go_on_are_an_extension(tiny_model: Path) -> None:
    found = pair([5, 6], [5, 6, 7], tiny_model)
    assert (found.status, found.json, found.lost_tokens) == ("extension", "extension", 0)


def test_ids_of_another_vocabulary_are_compared_and_not_read() -> None:
    found = pair([5, 600_000], [5, 600_001], Path("builtin"))
    assert found.divergence is not None
    assert (found.common_prefix_tokens, found.divergence.after.token_text) == (1, "<600001>")
    assert "vocabulary" in found.limits[0]


def test_text_and_ids_in_one_prompt(model_folder: Callable[..., Path]) -> None:
    model = promptlint.load_model(model_folder(**BOS))

    def ids(*prompt: Any) -> list[int]:
        return list(model.prompt(request_of_body({"prompt": list(prompt), "n_predict": 7})).ids)

    bos, a, b = ids("a", 5)[0], ids(5, "a")[1:], ids(5, "b")[1:]
    assert ids("a", 5, "b") == [bos, *a, 5, *b]
    assert ids(5, "a") == [5, *a]
    found = pair(["the fox", 5, "and so on"], ["the fox", 5, "and no more"], model_folder(**BOS))
    assert found.divergence is not None
    assert found.divergence.after.place.pointer == "/prompt/2"


def test_an_unknown_id_is_shown_as_its_number(tiny_model: Path) -> None:
    prompt = promptlint.load_model(tiny_model).prompt(request_of_body({"prompt": [5, 99_999], "n_predict": 7}))
    assert prompt.text.endswith("<99999>")
    assert prompt.ids == [5, 99_999]


def test_a_rendered_prompt_and_a_chat_can_be_compared(tiny_model: Path) -> None:
    chat = {"messages": [{"role": "user", "content": "hi"}]}
    rendered = {"prompt": "<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\nhello", "n_predict": 7}
    (found,) = promptlint.diff(chat, rendered, model=tiny_model).pairs
    assert (found.status, found.json) == ("extension", "changed")
    assert [(one.kind, one.pointer) for one in found.differences if one.pointer == "/prompt"] == [("added", "/prompt")]
    (back,) = promptlint.diff(rendered, chat, model=tiny_model).pairs
    assert ("removed", "/prompt") in [(one.kind, one.pointer) for one in back.differences]
