"""The real clients, by nothing but the variables that a command gets."""

from __future__ import annotations

import importlib.util
import json
import socket
import sys
from pathlib import Path

import pytest

from promptlint import capture
from promptlint.answer.message import message
from tests.recording.recorder import run
from tests.recording.upstream import Seen, chunk, upstream

pytest.importorskip("aiohttp", reason="the extra `record` is not installed")

OPENAI = """
import openai
stream = openai.OpenAI(api_key="sk-planted").chat.completions.create(
    model="gpt-5", messages=[{"role": "user", "content": "hi"}], stream=True, stream_options={"include_usage": True})
print("".join(event.choices[0].delta.content or "" for event in stream if event.choices))
"""
ANTHROPIC = """
import anthropic
with anthropic.Anthropic(api_key="sk-planted").messages.stream(
        model="claude-opus-5", max_tokens=9, messages=[{"role": "user", "content": "hi"}]) as stream:
    print("".join(stream.text_stream))
"""


def of_openai() -> list[dict[str, object]]:
    start = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "gpt-5"}
    deltas: list[dict[str, object]] = [{"role": "assistant", "content": "Hel"}, {"content": "lo"}]
    pieces: list[dict[str, object]] = [
        {**start, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas
    ]
    counted = {"prompt_tokens": 9, "completion_tokens": 2, "total_tokens": 11}
    usage = {**counted, "prompt_tokens_details": {"cached_tokens": 7}}
    end = {**start, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
    return [*pieces, end, {**start, "choices": [], "usage": usage}]


def of_anthropic() -> list[dict[str, object]]:
    usage = {"input_tokens": 2, "cache_read_input_tokens": 7, "cache_creation_input_tokens": 0, "output_tokens": 1}
    begun = {"id": "m", "type": "message", "role": "assistant", "model": "claude-opus-5", "content": [], "usage": usage}
    block = {"type": "text", "text": ""}
    end = {"stop_reason": "end_turn", "stop_sequence": None}
    return [
        {"type": "message_start", "message": {**begun, **dict.fromkeys(end)}},
        {"type": "content_block_start", "index": 0, "content_block": block},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hello"}},
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": end, "usage": {"output_tokens": 2}},
        {"type": "message_stop"},
    ]


def answer(seen: Seen, connection: socket.socket) -> None:
    events = of_anthropic() if seen.target.endswith("/messages") else of_openai()
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
    for event in events:
        connection.sendall(chunk(f"event: {event.get('type', 'message')}\ndata: {json.dumps(event)}\n\n".encode()))
    connection.sendall(chunk(b""))


@pytest.mark.parametrize(
    ("library", "program", "dialect"),
    [("openai", OPENAI, "openai_chat"), ("anthropic", ANTHROPIC, "anthropic")],
)
def test_a_real_client_streams_through_the_recorder(tmp_path: Path, library: str, program: str, dialect: str) -> None:
    if importlib.util.find_spec(library) is None:
        pytest.skip(f"the client {library} is not installed")
    folder = tmp_path / "out"
    with upstream(answer) as behind:
        done = run("--upstream", behind.url, "--out", str(folder), "--", sys.executable, "-c", program)
    assert (done.returncode, done.stdout) == (0, "Hello\n"), done.stderr
    [file] = folder.iterdir()
    assert b"sk-planted" not in file.read_bytes()
    [request] = capture.load(str(file)).requests
    assert (request.dialect, request.observed_cached_tokens) == (dialect, 7)
    assert json.loads(behind.seen[0].body) == request.body
    written = message(request)
    assert written is not None
    assert written["content"] in ("Hello", [{"type": "text", "text": "Hello"}])
