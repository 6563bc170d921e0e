from __future__ import annotations

from typing import Any

import pytest

from promptlint.capture import load_bytes
from promptlint.errors import InputError
from tests.capture.recordings import ANSWER, ANSWER_TEXT, BODY, TEXT, URL, loaded, loaded_yaml, reasons

CALL: dict[str, Any] = {
    "request": {"method": "POST", "url": URL, "body": TEXT},
    "response": {"status": 200, "body": ANSWER_TEXT},
}


@pytest.mark.parametrize(
    ("whole", "container"),
    [
        ({"3f/9a": CALL}, "/3f~19a/request/body"),
        ({"3f": [CALL]}, "/3f/0/request/body"),
        ({"version": 2, "interactions": {"3f": CALL}}, "/interactions/3f/request/body"),
        ({"created": "today", "3f": CALL}, "/3f/request/body"),
    ],
    ids=["hash", "list", "holder", "beside a date"],
)
def test_calls_under_their_keys(whole: dict[str, Any], container: str) -> None:
    for found in (loaded(whole), loaded_yaml(whole)):
        assert (found.format, found.requests[0].container) == ("keyed-calls", container)
        assert (found.requests[0].body, found.requests[0].answer) == (BODY, ANSWER_TEXT)
        assert found.skipped == ()


def test_a_key_with_a_tag_is_read_as_data() -> None:
    text = f"""
? !!python/object/apply:os.system ["exit 1"]
: request: {{method: POST, url: "{URL}", body: {{model: m, messages: []}}}}
  response: {{body: {{usage: {{prompt_tokens_details: {{cached_tokens: 7}}}}}}}}
"""
    request = load_bytes("k.yaml", text.encode()).requests[0]
    assert (request.body, request.key_order_kept) == ({"model": "m", "messages": []}, False)
    assert (request.answer, request.observed_cached_tokens) == ({"usage": ANSWER["usage"]}, 7)


def test_an_empty_cassette_is_no_error_and_odd_members_are_skipped() -> None:
    assert loaded({"interactions": {}}).requests == ()
    assert reasons(loaded({"a": CALL, "b": {"request": 1}, "c": 2})) == ["an interaction without a request"]
    with pytest.raises(InputError):
        loaded({"a": {"request": {"x": 1}}})
