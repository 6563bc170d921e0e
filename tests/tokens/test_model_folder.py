"""What is read out of a model folder, and which file wins; broken ones are one line that names them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tokenizers import AddedToken, processors

from promptlint.errors import ModelError
from promptlint.tokens import model_folder
from promptlint.tokens.model_folder import open_folder, special_tokens
from tests.conftest import tiny_tokenizer, write_model

Folder = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Makes a model folder with some files written over."""

    def make(**files: Any) -> Path:
        write_model(tmp_path, template=None)
        for name, content in files.items():
            path = tmp_path / f"{name.replace('__', '/')}.{'jinja' if isinstance(content, str) else 'json'}"
            path.parent.mkdir(exist_ok=True)
            path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return tmp_path

    return make


def added(path: Path) -> dict[str, AddedToken]:
    return {one.content: one for one in open_folder(str(path)).tokenizer.get_added_tokens_decoder().values()}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, {}),
        ({"tokenizer_config": {"chat_template": "a"}}, {"default": "a"}),
        ({"tokenizer_config": {"chat_template": 5}}, {}),
        (
            {"tokenizer_config": {"chat_template": [{"name": "default", "template": "a"}, {"name": "x"}, 5]}},
            {"default": "a"},
        ),
        ({"tokenizer_config": {"chat_template": "a"}, "chat_template": "b"}, {"default": "b"}),
        (
            {"tokenizer_config": {"chat_template": "a"}, "additional_chat_templates__tool_use": "c"},
            {"tool_use": "c"},
        ),
        ({"chat_template": "b", "additional_chat_templates__rag": "c"}, {"rag": "c", "default": "b"}),
    ],
)
def test_templates_of_files_beat_those_of_the_config(
    folder: Folder, files: dict[str, Any], expected: dict[str, str]
) -> None:
    assert open_folder(str(folder(**files))).templates == expected


def test_what_else_is_known_of_a_model(folder: Folder) -> None:
    files = open_folder(
        str(folder(config={"model_type": "qwen3"}, tokenizer_config={"eos_token": {"content": "</s>"}}))
    )
    assert (files.model_type, files.special_tokens) == ("qwen3", {"eos_token": "</s>"})
    assert files.names == {"config.json", "tokenizer.json", "tokenizer_config.json"}
    assert open_folder(str(folder(config={"model_type": 5}))).model_type is None


@pytest.mark.parametrize(
    ("config", "legacy", "expected"),
    [
        ({"bos_token": "a", "eos_token": None, "pad_token": {"content": 5}}, {}, {"bos_token": "a"}),
        ({"bos_token": "a"}, {"bos_token": "b", "eos_token": "c"}, {"bos_token": "b", "eos_token": "c"}),
        ({"bos_token": "a", "added_tokens_decoder": {}}, {"bos_token": "b"}, {"bos_token": "a"}),
        ({"image_token": "i", "other": "x", "video_token": 5}, {}, {"image_token": "i"}),
        ({"extra_special_tokens": {"boi_token": "b", "n": 5}}, {}, {"boi_token": "b"}),
        ({"extra_special_tokens": ["b"]}, {}, {}),
    ],
)
def test_tokens_that_a_template_sees_by_name(
    config: dict[str, Any], legacy: dict[str, Any], expected: dict[str, str]
) -> None:
    assert special_tokens(config, legacy) == expected


def test_tokens_that_only_the_config_has_are_added(folder: Folder) -> None:
    entries = {
        "401": {"content": "<b>", "special": True, "lstrip": True},
        "400": {"content": "<a>", "normalized": False},
        "402": {"no": "content"},
    }
    path = folder(
        tokenizer_config={
            "added_tokens_decoder": entries,
            "eos_token": "<eos>",
            "extra_special_tokens": ["<x>", 5, {"content": "<y>", "rstrip": True}],
        }
    )
    found = added(path)
    assert list(found)[-5:] == ["<a>", "<b>", "<eos>", "<x>", "<y>"]
    assert (found["<b>"].lstrip, found["<b>"].special, found["<a>"].normalized) == (True, True, False)
    assert (found["<eos>"].special, found["<y>"].rstrip) == (True, True)
    assert list(added(folder(tokenizer_config={"additional_special_tokens": ["<z>"]})))[-1] == "<z>"
    assert len(added(folder(tokenizer_config={"added_tokens_decoder": [], "extra_special_tokens": "<z>"}))) == 4


def test_other_flags_of_the_config_replace_those_of_the_file(folder: Folder) -> None:
    flags = {"special": True, "normalized": False, "rstrip": True}
    assert added(folder(tokenizer_config={"added_tokens_decoder": {"302": {"content": "<call>", **flags}}}))[
        "<call>"
    ].rstrip


@pytest.mark.parametrize(("config", "expected"), [({}, False), ({"split_special_tokens": True}, True)])
def test_special_tokens_may_be_split(folder: Folder, config: dict[str, Any], expected: bool) -> None:
    assert open_folder(str(folder(tokenizer_config=config))).tokenizer.encode_special_tokens is expected


@pytest.mark.parametrize(
    ("config", "tokens", "processor", "expected"),
    [
        ({}, [], False, False),
        ({}, [], True, True),
        ({"add_bos_token": False}, [], True, False),
        ({"add_bos_token": True}, [], False, True),
        ({"add_bos_token": "yes"}, [], False, False),
        ({"add_bos_token": False}, sorted(model_folder.TEKKEN_TOKENS), False, True),
    ],
)
def test_whether_a_bos_is_added(
    folder: Folder, config: dict[str, Any], tokens: list[str], processor: bool, expected: bool
) -> None:
    path, tokenizer = folder(tokenizer_config=config), tiny_tokenizer()
    tokenizer.add_special_tokens(tokens)
    if processor:
        tokenizer.post_processor = processors.TemplateProcessing("<|im_start|> $A", None, [("<|im_start|>", 300)])
    tokenizer.save(str(path / "tokenizer.json"))
    assert open_folder(str(path)).add_bos is expected


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("tokenizer_config.json", b"{", "is not JSON"),
        ("tokenizer_config.json", b"[" * 100_000, "is not JSON"),
        ("tokenizer_config.json", b"\xff", "is not JSON"),
        ("config.json", b"[]", "holds no JSON object"),
        ("chat_template.jinja", b"\xff", "is not UTF-8"),
        ("tokenizer.json", b"{}", "is no tokenizer that the tokenizers library reads"),
        ("tokenizer_config.json", b'{"added_tokens_decoder": {"x": {"content": "a"}}}', "added_tokens_decoder of"),
    ],
)
def test_broken_files_are_named(folder: Folder, name: str, content: bytes, message: str) -> None:
    path = folder()
    (path / name).write_bytes(content)
    with pytest.raises(ModelError, match=message) as caught:
        _ = open_folder(str(path)).tokenizer
    assert name in str(caught.value)


@pytest.mark.parametrize(
    ("there", "hint"),
    [
        ([], "expected tokenizer.json, and"),
        (["tokenizer.model"], "a SentencePiece model alone is not supported"),
        (["tekken.json", "tokenizer.model"], "tekken.json alone is not supported"),
    ],
)
def test_a_folder_without_a_tokenizer_says_what_it_has(tmp_path: Path, there: list[str], hint: str) -> None:
    for name in there:
        (tmp_path / name).touch()
    with pytest.raises(ModelError, match=r"^no tokenizer\.json in ") as caught:
        _ = open_folder(str(tmp_path)).vocabulary
    assert str(caught.value.hint).startswith(hint)


def test_a_folder_that_is_not_there_or_cannot_be_read(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder()
    with pytest.raises(ModelError, match=r"cannot read the folder .*gone: No such file") as caught:
        open_folder(str(path / "gone"))
    assert caught.value.hint == "the folder does not exist"
    (path / "config.json").mkdir()
    with pytest.raises(ModelError, match=r"cannot read .*config\.json: Is a directory"):
        open_folder(str(path))
    monkeypatch.setattr(model_folder, "FILE_LIMIT", 1)
    with pytest.raises(ModelError, match="is larger than 1 bytes") as caught:
        open_folder(str(path))
    assert caught.value.hint == "is this really a tokenizer file?"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_pipes_and_links_that_lead_out(folder: Folder, tmp_path: Path) -> None:
    path = folder()
    (path / "chat_template.jinja").symlink_to(tmp_path.parent / "secret")
    with pytest.raises(ModelError, match="leads out of its folder") as caught:
        open_folder(str(path))
    assert caught.value.hint == "copy the file that it links to"
    (path / "chat_template.jinja").unlink()
    os.mkfifo(path / "config.json")
    with pytest.raises(ModelError, match="is not a regular file"):
        open_folder(str(path))


def test_the_links_of_a_snapshot_lead_to_its_blobs(folder: Folder, tmp_path: Path) -> None:
    snapshot = tmp_path / "snapshots" / "abc"
    snapshot.mkdir(parents=True)
    (tmp_path / "blob").write_text("ok", encoding="utf-8")
    (snapshot / "chat_template.jinja").symlink_to(tmp_path / "blob")
    assert open_folder(str(snapshot)).templates == {"default": "ok"}


def test_nothing_of_a_tokenizer_is_left_to_chance(tmp_path: Path) -> None:
    path = write_model(tmp_path)
    file = path / "tokenizer.json"
    settled = open_folder(str(path)).vocabulary.tokenizer.encode("the quick brown fox").ids
    document = json.loads(file.read_text(encoding="utf-8"))
    document["model"]["dropout"] = 0.9
    file.write_text(json.dumps(document), encoding="utf-8")
    assert open_folder(str(path)).vocabulary.tokenizer.encode("the quick brown fox").ids == settled
