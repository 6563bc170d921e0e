"""Large files of lines: read line by line, and with the same result as a small file of the same content."""

from __future__ import annotations

import gzip
import io
import json
import os
import sys
import tracemalloc
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from promptlint import positions
from promptlint.capture import document, line_file, load
from promptlint.capture.line_file import line_documents
from promptlint.capture.sharing import Sharing
from promptlint.errors import InputError
from promptlint.model import Capture, Place, Request, Skipped
from promptlint.progress import UNWATCHED

HELLO = {"role": "user", "content": "Hello, is anybody there at this hour of the night?"}


def body(*messages: Any, **more: Any) -> str:
    return json.dumps({"model": "m", "messages": [HELLO, *messages], **more}, ensure_ascii=False)


TWO = f"{body()}\n{body({'role': 'assistant', 'content': 'Yes.'})}\n"


@pytest.fixture(autouse=True)
def every_file_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_file, "LARGE", 1)


def written(folder: Path, content: str | bytes) -> str:
    path = folder / "log.jsonl"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return str(path)


def as_small(path: str) -> Capture:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(line_file, "LARGE", sys.maxsize)
        return load(path)


def is_read_by_lines(request: Request) -> bool:
    return request.source is not None and request.source.stretch is not None


def shown(capture: Capture) -> list[Any]:
    """All that a report says of a file; equal floats and orders of keys that differ are not the same."""
    requests = [(json.dumps(one.body), positions.line(one), replace(one, body={})) for one in capture.requests]
    return [capture.path, capture.format, requests, capture.skipped]


def pointers(value: Any, pointer: str = "") -> list[str]:
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [pointer, *(found for key, one in members for found in pointers(one, pointer + positions.step(key)))]


def places(capture: Capture) -> list[Place]:
    return [
        positions.place(one, pointer, offset, key)
        for one in capture.requests
        for pointer in pointers(one.body)
        for offset, key in ((None, False), (3, False), (None, True))
    ]


def test_a_small_file_is_left_to_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, TWO)
    monkeypatch.setattr(line_file, "LARGE", len(TWO))
    assert line_documents(path, Sharing(), UNWATCHED) is not None
    monkeypatch.setattr(line_file, "LARGE", len(TWO) + 1)
    assert line_documents(path, Sharing(), UNWATCHED) is None


@pytest.mark.parametrize(
    "content",
    [
        TWO.splitlines()[0],
        f"[1]\n{TWO}",
        "not JSON\n" + TWO,
        '{"cut": \n' + TWO,
        '{"a": 1}} }\n' + TWO,
        b'{"a": "\xff"}\n' + TWO.encode(),
        json.dumps(json.loads(body()), indent=1),
        '{"started": true}\n' + "a line of a log that is no JSON\n" * 9,
        " \n\n",
        gzip.compress(TWO.encode(), mtime=0)[:-9],
        gzip.compress(TWO.splitlines()[0].encode(), mtime=0),
    ],
    ids=["one line", "list", "text", "cut", "more", "latin-1", "indented", "log", "blank", "cut gzip", "gzip"],
)
def test_other_files_are_left_to_others(content: str | bytes, tmp_path: Path) -> None:
    assert line_documents(written(tmp_path, content), Sharing(), UNWATCHED) is None


def test_what_is_no_file_is_left_to_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (str(tmp_path), str(tmp_path / "none"), str(tmp_path / "pipe"), "nul\0", "-"):
        assert line_documents(path, Sharing(), UNWATCHED) is None
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TWO.encode())))
    assert [is_read_by_lines(one) for one in load("-").requests] == [False, False]


def test_a_file_that_may_not_be_read_is_an_error_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, TWO)

    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied")

    documents = line_documents(path, Sharing(), UNWATCHED)
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InputError, match="cannot be read: Permission denied"):
        load(path)
    with pytest.raises(InputError, match="cannot be read: Permission denied"):
        list(documents or ())


def test_a_gzipped_file_is_read_by_lines_too(tmp_path: Path) -> None:
    path = written(tmp_path, gzip.compress(TWO.encode()))
    found = load(path)
    assert [is_read_by_lines(one) for one in found.requests] == [True, True]
    assert shown(found) == shown(as_small(path))
    for request, plain in zip(found.requests, as_small(path).requests, strict=True):
        assert positions.place(request, "/messages/0/content") == positions.place(plain, "/messages/0/content")


def test_gzip_data_that_break_off_behind_the_first_lines(tmp_path: Path) -> None:
    lines = "".join(body({"role": "user", "content": os.urandom(90_000).hex()}) + "\n" for _ in range(40))
    raw = gzip.compress(lines.encode())
    with pytest.raises(InputError, match="broken gzip data"):
        load(written(tmp_path, raw[: len(raw) // 2]))


def test_gzip_data_that_unpack_to_more_than_they_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_file, "MOST_OF_LINES", 600)
    path = written(tmp_path, gzip.compress(TWO.encode() * 3) + gzip.compress(TWO.encode()))
    with pytest.raises(InputError, match="larger than 0 GiB"):
        load(path)


@pytest.mark.parametrize(
    "content",
    [
        TWO,
        "\ufeff" + TWO,
        TWO.replace("\n", "\r\n"),
        "\n \n" + TWO.replace("\n", "\n\n\t\n") + "\n\n",
        TWO.rstrip(),
        "  " + TWO.replace("\n", " \n\t"),
        TWO + '{"model": "m", "messages": [{"role": "user", "con\n' + body(n=1),
        TWO + '   {"model": "m", "model": "n"}\n' + body(n=1),
        TWO + '\u00a0{"a": NaN}\n\u00a0\n\x1f\n\u2028{"b": 1}\n' + body(n=1),
        TWO + '{"b": "' + "grüße \U0001f600" * 9 + '"\n',
        TWO + body(HELLO, {"role": "user", "content": 'ä "quoted" \U0001f600\n\u2028 \\ud83d \x7f'}),
    ],
    ids=["two", "bom", "crlf", "blank", "no end", "indent", "cut", "twice", "space", "wide", "escapes"],
)
def test_it_is_read_as_a_small_file_is(content: str, tmp_path: Path) -> None:
    path = written(tmp_path, content)
    large, small = load(path), as_small(path)
    assert all(map(is_read_by_lines, large.requests))
    assert len(large.requests) >= 2
    assert shown(large) == shown(small)
    assert places(large) == places(small)


KEYS = st.sampled_from(["a", "b", "role", "content", "ключ"])
SCALARS = st.sampled_from([None, True, False, 0, 1, 1.0, 0.0, -0.0, "", "x", "a longer text that is kept only once, ä"])
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3))
SPACE = st.sampled_from(["", " ", "\t", "\u00a0", "\r"])
LINES = st.one_of(
    st.builds(lambda value, escaped: json.dumps({"n": value}, ensure_ascii=escaped), VALUES, st.booleans()),
    st.builds(lambda value, space: space + body(x=value) + space, VALUES, SPACE),
    st.builds(lambda value, at: body(x=value)[:at], VALUES, st.integers(0, 60)),
    SPACE,
)


@given(
    lines=st.lists(LINES, max_size=6),
    end=st.sampled_from(["\n", "\r\n", "\n\n"]),
    start=st.sampled_from(["", "\ufeff"]),
)
@example(lines=[body(x=[{"a": 1}, {"a": True}, {"a": 1.0}])], end="\n", start="")
def test_any_lines_are_read_as_in_a_small_file(
    lines: list[str], end: str, start: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(line_file, "LARGE", 1)
        whole = [body(n=number) for number in range(6)]  # a file of which most lines are none is refused
        path = written(tmp_path_factory.mktemp("lines"), start + end.join([*whole, *lines]))
        large, small = load(path), as_small(path)
        assert shown(large) == shown(small)
        assert places(large) == places(small)


def skipped_of(folder: Path, *lines: bytes) -> tuple[Skipped, ...]:
    found = load(written(folder, b"\n".join((body().encode(), *lines, body(n=1).encode()))))
    assert len(found.requests) == 2
    return found.skipped


def test_broken_lines_have_their_places_and_take_no_other_with_them(tmp_path: Path) -> None:
    path = str(tmp_path / "log.jsonl")
    assert skipped_of(tmp_path, b"", '  {"ä" 1}'.encode(), b'{"ok": "\xc3\xa4\xff"}', b"{}") == (
        Skipped(
            "1",
            "no valid JSON: expecting ':' delimiter",
            Place(path, "", 3, 8),
        ),
        Skipped("2", "not UTF-8: byte 0xff", Place(path, "", 4, 10)),
        Skipped("3", "no request"),
    )


def test_a_line_that_is_too_long_is_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_file, "_LONGEST", 400)
    path = str(tmp_path / "log.jsonl")
    for length in (400, 401, 799, 800, 801, 2000):
        found = skipped_of(tmp_path, b'{"a": "' + b"x" * (length - 9) + b'"}', b"{}")
        assert found == (
            Skipped("1", "a line of more than 0 MiB", Place(path, "", 2, 1)),
            Skipped("2", "no request"),
        )
    assert skipped_of(tmp_path, b'{"a": "' + b"x" * 390 + b'"}') == (Skipped("1", "no request"),)


def test_behind_a_line_that_is_too_long_places_are_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_file, "_LONGEST", 400)
    last = load(written(tmp_path, f"{TWO}{'x' * 1000}\n{body(n=7)}")).requests[-1]
    assert positions.place(last, "/n") == Place(last.path, "/n", 4, len(body(n=7)) - 1)


def test_the_end_of_a_file_may_be_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_file, "_LONGEST", 400)
    found = load(written(tmp_path, TWO + "{" * 1000))
    assert [one.reason for one in found.skipped] == ["a line of more than 0 MiB"]


def test_there_are_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, TWO)
    monkeypatch.setattr(line_file, "MOST_LINES", 1)
    with pytest.raises(InputError, match="more than 1 lines"):
        load(path)
    monkeypatch.setattr(line_file, "MOST_OF_LINES", len(TWO) - 1)
    with pytest.raises(InputError, match="larger than 0 GiB"):
        load(path)
    assert document.MOST_LINES > 1


def test_a_place_in_a_file_that_has_changed_is_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, TWO)
    first, second = load(path).requests
    exact = positions.place(second, "/messages/1/content")
    assert (exact.line, exact.exact) == (2, True)
    for change in (TWO.replace("Yes", "Yet"), TWO[:-20], "", TWO.encode().replace(b"Yes", b"\xff\xff\xff")):
        written(tmp_path, change)
        for key in (False, True):
            assert positions.place(second, "/model", key=key) == Place(path, "/model", 2, 1, exact=False)
    Path(path).unlink()
    assert positions.place(first, "/messages/0", 5) == Place(path, "/messages/0", 1, 1, exact=False)
    assert (positions.line(first), positions.line(second)) == (1, 2)


def test_a_message_of_two_lines_is_kept_once(tmp_path: Path) -> None:
    tools = [{"type": "function", "function": {"name": "look", "parameters": {"type": "object"}}}]
    first, second = load(written(tmp_path, f"{body(tools=tools)}\n{body(tools=tools, n=1)}")).requests
    assert first.body["messages"][0] is second.body["messages"][0]
    assert first.body["tools"][0] is second.body["tools"][0]
    assert first.body is not second.body


def test_a_session_costs_little_more_than_its_last_request(tmp_path: Path) -> None:
    messages = [{"role": "user", "content": f"{number} " * 500} for number in range(100)]
    path = written(tmp_path, "\n".join(body(*messages[:number]) for number in range(1, 100)))
    tracemalloc.start()
    try:
        found = load(path)
        held = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert len(found.requests) == 99
    assert held < Path(path).stat().st_size / 10
