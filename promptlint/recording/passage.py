"""One request on its way, and what is remembered of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

from aiohttp import ClientResponse, web
from multidict import CIMultiDictProxy
from yarl import URL

from promptlint.recording.call import MOST_OF_A_REQUEST, MOST_OF_AN_ANSWER, Call, Content, may_be_captured
from promptlint.recording.public_url import public_url


class Kept:
    """The bytes of a body that passes by, up to a limit; none at all of what is not wanted."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._pieces: list[bytes] = []
        self._size = 0

    def add(self, piece: bytes) -> None:
        """One more piece."""
        self._size += len(piece)
        if self._size > self._most:
            self._pieces.clear()
        else:
            self._pieces.append(piece)

    def content(self, headers: CIMultiDictProxy[str]) -> Content:
        """All of them, with the coding that the headers name."""
        raw = b"".join(self._pieces) if self._size <= self._most else None
        return Content(raw, ",".join(headers.getall("Content-Encoding", ())))


class Passage:
    """A request, and its answer as far as it came; `failure` says why none did."""

    def __init__(self, request: web.BaseRequest, target: str) -> None:
        scheme, _, rest = target.partition("://")
        authority, _, path = rest.partition("/")
        self.request = request
        self.server = f"{scheme}://{authority}"
        # All of it is the path to the library, which would leave out an empty query and a fragment.
        self.address = URL.build(scheme=scheme, authority=authority, path=f"/{path}", encoded=True)
        self.began = datetime.now(UTC)
        self.url = public_url(target)
        self.wanted = may_be_captured(request.method, self.url)
        self.body = Kept(MOST_OF_A_REQUEST if self.wanted else 0)
        self.back = Kept(MOST_OF_AN_ANSWER if self.wanted else 0)
        self.answer: ClientResponse | None = None
        self.complete = False
        self.failure: str | None = None

    def call(self) -> Call:
        """What there is of the exchange by now."""
        body = self.body.content(self.request.headers)
        if self.answer is None:
            return Call(self.url, self.began, body)
        answer = self.back.content(self.answer.headers)
        return Call(self.url, self.began, body, self.answer.status, answer, self.complete)

    async def upload(self) -> AsyncIterator[bytes]:
        """The body of the request, as it comes."""
        async for piece in self.request.content.iter_any():
            self.body.add(piece)
            yield piece
