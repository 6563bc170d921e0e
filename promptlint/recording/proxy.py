"""The proxy itself: a request comes in, goes on as it is, and its answer comes back as it is, piece by piece."""

from __future__ import annotations

import errno
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    DummyCookieJar,
    TCPConnector,
    web,
)
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from promptlint.errors import UsageError
from promptlint.recording.call import MOST_OF_A_REQUEST, MOST_OF_AN_ANSWER, Call, Content, may_be_captured
from promptlint.recording.journal import Journal
from promptlint.recording.routes import Routes

LOOPBACK = "127.0.0.1"
NAMES = (LOOPBACK, "localhost", "[::1]")
CONNECT_SECONDS = 30.0  # an answer may take as long as it takes
END_SECONDS = 1.0  # for open streams, when the recorder ends
_LONGEST_HEADER = 65536
_UNNAMED_PORT = 80  # which clients leave out
_WAITING = 1024  # connections that are not accepted yet
# What is said between two neighbours, and to nobody else (RFC 9110, 7.6.1).
_HOP_BY_HOP = {
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
}
_OURS_TO_SAY = {"host", "expect"}
_ADDED_BY_THE_LIBRARY = ("Content-Type", "Date", "Server")
_CAME = web.RequestKey("came", set[str])


class Kept:
    """The bytes of a body that passes by, up to a limit; none at all of what is not wanted."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._pieces: list[bytes] | None = []
        self._size = 0

    def add(self, piece: bytes) -> None:
        """One more piece."""
        self._size += len(piece)
        if self._size > self._most:
            self._pieces = None
        elif self._pieces is not None:
            self._pieces.append(piece)

    def content(self, headers: CIMultiDictProxy[str]) -> Content:
        """All of them, with the coding that the headers name."""
        raw = None if self._pieces is None else b"".join(self._pieces)
        return Content(raw, ",".join(headers.getall("Content-Encoding", ())))


class Passage:
    """One request on its way, and what is remembered of it."""

    def __init__(self, request: web.Request, target: str) -> None:
        self.request = request
        self.target = target
        self.began = datetime.now(UTC)
        self.url = target.partition("?")[0]
        self.wanted = may_be_captured(request.method, self.url)
        self.body = Kept(MOST_OF_A_REQUEST if self.wanted else 0)
        self.back = Kept(MOST_OF_AN_ANSWER if self.wanted else 0)
        self.arrived = True
        self.answer: ClientResponse | None = None

    def call(self) -> Call:
        """What there is of the exchange by now."""
        body = self.body.content(self.request.headers)
        if self.answer is None:
            return Call(self.url, self.began, body)
        return Call(self.url, self.began, body, self.answer.status, self.back.content(self.answer.headers))

    async def upload(self) -> AsyncIterator[bytes]:
        """The body of the request, as it comes."""
        async for piece in self.request.content.iter_any():
            self.body.add(piece)
            yield piece


class Proxy:
    """Passes requests on by their routes, and hands what it saw to a journal."""

    def __init__(self, routes: Routes, journal: Journal, session: ClientSession, proxy: str | None) -> None:
        self._routes = routes
        self._journal = journal
        self._session = session
        self._proxy = proxy
        self.hosts: frozenset[str] = frozenset()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """The answer of the server, or a plain line that says why there is none."""
        hosts = request.headers.getall("Host", [])
        if len(hosts) != 1 or hosts[0].lower() not in self.hosts:
            return _refusal(403, "only requests to this machine's own address are passed on")
        if request.headers.get("Upgrade", "").lower() == "websocket":
            # The nearest there is: the fault lies in the protocol, so trying again is of no use.
            return _refusal(426, "a websocket is not recorded, and not passed on: use plain HTTP")
        target = self._routes.target(request.raw_path)
        if target is None:
            return _refusal(404, "no server is known for this path")
        passage = Passage(request, target)
        try:
            return await self._passed(passage)
        finally:
            if not passage.wanted:
                self._journal.pass_over()
            elif passage.arrived:
                self._journal.keep(passage.call())

    async def _passed(self, passage: Passage) -> web.StreamResponse:
        request = passage.request
        try:
            async with self._session.request(
                request.method,
                URL(passage.target, encoded=True),
                headers=_passed_on(request.headers, _OURS_TO_SAY),
                data=passage.upload() if request.body_exists else None,
                allow_redirects=False,
                proxy=self._proxy,
            ) as passage.answer:
                return await _passed_back(passage, passage.answer)
        except (ClientConnectorError, ConnectionTimeoutError) as error:
            passage.arrived = False
            return _refusal(502, f"{_server(passage.url)} cannot be reached: {error.strerror or type(error).__name__}")
        except (ClientError, OSError, ValueError) as error:
            return _refusal(502, f"{_server(passage.url)} gave no answer: {type(error).__name__}")


async def _passed_back(passage: Passage, answer: ClientResponse) -> web.StreamResponse:
    request, headers = passage.request, _passed_on(answer.headers, set())
    request[_CAME] = {name.lower() for name in headers}
    response = web.StreamResponse(status=answer.status, reason=answer.reason, headers=headers)
    try:
        await response.prepare(request)
        async for piece in answer.content.iter_any():
            passage.back.add(piece)
            await response.write(piece)
        await response.write_eof()
    except (ClientError, OSError):
        # One of the two has gone. What was cut off must not look like a whole answer to the other.
        if request.transport is not None:
            request.transport.abort()
    return response


def _passed_on(headers: CIMultiDictProxy[str], dropped: set[str]) -> CIMultiDict[str]:
    named = {name.strip().lower() for value in headers.getall("Connection", ()) for name in value.split(",")}
    not_passed = _HOP_BY_HOP | named | dropped
    return CIMultiDict((name, value) for name, value in headers.items() if name.lower() not in not_passed)


async def _as_it_came(request: web.Request, response: web.StreamResponse) -> None:
    """Take back what the library adds to a server's headers."""
    for name in _ADDED_BY_THE_LIBRARY:
        if _CAME in request and name.lower() not in request[_CAME]:
            response.headers.popall(name, None)


def _refusal(status: int, why: str) -> web.Response:
    return web.Response(status=status, text=f"promptlint record: {why}\n")


def _server(url: str) -> str:
    return "/".join(url.split("/")[:3])


@asynccontextmanager
async def serving(routes: Routes, journal: Journal, port: int, proxy: str | None) -> AsyncIterator[int]:
    """The proxy on a port of the loopback address; 0 takes a free one. Raises UsageError where it is taken."""
    session = ClientSession(
        # No connection is used twice: where its server closes it just then, a request would be lost that we have cost.
        connector=TCPConnector(limit=0, force_close=True),
        timeout=ClientTimeout(total=None, sock_connect=CONNECT_SECONDS),
        cookie_jar=DummyCookieJar(),
        auto_decompress=False,
        skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
        max_line_size=_LONGEST_HEADER,
        max_field_size=_LONGEST_HEADER,
    )
    async with session:
        app = Proxy(routes, journal, session, proxy)
        runner = web.AppRunner(
            _application(app),
            access_log=None,
            logger=_silent(),
            auto_decompress=False,
            handler_cancellation=True,
            shutdown_timeout=END_SECONDS,
            max_line_size=_LONGEST_HEADER,
            max_field_size=_LONGEST_HEADER,
        )
        await runner.setup()
        try:
            taken = await _listening(runner, port)
            app.hosts = frozenset(f"{name}:{taken}" for name in NAMES)
            app.hosts |= frozenset(NAMES) if taken == _UNNAMED_PORT else frozenset()
            yield taken
        finally:
            await runner.cleanup()


def _application(proxy: Proxy) -> web.Application:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", proxy.handle)
    app.on_response_prepare.append(_as_it_came)
    return app


async def _listening(runner: web.AppRunner, port: int) -> int:
    try:
        await web.TCPSite(runner, LOOPBACK, port, backlog=_WAITING).start()
    except OSError as error:
        hint = "name another one with --port, or none for a free one"
        raise UsageError(f"port {port} cannot be listened on: {_reason(error)}", hint=hint) from None
    taken: int = runner.addresses[0][1]
    return taken


def _reason(error: OSError) -> str:
    return "it is taken" if error.errno == errno.EADDRINUSE else (error.strerror or str(error))


def _silent() -> logging.Logger:
    """The library tells its log of requests that it cannot read, with their bytes."""
    logger = logging.getLogger("promptlint.recording")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    return logger
