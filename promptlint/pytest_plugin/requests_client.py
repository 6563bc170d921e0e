"""requests: `Session.send`, above every adapter."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps
from types import ModuleType
from typing import Any

from promptlint.pytest_plugin.bodies import HeardBody, as_bytes, peeked
from promptlint.pytest_plugin.outgoing import outgoing, under_way
from promptlint.pytest_plugin.patches import Target


def targets(library: ModuleType) -> tuple[Target, ...]:
    """What to wrap."""

    def around(original: Any) -> Any:
        @wraps(original)
        def send(self: Any, request: Any, **keywords: Any) -> Any:
            with _followed(request):
                return original(self, request, **keywords)

        return send

    return (Target(library.Session, "send", around),)


@contextmanager
def _followed(request: Any) -> Iterator[None]:
    body = heard_along = request.body
    found = None if body is None else outgoing(request.method or "", request.url or "", request.headers)
    content = None if found is None else _content(body)
    if found is not None and content is not None:
        found.is_sent(content)
    elif found is not None:
        heard_along = request.body = HeardBody(body, found.is_sent)
    try:
        with under_way(content):
            yield
    finally:
        if heard_along is not body and request.body is heard_along:
            request.body = body


def _content(body: Any) -> bytes | None:
    if isinstance(body, str | bytes | bytearray):
        return as_bytes(body)
    return peeked(body)
