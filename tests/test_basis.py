"""A run that rests on the same as one before says the same without looking again; whatever has changed, it looks again.

The decoys are the point: each is a change that a report could depend on, and after each the run is held against one
without a cache.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
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

from promptlint import basis, file_state, terminal
from promptlint.commands import given, reporting
from promptlint.hyperlink import file_url
from promptlint.lint import catalogue, rule_folders
from promptlint.report.repository_path import CHECKOUTS
from promptlint.sandbox import limits, process
from promptlint.terminal import Terminal
from promptlint.tokens import hub
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
PYTHON_RULE = """\
from promptlint.lint.rule import Hit, Span

def check(context, options):
    if "baker" in context.system.text:
        yield Hit(Span("/messages/0/content"), "baker")
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
    (folder / "house" / "__pycache__").mkdir()
    other = RULE.replace("no-baker", "no-clerk").replace("KV901", "KV903")
    (folder / "house" / "__pycache__" / "clerk.yaml").write_text(other, encoding="utf-8")
    shutil.copytree(tiny_model, tmp_path / "model")
    shutil.copytree(tiny_model, tmp_path / "behind")
    (tmp_path / "model" / "more").symlink_to(tmp_path / "behind")
    (folder / "promptlint.yaml").write_text(CONFIG.format(model=tmp_path / "model"), encoding="utf-8")
    return folder


class Runs:
    """Runs of promptlint in one folder; which of them looked, and which only said again what was said."""

    def __init__(self, work: Path) -> None:
        self.work = work
        self.home = work.parent / "home"
        self.looked = 0

    def __call__(self, line: str) -> tuple[int, str, str]:
        real = reporting._texts

        def counted(*given: Any) -> Any:
            self.looked += 1
            return real(*given)

        with mock.patch.object(reporting, "_texts", counted):
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


FAILS = {"the baseline", "code beside a rule"}  # and says so: nothing of that is kept
CHANGES: dict[str, Callable[[Path], None]] = {
    "a character of a capture": edited("2.json", ":09", ":08"),
    "a capture less": lambda work: (work / "1.json").unlink(),
    "a turn more": added("3.json", body(CLOCK, "Else?")),
    "a capture in a folder": added("deep/1.json", body(CLOCK, "Else?")),
    "a file that is none": added("broken.json", "{"),
    "the template": edited("chat.jinja", ": ", ":: "),
    "a rule": edited("house/baker.yaml", "severity: warning", "severity: error"),
    "a rule more": added("house/miller.yaml", RULE.replace("no-baker", "no-miller").replace("KV901", "KV902")),
    "the baseline": lambda work: (work / "known.jsonl").unlink(),
    "the config": edited("promptlint.yaml", "KV301: warning", "KV301: info"),
    "where a line of the config stands": edited("promptlint.yaml", "rules:", "\nrules:"),
    "another config": moved,
    "the tokenizer": edited("../model/tokenizer.json", '"truncation": null', '"truncation":null '),
    "a link to another capture": linked,
    "a rule in a folder of another kind": edited("house/__pycache__/clerk.yaml", "warning", "error"),
    "code beside a rule": added("house/baker.py", "raise SystemExit"),
    "a file behind a link of the model": edited("../behind/tokenizer.json", '"truncation": null', '"truncation":null '),
}


@pytest.mark.parametrize("change", CHANGES)
def test_after_a_change_it_looks_again(runs: Runs, change: str) -> None:
    line = "promptlint check --format json --template chat.jinja"
    assert runs(line)[0] == 1
    CHANGES[change](runs.work)
    assert runs(line) == runs(f"{line} --no-cache")
    assert runs.looked == (1 if change in FAILS else 3)
    assert (runs(line)[0] == 2) == (change in FAILS)


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


def test_a_file_with_the_name_of_standard_input_is_not_it(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    (runs.work / "-").write_text("", encoding="utf-8")
    for line in ("promptlint check -", "promptlint diff - 2.json", "promptlint diff -- -#0 2.json"):
        for system in (CLOCK, "You are the baker's clerk."):
            monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(body(system, SECRET).encode())))
            done = runs(line)
            assert done[0] in (0, 1), done
    assert runs.looked == 6
    assert runs.kept() == []


def test_a_model_that_requests_name_is_where_it_is_found(
    runs: Runs, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub_cache = runs.work.parent / "hub"
    snapshot = hub_cache / "models--org--name" / "snapshots" / "main"
    shutil.copytree(tiny_model, snapshot)
    monkeypatch.setattr(hub, "cache_folder", lambda: hub_cache)
    text = (runs.work / "promptlint.yaml").read_text(encoding="utf-8")
    (runs.work / "promptlint.yaml").write_text(text.partition("\n")[2], encoding="utf-8")
    for name in ("1.json", "2.json"):
        edited(name, '"m"', '"org/name"')(runs.work)

    def found() -> str:
        said = runs("promptlint check --format json")
        assert said == runs("promptlint check --format json --no-cache")
        return said[1]

    of_hub = found()
    assert found() == of_hub
    assert runs.looked == 3
    edited("../hub/models--org--name/snapshots/main/tokenizer.json", '"truncation": null', '"truncation":null ')(
        runs.work
    )
    assert found() == of_hub
    assert runs.looked == 5
    shutil.copytree(tiny_model, runs.work / "org" / "name")
    found()
    assert runs.looked == 7
    shutil.move(snapshot, runs.work.parent / "moved")
    snapshot.symlink_to(runs.work.parent / "moved")
    shutil.rmtree(runs.work / "org")
    found()
    edited("../moved/tokenizer.json", '"truncation":null ', '"truncation": null')(runs.work)
    found()
    assert runs.looked == 11


@pytest.mark.parametrize("code", [False, True])
def test_rules_of_an_installed_package(runs: Runs, code: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    package = runs.work.parent / "package"
    package.mkdir()
    rule = RULE.replace("no-baker", "no-clerk-there").replace("KV901", "KV904")
    if code:
        declared = re.compile("^(given|then): .*\n", re.MULTILINE)
        rule = declared.sub("", rule)
        (package / "rule.py").write_text(PYTHON_RULE, encoding="utf-8")
    (package / "rule.yaml").write_text(rule, encoding="utf-8")
    monkeypatch.setattr(rule_folders, "package_folders", lambda: [package])
    monkeypatch.setattr(catalogue, "package_folders", lambda: [package])
    first = runs("promptlint check")
    assert first[0] == 1, first
    assert len(runs.kept()) == (0 if code else 1)
    (package / "rule.yaml").write_text(rule.replace("severity: warning", "severity: info"), encoding="utf-8")
    assert runs("promptlint check") == runs("promptlint check --no-cache")
    assert runs.looked == 3


def test_the_folder_that_files_are_named_from_may_be_a_link(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    root = runs.work.parent / "root"
    monkeypatch.setattr("tests.commands.KEPT", ("PATH", "CI_PROJECT_DIR"))
    monkeypatch.setenv("CI_PROJECT_DIR", str(root))
    said = []
    for target in (runs.work, runs.work.parent):
        root.unlink(missing_ok=True)
        root.symlink_to(target)
        said.append(runs("promptlint check --format sarif")[1])
    assert '"uri": "1.json"' in said[0]
    assert '"uri": "work/1.json"' in said[1]


def test_a_terminal_is_looked_at_once(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is resized while the run lasts is still the one that the report was made for."""
    widths = iter((110, 45, 110, 110))
    monkeypatch.setattr(terminal, "look_at", lambda _: Terminal(width=next(widths)))
    wide = runs("promptlint check")[1]
    narrow = runs("promptlint check")[1]
    assert max(map(len, narrow.splitlines())) < max(map(len, wide.splitlines()))
    assert runs("promptlint check")[1] == wide
    assert runs.looked == 2


def test_with_links_the_name_of_the_host_counts(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "look_at", lambda _: Terminal(links=True))
    for name in ("one", "two", "one"):
        monkeypatch.setattr("socket.gethostname", lambda name=name: name)
        file_url.cache_clear()
        assert f"file://{name}/" in runs("promptlint check")[1]
    assert runs.looked == 2
    file_url.cache_clear()


def test_the_variables_that_name_the_root_are_looked_at() -> None:
    assert set(CHECKOUTS) <= set(basis.VARIABLES)


def test_many_captures_are_not_read_twice(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(basis, "MOST_BYTES", 100)
    runs("promptlint check")
    assert runs.kept() == []
    monkeypatch.undo()
    for most in ("MOST_FILES", "MOST_CAPTURES"):
        monkeypatch.setattr(file_state if most == "MOST_FILES" else basis, most, 1)
        runs("promptlint check")
        assert runs.kept() == []
        monkeypatch.undo()


def test_a_model_whose_link_leads_nowhere_and_a_library_that_is_not_there(
    runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    (runs.work.parent / "model" / "weights.bin").symlink_to("nowhere")
    monkeypatch.setattr(basis, "LIBRARIES", ("no_such_library",))
    basis._program.cache_clear()
    first = runs("promptlint check")
    assert runs("promptlint check") == first
    assert runs.looked == 1
    basis._program.cache_clear()


def test_a_server_is_asked_each_time(runs: Runs) -> None:
    edited("promptlint.yaml", str(runs.work.parent / "model"), "http://127.0.0.1:9")(runs.work)
    assert runs("promptlint check --online")[0] > 1
    assert runs("promptlint check 1.json 2.json --model http://127.0.0.1:9")[0] > 1
    assert runs.kept() == []


@pytest.mark.skipif(os.name == "nt", reason="modes are those of POSIX")
def test_a_folder_that_others_write_to_is_not_believed(runs: Runs) -> None:
    first = runs("promptlint check")
    runs.kept()[0].parent.chmod(0o777)
    assert runs("promptlint check") == first
    assert runs.looked == 2


HANGS = (
    "{% for m in messages %}{% if '\U000f0000' in m.content %}{% for i in range(99999) %}{% for j in range(99999) %}"
)
HANGS += "{% endfor %}{% endfor %}{% endif %}{{ m.role }}: {{ m.content }}\n{% endfor %}"


@pytest.mark.parametrize("template", [HANGS, HANGS.replace("\U000f0000", "\ue999")])
def test_a_run_with_a_stop_may_say_more_the_next_time(
    runs: Runs, template: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (runs.work / "chat.jinja").write_text(template, encoding="utf-8")
    monkeypatch.setattr(limits, "RENDER_SECONDS", 1.0)
    monkeypatch.setattr("tests.commands.no_child_processes", contextlib.nullcontext)
    assert runs("promptlint diff 1.json 2.json --template chat.jinja")[0] == 1
    assert len(runs.kept()) == (0 if template == HANGS else 1)


def test_what_changes_meanwhile_is_not_kept(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    real = reporting._texts

    def changed(*given: Any) -> Any:
        edited("1.json", "cellar", "attic")(runs.work)
        return real(*given)

    monkeypatch.setattr(reporting, "_texts", changed)
    runs("promptlint check")
    assert runs.kept() == []


def test_what_changes_while_it_is_looked_at_is_not_kept(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is another one already when it is read, and then again what it was."""
    real = basis._contents

    def contents(paths: Any) -> Any:
        found = [*real(paths)]
        edited("1.json", "2026", "it is")(runs.work)
        return found

    monkeypatch.setattr(basis, "_contents", contents)
    other = runs("promptlint check")
    monkeypatch.undo()
    monkeypatch.setattr(process, "_stopped", [])
    edited("1.json", "it is", "2026")(runs.work)
    assert runs.kept() == []
    assert runs("promptlint check") == runs("promptlint check --no-cache") != other


def test_a_folder_of_rules_that_goes_is_missed(runs: Runs) -> None:
    (runs.work / "empty").mkdir()
    edited("promptlint.yaml", "rules: [house]", "rules: [house, empty]")(runs.work)
    assert runs("promptlint check")[0] == 1
    (runs.work / "empty").rmdir()
    code, _, error = runs("promptlint check")
    assert (code, "no folder of rules: empty" in error) == (2, True)


def test_a_model_begins_to_be_read_before_its_files_are_looked_at(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing is known yet: whoever changes it just then has a report of which nobody knows what it is of."""
    model = runs.work.parent / "model"
    real = given.prestart

    def begun(said: Any) -> Any:
        seen = real(said)
        edited("../model/tokenizer.json", '"truncation": null', '"truncation":null ')(runs.work)
        return seen

    monkeypatch.setattr(reporting, "prestart", begun)
    runs(f"promptlint check --model {shlex.quote(str(model))}")
    assert runs.looked == 1
    assert runs.kept() == []
    for command in ("vocabulary", "templates"):
        process.fresh(command).close()
    for child in process._begun.values():
        child.close()
    process._begun.clear()


def test_folders_of_a_model_count_also_where_they_are_links(runs: Runs) -> None:
    model = runs.work.parent / "model"
    for name in ("A", "B"):
        (model / name).mkdir()
    link = model / "additional_chat_templates"
    for number, target in enumerate(("A", "B")):
        runs("promptlint check")
        runs("promptlint check")
        assert runs.looked == number + 1
        link.unlink(missing_ok=True)
        link.symlink_to(model / target)
    runs("promptlint check")
    assert runs.looked == 3
    (model / "tekken.json").mkdir()
    runs("promptlint check")
    assert runs.looked == 4


def test_any_file_of_a_library_counts(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    package = runs.work.parent / "lib" / "some_library"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("", encoding="utf-8")
    monkeypatch.syspath_prepend(str(package.parent))
    monkeypatch.setattr(basis, "LIBRARIES", ("some_library",))
    for text in ("a = 1", "a = 2"):
        (package / "filters.py").write_text(text, encoding="utf-8")
        basis._program.cache_clear()
        runs("promptlint check")
        runs("promptlint check")
    assert runs.looked == 2
    basis._program.cache_clear()


def test_whether_the_config_lies_in_the_working_folder_counts(runs: Runs) -> None:
    (runs.work / "elsewhere").mkdir()
    shutil.copy(runs.work / "promptlint.yaml", runs.work / "elsewhere")
    for name in ("house", "known.jsonl"):
        (runs.work / "elsewhere" / name).symlink_to(runs.work / name)
    for target in (".", "elsewhere"):
        (runs.work / ".cfg").unlink(missing_ok=True)
        (runs.work / ".cfg").symlink_to(target)
        line = "promptlint check --config .cfg/promptlint.yaml"
        assert runs(line) == runs(f"{line} --no-cache")
    assert runs.looked == 4


def test_a_model_of_the_config_that_is_not_there_and_not_wanted(runs: Runs) -> None:
    (runs.work / "promptlint.yaml").write_text("models: {other: ./none, m: builtin}\n", encoding="utf-8")
    first = runs("promptlint check")
    assert first[0] == 1
    assert runs("promptlint check") == first
    assert runs.looked == 1


def test_what_goes_meanwhile_is_not_kept(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    real = reporting._texts

    def gone(*given: Any) -> Any:
        shutil.rmtree(runs.work / "house")
        return real(*given)

    monkeypatch.setattr(reporting, "_texts", gone)
    assert runs("promptlint check")[0] == 1
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
    assert {modules.get(name, name) for name in needed} == set(basis.NEEDED)
