from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest
import yaml

from promptlint.errors import InputError
from tests.capture.recordings import ANSWER_TEXT, BODY, TEXT, URL, loaded, loaded_file, loaded_yaml, reasons

REQUEST: dict[str, Any] = {"method": "POST", "uri": URL, "body": TEXT.encode(), "headers": {}}


def test_each_request_has_the_response_of_its_number(tmp_path: Path) -> None:
    other = {**REQUEST, "body": TEXT.replace("Bär", "Hase").encode()}
    responses = [{"body": {"string": b"one"}}, {"body": {"string": ANSWER_TEXT.encode()}}]
    whole = yaml.dump({"requests": [REQUEST, other], "responses": responses}).encode()
    found = loaded_file(tmp_path, gzip.compress(whole))
    assert found.format == "two-lists"
    assert [one.answer for one in found.requests] == ["one", ANSWER_TEXT]
    assert found.requests[0].body == BODY


def test_too_few_responses_and_broken_requests_lose_nothing() -> None:
    found = loaded_yaml({"requests": [None, REQUEST, {**REQUEST, "body": b"\xff"}], "responses": []})
    assert [one.answer for one in found.requests] == [None]
    assert reasons(found) == ["no request", "the body is not UTF-8 text"]


def test_lists_of_something_else_are_no_cassette() -> None:
    with pytest.raises(InputError):
        loaded({"requests": ["a"], "responses": []})
