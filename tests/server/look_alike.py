"""Look-alikes of the three servers on loopback: their endpoints and the shapes of their answers, in front of a model
folder of ours, with a cache that gives back what the engine's rule says.
"""

from __future__ import annotations

import atexit
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from promptlint.common_prefix import common_prefix
from promptlint.dialect import openai_chat
from promptlint.errors import TemplateError
from promptlint.local_model import DEFAULT_NOW, LocalModel, Rendering
from promptlint.tokens.reference import resolve

BLOCK = 16
NAME = "tiny-chat"
Reply = tuple[int, Any]
Answering = Callable[[BaseHTTPRequestHandler], None]


@cache
def opened(engine: str, folder: Path) -> LocalModel:
    """The model, opened once: its processes take a second to start."""
    model = LocalModel(resolve(str(folder), online=False), profile=engine)
    atexit.register(model.close)
    return model


@dataclass
class LookAlike:
    """One server. `seen` are the requests that it got; `without` are endpoints that it has not."""

    engine: str
    folder: Path
    without: tuple[str, ...] = ()
    bos: str | None = None  # the vocabulary puts this token in front
    reports_cached: bool = True
    url: str = ""
    seen: list[tuple[str, Any]] = field(default_factory=list)
    held: list[tuple[str, list[int]]] = field(default_factory=list)  # salt and ids of what was answered

    def __post_init__(self) -> None:
        self.model = opened(self.engine, self.folder)
        self._vocabulary = Tokenizer.from_file(str(self.folder / "tokenizer.json"))

    def answer(self, path: str, body: Any) -> Reply:
        """The status and the JSON."""
        self.seen.append((path, body))
        found = ENDPOINTS[self.engine].get(path)
        if found is None or path in self.without:
            return 404, {"error": {"code": 404, "message": "File Not Found", "type": "not_found_error"}}
        try:
            return found(self, body)
        except TemplateError as error:
            return 400, {"error": {"code": 400, "message": str(error), "type": "invalid_request_error"}}

    def ids(self, text: str, *, special: bool = False) -> list[int]:
        """The ids of a text."""
        ids = list(self.model.encode(Rendering((text,))).ids)
        return [*self.model.encode(Rendering((self.bos,))).ids, *ids] if special and self.bos else ids

    def text(self, ids: list[int]) -> str:
        """What ids stand for together."""
        return str(self._vocabulary.decode(ids, skip_special_tokens=False))

    def chat(self, body: Mapping[str, Any]) -> str:
        """The prompt of a body of the chat endpoint."""
        return self.model.chat_prompt(openai_chat.normalise(dict(body)), DEFAULT_NOW).text

    def cached(self, ids: list[int], salt: str) -> int:
        """What the cache gives back, and from now on holds."""
        limit = len(ids) - 1
        known = [common_prefix(other, ids) for its, other in self.held if its == salt]
        if self.engine == "llama.cpp":  # one slot
            self.held.clear()
        self.held.append((salt, ids))
        found = min(limit, max(known, default=0))
        return found // BLOCK * BLOCK if self.engine == "vllm" else found


def _models(owner: str, _: LookAlike, __: Any) -> Reply:
    return 200, {"object": "list", "data": [{"id": NAME, "object": "model", "owned_by": owner}]}


def _fixed(value: Any, _: LookAlike, __: Any) -> Reply:
    return 200, value


def _apply_template(server: LookAlike, body: Any) -> Reply:
    return 200, {"prompt": server.chat(body)}


def _llama_cpp_tokenize(server: LookAlike, body: Any) -> Reply:
    ids = server.ids(body["content"], special=body.get("add_special", False))
    if not body.get("with_pieces"):
        return 200, {"tokens": ids}
    return 200, {"tokens": [{"id": one, "piece": server.model.id_texts([one])[0]} for one in ids]}


def _tokenize(server: LookAlike, body: Any) -> Reply:
    if "prompt" in body:
        ids = server.ids(body["prompt"], special=body.get("add_special_tokens", True))
    else:
        ids = server.ids(server.chat(body))
    return 200, {"count": len(ids), "max_model_len": 4096, "tokens": ids}


def _detokenize(key: str, server: LookAlike, body: Any) -> Reply:
    return 200, {key: server.text(body["tokens"])}


def _completions(server: LookAlike, body: Any) -> Reply:
    text = server.chat(body)
    ids = server.ids(text, special=server.engine == "llama.cpp")
    cached = server.cached(ids, str(body.get("cache_salt", "")))
    usage: dict[str, Any] = {"prompt_tokens": len(ids), "completion_tokens": 1, "total_tokens": len(ids) + 1}
    answer: dict[str, Any] = {"id": "1", "object": "chat.completion", "model": NAME, "usage": usage}
    answer["choices"] = [{"index": 0, "finish_reason": "length", "message": {"role": "assistant", "content": "a"}}]
    if server.reports_cached:
        answer["usage"] = {**usage, "prompt_tokens_details": {"cached_tokens": cached}}
    if server.engine == "llama.cpp":
        answer["timings"] = {"cache_n": cached, "prompt_n": len(ids) - cached}
    if server.engine == "vllm" and body.get("return_token_ids"):
        answer["prompt_token_ids"] = ids
    return 200, answer


def _props(server: LookAlike, _: Any) -> Reply:
    return 200, {
        "default_generation_settings": {"n_ctx": 4096},
        "total_slots": 1,
        "model_path": "tiny.gguf",
        "chat_template": "{{ messages }}",
        "bos_token": server.bos or "",
        "eos_token": "<|im_end|>",
        "build_info": "b9999-0c1e570",
    }


METRICS = 'vllm:cache_config_info{block_size="16",cache_dtype="auto",engine="0",num_gpu_blocks="99"} 1.0\n'
SERVER_INFO = {"model_path": "tiny", "tokenizer_path": "tiny", "page_size": 1, "version": "0.5.23"}
ENDPOINTS: dict[str, dict[str, Callable[[LookAlike, Any], Reply]]] = {
    "llama.cpp": {
        "/props": _props,
        "/v1/models": partial(_models, "llamacpp"),
        "/apply-template": _apply_template,
        "/tokenize": _llama_cpp_tokenize,
        "/detokenize": partial(_detokenize, "content"),
        "/v1/chat/completions": _completions,
    },
    "vllm": {
        "/version": partial(_fixed, {"version": "0.33.0"}),
        "/v1/models": partial(_models, "vllm"),
        "/metrics": partial(_fixed, METRICS),
        "/tokenize": _tokenize,
        "/detokenize": partial(_detokenize, "prompt"),
        "/v1/chat/completions": _completions,
    },
    "sglang": {
        "/get_server_info": partial(_fixed, SERVER_INFO),
        "/v1/models": partial(_models, "sglang"),
        "/tokenize": _tokenize,
        "/detokenize": partial(_detokenize, "text"),
        "/v1/chat/completions": _completions,
    },
}


@contextmanager
def running(server: LookAlike) -> Iterator[LookAlike]:
    """Serves it until the block ends."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("Content-Length") or 0)
        body = json.loads(handler.rfile.read(length)) if length else None
        status, value = server.answer(handler.path, body)
        send(handler, status, value.encode() if isinstance(value, str) else json.dumps(value).encode())

    with listening(answer) as server.url:
        yield server


def send(handler: BaseHTTPRequestHandler, status: int, content: bytes, **headers: str) -> None:
    """An answer as a whole."""
    handler.send_response(status)
    for name, value in {"Content-Length": str(len(content)), **headers}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(content)


@contextmanager
def listening(answer: Answering) -> Iterator[str]:
    """The address of a server that answers every request in this way, until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one packet: the second would wait 40 ms for an acknowledgement

        def do_GET(self) -> None:
            answer(self)

        do_POST = do_GET  # noqa: N815  http.server's name

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *_: object) -> None:
            """A client that goes away is what some tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
