"""Packed bodies that unpack to far more than they are: the other requests of the file are read, in bounded memory."""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

import promptlint
from promptlint.capture import exchange, file_text
from tests.hostile.conftest import BODY

MEGABYTE = 1024 * 1024
URL = "https://api.example.com/v1/chat/completions"
TEXT = json.dumps(BODY)
BOMBS = {
    "gzip": gzip.compress(b" " * 9 * MEGABYTE),
    "deflate": zlib.compress(b" " * 9 * MEGABYTE),
    "gzip in gzip": gzip.compress(gzip.compress(b"[" * 9 * MEGABYTE)),
    "deep": gzip.compress(b"[" * MEGABYTE),
    "many values": gzip.compress(b"[" + b"1," * 20_000 + b"1]"),
    "cut off": gzip.compress(TEXT.encode())[:-9],
}


def har(bodies: list[bytes]) -> str:
    def entry(body: bytes) -> dict[str, Any]:
        data = {"mimeType": "application/json", "text": base64.b64encode(body).decode(), "encoding": "base64"}
        return {"request": {"method": "POST", "url": URL, "postData": data}}

    return json.dumps({"log": {"version": "1.2", "creator": {}, "entries": [entry(body) for body in bodies]}})


def cassette(bodies: list[bytes]) -> dict[str, Any]:
    answer = {"status": {"code": 200, "message": "OK"}, "headers": {}, "body": {"string": "{}"}}
    requests = [{"method": "POST", "uri": URL, "headers": {}, "body": body} for body in bodies]
    return {"interactions": [{"request": one, "response": answer} for one in requests], "version": 1}


CONTAINERS: dict[str, Callable[[list[bytes]], str]] = {
    "har": har,
    "cassette": lambda bodies: yaml.safe_dump(cassette(bodies)),
}


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("bomb", BOMBS)
def test_a_packed_body_that_is_a_bomb(folder: Path, container: str, bomb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "MOST_BODY_BYTES", 8 * MEGABYTE)
    monkeypatch.setattr(file_text, "MOST_VALUES", 20_000)
    text = CONTAINERS[container]([TEXT.encode(), BOMBS[bomb], gzip.compress(TEXT.encode())])
    (folder / "recording.yaml").write_text(text, encoding="utf-8")
    report = promptlint.check(["good.json", "recording.yaml"], model="builtin", select=["KV001", "KV101"])
    assert len(report.requests) == 3
    assert {one.place.path for one in report.findings if one.code == "KV101"} >= {"good.json"}
    (skipped,) = (one for each in report.inputs for one in each.skipped)
    assert skipped.reason.isprintable()


@pytest.mark.parametrize("container", CONTAINERS)
def test_many_small_bombs_share_what_a_file_may_unpack_to(
    folder: Path, container: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_text, "MOST_UNPACKED", 4 * MEGABYTE)
    unpacked: list[int] = []
    real = file_text.gunzip

    def counted(raw: bytes, most: int) -> bytes:
        found = real(raw, most)
        unpacked.append(len(found))
        return found

    monkeypatch.setattr(file_text, "gunzip", counted)
    bombs = [gzip.compress(b" " * MEGABYTE) for _ in range(20)]
    (folder / "recording.yaml").write_text(CONTAINERS[container]([TEXT.encode(), *bombs]), encoding="utf-8")
    report = promptlint.check(["recording.yaml"], model="builtin", select=["KV001"])
    assert len(report.requests) == 1
    assert sum(unpacked) <= 5 * MEGABYTE
