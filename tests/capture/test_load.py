"""Whole files through `load`: what is in tests/captures, and what strangers may put there instead."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint.capture import FORMATS, document, file_text, json_text, load, load_bytes
from promptlint.dialect import chat
from promptlint.errors import InputError
from promptlint.model import Place, Skipped
from promptlint.positions import place

CAPTURES = Path(__file__).parents[1] / "captures"
BODY: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "hi"}]}


def written(folder: Path, content: Any, name: str = "capture") -> str:
    path = folder / name
    if not isinstance(content, str | bytes):
        content = json.dumps(content)
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return str(path)


def error_of(folder: Path, content: Any) -> tuple[str, str | None, str | None]:
    """The error's line, the place behind the file's name, and the hint."""
    path = written(folder, content)
    with pytest.raises(InputError) as caught:
        load(path)
    where = caught.value.where or ""
    assert where.startswith(path)
    return str(caught.value), where.removeprefix(path), caught.value.hint


@pytest.mark.parametrize(
    ("name", "kind", "dialects"),
    [
        ("openai-chat.json", "body", ["openai_chat"]),
        ("openai-responses.json", "body", ["openai_responses"]),
        ("anthropic.json", "body", ["anthropic"]),
        ("ollama.json", "body", ["ollama"]),
        ("hermes-dump.json", "hermes-dump", ["openai_chat"]),
        ("proxy.har.json", "har", ["openai_chat"]),
        ("cassette.json", "vcrpy", ["openai_chat"]),
        ("cassette.yaml", "vcrpy", ["openai_chat", "openai_chat", "anthropic"]),
        ("turns.jsonl", "jsonl", ["openai_chat"] * 3),
    ],
)
def test_each_kind_of_file_is_recognised(name: str, kind: str, dialects: list[str], tmp_path: Path) -> None:
    content = (CAPTURES / name).read_bytes()
    # Neither the name nor the packing says what a file is.
    for path in (written(tmp_path, content, "a.txt"), written(tmp_path, gzip.compress(content), "b")):
        found = load(path)
        assert (found.path, found.format) == (path, kind)
        assert [request.dialect for request in found.requests] == dialects
        assert all(request.path == path and request.format in FORMATS for request in found.requests)


def test_key_order_and_argument_text_stay_as_sent(tmp_path: Path) -> None:
    text = (
        '{"messages":[{"content":"x","role":"assistant","tool_calls":[{"function":{"arguments":"{ }"}}]}],"model":"m"}'
    )
    body = load(written(tmp_path, text)).requests[0].body
    assert json.dumps(body, separators=(",", ":")) == text


@pytest.mark.parametrize("name", ["turns.jsonl", "cassette.yaml"])
def test_bytes_are_read_as_files_are(name: str) -> None:
    content = (CAPTURES / name).read_bytes()
    named, at_hand = load(str(CAPTURES / name)), load_bytes("HEAD:x", gzip.compress(content))
    assert at_hand.path == "HEAD:x"
    assert at_hand.format == named.format
    assert at_hand.requests == tuple(replace(one, path="HEAD:x") for one in named.requests)
    with pytest.raises(InputError) as caught:
        load_bytes("HEAD:x", b'{"messages": [')
    assert caught.value.where == "HEAD:x:1:15"


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(BODY).encode())))
    found = load("-")
    assert (found.path, found.requests[0].path, found.requests[0].model) == ("-", "-", "m")


def test_a_byte_order_mark_is_harmless(tmp_path: Path) -> None:
    request = load(written(tmp_path, b"\xef\xbb\xbf" + json.dumps(BODY).encode())).requests[0]
    assert place(request, "/model").column == 11


def test_crlf_and_line_separators_inside_strings(tmp_path: Path) -> None:
    body = {"model": "m", "messages": [{"role": "user", "content": "a\u2028b"}]}
    lines = "\r\n".join([json.dumps(body, ensure_ascii=False)] * 2)
    found = load(written(tmp_path, lines + "\r\n"))
    assert [request.container for request in found.requests] == ["0", "1"]
    assert place(found.requests[1], "/messages/0/content", 2).line == 2


def test_lone_surrogates_are_kept(tmp_path: Path) -> None:
    body = load(written(tmp_path, '{"messages": [{"role": "user", "content": "\\ud83d"}]}')).requests[0].body
    assert body["messages"][0]["content"] == "\ud83d"


@pytest.mark.parametrize(
    ("content", "where", "says"),
    [
        (b"", "", "empty"),
        (b" \n\t", "", "empty"),
        (b'{"messages": [', ":1:15", "ends too early"),
        (b'{"messages": "abc', ":1:14", "ends too early"),
        (b'{"messages": []} x', ":1:18", "follows the end"),
        (b'{"messages": [],}', ":1:", "no valid JSON"),
        (b'{"model": "a",\n "messages": [],\n "model": "b"}', ":3:2", 'the key "model" is there twice'),
        (b'{"a": {"k": 1}, "b": {"k": 1, "\\u006b": 2}}', ":1:31", 'the key "k" is there twice'),
        (b'{"\\u001b[31m": 1, "\\u001b[31m": 2}', ":1:19", 'the key "\\u001b[31m" is there twice'),
        (b'{"a": "NaN", "b": NaN}', ":1:19", "number"),
        (b'{"a": -Infinity}', ":1:7", "number"),
        (b'{"a": 1e999}', ":1:7", "number"),
        (b'{"a": ' + b"9" * 5000 + b"}", ":1:7", "number"),
        (b'{"a": "\x00"}', ":1:8", "control character"),
        (b'{"a": "x\ny"}', ":1:9", "control character"),
        (b'{"a":' * 250 + b"1" + b"}" * 250, ":1:1001", "200 levels"),
        (b"[" * 200_000, ":1:201", "200 levels"),
        ('{"a": "é"}'.encode("latin-1"), ":1:8", "not UTF-8: byte 0xe9"),
        ('{"ä": "é"}'.encode() + b"\n\xff", ":2:1", "not UTF-8: byte 0xff"),
        ('{"a": 1}'.encode("utf-16"), "", "UTF-16"),
        ('{"a": 1}'.encode("utf-16-le"), "", "UTF-16"),
        (b"\x1f\x8b\x08\x00broken", "", "broken gzip"),
        (gzip.compress(b'{"messages": []}', mtime=0)[:-9], "", "broken gzip"),
        (b"\x89PNG\r\n\x1a\n", ":1:1", "not UTF-8"),
        (b"just words, and no capture", ":1:1", "neither JSON nor YAML"),
    ],
)
def test_broken_files_are_one_clear_error_with_a_place(content: bytes, where: str, says: str, tmp_path: Path) -> None:
    message, place_found, hint = error_of(tmp_path, content)
    assert says in message
    assert (place_found or "").startswith(where)
    assert hint
    assert message.isprintable()


@pytest.mark.parametrize(
    ("body", "at", "message"),
    [
        ('"messages": "abc"', '"abc"', "/messages should be a list, not a string"),
        ('"messages": [{"role": "user"}, 7]', "7]", "/messages/1 should be an object, not a number"),
        ('"messages": [{"role": "user", "content": 7}]', "7}", "/messages/0/content should be a string or a list of"),
        ('"messages": [{"role": "user", "content": [null]}]', "null", "/messages/0/content/0 should be an object or a"),
        ('"messages": [], "tools": {"a": 1}', '{"a"', "/tools should be a list, not an object"),
        (
            '"messages": [{"role": "user", "tool_calls": [true]}]',
            "true",
            "/messages/0/tool_calls/0 should be an object",
        ),
    ],
)
def test_a_wrong_shape_names_the_pointer_and_the_place(body: str, at: str, message: str, tmp_path: Path) -> None:
    text = f'{{"model": "m", {body}}}'
    found, where, hint = error_of(tmp_path, text)
    assert found.startswith(message)
    assert where == f":1:{text.index(at) + 1}"
    assert hint == "read as a request of openai_chat"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ('{"parentUuid": null, "sessionId": "s", "type": "user", "message": {}}\n' * 2, "a Claude Code transcript"),
        ('{"timestamp": "t", "type": "session_meta", "payload": {}}\n' * 2, "a Codex rollout"),
        ('{"role": "user", "content": "x"}\n' * 2, "the messages of a transcript"),
        ('[{"role": "user", "content": "x"}]', "the messages of a transcript"),
        ('{"choices": [], "usage": {}}', "a response"),
        ("interactions:\n- {direction: sent}\n", "a cassette of something else than HTTP requests"),
    ],
)
def test_what_we_do_not_read_is_called_by_its_name(content: str, name: str, tmp_path: Path) -> None:
    message, _, hint = error_of(tmp_path, content)
    assert f"looks like {name}" in message
    assert hint


def test_something_quite_different_says_what_is_known(tmp_path: Path) -> None:
    assert error_of(tmp_path, '{"a": 1}')[2] == "promptlint formats lists what is read"
    assert "no capture format" in error_of(tmp_path, "name: value\n")[0]


def test_a_broken_line_does_not_lose_the_others(tmp_path: Path) -> None:
    good, dump = json.dumps(BODY), (CAPTURES / "hermes-dump.json").read_text(encoding="utf-8")
    lines = [good, good[:-1], json.dumps({"messages": 7, "model": "m"}), '{"a": 1}', json.dumps(json.loads(dump)), good]
    found = load(written(tmp_path, "\n\n".join(lines)))
    assert [request.container for request in found.requests] == ["0", "4/request/body", "5"]
    assert [request.format for request in found.requests] == ["body", "hermes-dump", "body"]
    wrong = lines[2].index("7") + 1
    assert found.skipped == (
        Skipped("1", "the JSON ends too early", Place(found.path, "", 3, len(good))),
        Skipped("2", "/messages should be a list, not a number", Place(found.path, "/messages", 5, wrong)),
        Skipped("3", "no request"),
    )
    assert place(found.requests[1], "/messages/0/role").line == 9


def test_folders_devices_and_missing_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, says in [
        (tmp_path, "a folder"),
        (tmp_path / "pipe", "not a regular file"),
        (tmp_path / "gone", "No such file"),
    ]:
        with pytest.raises(InputError, match=says) as caught:
            load(str(path))
        assert caught.value.where == str(path)
        assert caught.value.hint
    with pytest.raises(InputError, match="cannot be read"):
        load("a\0b")


def test_unreadable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    path = written(tmp_path, BODY)
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InputError, match="cannot be read: Permission denied"):
        load(path)


def test_sizes_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_text, "MOST_BYTES", 1 << 20)
    assert "larger than 1 MiB" in error_of(tmp_path, b" " * ((1 << 20) + 1))[0]
    assert "unpacks to more than 1 MiB" in error_of(tmp_path, gzip.compress(b" " * ((1 << 20) + 1)))[0]
    monkeypatch.setattr(json_text, "MOST_VALUES", 10)
    assert "too many values" in error_of(tmp_path, "[" + "1," * 20 + "1]")[0]
    assert "too many values" in error_of(tmp_path, '{"a":' * 11 + "1" + "}" * 11)[0]
    monkeypatch.setattr(document, "MOST_LINES", 2)
    assert error_of(tmp_path, "{}\n" * 3)[0] == "more than 2 lines"
    monkeypatch.setattr(document, "MOST_YAML", 1 << 19)
    assert "YAML of more than" in error_of(tmp_path, "a: " + "x" * (1 << 19))[0]


def test_standard_input_that_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(InputError, match="standard input is closed"):
        load("-")


def test_places_in_indented_lines(tmp_path: Path) -> None:
    found = load(written(tmp_path, '{"messages": []}\n\n  {"a" 1}\n{"messages": []}\n'))
    assert [one.place for one in found.skipped] == [Place(found.path, "", 3, 8)]


def test_a_file_of_line_ends_takes_no_time(tmp_path: Path) -> None:
    assert "ends too early" in error_of(tmp_path, "{" + "\n" * 20_000_000)[0]


def test_times_tokens_and_key_order_of_the_recordings() -> None:
    har, (first, packed, parsed) = (
        load(str(CAPTURES / "proxy.har.json")),
        load(str(CAPTURES / "cassette.yaml")).requests,
    )
    assert har.requests[0].recorded_at == datetime(2026, 8, 4, 7, 45, 31, tzinfo=UTC)
    assert first.recorded_at == har.requests[0].recorded_at
    assert [one.observed_cached_tokens for one in (har.requests[0], first, packed)] == [96, 96, 96]
    assert (first.key_order_kept, packed.key_order_kept, parsed.key_order_kept) == (True, True, False)
    assert har.skipped == (Skipped("/log/entries/0/request", "GET has no body"),)


SEEDS = [path.read_bytes() for path in sorted(CAPTURES.iterdir())]
SPLICES = rb"""" { } [ ] \ null NaN 7 - : | > &a *a "role":5, "content":{},""".split()
SPLICES += [b"!!binary ", b"!!python/object/apply:os.abort "]
SPLICES += [b"", b" ", b"\n", b"\0", b"\xff", b"\xe2\x80\xa8", b"\\ud800"]


@settings(deadline=None, max_examples=300)
@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), st.sampled_from(SPLICES)), min_size=1, max_size=4),
)
def test_no_damage_raises_anything_but_input_errors(
    tmp_path_factory: pytest.TempPathFactory, seed: bytes, damage: list[tuple[float, int, bytes]]
) -> None:
    for share, length, splice in damage:
        at = int(share * len(seed))
        seed = seed[:at] + splice + seed[at + length :]
    path = written(tmp_path_factory.getbasetemp(), seed, "damaged")
    with contextlib.suppress(InputError):
        for request in load(path).requests:
            chat(request)
            place(request, "/messages/0/content", 3)


def test_a_request_may_carry_a_key_that_others_begin_with(tmp_path: Path) -> None:
    request = load(written(tmp_path, {**BODY, "prompt": "x", "max_tokens": 1, "choices": 2})).requests[0]
    assert request.dialect == "openai_chat"
