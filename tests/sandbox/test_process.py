from __future__ import annotations

import os
import queue
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from promptlint.errors import StoppedError, UsageError
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
        "import sys; from promptlint.sandbox.process import Process; sys.path.insert(0, sys.argv[1]); p = Process()\n"
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
        Process()


def test_no_room_for_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_self: Any) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("threading.Thread.start", refuse)
    with pytest.raises(StoppedError, match="can't start new thread"):
        Process()


def test_what_cannot_be_handed_over() -> None:
    child = Process()
    with pytest.raises(UsageError, match="cannot be handed over"):
        child.send("render", object(), seconds=1)
    child.close()


def test_an_interrupted_wait_ends_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupted(queue.SimpleQueue[Any]):
        def get(self, block: bool = True, timeout: float | None = None) -> Any:
            raise KeyboardInterrupt

    child = Process()
    child._answers = Interrupted()
    with pytest.raises(KeyboardInterrupt):
        child.ask("vocabulary", "folder", "/nowhere", None, seconds=5)
    assert not child.alive


def test_a_spare_that_died_is_not_handed_out() -> None:
    process.prestart()
    process._spare[0].close()
    child = process.fresh()
    assert child.alive
    child.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_fork_does_not_take_the_spare() -> None:
    process.prestart()
    spare = process._spare[0]
    child = os.fork()
    if child == 0:
        os._exit(len(process._spare))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert process.fresh() is spare
    assert spare.alive
    spare.close()
