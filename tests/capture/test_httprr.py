from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from promptlint.capture import httprr, load_bytes
from promptlint.errors import InputError
from promptlint.positions import place
from tests.capture.recordings import ANSWER_TEXT, BODY, DATE, RECORDED, TEXT, URL, loaded_file, reasons


def message(first: str, body: bytes, *headers: str) -> bytes:
    return "\r\n".join([first, *headers, "", ""]).encode() + body


def record(request: bytes, response: bytes) -> bytes:
    return f"{len(request)} {len(response)}\n".encode() + request + response


def trace(*records: bytes) -> bytes:
    return b"httprr trace v1\n" + b"".join(records)


POST = message(f"POST {URL} HTTP/1.1", TEXT.encode(), "Host: api.example.org", "User-Agent: x\nContent-Type: json")
OK = message("HTTP/1.1 200 OK", ANSWER_TEXT.encode(), f"Date: {DATE}")
GET = record(message("GET https://api.example.org/v1/models HTTP/1.1", b""), message("HTTP/1.1 200 OK", b"{}"))


def test_lengths_are_counted_in_bytes(tmp_path: Path) -> None:
    raw = trace(record(POST, OK), GET, record(POST, OK))
    for content in (raw, gzip.compress(raw)):
        found = loaded_file(tmp_path, content)
        assert (found.format, [one.body for one in found.requests]) == ("httprr", [BODY, BODY])
        assert reasons(found) == ["GET has no body"]
        first = found.requests[0]
        assert (first.answer, first.observed_cached_tokens, str(first.recorded_at)) == (ANSWER_TEXT, 7, RECORDED)


def test_a_place_in_the_body_is_found_in_the_trace() -> None:
    raw = trace(record(POST, OK), record(POST, OK))
    second = load_bytes("t", raw).requests[1]
    lines = raw.decode().split("\n")
    found = place(second, "/messages/0/content")
    assert found.exact
    assert lines[(found.line or 0) - 1][(found.column or 0) - 1 :].startswith('"wo ist der Bär?"')
    assert found.line == len(lines) - 3


@pytest.mark.parametrize(
    "chunked",
    [
        b"%x\r\n%b\r\n0\r\n\r\n" % (len(ANSWER_TEXT), ANSWER_TEXT.encode()),
        b"5\r\n" + ANSWER_TEXT[:5].encode() + b"\r\nff;x=y\r\n" + ANSWER_TEXT[5:].encode(),
        ANSWER_TEXT.encode(),
    ],
    ids=["chunks", "chunks cut off", "not chunked after all"],
)
def test_a_chunked_answer_is_joined(chunked: bytes) -> None:
    response = message("HTTP/1.1 200 OK", chunked, "Transfer-Encoding: chunked")
    assert load_bytes("t", trace(record(POST, response))).requests[0].answer == ANSWER_TEXT


def test_binary_answers_leave_the_counts_right() -> None:
    binary = message("HTTP/1.1 200 OK", b"\x00\xff\xfe\x80" * 9)
    found = load_bytes(
        "t", trace(record(POST, binary), record(message("POST /x HTTP/1.1", b"\xff"), OK), record(POST, OK))
    )
    assert [one.answer for one in found.requests] == [b"\x00\xff\xfe\x80" * 9, ANSWER_TEXT]
    assert reasons(found) == ["the body is not UTF-8 text"]


@pytest.mark.parametrize("rest", [b"99999 1\nx", b"no lengths\n", record(POST, OK)[:-3]])
def test_what_follows_a_broken_length_is_one_skipped_record(rest: bytes) -> None:
    found = load_bytes("t", trace(record(POST, OK), rest))
    assert len(found.requests) == 1
    assert [one.pointer for one in found.skipped] == ["/1"]


def test_an_address_without_a_host_takes_that_of_the_header() -> None:
    request = message("POST /v1/chat/completions HTTP/1.1", TEXT.encode(), "Host: api.example.org")
    assert load_bytes("t", trace(record(request, OK))).requests[0].body == BODY
    assert load_bytes("t", trace(record(b"", b""))).requests == ()


def test_more_requests_than_anybody_records_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(httprr, "MOST_LINES", 2)
    assert len(load_bytes("t", trace(record(POST, OK), record(POST, OK))).requests) == 2
    with pytest.raises(InputError, match="more than 2 requests"):
        load_bytes("t", trace(record(POST, OK), record(POST, OK), GET))
