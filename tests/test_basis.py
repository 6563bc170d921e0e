"""A run that rests on the same as one before says the same without looking again; whatever has changed, it looks again.

The decoys are the point: each is a change that a report could depend on, and after each the run is held against one
without a cache.
"""

from __future__ import annotations

import io
import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from promptlint import basis
from promptlint.commands import reporting
from promptlint.sandbox import process
from tests.commands import run_here

CLOCK = "You are the baker's clerk. It is 2026-03-04 05:06:07."
SECRET = "The oven is in the cellar"
RULE = """\
code: KV901
name: no-baker
summary: It names the baker.
severity: warning
scope: request
given: "#system-text"
then: {function: pattern, options: {not-match: 'baker'}}
message: "{text!r} in the system prompt"
why: |
  Nobody shall know.
instead: |
  Leave it out.
cases:
  valid:
    - name: another one
      request: {system: "You work."}
  invalid:
    - name: the baker
      request: {system: "You are the baker."}
      found: [{text: baker}]
"""
CONFIG = """\
model: {model}
rules: [house]
baseline: known.jsonl
per-file-ignores: {{"other/*": [KV1, KV2]}}
severity: {{KV301: warning}}
redact: [html, json]
ignores:
  - {{rules: [KV9], files: ["other/*"], reason: "it is known", until: 2099-01-01}}
"""


def body(system: str, *turns: str) -> str:
    roles = ["user", "assistant"] * len(turns)
    said = [{"role": role, "content": text} for role, text in zip(roles, turns, strict=False)]
    return json.dumps({"model": "m", "messages": [{"role": "system", "content": system}, *said]})


@pytest.fixture
def work(tmp_path: Path, tiny_model: Path) -> Path:
    """A repository with two turns of a conversation, a config and all that it names; a model beside it."""
    folder = tmp_path / "work"
    (folder / ".git").mkdir(parents=True)
    (folder / "house").mkdir()
    (folder / "house" / "baker.yaml").write_text(RULE, encoding="utf-8")
    (folder / "1.json").write_text(body(CLOCK, SECRET), encoding="utf-8")
    (folder / "2.json").write_text(body(CLOCK.replace(":07", ":09"), SECRET, "Yes.", "Why?"), encoding="utf-8")
    (folder / "chat.jinja").write_text("{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}")
    (folder / "known.jsonl").write_text("")
    shutil.copytree(tiny_model, tmp_path / "model")
    (folder / "promptlint.yaml").write_text(CONFIG.format(model=tmp_path / "model"), encoding="utf-8")
    return folder


class Runs:
    """Runs of promptlint in one folder; which of them looked, and which only said again what was said."""

    def __init__(self, work: Path) -> None:
        self.work = work
        self.home = work.parent / "home"
        self.looked = 0

    def __call__(self, line: str) -> tuple[int, str, str]:
        real = reporting._said

        def counted(*given: Any) -> Any:
            self.looked += 1
            return real(*given)

        with mock.patch.object(reporting, "_said", counted):
            done = run_here(line, self.work, self.home)
        return done.returncode, done.stdout, done.stderr

    def kept(self) -> list[Path]:
        return sorted((self.home / ".cache" / "promptlint").glob("*.report"))


@pytest.fixture
def runs(work: Path, monkeypatch: pytest.MonkeyPatch) -> Runs:
    monkeypatch.setattr(process, "_stopped", [])  # other tests of this process let children be stopped
    return Runs(work)


LINES = (
    "promptlint check",
    "promptlint check . --format json --template chat.jinja",
    "promptlint check 1.json 2.json --output sarif:out.sarif --output markdown:-",
    "promptlint diff 1.json 2.json --format jsonl",
    "promptlint diff 1.json#0 2.json",
    "promptlint diff . house/.. --format concise",
    "promptlint check --model builtin",
    "promptlint check 1.json --fail-on never --verbose",
)


@pytest.mark.parametrize("line", LINES)
def test_the_same_again_is_said_without_looking(runs: Runs, line: str) -> None:
    first = runs(line)
    written = runs.work / "out.sarif"
    text = written.read_bytes() if written.exists() else b""
    runs(line)  # the output file of the first may lie in a folder that is looked at
    looked = runs.looked
    written.unlink(missing_ok=True)
    assert runs(line) == first == runs(f"{line} --no-cache")
    assert runs.looked == looked + 1
    assert (written.read_bytes() if written.exists() else b"") == text


def edited(name: str, old: str, new: str) -> Callable[[Path], None]:
    def edit(work: Path) -> None:
        path = work / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        status = path.stat()
        path.write_text(text.replace(old, new), encoding="utf-8")
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))  # as after a checkout that keeps times

    return edit


def added(name: str, text: str) -> Callable[[Path], None]:
    def add(work: Path) -> None:
        (work / name).parent.mkdir(exist_ok=True)
        (work / name).write_text(text, encoding="utf-8")

    return add


def linked(work: Path) -> None:
    (work / "1.json").rename(work / "one")
    (work / "1.json").symlink_to("one")


def moved(work: Path) -> None:
    (work / "promptlint.yaml").rename(work.parent / "promptlint.yaml")


CHANGES: dict[str, Callable[[Path], None]] = {
    "a character of a capture": edited("2.json", ":09", ":08"),
    "a capture less": lambda work: (work / "1.json").unlink(),
    "a turn more": added("3.json", body(CLOCK, "Else?")),
    "a capture in a folder": added("deep/1.json", body(CLOCK, "Else?")),
    "a file that is none": added("broken.json", "{"),
    "the template": edited("chat.jinja", ": ", ":: "),
    "a rule": edited("house/baker.yaml", "severity: warning", "severity: error"),
    "a rule more": added("house/clerk.yaml", RULE.replace("no-baker", "no-clerk").replace("KV901", "KV902")),
    "the baseline": lambda work: (work / "known.jsonl").unlink(),
    "the config": edited("promptlint.yaml", "KV301: warning", "KV301: info"),
    "where a line of the config stands": edited("promptlint.yaml", "rules:", "\nrules:"),
    "another config": moved,
    "the tokenizer": edited("../model/tokenizer.json", '"truncation": null', '"truncation":null '),
    "a link to another capture": linked,
}


@pytest.mark.parametrize("change", CHANGES)
def test_after_a_change_it_looks_again(runs: Runs, change: str) -> None:
    line = "promptlint check --format json --template chat.jinja"
    assert runs(line)[0] == 1
    CHANGES[change](runs.work)
    assert runs(line) == runs(f"{line} --no-cache")
    assert runs.looked == 3 or runs(line)[0] == 2  # an error is said before


@pytest.mark.parametrize(
    "other",
    ["--format sarif", "--select KV1", "--engine sglang", "--today 2026-01-01", "--jobs 1", "--quiet", "1.json"],
)
def test_asked_for_otherwise_it_looks(runs: Runs, other: str) -> None:
    runs("promptlint check")
    assert runs(f"promptlint check {other}") == runs(f"promptlint check {other} --no-cache")
    assert runs.looked == 3


def test_elsewhere_it_looks(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    runs("promptlint check --format gitlab")
    monkeypatch.setattr(basis, "__version__", "0.0.0")
    runs("promptlint check --format gitlab")
    monkeypatch.undo()
    monkeypatch.setattr(basis, "VARIABLES", ("PATH",))
    runs("promptlint check --format gitlab")
    monkeypatch.undo()
    tomorrow = mock.Mock(today=lambda: date(2100, 1, 1))
    monkeypatch.setattr(basis, "date", tomorrow)
    runs("promptlint check --format gitlab")
    monkeypatch.undo()
    other = Runs(runs.work / "house")
    other.home = runs.home
    other("promptlint check .. --format gitlab")
    assert (runs.looked, other.looked) == (4, 1)


@pytest.mark.parametrize(
    "line", ["promptlint check --against HEAD", "promptlint check --allow-code", "promptlint check --online"]
)
def test_what_cannot_be_looked_at_twice_is_not_kept(runs: Runs, line: str) -> None:
    shutil.rmtree(runs.work / ".git")
    git = ["git", "-C", str(runs.work), "-c", "user.name=u", "-c", "user.email=u@example.org"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "first"]):
        subprocess.run([*git, *command], check=True, capture_output=True)
    first = runs(line)
    assert first[0] in (0, 1)
    assert runs(line) == first
    assert runs.looked == 2
    assert runs.kept() == []


def test_standard_input_is_not_kept(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    for system in (CLOCK, "You are the baker's clerk."):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(body(system, "Else?").encode())))
        assert ("clock" in runs("promptlint check -")[1]) == (system == CLOCK)
    assert runs.kept() == []


def test_many_captures_are_not_read_twice(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(basis, "MOST_BYTES", 100)
    runs("promptlint check")
    assert runs.kept() == []
    monkeypatch.undo()
    monkeypatch.setattr(basis, "MOST_FILES", 1)
    runs("promptlint check")
    assert runs.kept() == []


def test_a_run_with_a_stop_may_say_more_the_next_time(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_stopped", ["the chat template took longer than 10 seconds and was stopped"])
    runs("promptlint check")
    assert runs.kept() == []


def test_what_changes_meanwhile_is_not_kept(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    real = reporting._said

    def changed(*given: Any) -> Any:
        edited("1.json", "cellar", "attic")(runs.work)
        return real(*given)

    monkeypatch.setattr(reporting, "_said", changed)
    runs("promptlint check")
    assert runs.kept() == []


def test_nothing_of_a_prompt_is_in_the_folder(runs: Runs) -> None:
    said = runs("promptlint check --format json --no-redact")[1]
    runs("promptlint diff 1.json 2.json --output html:page.html --no-redact")
    assert "cellar" in said
    raw = b"".join(path.read_bytes() for path in (runs.home / ".cache" / "promptlint").iterdir())
    assert len(runs.kept()) == 2
    assert not any(word in raw for word in (b"cellar", b"2026-03-04", b"1.json"))


@pytest.mark.parametrize("broken", [b"", b"x", b"\0" * 40, b"\0" * 5000])
def test_a_report_that_is_not_whole_is_made_again(runs: Runs, broken: bytes) -> None:
    first = runs("promptlint check")
    (path,) = runs.kept()
    whole = path.read_bytes()
    for raw in (broken, whole[:-1], whole[:40] + b"\0" + whole[41:]):
        path.write_bytes(raw)
        assert runs("promptlint check") == first
        assert path.read_bytes() == whole


def test_the_key_does_not_depend_on_the_process(work: Path) -> None:
    """Sets and dicts of the config come in another order with another hash seed."""
    home = work.parent / "home"
    line = [sys.executable, "-m", "promptlint", *shlex.split("check --select KV3,KV1 --redact")]
    outputs = set()
    for seed in ("0", "1", "2"):
        environment = {**os.environ, "HOME": str(home), "PYTHONHASHSEED": seed, "PROMPTLINT_CACHE_DIR": str(home)}
        environment["PYTHONPATH"] = str(Path(basis.__file__).parents[1])
        outputs.add(subprocess.run(line, cwd=work, env=environment, capture_output=True).stdout)
    assert len(outputs) == 1
    assert len([*home.glob("*.report")]) == 1


def test_every_library_that_we_need_is_looked_at() -> None:
    text = (Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    block = text.partition("\ndependencies = [")[2].partition("]")[0]
    needed = {line.strip(' ",').partition(">")[0] for line in block.splitlines() if line.strip()}
    modules = {"pyyaml": "yaml", "jsonpath-rfc9535": "jsonpath_rfc9535"}
    assert {modules.get(name, name) for name in needed} == set(basis.LIBRARIES)
