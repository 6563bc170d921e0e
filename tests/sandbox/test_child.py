"""The child's loop, run in this process: what each command answers, and how each fault is told."""

from __future__ import annotations

import io
import json
import marshal
import os
import signal
import struct
import sys
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from promptlint.errors import ModelError, OutputTooLongError
from promptlint.render import environment
from promptlint.sandbox import child, limits
from tests.tokens.gguf_writer import write_gguf

NOW = "2026-01-15T12:34:56"
CHAT = {"messages": [{"role": "user", "content": "hi"}], "tools": None, "add_generation_prompt": False}
Answer = tuple[Any, list[bytes], Any]


@pytest.fixture(autouse=True)
def without_alarms(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The limits of a child would be those of the tests."""
    allowed: list[float] = []
    monkeypatch.setattr(limits, "allow_seconds", allowed.append)
    monkeypatch.setattr(limits, "rest", lambda: None)
    return allowed


def framed(*commands: tuple[Any, ...]) -> bytes:
    frames = [marshal.dumps((name, 1.5, arguments)) for name, *arguments in commands]
    return b"".join(struct.pack("<Q", len(frame)) + frame for frame in frames)


def answers(raw: bytes) -> list[Answer]:
    found, stream = [], io.BytesIO(raw)
    while header := stream.read(8):
        told = json.loads(stream.read(struct.unpack("<Q", header)[0]))
        found.append((told["value"], [stream.read(length) for length in told["blobs"]], told["error"]))
    return found


def served(*commands: tuple[Any, ...]) -> list[Answer]:
    output = io.BytesIO()
    child._serve(io.BytesIO(framed(*commands)), output)
    return answers(output.getvalue())


def error(*commands: tuple[Any, ...]) -> Any:
    """What is told of the last command; it is answered with nothing else."""
    value, blobs, found = served(*commands)[-1]
    assert (value, blobs) == (None, [])
    return found


def test_one_model_is_read_and_answers(tiny_model: Path, without_alarms: list[float]) -> None:
    opening = ("folder", str(tiny_model), None)
    found = served(
        ("templates", *opening),
        ("vocabulary", *opening),
        ("render", "default", CHAT, NOW, "transformers"),
        ("encode", [("", "", "<|im_start|>"), ("<|im_start|>", "fox", "")]),
        ("span", ("<|im_start|>", "fox", ""), 0),
        ("facts", "default"),
        ("llama_cpp_facts", "default"),
    )
    assert [one[2] for one in found] == [None] * 7
    files, vocabulary, rendered, encoded, span, facts, tried = found
    assert files[0]["special_tokens"] == {"eos_token": "<|im_end|>"}
    assert "tokenizer.json" in files[0]["names"]
    assert vocabulary[0]["add_bos"] is False
    assert set(vocabulary[0]["cuts"]) == {"<|im_start|>", "<|im_end|>", "<call>", "</call>"}
    assert rendered[:2] == (None, [b"<|im_start|>user\nhi<|im_end|>\n"])
    ids = array("I", encoded[1][0]).tolist()
    assert encoded[0] == [1, len(ids) - 1]
    assert span[0][0] == 0
    assert isinstance(facts[0], dict)
    assert isinstance(tried[0], dict)
    (pieces,) = (one[0] for one in served(("templates", *opening), ("pieces", [*ids, 9999]))[1:])
    assert ["".join(pieces[1:-1]), pieces[-1]] == ["fox", "<9999>"]
    (texts,) = (one[0] for one in served(("templates", *opening), ("texts", [*ids, 9999]))[1:])
    assert ["".join(texts[1:-1]), texts[-1]] == ["fox", "<9999>"]
    assert set(without_alarms) == {1.5}


def test_a_gguf_file_with_blanks_of_its_own_and_another_template(tmp_path: Path) -> None:
    path = tmp_path / "m.gguf"
    tokens = ["<unk>", "<s>", "</s>", "\u2581a", "a"]
    write_gguf(
        path,
        {
            "tokenizer.ggml.model": "llama",
            "tokenizer.ggml.tokens": tokens,
            "tokenizer.ggml.scores": (0.0,) * 5,
            "tokenizer.ggml.token_type": (2, 3, 3, 1, 1),
        },
    )
    opening = ("gguf", str(path), "{{ messages[0].content }}")
    files, texts = served(("templates", *opening), ("texts", [3, 4]))
    assert files[0]["templates"] == {"default": "{{ messages[0].content }}"}
    assert texts[0] == [" a", "a"]


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("a\n{{ raise_exception('no system') }}", {"type": "TemplateError", "message": "no system", "line": 2}),
        ("{{ 1 + 'a' }}", {"type": "TypeError", "line": 1}),
        ("{% for %}", {"type": "TemplateSyntaxError", "line": 1}),
    ],
)
def test_errors_of_a_template_are_its_own(tiny_model: Path, template: str, expected: dict[str, Any]) -> None:
    found = error(("templates", "folder", str(tiny_model), template), ("render", "default", CHAT, NOW, "transformers"))
    assert {**found, **expected, "kind": "template"} == found


def test_errors_of_a_model_name_their_file(tmp_path: Path) -> None:
    found = error(("vocabulary", "folder", str(tmp_path), None))
    assert found["kind"] == "model"
    assert found["message"] == f"no tokenizer.json in {tmp_path}"
    assert "chat_template.jinja" in found["hint"]


@pytest.mark.parametrize(
    ("raised", "message"),
    [
        (MemoryError(), "needed more than 4 GiB of memory and was stopped"),
        (OutputTooLongError("the template printed more"), "the template printed more"),
        (KeyError("x" * 900), "KeyError: 'xxx"),
        (ZeroDivisionError(), "ZeroDivisionError: ZeroDivisionError"),
    ],
)
def test_faults_are_cut_and_told(
    tiny_model: Path, monkeypatch: pytest.MonkeyPatch, raised: Exception, message: str
) -> None:
    def refuse(*_args: Any, **_more: Any) -> str:
        raise raised

    monkeypatch.setattr(child, "encode_segments", refuse)
    found = error(("vocabulary", "folder", str(tiny_model), None), ("encode", [("", "a", "")]))
    assert found["kind"] == "fault"
    assert found["message"].startswith(message)
    assert len(found["message"]) <= 500


@pytest.mark.parametrize("raised", [MemoryError, OutputTooLongError])
def test_a_template_that_takes_too_much_is_stopped_and_not_wrong(
    tiny_model: Path, monkeypatch: pytest.MonkeyPatch, raised: Callable[..., Exception]
) -> None:
    def refuse(*_args: Any, **_more: Any) -> str:
        raise raised("too much")

    monkeypatch.setattr(environment, "render", refuse)
    opening = ("templates", "folder", str(tiny_model), None)
    assert error(opening, ("render", "default", CHAT, NOW, "transformers"))["kind"] == "fault"


def test_templates_are_bounded(tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelError, match=r"'default' has more than 4,194,304 characters"):
        child.OpenModel("folder", str(tiny_model), "x" * (limits.TEMPLATE_LIMIT + 1))
    monkeypatch.setattr(limits, "MOST_TEMPLATES", 0)
    with pytest.raises(ModelError, match="more than 0 chat templates"):
        child.OpenModel("folder", str(tiny_model), "x")


@pytest.mark.skipif(os.name == "nt", reason="streams and signals of another kind")
def test_the_process_keeps_its_answers_apart_from_what_libraries_print(
    tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stream:
        def __init__(self, number: int, buffer: Any = None) -> None:
            self.fileno, self.buffer = (lambda: number), buffer

    reading, writing = os.pipe()
    changed: list[Any] = []
    monkeypatch.setattr(limits, "apply_memory_limit", lambda: changed.append("memory"))
    monkeypatch.setattr(signal, "signal", lambda *given: changed.append(given))
    monkeypatch.setattr(os, "dup2", lambda _, to: changed.append(to))
    monkeypatch.setattr(sys, "stdin", Stream(0, io.BytesIO(framed(("vocabulary", "folder", "/nowhere", None)))))
    monkeypatch.setattr(sys, "stdout", Stream(writing))
    child.main("templates")
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        ((_, _, told),) = answers(stream.read())
    assert told["kind"] == "model"
    assert changed == [(signal.SIGINT, signal.SIG_IGN), "memory", 1]
