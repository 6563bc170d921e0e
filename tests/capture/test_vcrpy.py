from __future__ import annotations

import base64
import gzip
import json
import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml

from promptlint.capture import load
from promptlint.errors import InputError
from promptlint.model import Capture, Place
from promptlint.positions import place

BODY = {"model": "m", "messages": [{"role": "user", "content": "hi"}]}
TEXT = json.dumps(BODY)
URI = "https://api.openai.com/v1/chat/completions"


def loaded(tmp_path: Path, text: str) -> Capture:
    path = tmp_path / "cassette"
    path.write_bytes(text.encode("utf-8"))
    return load(str(path))


def cassette(request: dict[str, Any], **response: Any) -> dict[str, Any]:
    return {
        "interactions": [{"request": {"method": "POST", "uri": URI, **request}, "response": response}],
        "version": 1,
    }


def scalar(body: str) -> str:
    """A cassette with the body as it is spelled here."""
    return f"interactions:\n- request:\n    method: POST\n    uri: {URI}\n    body: {body}\n"


@pytest.mark.parametrize(
    "request_part",
    [
        {"body": TEXT},
        {"body": TEXT.encode()},
        {"body": gzip.compress(TEXT.encode())},
        {"body": {"string": TEXT, "encoding": "utf-8"}},
        {"body": {"base64_string": base64.b64encode(TEXT.encode()).decode()}},
        {"body": BODY},
        {"parsed_body": BODY},
    ],
    ids=["text", "bytes", "gzip", "string", "base64", "mapping", "parsed"],
)
def test_bodies_in_every_packing(request_part: dict[str, Any], tmp_path: Path) -> None:
    found = loaded(tmp_path, yaml.dump(cassette(request_part)))
    assert found.requests[0].body == BODY
    assert found.requests[0].key_order_kept is (BODY not in request_part.values())


@pytest.mark.parametrize("reason", ["no body", "GET has no body"])
def test_requests_without_a_body(reason: str, tmp_path: Path) -> None:
    method = "GET" if "GET" in reason else "POST"
    bodies: list[Any] = ["", None, b"", {}]
    for body in bodies:
        found = loaded(tmp_path, yaml.dump(cassette({"body": body, "method": method})))
        assert [one.reason for one in found.skipped] == [reason]


def test_broken_bodies_do_not_lose_the_others(tmp_path: Path) -> None:
    whole = cassette({"body": TEXT})
    bad: list[Any] = [
        {"body": b"\x1f\x8bno gzip"},
        {"body": b"\xff\xfe"},
        {"body": TEXT[:-1]},
        {"body": "a=b&c=d"},
        {"body": ["x"]},
        {"parsed_body": {"messages": [], "temperature": float("nan")}},
    ]
    whole["interactions"] += [{"request": {"method": "POST", "uri": URI, **one}} for one in bad]
    whole["interactions"] += [None, {"request": "x"}]
    found = loaded(tmp_path, yaml.dump(whole))
    assert len(found.requests) == 1
    assert [one.reason for one in found.skipped] == [
        "the body is broken gzip data",
        "the body is not UTF-8 text",
        f"the body is not readable at character {len(TEXT)}: the JSON ends too early",
        "a form, not JSON",
        "the body is no object",
        "a number in the body that JSON has no place for",
        "an interaction without a request",
        "an interaction without a request",
    ]
    assert found.skipped[0].pointer == "/interactions/1/request/body"


@pytest.mark.parametrize("spelled", [f"'{TEXT}'", json.dumps(TEXT)], ids=["single quotes", "double quotes"])
def test_a_body_on_one_line_is_located_exactly(spelled: str, tmp_path: Path) -> None:
    text = scalar(spelled)
    request = loaded(tmp_path, text).requests[0]
    assert place(request, "") == Place(request.path, "", 5, 12)
    line = text.splitlines()[4]
    assert place(request, "/messages/0/content", 1).column == line.index("hi") + 2


def test_a_body_in_a_literal_block_is_located_exactly(tmp_path: Path) -> None:
    block = textwrap.indent(json.dumps(BODY, indent=1), "      ")
    for newline in ("\n", "\r\n"):
        text = scalar(f"|-\n{block}").replace("\n", newline)
        request = loaded(tmp_path, text).requests[0]
        found = place(request, "/messages/0/content", 1)
        assert found.exact
        assert text.split(newline)[(found.line or 0) - 1][(found.column or 0) - 1 :] == 'i"'


@pytest.mark.parametrize(
    "spelled",
    [
        "'" + TEXT.replace(": ", ":\n      ", 1) + "'",
        f"'{json.dumps({**BODY, 'user': 'ann'}).replace('ann', chr(39) * 2)}'",
        ">-\n      " + TEXT,
        "!!str\n      |-\n      " + TEXT,
        '"' + TEXT.replace('"', "\\x22") + '"',
        "!!binary " + base64.b64encode(TEXT.encode()).decode(),
        "{messages: [{role: user, content: hi}], model: m}",
    ],
    ids=["folded", "doubled quote", "folded block", "tagged block", "escapes of YAML's own", "binary", "mapping"],
)
def test_other_scalars_are_located_at_their_start(spelled: str, tmp_path: Path) -> None:
    request = loaded(tmp_path, scalar(spelled)).requests[0]
    assert request.body["messages"] == BODY["messages"]
    assert place(request, "/messages/0/content") == Place(request.path, "/messages/0/content", 5, 11, exact=False)


def test_tags_are_read_as_data_and_nothing_is_executed(tmp_path: Path) -> None:
    marker = tmp_path / "executed"
    tagged = f"""\
    ? !!python/object/apply:os.mkdir [{marker}]
    : x
    headers: !!python/object/new:type {{a: !!python/name:os.system ''}}
    more: !!python/object/apply:os.mkdir ["{marker}"]
"""
    text = scalar(f"'{TEXT}'") + tagged
    assert len(loaded(tmp_path, text).requests) == 1
    assert not marker.exists()


def test_time_from_the_recorder_or_the_answer(tmp_path: Path) -> None:
    date = {"Date": ["Tue, 04 Aug 2026 07:45:31 GMT"]}
    whole = cassette({"body": TEXT}, headers=date)
    assert str(loaded(tmp_path, yaml.dump(whole)).requests[0].recorded_at) == "2026-08-04 07:45:31+00:00"
    whole["interactions"][0]["recorded_at"] = "2026-08-04T07:00:00Z"
    assert str(loaded(tmp_path, yaml.dump(whole)).requests[0].recorded_at) == "2026-08-04 07:00:00+00:00"
    odd_ones: list[Any] = [{"Date": []}, {"Date": 7}, {"Date": "soon"}, [], None]
    for odd in odd_ones:
        assert loaded(tmp_path, yaml.dump(cassette({"body": TEXT}, headers=odd))).requests[0].recorded_at is None


@pytest.mark.parametrize(
    "body",
    [
        {"string": '{"usage": {"cache_read_input_tokens": 5}}'},
        {"string": b'{"usage": {"cache_read_input_tokens": 5}}'},
        {"string": gzip.compress(b'{"usage": {"cache_read_input_tokens": 5}}')},
        {"base64_string": base64.b64encode(b'{"usage": {"cache_read_input_tokens": 5}}').decode()},
        '{"usage": {"cache_read_input_tokens": 5}}',
    ],
)
def test_cached_tokens_wherever_the_answer_is(body: Any, tmp_path: Path) -> None:
    assert loaded(tmp_path, yaml.dump(cassette({"body": TEXT}, body=body))).requests[0].observed_cached_tokens == 5


def test_json_cassettes_keep_the_order_of_parsed_bodies(tmp_path: Path) -> None:
    request = loaded(tmp_path, json.dumps(cassette({"parsed_body": BODY}))).requests[0]
    assert request.key_order_kept
    assert place(request, "/model").exact


def test_an_empty_cassette_is_no_error_and_one_without_requests_is_named(tmp_path: Path) -> None:
    assert loaded(tmp_path, "interactions: []\nversion: 1\n").requests == ()
    with pytest.raises(InputError, match="something else than HTTP requests"):
        loaded(tmp_path, "interactions:\n- request: {url: x}\n")
