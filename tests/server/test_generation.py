"""What is sent for a server to serve, and what it says of its cache."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from promptlint.errors import ModelError
from promptlint.model import Chat
from promptlint.server.address import parse
from promptlint.server.api import Server
from promptlint.server.connection import Connection
from promptlint.server.generation import Counted, send
from tests.server import look_alike

USAGE = {"usage": {"prompt_tokens": 9, "prompt_tokens_details": {"cached_tokens": 4}}}
HI = {"role": "user", "content": "hi"}


def sent(engine: str, chat: Chat, status: int = 200, answer: Any = USAGE) -> tuple[str, dict[str, Any], Counted]:
    """The path and the body that a server gets of a request, and what is made of its answer."""
    seen: list[tuple[str, Any]] = []

    def reply(handler: BaseHTTPRequestHandler) -> None:
        seen.append((handler.path, json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))))
        look_alike.send(handler, status, json.dumps(answer).encode())

    with look_alike.listening(reply) as url:
        connection = Connection(parse(url))
        try:
            counted = send(connection, Server(engine, None, ("m",)), chat, {}, "salt")
        finally:
            connection.close()
    ((path, body),) = seen
    return path, body, counted


@pytest.mark.parametrize(("rendered", "prompt"), [("the fox", "the fox"), ((1, 2, 3), [1, 2, 3])])
def test_a_prompt_that_the_client_made_is_sent_as_it_is(rendered: str | tuple[int, ...], prompt: Any) -> None:
    path, body, counted = sent("sglang", Chat([], parameters={"model": "x"}, rendered=rendered))
    assert (path, body["model"], body["prompt"], body["max_tokens"]) == ("/v1/completions", "m", prompt, 1)
    assert "messages" not in body
    assert counted == (9, 4, None)


@pytest.mark.parametrize(("engine", "choice"), [("vllm", "auto"), ("sglang", "required")])
def test_an_answer_cut_after_one_token_is_no_call_that_vllm_could_parse(engine: str, choice: str) -> None:
    path, body, _ = sent(engine, Chat([HI], parameters={"tool_choice": "required"}))
    assert (path, body["tool_choice"]) == ("/v1/chat/completions", choice)
    assert sent(engine, Chat([HI], parameters={"tool_choice": "none"}))[1]["tool_choice"] == "none"


def test_a_salt_of_the_request_stays_part_of_it() -> None:
    assert sent("vllm", Chat([HI], parameters={"cache_salt": "own"}))[1]["cache_salt"] == "own-salt"
    assert "cache_salt" not in sent("llama.cpp", Chat([HI]))[1]


@pytest.mark.parametrize(
    ("status", "answer", "said"),
    [
        (400, {"error": {"message": "no such tool"}}, "refuses this request: no such tool$"),
        (500, None, "/v1/chat/completions answers HTTP 500: no reason given$"),
        (200, {"usage": {"prompt_tokens": 9}}, "does not report cached tokens$"),
    ],
)
def test_what_cannot_be_counted_is_an_error_with_a_hint(status: int, answer: Any, said: str) -> None:
    with pytest.raises(ModelError, match=said) as caught:
        sent("vllm", Chat([HI]), status, answer)
    assert caught.value.hint
