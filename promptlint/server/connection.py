"""JSON over HTTP to one server and nobody else: bounded in time and size, and no redirect is followed.

The standard library's client. huggingface_hub brings one of requests, httpx and httpx2, by its version, and none of
them bounds a whole answer in time.
"""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, RemoteDisconnected
from typing import Any, NoReturn

from promptlint import __version__
from promptlint.errors import ModelError
from promptlint.model import JsonObject
from promptlint.records import dataclass
from promptlint.server.address import Address

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 60.0  # to render or to encode; a million characters take a server a second
GENERATE_SECONDS = 900.0  # until the first token: a prompt of 200 thousand tokens takes one consumer card 180
ANSWER_LIMIT = 128 * 1024 * 1024  # bytes; the ids and pieces of a million tokens are 50 million
LONGEST_SAID = 300  # characters of a server's message
CLOSED_BEFORE = (RemoteDisconnected, BrokenPipeError, ConnectionResetError, ConnectionAbortedError)


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and its JSON; `value` is None where the body is no JSON, and that body stands in `text` then."""

    status: int
    value: Any
    text: str = ""

    @property
    def fields(self) -> JsonObject:
        """The members of a successful answer that is an object; none of any other."""
        return self.value if self.status == 200 and isinstance(self.value, dict) else {}

    @property
    def said(self) -> str:
        """The server's own words about what is wrong, in one line; empty where it has none."""
        found = self.value
        for key in ("error", "message", "detail"):  # {"error": {"message": …}}, {"message": …}, {"detail": …}
            found = found.get(key, found) if isinstance(found, dict) else found
        text = found if isinstance(found, str) else "" if found is None else json.dumps(found)
        return " ".join(text.split())[:LONGEST_SAID]


class Connection:
    """A connection that is kept between requests. Threads take turns."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._lock = threading.Lock()
        self._http: HTTPConnection | None = None

    def get(self, path: str) -> Answer:
        """The answer of an endpoint. Raises ModelError where there is none."""
        with self._lock:
            return self._asked("GET", path, None, ANSWER_SECONDS)

    def post(self, path: str, body: JsonObject) -> Answer:
        """The answer to a body that asks for nothing but text or ids."""
        with self._lock:
            return self._asked("POST", path, _encoded(body), ANSWER_SECONDS)

    def generate(self, path: str, body: JsonObject) -> Answer:
        """The answer to a body that makes the model work: never sent twice."""
        with self._lock:
            self._close()
            return self._asked("POST", path, _encoded(body), GENERATE_SECONDS)

    def close(self) -> None:
        """Give the connection up; the next request opens another one."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._http is not None:
            self._http.close()
            self._http = None

    def _asked(self, method: str, path: str, body: bytes | None, seconds: float) -> Answer:
        kept = self._http is not None and self._http.sock is not None
        try:
            return self._exchanged(method, path, body, seconds)
        except CLOSED_BEFORE as error:
            self._close()
            if not kept:
                self._fail(error)
        except (OSError, HTTPException, ValueError) as error:
            self._close()
            self._fail(error)
        except BaseException:
            self._close()
            raise
        return self._asked(method, path, body, seconds)  # a server may close a connection that has rested

    def _exchanged(self, method: str, path: str, body: bytes | None, seconds: float) -> Answer:
        http = self._opened()
        with self._no_longer_than(http, seconds):
            headers = {"Accept": "application/json", "User-Agent": f"promptlint/{__version__}"}
            if body is not None:
                headers["Content-Type"] = "application/json"
            http.request(method, self.address.path + path, body, headers)
            with http.getresponse() as response:
                content = self._content(response)
        if 300 <= response.status < 400:
            hint = "no redirect is followed: name the address that it leads to"
            raise ModelError(f"{self.address} sends requests elsewhere (HTTP {response.status})", hint=hint)
        value = _decoded(content)
        return Answer(response.status, value, content.decode("utf-8", "replace") if value is None else "")

    def _opened(self) -> HTTPConnection:
        if self._http is None:
            of = HTTPSConnection if self.address.scheme == "https" else HTTPConnection
            self._http = of(self.address.host, self.address.port, timeout=CONNECT_SECONDS)
        if self._http.sock is None:
            self._http.connect()
        return self._http

    @contextmanager
    def _no_longer_than(self, http: HTTPConnection, seconds: float) -> Iterator[None]:
        """A time-out for all of an answer: the socket's own one begins anew with every byte."""
        late = threading.Event()
        held = http.sock  # the response takes it from the connection where the server is going to close

        def end() -> None:
            late.set()
            with suppress(OSError):  # it is gone already
                socket.socket.shutdown(held, socket.SHUT_RDWR)  # not the TLS one, which a reader still needs

        timer = threading.Timer(seconds, end)
        timer.daemon = True
        held.settimeout(None)
        timer.start()
        try:
            yield
        except (OSError, HTTPException, ValueError):
            if late.is_set():
                raise TimeoutError(f"no answer within {seconds:g} seconds") from None
            raise
        finally:
            timer.cancel()
        if late.is_set():
            raise TimeoutError(f"no answer within {seconds:g} seconds")

    def _content(self, response: HTTPResponse) -> bytes:
        content = b"" if (response.length or 0) > ANSWER_LIMIT else response.read(ANSWER_LIMIT + 1)
        if len(content) > ANSWER_LIMIT or (response.length or 0) > ANSWER_LIMIT:
            raise ModelError(
                f"{self.address} answers with more than {ANSWER_LIMIT:,} bytes",
                hint="is this a llama.cpp, vLLM or SGLang server?",
            )
        return content

    def _fail(self, error: Exception) -> NoReturn:
        message, hint = _explained(error)
        raise ModelError(f"{self.address}: {message}", hint=hint) from error


def _explained(error: Exception) -> tuple[str, str]:
    if isinstance(error, ConnectionRefusedError):
        return "nothing listens there (connection refused)", "start the server, or check the port"
    if isinstance(error, ssl.SSLError):
        return f"no TLS: {error.reason or error}", "is it http:// and not https://? is its certificate trusted?"
    if isinstance(error, socket.gaierror):
        return "no such host", "check the name"
    if isinstance(error, TimeoutError):
        said = str(error) if str(error).startswith("no answer") else f"no connection within {CONNECT_SECONDS:g} seconds"
        return said, "is it the right address? is the server busy, or still loading its model?"
    if isinstance(error, RemoteDisconnected | ConnectionError):
        return "the server closed the connection without an answer", "look into its log"
    if isinstance(error, OSError):
        return f"cannot be reached: {error.strerror or error}", "check the address"
    return f"does not answer in HTTP ({type(error).__name__})", "is this the port of the API? is it https://?"


def _encoded(body: JsonObject) -> bytes:
    try:
        return json.dumps(body, default=str).encode("ascii")
    except (ValueError, RecursionError) as error:
        raise ModelError(f"this request cannot be sent as JSON: {error}") from error


def _decoded(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None
