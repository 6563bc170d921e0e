"""`keys`: the only keys that an object may have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from promptlint.lint.message import Name
from promptlint.lint.rule import Hit, Option, Options, Span
from promptlint.positions import step

if TYPE_CHECKING:
    from promptlint.lint.context import RequestContext
    from promptlint.lint.given import Node

OPTIONS: Mapping[str, Option] = {
    "allowed": Option("texts", required=True, about="the keys that an object may have"),
    "also-allowed": Option("texts", default=[], about="more of them, for the config of one project"),
}


def check(nodes: Iterable[Node], options: Options, _context: RequestContext) -> Iterator[Hit]:
    """A hit at each other key."""
    allowed = {*options["allowed"], *options["also-allowed"]}
    for node in nodes:
        for name in node.value if isinstance(node.value, dict) else ():
            if name not in allowed:
                yield Hit(Span(node.pointer + step(name)), Name(name), key=True, in_body=node.in_body)
