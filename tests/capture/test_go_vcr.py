from __future__ import annotations

from typing import Any

import pytest

from promptlint.errors import InputError
from tests.capture.recordings import ANSWER_TEXT, BODY, DATE, RECORDED, TEXT, URL, loaded, loaded_yaml, reasons


def cassette(version: int, **request: Any) -> dict[str, Any]:
    call = {
        "request": {"body": TEXT, "form": {}, "headers": {"Accept": ["*/*"]}, "url": URL, "method": "POST", **request},
        "response": {
            "body": ANSWER_TEXT,
            "headers": {"Date": [DATE]},
            "status": "200 OK",
            "code": 200,
            "duration": "1s",
        },
    }
    return {"version": version, "interactions": [call]}


@pytest.mark.parametrize("version", [1, 2])
def test_the_request_is_read_with_its_answer_and_its_time(version: int) -> None:
    found = loaded_yaml(cassette(version))
    request = found.requests[0]
    assert (found.format, request.body, request.answer) == ("go-vcr", BODY, ANSWER_TEXT)
    assert (str(request.recorded_at), request.observed_cached_tokens) == (RECORDED, 7)
    assert request.container == "/interactions/0/request/body"


def test_other_interactions_are_skipped_with_the_reason() -> None:
    whole = cassette(2)
    whole["interactions"] += [{"request": None}, cassette(2, body="")["interactions"][0], "x"]
    assert reasons(loaded(whole)) == ["an interaction without a request", "no body", "an interaction without a request"]


def test_interactions_that_are_no_http_calls_are_called_by_their_name() -> None:
    with pytest.raises(InputError, match="something else than HTTP"):
        loaded({"interactions": [{"direction": "sent", "message": {}}]})
    with pytest.raises(InputError, match="a gRPC cassette"):
        loaded({"version": 1, "responses": ["x"], "sample_requests": ["y"]})
