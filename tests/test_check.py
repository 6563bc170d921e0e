"""`promptlint check` from files to findings: which requests are compared, and what is excepted."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import promptlint
from promptlint.errors import ConfigError, InputError, NoRequestError, UsageError
from promptlint.model import Report
from tests import commands
from tests.lint import rules
from tests.opened_here import no_child_processes

RULES = "Be short, and say which file you have read. " * 40
HELLO = {"role": "user", "content": "How many boxes are left in bay 4?"}
ANSWER = {"role": "assistant", "content": "Seven boxes are left."}


def body(*more: dict[str, Any], clock: str = "", **rest: Any) -> dict[str, Any]:
    system = f"Current time: {clock}\n{RULES}" if clock else RULES
    return {"model": "example", "messages": [{"role": "system", "content": system}, HELLO, *more], **rest}


def save(path: Path, *bodies: dict[str, Any], indent: int | None = None) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{json.dumps(one, indent=indent)}\n" for one in bodies), encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()  # the search for a config ends here
    with no_child_processes():
        yield tmp_path


@pytest.fixture
def turns(folder: Path) -> Path:
    """Two turns of a session, between which the clock moves."""
    save(folder / "golden" / "turn-1.json", body(clock="2026-05-17 15:42"))
    save(folder / "golden" / "turn-2.json", body(ANSWER, clock="2026-05-17 15:43"))
    return folder / "golden"


def told(report: Report) -> list[tuple[str, str, str, int | None]]:
    return [(one.code, one.severity, one.place.path, one.pair) for one in report.findings if one.severity != "info"]


MOVED = [("KV101", "error", "golden/turn-2.json", 0), ("KV108", "error", "golden/turn-2.json", 0)]


def test_a_numbered_folder_is_a_session(turns: Path) -> None:
    report = promptlint.check(["golden"])
    assert told(report) == MOVED
    (pair,) = report.pairs
    assert (pair.before, pair.after, pair.status, report.conversations[0].source) == (0, 1, "broken", "history")
    clock = report.findings[0]
    assert clock.lost_tokens == pair.lost_tokens
    assert (clock.place.line, clock.related and clock.related.path) == (1, "golden/turn-1.json")


def test_a_turn_that_is_checked_alone_has_its_evidence_beside_it(turns: Path) -> None:
    assert told(promptlint.check(["golden/turn-2.json"])) == MOVED
    save(turns / "turn-2.json", body(ANSWER, clock="2026-05-17 15:42"))
    assert told(promptlint.check(["golden/turn-2.json"])) == [("KV101", "warning", "golden/turn-2.json", None)]


def test_a_pair_by_name_is_compared_whatever_is_in_it(folder: Path) -> None:
    save(folder / "x.before.json", body(clock="2026-05-17 15:42"))
    save(folder / "x.after.json", {"model": "example", "messages": [{"role": "user", "content": "Something else."}]})
    report = promptlint.check(["x.before.json", "x.after.json"])
    assert [one.source for one in report.conversations] == ["names"]
    assert [one.code for one in report.findings if one.severity == "error"][:1]


def test_requests_of_a_file_with_a_title_request_in_between(folder: Path) -> None:
    title = {"model": "example", "messages": [{"role": "user", "content": "Write a title of five words."}]}
    save(folder / "log.jsonl", body(), title, body(ANSWER))
    report = promptlint.check(["log.jsonl"])
    assert [(pair.before, pair.after, pair.status) for pair in report.pairs] == [(0, 2, "extension")]
    assert [(code, severity) for code, severity, *_ in told(report)] == [("KV603", "warning")]
    assert told(promptlint.check(["log.jsonl"], engine="vllm")) == []  # it keeps blocks of many prompts


def test_the_order_of_the_config_counts(folder: Path) -> None:
    save(folder / "first.json", body())
    save(folder / "then.json", body(ANSWER))
    (folder / "promptlint.yaml").write_text("sessions: [[first.json, then.json]]", encoding="utf-8")
    report = promptlint.check(["then.json"])
    assert [(pair.status, pair.json) for pair in report.pairs] == [("extension", "extension")]
    assert report.conversations[0].source == "explicit"


def test_bodies_and_requests_of_a_python_caller() -> None:
    report = promptlint.check([body(clock="2026-05-17 15:42")], select=["KV101"])
    assert [(one.code, one.place.path, one.place.line) for one in report.findings] == [("KV101", "<dict>", None)]


def test_nothing_to_look_at(folder: Path) -> None:
    with pytest.raises(NoRequestError, match="no request found"):
        promptlint.check([])
    (folder / "tsconfig.json").write_text("{ // a comment\n}", encoding="utf-8")
    with pytest.raises(NoRequestError):
        promptlint.check(["."])


def test_a_broken_file_that_was_named_is_a_finding_and_the_others_are_read(turns: Path) -> None:
    (turns / "cut.json").write_text('{"messages": [\n{"role": "us', encoding="utf-8")
    named = promptlint.check(["golden/turn-1.json", "golden/cut.json"])
    broken = next(one for one in named.findings if one.code == "KV001")
    assert (broken.place.path, broken.place.line, broken.severity) == ("golden/cut.json", 2, "error")
    assert "KV101" in [one.code for one in named.findings]
    swept = promptlint.check(["golden"])
    assert (told(swept), swept.passed_over) == (MOVED, 1)


def test_a_broken_file_that_the_config_means_is_a_finding_however_it_is_found(folder: Path) -> None:
    (folder / "golden").mkdir()
    (folder / "golden" / "cut.json").write_text('{"messages": [', encoding="utf-8")
    (folder / "golden" / "tsconfig.json").write_text("{ // a comment", encoding="utf-8")
    config("captures: [golden/c*.json]")
    for line in ("check golden", "check --swept golden/cut.json golden/tsconfig.json", "check"):
        code, shown = run(f"{line} --format concise")
        assert (code, shown.count("\n"), shown.startswith("golden/cut.json:1:15: KV001")) == (1, 1, True)


def test_a_transcript_is_named_as_one(folder: Path) -> None:
    line = {"parentUuid": None, "sessionId": "s", "type": "user", "message": {"role": "user", "content": "Hi."}}
    save(folder / "session.jsonl", line, line)
    (found,) = promptlint.check(["session.jsonl"]).findings
    assert (found.code, found.severity, found.place.path) == ("KV003", "warning", "session.jsonl")


def test_against_a_revision(turns: Path, folder: Path) -> None:
    (folder / ".git").rmdir()
    for line in ("init -q", "add golden", "-c user.name=a -c user.email=a@b commit -q -m x"):
        subprocess.run(["git", *line.split()], check=True, capture_output=True)
    save(turns / "turn-1.json", body(clock="2026-05-17 18:01"))
    save(turns / "turn-3.json", body(ANSWER, HELLO))
    report = promptlint.check(["golden"], against="HEAD")
    sides = [
        (report.requests[one.before].request.path, report.requests[one.after].request.path) for one in report.pairs
    ]
    assert sides == [
        ("HEAD:golden/turn-1.json", "golden/turn-1.json"),
        ("HEAD:golden/turn-2.json", "golden/turn-2.json"),
    ]
    assert [one.status for one in report.pairs] == ["broken", "identical"]
    assert ("KV101", "error", "golden/turn-1.json", 0) in told(report)
    with pytest.raises(UsageError):
        promptlint.check(["golden"], against="no-such-revision")


def test_two_folders_are_pairs_of_files_with_the_same_names(folder: Path) -> None:
    save(folder / "old" / "a.json", body(clock="2026-05-17 15:42"))
    save(folder / "old" / "only.json", body())
    save(folder / "new" / "a.json", body(clock="2026-05-17 15:43"))
    report = promptlint.diff("old", "new")
    assert [(one.before, one.after, one.status) for one in report.pairs] == [(0, 1, "broken")]
    (folder / "empty").mkdir()
    with pytest.raises(NoRequestError, match="no capture in common"):
        promptlint.diff("old", "empty")


def config(text: str) -> None:
    Path("promptlint.yaml").write_text(text, encoding="utf-8")


def test_a_declared_break(turns: Path) -> None:
    config("breaks: [{after: golden/turn-2.json, reason: a new day}]\ncaptures: [golden/*.json]")
    report = promptlint.check([])
    assert [one for one in told(report) if one[3] is not None] == []
    assert report.pairs[0].status == "broken"
    config("breaks: [{after: golden/turn-9.json, reason: a new day}]\ncaptures: [golden/*.json]")
    assert ("KV002", "warning", "promptlint.yaml", None) in told(promptlint.check([]))


IGNORE = """captures: ["golden/*.json"]
ignores:
  - {rules: [clock-in-system-prompt], files: ["golden/*"], reason: it goes in June, until: 2026-06-30}
  - {rules: [KV108], path: "$.messages[*].content", reason: as above}
"""


def test_ignores_with_a_reason(turns: Path) -> None:
    config(IGNORE)
    report = promptlint.check([], now=None)
    marks = {one.code: one.suppressed and one.suppressed.reason for one in report.findings}
    assert marks["KV108"] == "as above"
    done = commands.run_here("promptlint check --today 2026-06-30 --format concise", Path(), Path())
    assert (done.returncode, done.stdout) == (0, "")
    done = commands.run_here("promptlint check --today 2026-07-01 --format concise", Path(), Path())
    assert done.returncode == 1
    assert [line.split(": ")[1].split()[0] for line in done.stdout.splitlines()] == ["KV101", "KV002"]


def test_per_file_ignores_and_severities(turns: Path) -> None:
    config('per-file-ignores: {"golden/**": [KV108]}\nseverity: {clock-in-system-prompt: warning}')
    assert told(promptlint.check(["golden"])) == [("KV101", "warning", "golden/turn-2.json", 0)]


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        ({"select": ["KV108"]}, ["KV108"]),
        ({"select": ["KV1"], "ignore": ["KV101"]}, ["KV108", "KV109"]),
        ({"select": ["volatile-before-stable"]}, ["KV108"]),
        ({"select": ["KV6"]}, ["KV601"]),
        ({"select": ["KV109"]}, ["KV109"]),
    ],
)
def test_selection(turns: Path, given: dict[str, Any], codes: list[str]) -> None:
    report = promptlint.check(["golden"], **given)
    assert [one.code for one in report.findings] == codes


def test_a_selector_that_fits_nothing() -> None:
    with pytest.raises(ConfigError, match="select names no rule: 'KV77'"):
        promptlint.check([body()], select=["KV77"])


def test_a_local_rule_and_its_options(turns: Path, folder: Path) -> None:
    (folder / "ci").mkdir()
    rules.write(folder / "ci")
    save(folder / "ship.json", rules.BODY)
    config("rules: [ci]\noptions: {no-shipping: {not-match: '(?i)it now'}}")
    (found,) = promptlint.check(["ship.json"]).findings
    assert (found.code, found.severity, found.message, found.place.column) == ("KV901", "warning", 'says "it now"', 69)


def run(line: str) -> tuple[int, str]:
    done = commands.run_here(f"promptlint {line}", Path(), Path())
    assert done.stderr == ""
    return done.returncode, done.stdout


def printed_by_a_process(line: str) -> str:
    done = commands.run(f"promptlint {line}", Path(), Path())
    assert (done.returncode, done.stderr) == (1, "")
    return done.stdout


def test_a_baseline_takes_what_is_there_and_new_ones_fail(turns: Path) -> None:
    config("captures: [golden/*.json]")
    assert run("check --format concise")[0] == 1
    assert run("baseline write") == (0, ".promptlint-baseline.jsonl: 2 findings are known now\n")
    text = Path(".promptlint-baseline.jsonl").read_text(encoding="utf-8")
    assert [sorted(json.loads(line)) for line in text.splitlines()] == [["code", "fingerprint", "path", "rule"]] * 2
    assert run("check --format concise") == (0, "")
    # The files are written again with more space in them, and a message in front.
    for path in turns.iterdir():
        found = json.loads(path.read_text(encoding="utf-8"))
        found["messages"].insert(1, {"role": "user", "content": "First of all, good morning."})
        save(path, found, indent=4)
    assert run("check --format concise") == (0, "")
    assert run("baseline show") == (
        0,
        "golden/turn-2.json: KV101 clock-in-system-prompt 1\ngolden/turn-2.json: KV108 volatile-before-stable 1\n",
    )
    save(turns / "turn-3.json", {**body(ANSWER, HELLO, clock="2026-05-17 15:44")})
    assert run("check --format concise")[0] == 1
    assert run("check --no-baseline --format concise")[0] == 1
    for name in ("turn-2.json", "turn-3.json"):
        (turns / name).unlink()
    assert "2 lines of the baseline match nothing any more" in run("check --format concise")[1]
    assert run("baseline prune") == (0, ".promptlint-baseline.jsonl: 2 dropped, 0 left\n")


def test_the_same_bytes_with_any_hash_seed(turns: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = []
    for seed in ("0", "1", "4242"):
        monkeypatch.setenv("PYTHONHASHSEED", seed)
        shown.append(printed_by_a_process("check golden --format json"))
    assert len(set(shown)) == 1


def test_the_same_bytes_with_any_number_of_jobs(folder: Path) -> None:
    for name in ("a", "b", "c"):  # sessions whose turns break one another, or do not
        history = [more for turn in range(6) for more in (ANSWER, {"role": "user", "content": f"And bay {turn}?"})]
        clocks = [f"2026-05-17 15:{minute}" if name != "c" else "" for minute in range(40, 46)]
        save(folder / f"{name}.jsonl", *(body(*history[: 2 * turn], clock=clocks[turn]) for turn in range(6)))
    jobs = "", "--jobs 1", "--jobs 2", "--jobs 7 --no-cache"
    shown = [printed_by_a_process(f"check {option} --format json") for option in jobs]
    assert len(json.loads(shown[0])["pairs"]) == 15
    assert len(set(shown)) == 1


def test_swept_and_allow_empty(folder: Path) -> None:
    (folder / "tsconfig.json").write_text("{ // a comment\n}", encoding="utf-8")
    (folder / "chart.yaml").write_text("a: {{ .Values.b }}\n", encoding="utf-8")
    assert run("check --swept --allow-empty tsconfig.json chart.yaml") == (0, "")
    assert commands.run_here("promptlint check --swept tsconfig.json", folder, folder).returncode == 3
    assert commands.run_here("promptlint check tsconfig.json", folder, folder).returncode == 1


def test_init_writes_a_config_that_check_takes(turns: Path) -> None:
    code, shown = run("init")
    assert (code, shown) == (0, "promptlint.yaml: 2 captures with 2 requests. Next: promptlint check\n")
    assert run("check --format concise")[0] == 1
    done = commands.run_here("promptlint init", Path(), Path())
    assert (done.returncode, "there is a config already" in done.stderr) == (2, True)
    assert run("init --force")[0] == 0
    empty = Path("empty")
    empty.mkdir()
    assert commands.run_here("promptlint init empty", Path(), Path()).returncode == 3


def test_half_a_character_is_a_fault_of_its_file_alone(turns: Path, folder: Path) -> None:
    save(folder / "log.jsonl", body(), body({"role": "user", "content": "cut \ud83d here"}))
    report = promptlint.check(["log.jsonl", "golden"])
    assert ("KV001", "error", "log.jsonl", None) in told(report)
    assert set(MOVED) <= {(one.code, one.severity, one.place.path, 0) for one in report.findings}
    assert [one.request.path for one in report.requests].count("log.jsonl") == 1


def test_no_file_of_somebody_else_is_written_over(turns: Path, folder: Path) -> None:
    victim = folder / "victim"
    victim.write_text("keep", encoding="utf-8")
    Path("promptlint.yaml").symlink_to(victim)
    done = commands.run_here("promptlint init --force", Path(), Path())
    assert (done.returncode, "no plain file" in done.stderr, victim.read_text(encoding="utf-8")) == (2, True, "keep")
    Path("promptlint.yaml").unlink()
    config("captures: [golden/*.json]")
    Path("link").symlink_to(victim)
    os.mkfifo("pipe")
    for name in ("victim", "link", "pipe"):
        done = commands.run_here(f"promptlint baseline write --baseline {name}", Path(), Path())
        assert (done.returncode, "is not overwritten" in done.stderr) == (2, True)
    assert victim.read_text(encoding="utf-8") == "keep"
    assert stat.S_ISFIFO(Path("pipe").stat().st_mode)


def test_a_pattern_that_leads_out_of_its_folder() -> None:
    config('captures: ["../../**/*.json"]')
    with pytest.raises(ConfigError, match="leads out of its folder"):
        promptlint.check([])


UNSORTED = [{"type": "function", "function": {"name": name, "parameters": {"type": "object"}}} for name in "ba"]


def test_what_is_excepted_in_one_file_is_told_of_another(folder: Path) -> None:
    save(folder / "legacy" / "a.json", body(tools=UNSORTED))
    save(folder / "new" / "b.json", body(tools=UNSORTED))
    assert [one[2] for one in told(promptlint.check(["."]))] == ["legacy/a.json"]
    config('per-file-ignores: {"legacy/**": [KV301]}')
    assert [one[2] for one in told(promptlint.check(["."]))] == ["new/b.json"]
    config('ignores: [{rules: [KV301], files: ["legacy/**"], reason: old}]')
    report = promptlint.check(["."])
    assert [(one.place.path, one.suppressed is None) for one in report.findings] == [
        ("legacy/a.json", False),
        ("new/b.json", True),
    ]


def test_a_baseline_knows_every_turn_that_a_fault_stands_in(folder: Path) -> None:
    extra = {"role": "user", "content": "How many?", "timestamp": 17}
    save(folder / "golden" / "turn-1.json", body(extra))
    save(folder / "golden" / "turn-2.json", body(extra, ANSWER))
    assert [one[:3] for one in told(promptlint.check(["golden"]))] == [("KV203", "error", "golden/turn-1.json")]
    config("captures: [golden/*.json]")
    assert run("baseline write")[0] == 0
    assert run("check golden/turn-2.json --format concise") == (0, "")
    assert run("check --format concise") == (0, "")


def test_sessions_of_the_config_are_read_and_one_that_is_missing_is_an_error(folder: Path) -> None:
    save(folder / "a.json", body(clock="2026-05-17 15:42"))
    save(folder / "b.json", body(ANSWER, clock="2026-05-17 15:43"))
    config("captures: [golden/*.json]\nsessions: [[a.json, b.json]]")
    assert ("KV101", "error", "b.json", 0) in told(promptlint.check([]))
    config("sessions: [[a.json, gone.json]]")
    with pytest.raises(InputError, match="no such file"):
        promptlint.check([])


def test_two_sessions_that_end_alike_are_both_compared(folder: Path) -> None:
    save(folder / "a.json", body())
    save(folder / "b.json", body(clock="2026-05-17 15:42"))
    save(folder / "c.json", body(ANSWER))
    config("sessions: [[a.json, c.json], [b.json, c.json]]")
    assert [one.status for one in promptlint.check([]).pairs] == ["extension", "broken"]


def test_a_line_put_in_on_top_moves_no_request_from_its_past(folder: Path) -> None:
    (folder / ".git").rmdir()
    save(folder / "log.jsonl", body(), body(ANSWER))
    for line in ("init -q", "add .", "-c user.name=a -c user.email=a@b commit -q -m x"):
        subprocess.run(["git", *line.split()], check=True, capture_output=True)
    save(folder / "log.jsonl", body(HELLO, HELLO), body(), body(ANSWER))
    report = promptlint.check(["log.jsonl"], against="HEAD")
    assert [one.status for one in report.pairs] == ["identical", "identical"]


def test_a_break_is_not_between_a_file_and_what_it_was(turns: Path, folder: Path) -> None:
    (folder / ".git").rmdir()
    for line in ("init -q", "add .", "-c user.name=a -c user.email=a@b commit -q -m x"):
        subprocess.run(["git", *line.split()], check=True, capture_output=True)
    config("breaks: [{after: golden/turn-2.json, reason: a new day}]")
    save(turns / "turn-2.json", body(ANSWER, clock="2026-05-17 19:00"))
    found = promptlint.check(["golden"], against="HEAD").findings
    assert [(one.place.path, one.severity) for one in found if one.code == "KV101" and one.pair is not None] == [
        ("golden/turn-2.json", "error")
    ]


def test_folders_are_swept_for_pairs(folder: Path) -> None:
    for name in ("old", "new"):
        (folder / name).mkdir()
        (folder / name / "tsconfig.json").write_text("{ // a comment", encoding="utf-8")
    with pytest.raises(NoRequestError):
        promptlint.diff("old", "new")


def test_what_is_not_shown_counts(folder: Path) -> None:
    system = [{"role": "system", "content": "Be short."}, {"role": "system", "content": "Be kind."}]
    save(folder / "a.json", {"model": "example", "messages": [*system, HELLO]})
    assert run("check a.json --fail-on warning --min-severity error --format concise") == (1, "")


def test_an_empty_run_is_a_whole_document(folder: Path) -> None:
    code, shown = run("check --allow-empty --format json")
    assert (code, json.loads(shown)["summary"]["requests"]) == (0, 0)
