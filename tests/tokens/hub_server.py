"""A small look-alike of the Hub on loopback: the model's card, its tree, and HEAD and GET of files."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class FakeHub:
    """`files` of the one model `org/name`; `refusal` answers every request with this status instead."""

    files: Mapping[str, bytes]
    endpoint: str = ""
    refusal: tuple[int, Mapping[str, str]] | None = None
    claimed: dict[str, int] = field(default_factory=dict)  # sizes other than the true ones
    requests: list[str] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)

    def answer(self, path: str) -> tuple[int, Mapping[str, str], bytes]:
        if self.refusal:
            return self.refusal[0], self.refusal[1], b"{}"
        parts = unquote(urlsplit(path).path).strip("/").split("/")
        match parts:
            case ["api", "models", "org", "name", *rest] if rest[:1] in ([], ["revision"]):
                return self._card() if rest[1:] in ([], ["main"], ["v1"], [COMMIT]) else self._no_revision()
            case ["api", "models", "org", "name", "tree", _, *_]:
                return 200, {}, json.dumps([self._entry(name) for name in self.files]).encode()
            case ["org", "name", "resolve", _, *name] if "/".join(name) in self.files:
                content = self.files["/".join(name)]
                return 200, {"ETag": f'"{_digest(content)}"', "X-Repo-Commit": COMMIT}, content
        return 404, {"X-Error-Code": "RepoNotFound"}, b"{}"

    def _card(self) -> tuple[int, Mapping[str, str], bytes]:
        siblings = [{"rfilename": name, "size": self._entry(name)["size"]} for name in self.files]
        return 200, {}, json.dumps({"id": "org/name", "sha": COMMIT, "siblings": siblings}).encode()

    def _no_revision(self) -> tuple[int, Mapping[str, str], bytes]:
        return 404, {"X-Error-Code": "RevisionNotFound"}, b"{}"

    def _entry(self, name: str) -> dict[str, Any]:
        content = self.files[name]
        size = self.claimed.get(name, len(content))
        return {"type": "file", "path": name, "size": size, "oid": _digest(content)}


def cached(cache: Path, repo: str, *files: str, ref: str = "main", commit: str = COMMIT) -> Path:
    """Lays out a cached model as the library does."""
    storage = cache / f"models--{repo.replace('/', '--')}"
    (storage / "refs" / ref).parent.mkdir(parents=True, exist_ok=True)
    (storage / "refs" / ref).write_text(commit)
    snapshot = storage / "snapshots" / commit
    snapshot.mkdir(parents=True, exist_ok=True)
    for name in files:
        (snapshot / name).write_text("{}")
    return snapshot


def _digest(content: bytes) -> str:
    return hashlib.sha1(content).hexdigest()


@contextmanager
def running(hub: FakeHub) -> Iterator[FakeHub]:
    """Serves it until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hub.requests.append(f"{self.command} {unquote(urlsplit(self.path).path)}")
            hub.headers.append(dict(self.headers))
            status, headers, content = hub.answer(self.path)
            self.send_response(status)
            for key, item in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(key, item)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(content)

        do_HEAD = do_GET  # noqa: N815  http.server's name

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hub.endpoint = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
