"""The LLM requests of one test, in the order in which they were sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from threading import Lock
from typing import overload

from promptlint.capture.document import Document, read_documents
from promptlint.capture.exchange import MOST_BODY_BYTES, Exchange, request
from promptlint.capture.file_text import text_of
from promptlint.errors import InputError
from promptlint.model import Request
from promptlint.pytest_plugin.declared import checked_reason
from promptlint.pytest_plugin.outgoing import Outgoing
from promptlint.recorded import Break, Breaks, RecordedRequest
from promptlint.recording.content_coding import unpacked
from promptlint.records import dataclass

_FIELDS = [one.name for one in fields(Request)]


@dataclass(frozen=True, slots=True)
class Sent:
    """A request with what it was sent with; `credentials` are never written anywhere."""

    request: Request
    outgoing: Outgoing
    content: bytes


class Recording(Sequence[RecordedRequest]):
    """What the fixture gives: a sequence of requests, filled while the test runs, from whatever thread.

    `name` is the test's; its requests are called NAME-1, NAME-2 and so on.
    """

    def __init__(self, name: str, breaks: Sequence[Break] = ()) -> None:
        self.breaks = Breaks(breaks)
        self.missed: list[str] = []  # why something is not recorded
        self._name = name
        self._lock = Lock()
        self._places = 0
        self._sent: dict[int, Sent] = {}
        self._requests: tuple[RecordedRequest, ...] | None = ()

    def place(self) -> int:
        """The place of a request that is about to be sent; its body may become known later."""
        with self._lock:
            self._places += 1
            return self._places

    def fill(self, place: int, outgoing: Outgoing, content: bytes, *, instead: bool = False) -> None:
        """The body that went out at a place: kept if it is a request to an LLM, and the first, or `instead` of it."""
        body = unpacked(content, outgoing.coding, MOST_BODY_BYTES)
        found = None if body is None else llm_request(outgoing.method, outgoing.url, body)
        if body is None or found is None:
            return
        with self._lock:
            if instead or place not in self._sent:
                self._sent[place] = Sent(found, outgoing, body)
                self._requests = None

    def miss(self, why: str) -> None:
        """Something was sent and could not be recorded."""
        with self._lock:
            self.missed.append(why)

    def sent(self) -> list[Sent]:
        """All of them, in their order."""
        with self._lock:
            return [self._sent[place] for place in sorted(self._sent)]

    def break_here(self, reason: str = "") -> None:
        """Declare that the next request is not meant to continue the earlier ones. Raises pytest.UsageError."""
        __tracebackhide__ = True
        example = 'break_here(reason="the history is compacted")'
        self.breaks.declared.append(Break(checked_reason(reason, "a break", example), len(self) + 1))

    @overload
    def __getitem__(self, index: int) -> RecordedRequest: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[RecordedRequest, ...]: ...

    def __getitem__(self, index: int | slice) -> RecordedRequest | tuple[RecordedRequest, ...]:
        return self._all()[index]

    def __len__(self) -> int:
        return len(self._all())

    def __repr__(self) -> str:
        return f"<{len(self)} LLM {'request' if len(self) == 1 else 'requests'} of {self._name}>"

    def _all(self) -> tuple[RecordedRequest, ...]:
        known = self._requests
        if known is None:
            known = tuple(self._recorded(one, number) for number, one in enumerate(self.sent(), 1))
            self._requests = known
        return known

    def _recorded(self, sent: Sent, number: int) -> RecordedRequest:
        known = {name: getattr(sent.request, name) for name in _FIELDS}
        known["path"] = f"{self._name}-{number}"
        return RecordedRequest(
            **known, url=sent.outgoing.address, content=sent.content, sent=number, breaks=self.breaks
        )


def llm_request(method: str, url: str, content: bytes) -> Request | None:
    """The request, if it goes to an LLM: by the path of its address and the shape of its body, not by the host."""
    if content.lstrip()[:1] != b"{":
        return None
    try:
        documents = list(read_documents("", text_of(content, "")))
        if len(documents) != 1 or not isinstance(documents[0], Document):
            return None
        return request(documents[0], "body", Exchange("", documents[0].data, method, url))
    except InputError:
        return None
