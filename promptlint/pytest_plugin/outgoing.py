"""Between clients and recordings: a request gets its place as it goes out, and its body when that is known."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import field
from typing import TYPE_CHECKING

from promptlint.records import dataclass

if TYPE_CHECKING:
    from promptlint.pytest_plugin.recording import Recording

CREDENTIAL_HEADERS = ("authorization", "x-api-key", "api-key", "x-goog-api-key", "cookie", "proxy-authorization")
recordings: list[Recording] = []  # those of the tests that run now
# Clients stand on each other: what is under way in this thread or task already, with its body where that is known.
_under_way: ContextVar[tuple[tuple[object, bytes | None], ...]] = ContextVar("under_way", default=())


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

    def is_sent(self, content: bytes, *, instead: bool = False) -> None:
        """The whole body is known; `instead` of one that was only thought to be it."""
        if all(content != body for _, body in _under_way.get()):
            with guarded():
                for recording, place in self.places:
                    recording.fill(place, self, content, instead=instead)


@dataclass(frozen=True, slots=True)
class Heard:
    """What was made of a request: its body, if that is known before it goes out, and what puts the request back."""

    content: bytes | None = None
    undo: Callable[[], None] = lambda: None


@contextmanager
def guarded() -> Iterator[None]:
    """Whatever goes wrong in here, the client's call goes on, and the recordings know that something is missing."""
    try:
        yield
    except Exception as error:
        for recording in tuple(recordings):
            recording.miss(f"{type(error).__name__}: {error}")


def outgoing(method: str, url: str, headers: Mapping[str, str]) -> Outgoing | None:
    """A place for a request; None for one that is no LLM's whatever its body, and where nothing is recorded."""
    known = {str(name).lower(): str(value) for name, value in headers.items()}
    if method.upper() != "POST" or not recordings or known.get("content-type", "").lower().startswith("multipart/"):
        return None
    credentials = tuple(known[name] for name in CREDENTIAL_HEADERS if name in known)
    places = tuple((one, one.place()) for one in tuple(recordings))
    return Outgoing("POST", url, known.get("content-encoding", ""), credentials, places)


def is_under_way(request: object) -> bool:
    """Is it heard already, by a method that stands above."""
    return any(one is request for one, _ in _under_way.get())


@contextmanager
def followed(request: object, hear: Callable[[], Heard]) -> Iterator[None]:
    """While a client sends a request, whatever sends the same one or the same body below it is not heard again."""
    if is_under_way(request):
        yield
        return
    heard = Heard()
    with guarded():
        heard = hear()
    token = _under_way.set((*_under_way.get(), (request, heard.content)))
    try:
        yield
    finally:
        _under_way.reset(token)
        with guarded():
            heard.undo()
