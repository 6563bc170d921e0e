"""Which request of which file is meant."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from promptlint.errors import InputError, NoRequestError, PromptlintError, UsageError
from promptlint.selection import capture_and_request, one_request

BODIES = [{"model": f"m{number}", "messages": [{"role": "user", "content": "hi"}]} for number in range(3)]
LOOP: list[Any] = []
LOOP.append(LOOP)
GET = {"request": {"method": "GET", "url": "http://x/", "headers": []}, "response": {"status": 200, "content": {}}}


@pytest.fixture
def log(tmp_path: Path) -> str:
    path = tmp_path / "log.jsonl"
    path.write_text("".join(f"{json.dumps(body)}\n" for body in BODIES), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(("number", "model"), [(0, "m0"), (2, "m2"), (-1, "m2"), (-3, "m0")])
def test_a_number_picks_one(log: str, number: int, model: str) -> None:
    assert one_request(f"{log}#{number}").model == model
    capture, request = capture_and_request(log, number)
    assert (request.model, capture.path, len(capture.requests)) == (model, log, 3)


def test_the_only_one_needs_no_number(tmp_path: Path) -> None:
    path = tmp_path / "one#7"  # a file of that name wins over a number
    path.write_text(json.dumps(BODIES[1]), encoding="utf-8")
    assert one_request(path).model == "m1"
    assert one_request(f"{path}#0").model == "m1"


def test_a_dict_and_a_request_stand_for_themselves(log: str) -> None:
    request = one_request(f"{log}#1")
    assert one_request(request) is request
    assert (one_request(BODIES[2]).model, one_request(BODIES[2]).path) == ("m2", "<dict>")


def refused(what: Any, number: int | None = None) -> tuple[type[PromptlintError], str, str]:
    with pytest.raises(PromptlintError) as caught:
        capture_and_request(what, number)
    return type(caught.value), str(caught.value), caught.value.hint or ""


def test_which_of_several_must_be_said(log: str) -> None:
    assert refused(log) == (UsageError, "3 requests in this file", f"say which: {log}#0 … {log}#2")
    assert refused(f"{log}#3")[:2] == (UsageError, "no request number 3: the file holds 3")
    assert refused(f"{log}#-4")[:2] == (UsageError, "no request number -4: the file holds 3")
    assert refused(f"{log}#0", 1)[:2] == (UsageError, "two numbers for one request")


def test_a_capture_without_requests_is_no_unreadable_file(tmp_path: Path) -> None:
    path = tmp_path / "pages.har"
    path.write_text(json.dumps({"log": {"entries": [GET]}}), encoding="utf-8")
    kind, message, hint = refused(path)
    assert (kind, kind.exit_code, message) == (NoRequestError, 3, "no request in this file")
    assert hint == "skipped: GET has no body"
    path.write_text("not a capture", encoding="utf-8")
    assert refused(path)[0] is InputError
    assert refused({"a": 1})[0] is InputError


@pytest.mark.parametrize("value", [object(), {1, 2}, b"x", LOOP])
def test_a_dict_that_no_client_could_have_sent(value: Any) -> None:
    assert refused(BODIES[0] | {"x": value})[:2] == (InputError, "this dict is no JSON")


def test_a_name_that_no_system_takes_is_no_fault_of_ours() -> None:
    assert refused(f"{'a' * 5000}#1")[0] is InputError
    assert refused("a\0b#1")[0] is InputError


def test_a_file_as_of_a_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "a.jsonl"
    path.write_text(f"{json.dumps(BODIES[0])}\n{json.dumps(BODIES[1])}\n", encoding="utf-8")
    for line in ("init -q", "add a.jsonl", "-c user.name=a -c user.email=a@b commit -q -m x"):
        subprocess.run(["git", *line.split()], check=True, capture_output=True)
    path.write_text(json.dumps(BODIES[2]), encoding="utf-8")
    found, request = capture_and_request("HEAD:a.jsonl#0")
    assert (found.path, request.body) == ("HEAD:a.jsonl", BODIES[0])
    assert capture_and_request("a.jsonl")[1].body == BODIES[2]
    with pytest.raises(UsageError, match=r"no file b.json at HEAD"):
        capture_and_request("HEAD:b.json")
