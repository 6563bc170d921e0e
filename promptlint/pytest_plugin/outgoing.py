"""Between clients and recordings: a request gets its place as it goes out, and its body when that is known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from promptlint.pytest_plugin.recording import Recording

CREDENTIAL_HEADERS = ("authorization", "x-api-key", "api-key", "x-goog-api-key", "cookie", "proxy-authorization")
recordings: list[Recording] = []  # those of the tests that run now
# Clients stand on each other: the bodies that are under way in this thread or task already.
_under_way: ContextVar[tuple[bytes, ...]] = ContextVar("under_way", default=())


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request on its way, with its place in each recording."""

    method: str
    url: str
    coding: str = ""  # Content-Encoding of the body
    credentials: tuple[str, ...] = field(default=(), repr=False)
    places: tuple[tuple[Recording, int], ...] = ()

    @property
    def address(self) -> str:
        """The URL without what may be secret in it."""
        return re.sub(r"(?<=//)[^/@?#]*@", "", re.split("[?#]", self.url, maxsplit=1)[0])

    def is_sent(self, content: bytes) -> None:
        """The whole body is known."""
        if content not in _under_way.get():
            for recording, place in self.places:
                recording.fill(place, self, content)


def outgoing(method: str, url: str, headers: Mapping[str, str]) -> Outgoing | None:
    """A place for a request; None for one that is no LLM's whatever its body, and where nothing is recorded."""
    known = {str(name).lower(): str(value) for name, value in headers.items()}
    if method.upper() != "POST" or not recordings or known.get("content-type", "").lower().startswith("multipart/"):
        return None
    credentials = tuple(known[name] for name in CREDENTIAL_HEADERS if name in known)
    places = tuple((one, one.place()) for one in tuple(recordings))
    return Outgoing("POST", url, known.get("content-encoding", ""), credentials, places)


@contextmanager
def under_way(content: bytes | None) -> Iterator[None]:
    """While a client sends a body, another one below it that sends the same is the same request."""
    token = _under_way.set(_under_way.get() if content is None else (*_under_way.get(), content))
    try:
        yield
    finally:
        _under_way.reset(token)
