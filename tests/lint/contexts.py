"""Requests and pairs for tests of rules: bodies in, contexts out, as the pipeline makes them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from promptlint.comparison.pair import compare, compare_structure
from promptlint.dialect import chat
from promptlint.lint.context import PairContext, RequestContext
from promptlint.lint.testing import shared_builtin
from promptlint.local_model import DEFAULT_NOW, Model
from promptlint.model import Turn
from promptlint.model_choice import open_model
from promptlint.options import Options
from promptlint.selection import request_of_body


@contextmanager
def model(reference: str = "builtin", engine: str | None = None) -> Iterator[Model]:
    """A model that is closed in the end; but for the builtin one, which all tests share."""
    if (reference, engine) == ("builtin", None):
        yield shared_builtin()
        return
    opened = open_model(reference, Options(engine=engine))
    try:
        yield opened
    finally:
        opened.close()


def request(
    body: dict[str, Any], opened: Model, number: int = 0, recorded_at: datetime | None = None
) -> RequestContext:
    """One request."""
    found = replace(request_of_body(body), recorded_at=recorded_at)
    return RequestContext(Turn(found, chat(found)), number, opened)


def session(opened: Model, *bodies: dict[str, Any]) -> tuple[list[RequestContext], list[PairContext]]:
    """Requests of which each continues the one before it."""
    requests = [request(body, opened, number) for number, body in enumerate(bodies)]
    pairs = []
    for number, (before, after) in enumerate(pairwise(requests)):
        before.paired = after.paired = True
        compared = compare(before.turn, after.turn, compare_structure(before.chat, after.chat), opened, DEFAULT_NOW)
        pair = replace(compared.pair, before=before.number, after=after.number)
        pairs.append(PairContext(before, after, replace(compared, pair=pair), number))
    return requests, pairs


def chat_body(system: str, *more: dict[str, Any], user: str = "Go on.", **rest: Any) -> dict[str, Any]:
    """A chat request with a system prompt."""
    messages = [{"role": "system", "content": system}, {"role": "user", "content": user}, *more]
    return {"model": "example", "messages": messages, **rest}
