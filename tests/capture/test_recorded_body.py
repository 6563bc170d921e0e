from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from promptlint.capture.recorded_body import RecordedBody, body_of, from_strict_base64, unwrapped

BODY: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "hi"}]}
TEXT = json.dumps(BODY)
PACKED = base64.b64encode(TEXT.encode()).decode()


@pytest.mark.parametrize(
    ("given", "pointer", "value"),
    [
        (TEXT, "", TEXT),
        (BODY, "", BODY),
        ({"encoding": "UTF-8", "string": TEXT}, "/string", TEXT),
        ({"type": "JSON", "json": BODY}, "/json", BODY),
        ({"type": "STRING", "string": TEXT, "contentType": "x"}, "/string", TEXT),
        ({"type": "Buffer", "body": TEXT}, "/body", TEXT),
        ({"type": "json", "body": {"body": TEXT}}, "/body/body", TEXT),
        ({"body": {"body": {"body": {"body": TEXT}}}}, "/body/body/body", {"body": TEXT}),
        ({"type": "text", "value": TEXT}, "", {"type": "text", "value": TEXT}),
    ],
)
def test_a_body_is_taken_out_of_what_is_around_it_and_nothing_deeper(given: Any, pointer: str, value: Any) -> None:
    assert unwrapped(RecordedBody("", given)) == RecordedBody(pointer, value)


@pytest.mark.parametrize("packed", [PACKED, PACKED[:40] + "\n" + PACKED[40:], TEXT.encode()])
def test_base64_may_have_line_ends_or_be_bytes_already(packed: str | bytes) -> None:
    found = unwrapped(RecordedBody("/body", {"base64_string": packed}))
    assert found == RecordedBody("/body/base64_string", TEXT.encode(), packed=True)


@pytest.mark.parametrize("broken", ["abcde", "ä", 7, None])
def test_what_is_no_base64_is_no_body(broken: Any) -> None:
    assert unwrapped(RecordedBody("", {"base64": broken})).value is None


def test_a_text_that_only_says_that_it_is_base64_stays_as_it_is() -> None:
    assert body_of({"body": PACKED, "encoding": "base64"}) == RecordedBody("/body", TEXT.encode(), packed=True)
    assert body_of({"body": "abcde", "encoding": "base64"}) == RecordedBody("/body", "abcde")
    assert (from_strict_base64(PACKED), from_strict_base64(PACKED + "\n")) == (TEXT.encode(), None)
