"""Ctrl-C at any moment: exit code 130, nothing said, no process and no file left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

from promptlint import __main__
from promptlint.__main__ import main
from tests import commands

if os.name == "nt":
    pytest.skip("signals of another kind", allow_module_level=True)
STARTED = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # what runs in the background is started without it
import os
from promptlint import __main__
inside = __main__._main
def begun(arguments):
    os.write(2, b"-")
    return inside(arguments)
__main__._main = begun
__main__.run()
"""
CHECK = ["check", "good.json", "--model", "builtin", "--output", "json:o.json"]
ENDLESS = "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}"


def started(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """A run in a group of its own, as a terminal's, that has come as far as where it is caught."""
    run = subprocess.Popen(
        [sys.executable, "-c", STARTED, *arguments],
        cwd=folder,
        env=commands.environment(folder),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert run.stderr is not None
    assert run.stderr.read(1) == b"-"
    return run


def interrupted(run: subprocess.Popen[bytes], seconds: float) -> int:
    with run:
        time.sleep(seconds)
        os.killpg(run.pid, signal.SIGINT)
        try:
            _, said = run.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            os.killpg(run.pid, signal.SIGKILL)
            raise
    assert said.strip() == b""
    assert not is_there(run.pid)
    return run.returncode


def is_there(group: int) -> bool:
    """Is any process of the group left, with a moment for those that were just told to end."""
    for _ in range(50):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.1)
    return True


@pytest.mark.parametrize("seconds", [0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6])
def test_at_any_moment(folder: Path, seconds: float) -> None:
    code = interrupted(started(folder, *CHECK), seconds)
    assert code in (130, 1)  # 1: it was done
    assert {one.name for one in folder.iterdir()} - {"o.json", ".cache"} == {".git", "good.json"}
    assert (folder / "o.json").exists() or code == 130


def test_while_a_template_never_ends(folder: Path) -> None:
    (folder / "endless.jinja").write_text(ENDLESS, encoding="utf-8")
    assert interrupted(started(folder, "render", "good.json", "--template", "endless.jinja"), 1.5) == 130


def test_while_standard_input_is_waited_for(folder: Path) -> None:
    assert interrupted(started(folder, "check", "-"), 1) == 130


def test_while_a_pipe_is_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    assert interrupted(started(folder, *CHECK, "--config", "pipe"), 1) == 130


def test_before_the_commands_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("promptlint.__main__._main", interrupt)
    assert main(["--help"]) == 130


DEAF = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
import time
from promptlint import __main__
class Deaf:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)  # what is raised in here is given to nobody
def work(arguments):
    Deaf()
    time.sleep(30)
    return 0
__main__._main = work
__main__.run()
"""
BROKEN = """
from promptlint import __main__
class Broken:
    def __del__(self):
        raise ValueError("not ours")
def work(arguments):
    Broken()
    return 0
__main__._main = work
__main__.run()
"""


def test_where_python_gives_it_to_nobody() -> None:
    run = subprocess.run([sys.executable, "-c", DEAF], capture_output=True, timeout=20)
    assert (run.returncode, run.stdout, run.stderr) == (130, b"", b"")


def test_where_a_thread_cannot_be_sent_a_signal(monkeypatch: pytest.MonkeyPatch) -> None:
    raised: list[int] = []
    monkeypatch.delattr(signal, "pthread_kill", raising=False)
    monkeypatch.setattr(signal, "raise_signal", raised.append)
    __main__._interrupt_again()
    assert raised == [signal.SIGINT]


def test_another_error_that_nobody_gets_is_shown() -> None:
    run = subprocess.run([sys.executable, "-c", BROKEN], capture_output=True, timeout=20)
    assert run.returncode == 0
    assert b"ValueError: not ours" in run.stderr


def test_as_click_says_it(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def abort(*_args: object, **_kwargs: object) -> None:
        raise click.Abort

    monkeypatch.setattr("promptlint.cli.main.main", abort)
    assert main(["--help"]) == 130
    assert capsys.readouterr().err == ""


def test_in_the_body_of_a_class(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    class Interrupted:
        def __set_name__(self, owner: type, name: str) -> None:
            raise KeyboardInterrupt

    def imported(*_args: object, **_kwargs: object) -> None:
        type("Facts", (), {"field": Interrupted()})

    monkeypatch.setattr("promptlint.cli.main.main", imported)
    assert main(["--help"]) == 130
    assert capsys.readouterr().err == ""
