"""The proxy itself: a request comes in, goes on as it is, and its answer comes back as it is, piece by piece."""

from __future__ import annotations

import errno
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

from aiohttp import (
    ClientError,
    ClientHandlerType,
    ClientRequest,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
    web,
)
from aiohttp.typedefs import Handler
from multidict import CIMultiDict

from promptlint.errors import UsageError
from promptlint.recording.gate import Refusal, has_foreign_coding, refusal
from promptlint.recording.headers import OURS_TO_SAY, passed_on, text
from promptlint.recording.journal import Journal
from promptlint.recording.passage import Passage
from promptlint.recording.routes import Routes
from promptlint.recording.unanswered import reason

LOOPBACK = "127.0.0.1"
NAMES = (LOOPBACK, "localhost", "[::1]")
CONNECT_SECONDS = 30.0  # an answer may take as long as it takes
END_SECONDS = 1.0  # for open streams, when the recorder ends
_LONGEST_HEADER = 65536
_UNNAMED_PORT = 80  # which clients leave out
_WAITING = 1024  # connections that are not accepted yet
_ADDED_BY_THE_LIBRARY = ("Content-Type", "Date", "Server")
_CAME = web.RequestKey("came", CIMultiDict[str])


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
        refused = refusal(request, self.hosts)
        target = None if refused else self._routes.target(request.raw_path)
        if target is None:
            refused = refused or Refusal(404, "no server is known for this path")
            self._journal.refuse(refused.why)
            return _told(refused)
        passage = Passage(request, target)
        try:
            return await self._passed(passage)
        finally:
            self._remember(passage)

    def _remember(self, passage: Passage) -> None:
        if passage.failure is not None:
            self._journal.miss(passage.failure)
        elif passage.wanted:
            self._journal.keep(passage.call())
        else:
            self._journal.pass_over()

    async def _passed(self, passage: Passage) -> web.StreamResponse:
        request = passage.request
        framed = request.body_exists or "Content-Length" in request.headers
        try:
            async with self._session.request(
                request.method,
                passage.address,
                headers=passed_on(request.headers, OURS_TO_SAY),
                data=passage.upload() if request.body_exists else None,
                allow_redirects=False,
                proxy=self._proxy,
                middlewares=() if framed else (_without_length,),
            ) as passage.answer:
                if has_foreign_coding(passage.answer.headers):
                    return _unanswered(passage, "its answer has a Transfer-Encoding that is not passed on")
                return await _passed_back(passage, passage.answer)
        except (ClientError, OSError, ValueError) as error:
            return _unanswered(passage, reason(error))


def _unanswered(passage: Passage, why: str) -> web.Response:
    passage.failure = f"{passage.server}: {why}"
    return _told(Refusal(502, f"no answer from {passage.failure}"))


async def _without_length(request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
    """Take back the length that the library gives to a request without a body."""
    request.headers.popall("Content-Length", None)
    return await handler(request)


async def _passed_back(passage: Passage, answer: ClientResponse) -> web.StreamResponse:
    request, headers = passage.request, passed_on(answer.headers)
    request[_CAME] = headers.copy()
    response = web.StreamResponse(status=answer.status, reason=text(answer.reason or ""), headers=headers)
    try:
        await response.prepare(request)
        async for piece in answer.content.iter_any():
            passage.back.add(piece)
            await response.write(piece)
        passage.complete = True
        await response.write_eof()
    except (ClientError, OSError):
        # One of the two has gone. What was cut off must not look like a whole answer to the other.
        if request.transport is not None:
            request.transport.abort()
    return response


async def _as_it_came(request: web.Request, response: web.StreamResponse) -> None:
    """Take back what the library adds to a server's headers, and put back the length of a body that is not sent."""
    if _CAME not in request:
        return
    came = request[_CAME]
    for name in _ADDED_BY_THE_LIBRARY:
        if name not in came:
            response.headers.popall(name, None)
    if response.status == HTTPStatus.NOT_MODIFIED and "Content-Length" in came:
        response.headers["Content-Length"] = came["Content-Length"]


def _told(refused: Refusal) -> web.Response:
    return web.Response(status=refused.status, text=f"promptlint record: {refused.why}\n")


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
    @web.middleware
    async def all_to_us(request: web.Request, handler: Handler) -> web.StreamResponse:  # noqa: ARG001  theirs
        return await proxy.handle(request)  # and not the library, which has a page of its own for a path like `*`

    app = web.Application(middlewares=[all_to_us])
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
