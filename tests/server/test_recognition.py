"""Servers are recognised by what they answer; what is no such server is said, with what to do."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from promptlint.errors import ModelError
from promptlint.server.address import parse
from promptlint.server.api import Server
from promptlint.server.connection import Connection
from promptlint.server.recognition import recognise
from tests.server.look_alike import ENDPOINTS, NAME, LookAlike, listening, running, send


def recognised(url: str) -> Server:
    connection = Connection(parse(url))
    try:
        return recognise(connection)
    finally:
        connection.close()


def answering(status: int, value: Any) -> Any:
    """A server that answers everything alike."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        send(handler, status, value if isinstance(value, bytes) else json.dumps(value).encode())

    return listening(answer)


@pytest.mark.parametrize(
    ("engine", "version", "options"),
    [
        ("llama.cpp", "b9999-0c1e570", {"slots": 1}),
        ("vllm", "0.33.0", {"block-size": 16}),
        ("sglang", "0.5.23", {"page-size": 1}),
    ],
)
def test_each_engine_tells_its_version_its_model_and_its_cache(
    engine: str, version: str, options: dict[str, int], tiny_model: Path
) -> None:
    with running(LookAlike(engine, tiny_model)) as server:
        found = recognised(server.url)
    assert (found.engine, found.version, found.models, found.options) == (engine, version, (NAME,), options)


@pytest.mark.parametrize(
    ("engine", "without"),
    [
        ("llama.cpp", ("/props",)),
        ("llama.cpp", ("/v1/models",)),
        ("llama.cpp", ("/props", "/v1/models")),
        ("vllm", ("/metrics",)),
        ("vllm", ("/version",)),
        ("sglang", ("/get_server_info",)),
        ("sglang", ("/v1/models",)),
    ],
)
def test_an_endpoint_that_is_switched_off_is_no_hindrance(
    engine: str, without: tuple[str, ...], tiny_model: Path
) -> None:
    with running(LookAlike(engine, tiny_model, without=without)) as server:
        assert recognised(server.url).engine == engine


def test_hybrids_of_vllm_and_speculation_of_sglang_are_seen(tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    metrics = 'vllm:cache_config_info{a="b",block_size="528",mamba_block_size="1056",x="None"} 1.0\n'
    monkeypatch.setitem(ENDPOINTS["vllm"], "/metrics", lambda *_: (200, "# HELP x\n" + metrics))
    with running(LookAlike("vllm", tiny_model)) as server:
        assert recognised(server.url).options == {"block-size": 528, "mamba-block-size": 1056}
    info = {"tokenizer_path": "x", "page_size": 64, "speculative_algorithm": "EAGLE3"}
    monkeypatch.setitem(ENDPOINTS["sglang"], "/get_server_info", lambda *_: (200, info))
    with running(LookAlike("sglang", tiny_model)) as server:
        assert recognised(server.url).options == {"page-size": 64, "eagle": True}


@pytest.mark.parametrize(
    "value",
    [b"<html><body>It works!</body></html>", b"", [], "text", {}, {"data": 1}, {"data": [1, {"id": 2}]}, b"[" * 99_999],
    ids=["html", "nothing", "list", "text", "object", "data", "odd models", "deep"],
)
def test_a_web_page_is_no_server(value: Any) -> None:
    with answering(200, value) as url, pytest.raises(ModelError, match=r"is no llama.cpp, vLLM or SGLang server"):
        recognised(url)


def test_another_engine_is_named() -> None:
    with (
        answering(200, {"data": [{"id": "qwen3:8b", "owned_by": "library"}]}) as url,
        pytest.raises(ModelError, match=r"is no llama\.cpp") as caught,
    ):
        recognised(url)
    assert "owned by 'library'" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("status", "value", "message"),
    [
        (401, {"error": {"message": "Invalid API Key"}}, r"wants a key \(HTTP 401\)"),
        (503, {"error": {"code": 503, "message": "Loading model"}}, r"is not ready \(HTTP 503\): Loading model"),
        (502, b"<html>", r"is not ready \(HTTP 502\): no reason given"),
        (404, b"<html>", "is no llama.cpp"),
        (500, b"oops", "is no llama.cpp"),
    ],
)
def test_a_server_that_answers_with_an_error(status: int, value: Any, message: str) -> None:
    with answering(status, value) as url, pytest.raises(ModelError, match=message) as caught:
        recognised(url)
    assert caught.value.hint
