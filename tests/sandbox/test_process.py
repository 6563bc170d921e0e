from __future__ import annotations

import json
import os
import queue
import runpy
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from promptlint.errors import ModelError, StoppedError, TemplateError, UsageError
from promptlint.sandbox import process
from promptlint.sandbox.process import Process


def test_the_working_folder_is_no_place_to_import_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path), "", *sys.path])
    assert str(tmp_path) not in process._import_path()
    assert str(Path(process.__file__).parents[2]) in process._import_path()


def test_a_hostile_module_beside_the_captures_is_not_imported(tmp_path: Path) -> None:
    (tmp_path / "jinja2.py").write_text("open('caught', 'w')")
    root = str(Path(process.__file__).parents[2])
    code = (
        "import sys; from promptlint.sandbox.process import Process; sys.path.insert(0, sys.argv[1])\n"
        "p = Process('templates')\n"
        "from promptlint.errors import PromptlintError\n"
        "try: p.ask('vocabulary', 'folder', '/nowhere', None, seconds=60)\n"
        "except PromptlintError as error: print(type(error).__name__)"
    )
    environment = {**os.environ, "PYTHONPATH": root}
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, str(tmp_path)], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.stdout == "ModelError\n"
    assert not (tmp_path / "caught").exists()


def test_no_room_for_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: Any, **_more: Any) -> Any:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    with pytest.raises(StoppedError, match="cannot be started: Too many open files"):
        Process("templates")


def test_no_room_for_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_self: Any) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("threading.Thread.start", refuse)
    with pytest.raises(StoppedError, match="can't start new thread"):
        Process("templates")


def test_what_cannot_be_handed_over() -> None:
    child = Process("templates")
    with pytest.raises(UsageError, match="cannot be handed over"):
        child.send("render", object(), seconds=1)
    child.close()


def test_an_interrupted_wait_ends_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupted(queue.SimpleQueue[Any]):
        def get(self, block: bool = True, timeout: float | None = None) -> Any:
            raise KeyboardInterrupt

    child = Process("templates")
    child._answers = Interrupted()
    with pytest.raises(KeyboardInterrupt):
        child.ask("vocabulary", "folder", "/nowhere", None, seconds=5)
    assert not child.alive


def test_a_spare_that_died_is_not_handed_out() -> None:
    process.prestart("templates")
    process._spare["templates"].close()
    child = process.fresh("templates")
    assert child.alive
    child.close()


def test_one_spare_is_enough() -> None:
    process.prestart("templates")
    spare = process._spare["templates"]
    process.prestart("templates")
    assert process._spare == {"templates": spare}
    process.fresh("templates").close()
    assert process._spare == {}


def test_a_model_that_is_opened_beforehand_is_handed_out_once(tiny_model: Path) -> None:
    process.begin("templates", "folder", str(tiny_model), None)
    assert process.begun("templates", "folder", str(tiny_model), "another template") is None
    child = process.begun("templates", "folder", str(tiny_model), None)
    assert child is not None
    assert "default" in child.receive("templates", seconds=30).value["templates"]
    assert process.begun("templates", "folder", str(tiny_model), None) is None
    child.close()


def test_a_child_that_died_while_it_opened_a_model_is_not_handed_out() -> None:
    process.begin("templates", "folder", "/nowhere", None)
    [child] = process._begun.values()
    child.close()
    assert process.begun("templates", "folder", "/nowhere", None) is None


def test_what_is_left_to_the_parent_is_not_ended() -> None:
    process.prestart("templates")
    spare = process._spare["templates"]
    process._leave_to_the_parent()
    assert (process._spare, process._begun, spare.alive) == ({}, {}, True)
    spare.close()


def test_a_system_without_forks_has_nothing_to_look_after(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "register_at_fork", raising=False)
    assert runpy.run_path(process.__file__)["_spare"] == {}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_fork_does_not_take_the_spare() -> None:
    process.begin("templates", "folder", "/nowhere", None)
    process.prestart("templates")
    spare = process._spare["templates"]
    child = os.fork()
    if child == 0:
        os._exit(len(process._spare) + len(process._begun))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert (len(process._spare), len(process._begun)) == (1, 1)
    begun = process.begun("templates", "folder", "/nowhere", None)
    assert begun is not None
    begun.close()
    assert process.fresh("templates") is spare
    assert spare.alive
    spare.close()


def in_place_of_the_child(monkeypatch: pytest.MonkeyPatch, code: str) -> Process:
    """A child that runs this code."""
    monkeypatch.setattr(process, "_command", lambda _: [sys.executable, "-I", "-S", "-c", f"import sys\n{code}"])
    return Process("templates")


def frame(value: bytes) -> str:
    return f"sys.stdout.buffer.write({struct.pack('<Q', len(value)) + value!r}); sys.stdout.flush()\n"


STAYS = "sys.stdin.buffer.read()"


@pytest.mark.parametrize(
    "code",
    [
        "sys.stdout.buffer.write((2**40).to_bytes(8, 'little')); sys.stdout.flush()\n",
        frame(b"no JSON"),
        frame(b"[]"),
        frame(b'{"value": 1}'),
        frame(b'{"value": 1, "error": null, "blobs": [-1]}'),
        frame(b'{"value": 1, "error": null, "blobs": ["a"]}'),
        frame(b"[" * 100_000),
    ],
    ids=["too long", "no JSON", "no object", "no blobs", "a blob of less than nothing", "no length", "too deep"],
)
def test_a_child_that_breaks_the_protocol_is_killed(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    child = in_place_of_the_child(monkeypatch, code + STAYS)
    with pytest.raises(StoppedError, match=r"^the tokenizer: its process broke the protocol and was stopped$"):
        child.receive("encode", seconds=20)
    assert child._popen.returncode is not None
    assert not child.alive


def test_a_child_that_ends_in_the_middle_of_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    child = in_place_of_the_child(monkeypatch, "sys.stdout.buffer.write(bytes([9] + [0] * 7) + b'{'); sys.exit(3)")
    with pytest.raises(StoppedError, match=r"its process ended \(exit 3\), most likely out of memory") as caught:
        child.receive("templates", seconds=20)
    assert str(caught.value).startswith("reading the model's files: ")


def test_a_child_that_is_late(monkeypatch: pytest.MonkeyPatch) -> None:
    child = in_place_of_the_child(monkeypatch, STAYS)
    with pytest.raises(StoppedError, match=r"the template's facts took longer than 0 seconds and was stopped"):
        child.receive("facts", seconds=0.01)
    assert not child.alive


def test_a_child_that_has_ended_takes_no_command(monkeypatch: pytest.MonkeyPatch) -> None:
    child = in_place_of_the_child(monkeypatch, "")
    child._popen.wait()
    with pytest.raises(StoppedError, match="the chat template: its process has ended"):
        child.send("render", "text", seconds=1)


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        ({"kind": "template", "type": "ValueError", "message": "no", "line": 7}, TemplateError, "no"),
        ({"kind": "template", "message": "no", "line": "7"}, TemplateError, "no"),
        ({"kind": "model", "message": "no file", "hint": "look"}, ModelError, "no file"),
        ({"message": "too much", "hint": "less"}, StoppedError, "the chat template: too much"),
    ],
)
def test_errors_of_the_child_are_ours(
    error: dict[str, Any], kind: type[Exception], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = json.dumps({"value": None, "blobs": [], "error": error}).encode()
    child = in_place_of_the_child(monkeypatch, frame(answer) + STAYS)
    with pytest.raises(kind) as caught:
        child.receive("render", seconds=20)
    assert str(caught.value) == words
    if isinstance(caught.value, TemplateError):
        assert caught.value.line == (7 if error["line"] == 7 else None)
    assert child.alive
    child.close()
