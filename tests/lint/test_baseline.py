from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from promptlint.errors import ConfigError
from promptlint.lint.baseline import Baseline, Count, Line, apply, counts, fingerprints, load, prune, save, write
from promptlint.model import Finding, Suppressed
from promptlint.options import LintOptions
from promptlint.usual import BASELINE
from tests.lint.findings import finding, lines, marks

CLOCK = finding(identity="Local time: 2026-05-17 15:42")
PINNED = "e1a21e8407667d8491faeb396c5523f7"  # of CLOCK: whoever changes it makes every baseline of everybody useless
TOOLS = finding("KV301", "unsorted-tools", "sub/b.json", "/tools", "b a")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def marked(*findings: Finding, folder: str = ".") -> list[str | None]:
    return [one.fingerprint for one in fingerprints(findings, folder)]


@pytest.mark.parametrize(
    "same",
    [
        replace(CLOCK, place=replace(CLOCK.place, line=90, column=7), message="other words", severity="info"),
        finding(identity="Local time: 2027-01-01 9:05"),
        finding(identity=CLOCK.identity, pointer="/messages/12/content"),
        replace(CLOCK, request=4, container="/log/entries/3", lost_tokens=7),
    ],
    ids=["re-indented", "another clock", "a message added before it", "a request added before it"],
)
def test_a_finding_stays_the_same_one(same: Finding) -> None:
    assert marked(same) == marked(CLOCK)


@pytest.mark.parametrize(
    "other",
    [
        replace(CLOCK, code="KV102"),
        finding(identity=CLOCK.identity, path="b.json"),
        finding(identity=CLOCK.identity, pointer="/system/0/content"),
        finding(identity="Started: 2026-05-17 15:42"),
    ],
)
def test_what_makes_it_another_one(other: Finding) -> None:
    assert marked(other) != marked(CLOCK)


def test_alike_ones_are_counted() -> None:
    first, second, third = marked(CLOCK, TOOLS, CLOCK)
    assert len({first, second, third}) == 3
    assert marked(CLOCK) == [first]
    assert [len(str(one)) for one in (first, second)] == [32, 32]


def test_a_fingerprint_is_the_same_everywhere(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert marked(CLOCK) == [PINNED]
    (folder / "sub").mkdir()
    monkeypatch.chdir(folder / "sub")
    assert marked(replace(CLOCK, place=replace(CLOCK.place, path="../a.json")), folder="..") == [PINNED]
    absolute = replace(CLOCK, place=replace(CLOCK.place, path=str(folder / "a.json")))
    assert marked(absolute, folder="..") == [PINNED]
    outside = [replace(CLOCK, place=replace(CLOCK.place, path=f"/{home}/x.jinja")) for home in ("one", "two/three")]
    assert marked(outside[0]) == marked(outside[1])


def test_only_the_way_out_of_the_project_is_cut_off(folder: Path) -> None:
    relative, inside, outside = (
        replace(CLOCK, place=replace(CLOCK.place, path=path))
        for path in ("../a.json", str(folder / "a.json"), "/b/a.json")
    )
    assert marked(inside) == marked(outside) == [PINNED]  # of /b/a.json only the name is left
    assert marked(relative) != [PINNED]
    assert fingerprints([relative]) == fingerprints([relative], ".")
    (folder / "sub").mkdir()
    (line,) = write("b.jsonl", fingerprints([CLOCK], "sub"), "sub").lines
    assert (line.path, line.number) == ("../a.json", None)


def test_surrogates_do_no_harm() -> None:
    assert len(marked(finding(identity="\ud83d"))) == 1


def test_the_file(folder: Path) -> None:
    known = fingerprints([TOOLS, CLOCK, CLOCK])
    written = write(BASELINE, reversed(known))
    text = (folder / BASELINE).read_text()
    rows = [json.loads(line) for line in text.splitlines()]
    assert text.splitlines() == sorted(text.splitlines())
    assert [(row["code"], row["rule"], row["path"]) for row in rows] == [
        ("KV101", "clock-in-system-prompt", "a.json"),
        ("KV101", "clock-in-system-prompt", "a.json"),
        ("KV301", "unsorted-tools", "sub/b.json"),
    ]
    assert {row["fingerprint"] for row in rows} == {one.fingerprint for one in known}
    assert {tuple(row) for row in rows} == {("code", "rule", "path", "fingerprint")}
    assert "2026" not in text
    assert sorted(line[:4] for line in load(BASELINE).lines) == sorted(line[:4] for line in written.lines)
    assert [line.number for line in load(BASELINE).lines] == [1, 2, 3]
    write(BASELINE, known)
    assert (folder / BASELINE).read_text() == text
    assert [path.name for path in folder.iterdir()] == [BASELINE]


def test_what_does_not_go_into_it(folder: Path) -> None:
    clock, tools, stale = fingerprints([CLOCK, TOOLS, finding("KV002", "unused-ignore", "promptlint.yaml", "")])
    by_config = replace(clock, suppressed=Suppressed("config", "it is frozen"))
    by_baseline = replace(tools, suppressed=Suppressed("baseline", "known"))
    assert [line.code for line in write("b.jsonl", [by_config, by_baseline, stale]).lines] == ["KV301"]


def test_apply() -> None:
    clock, tools = fingerprints([CLOCK, TOOLS])
    known = write(BASELINE, [clock])
    found, stale = apply([clock, tools], known, LintOptions())
    assert marks(found) == [("baseline", f"known: it is in {BASELINE}"), None]
    assert stale == []
    by_config = replace(clock, suppressed=Suppressed("config", "it is frozen"))
    assert apply([by_config], known, LintOptions()) == ([by_config], [])


def test_lines_that_nothing_needs_any_more() -> None:
    clock, tools = fingerprints([CLOCK, TOOLS])
    write(BASELINE, [clock, tools])
    known = load(BASELINE)
    _, stale = apply([tools], known, LintOptions())
    assert lines(stale) == [f"{BASELINE}:1: warning KV002 a line of the baseline matches nothing any more"]
    assert stale[0].hint == "promptlint baseline prune takes them out"
    _, stale = apply([], known, LintOptions(severity={"unused-ignore": "error"}))
    assert lines(stale) == [f"{BASELINE}:1: error KV002 2 lines of the baseline match nothing any more"]
    assert apply([], known, LintOptions(), complete=False) == ([], [])
    _, stale = apply([], known, LintOptions(), not_run=[("KV101", "clock-in-system-prompt")])
    assert lines(stale) == [f"{BASELINE}:2: warning KV002 a line of the baseline matches nothing any more"]


def test_prune() -> None:
    clock, tools = fingerprints([CLOCK, TOOLS])
    write(BASELINE, [clock, tools])
    save(prune(load(BASELINE), [tools]))
    assert load(BASELINE).lines == (Line("sub/b.json", "KV301", "unsorted-tools", str(tools.fingerprint), 1),)


def test_counts() -> None:
    known = Baseline("b", tuple(Line(path, code, "r", "") for path, code in ("bB", "aB", "bA", "bB")))
    assert counts(known) == (Count("a", "B", "r", 1), Count("b", "A", "r", 1), Count("b", "B", "r", 2))


GOOD = {"code": "KV101", "rule": "r", "path": "a.json", "fingerprint": "0" * 32}


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "[" * 100_000,
        json.dumps({**GOOD, "line": 3}),
        json.dumps({**GOOD, "rule": None}),
        json.dumps({**GOOD, "fingerprint": "0" * 31}),
        json.dumps({**GOOD, "fingerprint": "g" * 32}),
    ],
)
def test_broken_lines(folder: Path, line: str) -> None:
    (folder / "b.jsonl").write_text(f"{json.dumps(GOOD)}\n\n{line}\n")
    with pytest.raises(ConfigError, match=r"^this is no line of a baseline$") as caught:
        load("b.jsonl")
    assert (caught.value.where, caught.value.hint) == ("b.jsonl:3", "promptlint baseline write makes it anew")
    save(Baseline("b.jsonl", ()))  # which is what the hint says
    assert load("b.jsonl").lines == ()


@pytest.mark.parametrize("mark", ["<<<<<<< HEAD", "=======", ">>>>>>> other"])
def test_a_bad_merge(folder: Path, mark: str) -> None:
    (folder / "b.jsonl").write_text(f"{mark}\n{json.dumps(GOOD)}\n")
    with pytest.raises(ConfigError) as caught:
        load("b.jsonl")
    assert (caught.value.where, caught.value.hint) == ("b.jsonl:1", "merge it: the lines of both sides may stay")


def test_no_baseline() -> None:
    with pytest.raises(ConfigError, match=r"^there is no such baseline$") as caught:
        load("b.jsonl")
    assert (caught.value.where, caught.value.hint) == ("b.jsonl", "promptlint baseline write makes it")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_no_baseline_and_is_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "b.jsonl")
    with pytest.raises(ConfigError, match=r"^a baseline is a plain file$") as caught:
        load("b.jsonl")
    assert (caught.value.where, caught.value.hint) == ("b.jsonl", "promptlint baseline write makes it")


def test_a_baseline_is_of_16_mib_at_most(folder: Path) -> None:
    (folder / "b.jsonl").write_bytes(b" " * 16_777_216)
    assert load("b.jsonl").lines == ()
    with (folder / "b.jsonl").open("ab") as file:
        file.write(b" ")
    for call in (load, lambda path: save(Baseline(path, ()))):
        with pytest.raises(ConfigError, match=r"^the baseline is larger than 16777216 bytes$"):
            call("b.jsonl")


def test_another_file_is_not_overwritten(folder: Path) -> None:
    (folder / "profile").write_text("export PATH\n")
    with pytest.raises(ConfigError, match=r"^this file is no baseline and is not overwritten$") as caught:
        save(Baseline("profile", ()))
    assert (caught.value.where, caught.value.hint) == ("profile", "name another one")
    assert (folder / "profile").read_text() == "export PATH\n"


def test_it_is_written_whole_or_not_at_all(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(Baseline("b.jsonl", (Line("a.json", "KV101", "r", "0" * 32),)))
    (folder / "b.jsonl").chmod(0o640)
    before = (folder / "b.jsonl").read_text()

    def refuse(*_args: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", refuse)
        with pytest.raises(ConfigError, match="cannot write the baseline: Permission denied"):
            save(Baseline("b.jsonl", ()))
    assert {path.name: path.read_text() for path in folder.iterdir()} == {"b.jsonl": before}
    save(Baseline("b.jsonl", ()))
    assert (folder / "b.jsonl").stat().st_mode & 0o777 == 0o640
    with pytest.raises(ConfigError, match=r"^cannot write the baseline: No such file") as caught:
        save(Baseline("none/b.jsonl", ()))
    assert caught.value.where == "none/b.jsonl"
