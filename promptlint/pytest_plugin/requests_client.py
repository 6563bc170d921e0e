"""requests: `Session.send`, above every adapter, and the adapter of requests-mock, which does not go through it."""

from __future__ import annotations

from functools import wraps
from types import ModuleType
from typing import Any

from promptlint.pytest_plugin.bodies import HeardBody, as_bytes, peeked
from promptlint.pytest_plugin.outgoing import Heard, followed, guarded, is_under_way, outgoing
from promptlint.pytest_plugin.patches import Target


def targets(library: ModuleType) -> tuple[Target, ...]:
    """What to wrap."""

    def around(original: Any) -> Any:
        @wraps(original)
        def send(self: Any, request: Any, **keywords: Any) -> Any:
            with followed(request, lambda: _heard(request)):
                return original(self, request, **keywords)

        return send

    return (Target(getattr(library, "Session", None), "send", around),)


def stand_in_targets(library: ModuleType) -> tuple[Target, ...]:
    """What to wrap of requests-mock: it calls the `Session.send` that was there when it was imported."""

    def around(original: Any) -> Any:
        @wraps(original)
        def send(self: Any, request: Any, **keywords: Any) -> Any:
            is_answered = True
            try:
                return original(self, request, **keywords)
            except Exception as error:  # its own: it sends the request on to the network, or refuses it
                is_answered = type(error).__module__.partition(".")[0] != library.__name__
                raise
            finally:
                if is_answered and not is_under_way(request):
                    with guarded():
                        _heard(request).undo()

        return send

    return (Target(getattr(library, "Adapter", None), "send", around),)


def _heard(request: Any) -> Heard:
    body = request.body
    found = None if body is None else outgoing(request.method or "", request.url or "", request.headers)
    if found is None:
        return Heard()
    content = _content(body)
    if content is not None:
        found.is_sent(content)
        return Heard(content)
    heard_along = request.body = HeardBody(body, found.is_sent)

    def undo() -> None:
        if request.body is heard_along:
            request.body = body

    return Heard(None, undo)


def _content(body: Any) -> bytes | None:
    if isinstance(body, str | bytes | bytearray):
        return as_bytes(body)
    return peeked(body)
