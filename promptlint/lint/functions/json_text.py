"""`json`: a text that must be JSON, as the arguments of a tool call are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, NoReturn

from promptlint.lint.rule import Hit, Option, Options, Span

if TYPE_CHECKING:
    from promptlint.lint.context import RequestContext
    from promptlint.lint.given import Node

OPTIONS: Mapping[str, Option] = {"object": Option("boolean", default=False, about="the JSON must be an object")}


def check(nodes: Iterable[Node], options: Options, _context: RequestContext) -> Iterator[Hit]:
    """A hit in each text where it stops to be JSON; values that are no text are not looked at."""
    for node in nodes:
        if not isinstance(node.value, str):
            continue
        at = error_at(node.value)
        if at is not None:
            yield Hit(Span(node.pointer, at, len(node.value) - at), node.value, in_body=node.in_body)
        elif options["object"] and not node.value.lstrip(" \t\r\n").startswith("{"):
            yield Hit(Span(node.pointer), node.value, in_body=node.in_body)


@lru_cache(maxsize=4096)  # each request of a session has all the calls of those before it
def error_at(text: str) -> int | None:
    """Offset of the first thing that is not JSON; None if all of the text is."""
    try:
        json.loads(text, parse_constant=_refuse, parse_int=len)  # int() itself refuses thousands of digits
    except json.JSONDecodeError as error:
        return min(error.pos, len(text))
    except (ValueError, RecursionError):  # NaN and Infinity, and what no parser would nest into
        return 0
    return None


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
