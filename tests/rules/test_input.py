"""KV001 for single records: a broken one has its place, and takes none of the others with it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

import promptlint
from promptlint.__main__ import main
from promptlint.capture import line_file
from promptlint.errors import NoRequestError
from promptlint.model import Finding, Report

URL = "https://api.example.com/v1/chat/completions"
BODY = {"model": "m", "messages": [{"role": "user", "content": "Grüß Gott, is the bakery open?"}]}
TEXT = json.dumps(BODY, ensure_ascii=False)
CUT = TEXT[:-30]
EMBEDDING = "https://api.example.com/v1/embeddings"


def har(*bodies: str, url: str = URL) -> str:
    entries = [
        {"request": {"method": "POST", "url": url, "postData": {"mimeType": "application/json", "text": body}}}
        for body in bodies
    ]
    return json.dumps({"log": {"version": "1.2", "creator": {}, "entries": entries}}, ensure_ascii=False, indent=1)


def cassette(*bodies: str, method: str = "POST", url: str = URL) -> dict[str, Any]:
    requests = [{"method": method, "uri": url, "headers": {}, "body": body} for body in bodies]
    response = {"status": {"code": 200, "message": "OK"}, "headers": {}, "body": {"string": "{}"}}
    return {"interactions": [{"request": one, "response": response} for one in requests], "version": 1}


def vcrpy_json(*bodies: str, **given: Any) -> str:
    return json.dumps(cassette(*bodies, **given), ensure_ascii=False, indent=1)


def vcrpy_yaml(*bodies: str, **given: Any) -> str:
    return yaml.safe_dump(cassette(*bodies, **given), allow_unicode=True, width=1_000_000)


def jsonl(*bodies: str) -> str:
    return "".join(f"{body}\n" for body in bodies)


def trace(*bodies: Any) -> str:
    """claude-trace has the parsed body; what it could not parse is text."""
    lines = [
        {"request": {"method": "POST", "url": URL, "body": one}, "response": None, "logged_at": "x"} for one in bodies
    ]
    return "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)


FORMATS: dict[str, Callable[..., str]] = {
    "har": har,
    "vcrpy-json": vcrpy_json,
    "vcrpy-yaml": vcrpy_yaml,
    "jsonl": jsonl,
    "claude-trace": trace,
}
ENDINGS = {"vcrpy-yaml": ".yaml", "jsonl": ".jsonl", "claude-trace": ".jsonl"}


@pytest.fixture(autouse=True)
def no_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)


def written(content: str, name: str = "recording.txt") -> str:
    Path(name).parent.mkdir(exist_ok=True)
    Path(name).write_text(content, encoding="utf-8")
    return name


def check(*paths: str) -> Report:
    return promptlint.check(paths, model="builtin", select=["KV001"])


def rest_of_line(found: Finding) -> str:
    """What stands in the file from the finding's place on."""
    line = Path(found.place.path).read_text(encoding="utf-8").split("\n")[(found.place.line or 0) - 1]
    return line[(found.place.column or 0) - 1 :]


@pytest.mark.parametrize("large", [1, line_file.LARGE], ids=["line by line", "whole"])
@pytest.mark.parametrize("kind", FORMATS)
def test_a_body_that_is_cut_off_has_its_place(kind: str, large: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_file, "LARGE", large)
    report = check(written(FORMATS[kind](TEXT, CUT, TEXT)))
    (found,) = report.findings
    assert len(report.requests) == 2
    assert (found.code, found.severity) == ("KV001", "error")
    assert "the JSON ends too early" in found.message
    # The offset is that of the string that never ends; inside of YAML nothing has a place, so it is the whole body's.
    never_ends = CUT[TEXT.index('"Grüß') :]
    if kind == "vcrpy-yaml":
        assert rest_of_line(found) == f"'{CUT}'"
    else:
        shown = never_ends if kind == "jsonl" else json.dumps(never_ends, ensure_ascii=False)[1:-1]
        assert rest_of_line(found).startswith(shown)
    assert not report.ok


@pytest.mark.parametrize("kind", FORMATS)
def test_a_body_of_a_wrong_shape_has_the_place_of_what_is_wrong(kind: str) -> None:
    wrong = json.dumps({"model": "m", "messages": {"role": "user"}})
    report = check(written(FORMATS[kind](TEXT, wrong, TEXT)))
    (found,) = report.findings
    assert (found.severity, len(report.requests)) == ("error", 2)
    assert "/messages should be a list" in found.message
    assert rest_of_line(found).replace("\\", "").startswith('{"role": "user"}')


@pytest.mark.parametrize("kind", FORMATS)
def test_in_a_file_that_was_swept_up_it_is_a_warning(kind: str) -> None:
    path = written(FORMATS[kind](TEXT, CUT, TEXT), f"golden/recording{ENDINGS.get(kind, '.json')}")
    report = check("golden")
    assert [(one.code, one.severity) for one in report.findings] == [("KV001", "warning")]
    assert report.ok
    assert [one.severity for one in check(path).findings] == ["error"]


@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_with_nothing_but_a_broken_record_is_a_finding_and_not_an_empty_run(
    kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(FORMATS[kind](*[CUT] * (2 if kind == "jsonl" else 1)))
    assert main(["check", path]) == 1
    assert "KV001 unreadable-input  error" in capsys.readouterr().out


@pytest.mark.parametrize(
    "content",
    [
        vcrpy_yaml("", method="GET"),
        vcrpy_json('{"input": "x"}', url=EMBEDDING),
        har("a=b&c=d"),
        har('{"input": "x"}', url=EMBEDDING),
        trace(None),
    ],
    ids=["get", "embedding", "form", "har embedding", "no body"],
)
def test_other_endpoints_are_counted_and_no_finding(content: str, capsys: pytest.CaptureFixture[str]) -> None:
    written(TEXT, "golden/good.json")
    path = written(content)
    assert check("golden/good.json", path).findings == ()
    with pytest.raises(NoRequestError):
        check(path)
    assert main(["check", path]) == 3
    capsys.readouterr()


def test_exit_codes_follow_the_severity(capsys: pytest.CaptureFixture[str]) -> None:
    path = written(vcrpy_json(TEXT, CUT), "golden/recording.json")
    assert main(["check", path]) == 1
    assert main(["check", "golden"]) == 0
    assert main(["check", "golden", "--fail-on", "warning"]) == 1
    assert main(["check", path, "--swept"]) == 0
    assert main(["check", path, "--ignore", "KV001"]) == 0
    capsys.readouterr()


def test_what_the_config_names_is_an_error() -> None:
    written(vcrpy_json(TEXT, CUT), "golden/recording.json")
    written('captures: ["golden/**"]\n', "promptlint.yaml")
    assert [one.severity for one in check().findings] == ["error"]


def test_each_broken_record_is_told() -> None:
    report = check(written(jsonl(TEXT, CUT, TEXT, CUT + "}", TEXT)))
    assert [(one.place.line, one.severity) for one in report.findings] == [(2, "error"), (4, "error")]


def test_a_body_that_is_packed_and_broken_has_the_place_of_its_string() -> None:
    recording = cassette(TEXT, TEXT)
    recording["interactions"][1]["request"]["body"] = b"\x1f\x8b no gzip \xff"
    (found,) = check(written(yaml.safe_dump(recording, allow_unicode=True))).findings
    assert "broken gzip data" in found.message
    assert rest_of_line(found).startswith("!!binary")
