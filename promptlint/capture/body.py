"""A bare request body, as a client sends it."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.capture.about import About
from promptlint.capture.document import Document
from promptlint.capture.exchange import Exchange, is_sdk_call, request, request_or_skipped
from promptlint.capture.foreign import is_log
from promptlint.dialect import chat, sniff
from promptlint.model import Request, Skipped

ABOUT = About("a bare request body", cached_tokens=False)


def accepts(document: Document) -> bool:
    """The shape of a body, and of nothing else that also has messages."""
    if document.is_yaml or is_log(document.data):
        return False
    return is_sdk_call(document.data) or sniff(document.data, None) is not None


def read(document: Document, name: str) -> Iterator[Request | Skipped]:
    """The body; where it is all that the file holds, raises InputError with the place of what is wrong in it."""
    exchange = Exchange("", document.data, from_sdk=True)
    if document.record is None:
        found = request(document, name, exchange)
        chat(found)
        yield found
    else:
        yield from request_or_skipped(document, name, exchange)
