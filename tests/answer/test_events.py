from __future__ import annotations

import base64
import json
import struct
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.answer.events import documents
from tests.answer.streams import aws_chunks, aws_events, aws_message, sse

ONE, TWO = {"n": 1, "text": "a\u2028b"}, {"n": 2}
CONVERSE = aws_events({"messageStart": {"role": "assistant"}}, {"metadata": {"usage": {"inputTokens": 3}}})


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (ONE, [ONE]),
        (json.dumps(ONE), [ONE]),
        ("\ufeff \n" + json.dumps(ONE, indent=2), [ONE]),
        ([ONE, 3, TWO], [ONE, TWO]),
        (json.dumps([ONE, 3, TWO]), [ONE, TWO]),
        (json.dumps([ONE, TWO])[:-4], [ONE]),
        (json.dumps(ONE) + "\n" + json.dumps(TWO) + "\n", [ONE, TWO]),
        (json.dumps(ONE) + "\r\n" + json.dumps(TWO)[:4], [ONE]),
        (json.dumps(ONE) + json.dumps(TWO), [ONE, TWO]),
        (sse(ONE, TWO, "[DONE]"), [ONE, TWO]),
        (sse(ONE, TWO, end="\r\n"), [ONE, TWO]),
        (sse(ONE, TWO, end="\r"), [ONE, TWO]),
        (sse(ONE, TWO).rstrip(), [ONE, TWO]),
        (sse(ONE, TWO)[:-5], [ONE]),
        (": keep-alive\n\n" + sse(ONE) + ": keep-alive\nid: 7\n" + sse(TWO), [ONE, TWO]),
        ("\ufeff" + sse({"type": "ping"}), [{"type": "ping"}]),
        ('data:{"n":\ndata: 2}\n\n', [TWO]),
        ('data: {"n": 2}\ndata: {"n": 2}\n', [TWO, TWO]),
        ([sse(ONE), sse(TWO)], [ONE, TWO]),
        (sse(TWO).encode() + b"data: \xe2", [TWO]),
    ],
)
def test_the_documents_of_an_answer(answer: Any, expected: list[Any]) -> None:
    assert documents(answer) == expected


@pytest.mark.parametrize("nothing", [None, 7, "", "data", "<html>", "event: {", b"\xff\xfe", b"\x1f\x8b", [], ["H4sI"]])
def test_an_answer_without_documents(nothing: Any) -> None:
    assert documents(nothing) == []


def test_an_answer_that_quotes_a_stream_is_one_document() -> None:
    quoting = {"content": sse(ONE)}
    assert documents(json.dumps(quoting, indent=1)) == [quoting]
    assert documents(sse(quoting)) == [quoting]


def test_sizes_of_chunks_that_a_recorder_left_in() -> None:
    text = json.dumps({"text": "é" * 30}, ensure_ascii=False)
    pieces = [text[:25].encode(), text[25:].encode()]
    chunked = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    assert documents(chunked.decode()) == [json.loads(text)]


def test_only_documents_with_a_word_are_looked_at() -> None:
    assert documents(sse(ONE, TWO), "text") == [ONE]
    assert documents(json.dumps(TWO), "text") == []


def test_a_binary_stream_names_its_events() -> None:
    assert documents(CONVERSE) == [
        {"messageStart": {"role": "assistant"}},
        {"metadata": {"usage": {"inputTokens": 3}}},
    ]


def test_a_binary_stream_of_chunks_carries_the_models_own_events() -> None:
    assert documents(aws_chunks(ONE, TWO)) == [ONE, TWO]
    not_packed = aws_message({"bytes": 7}, event_type="chunk")
    assert documents(not_packed) == [{"bytes": 7}]


def test_a_binary_stream_that_ends_in_the_middle() -> None:
    assert documents(CONVERSE[:-1]) == documents(CONVERSE)[:1]
    assert documents(CONVERSE[:20]) == []


def test_an_exception_in_a_binary_stream() -> None:
    raised = aws_message({"message": "no"}, message_type="exception", exception_type="throttlingException")
    assert documents(raised) == [{"error": {"message": "no"}}]


def test_a_binary_stream_that_a_recorder_took_for_text() -> None:
    expected = documents(CONVERSE)
    for text in (
        CONVERSE.decode("latin-1"),
        CONVERSE.decode("utf-8", "surrogateescape"),
        base64.b64encode(CONVERSE).decode(),
    ):
        assert documents(text) == expected
    assert documents("\0" + "é" * 50) == documents("AAAA" * 9) == documents("AAA") == documents("\0\U0001f600") == []


def test_headers_of_all_types_are_passed_over() -> None:
    sizes = {0: b"", 1: b"", 2: b"1", 3: b"12", 4: b"1234", 5: b"12345678", 6: b"\0\1x", 8: b"12345678", 9: b"1" * 16}
    others = b"".join(struct.pack("B", 1) + b"x" + struct.pack("B", kind) + value for kind, value in sizes.items())
    name = b"\x0b:event-type\x07\x00\x04ping"
    for headers, expected in ((others + name, {"ping": TWO}), (b"\1x\x63" + name, TWO), (name[:-9] + b"\xff", TWO)):
        body = json.dumps(TWO).encode()
        lengths = struct.pack(">II", 16 + len(headers) + len(body), len(headers))
        raw = lengths + struct.pack(">I", zlib.crc32(lengths)) + headers + body + b"\0\0\0\0"
        assert documents(raw) == [expected]


@given(st.one_of(st.text(), st.binary(), st.lists(st.text())), st.integers(0, len(CONVERSE)))
def test_nothing_is_raised_whatever_follows_a_good_start(rest: Any, cut: int) -> None:
    text = rest if isinstance(rest, str) else str(rest)
    raw = rest if isinstance(rest, bytes) else text.encode("utf-8", "replace")
    for answer in (rest, sse(TWO) + text, json.dumps([TWO])[:-1] + text, CONVERSE[:cut] + raw):
        assert all(isinstance(one, dict) for one in documents(answer))


@pytest.mark.parametrize(
    "hostile",
    [
        "[" * 1_000_000,
        '{"a":' * 200_000,
        "data: {\n" * 500_000,
        "data: " + "[[]," * 1_000_000,
        "{}" * 1_000_000,
        "\n" * 5_000_000,
        "1\r\nx\r\n" * 500_000,
        " , [" * 1_000_000,
        '"' * 17_000_000,
    ],
    ids=range(9),
)
def test_of_a_hostile_answer_no_more_is_read_than_can_be_held(hostile: str) -> None:
    assert len(documents(hostile)) <= 200_000


def test_an_answer_too_large_to_hold_has_no_documents() -> None:
    assert documents('{"a": [' + "[]," * 400_000 + "[]]}") != []
    assert documents('{"a": [' + "[]," * 1_000_000 + "[]]}") == []
    assert documents("{}" + " " * 17_000_000) == []
