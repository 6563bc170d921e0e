"""`length`: characters of a text, or items of a list or an object."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from promptlint.lint.rule import Hit, Option, Options, Span

if TYPE_CHECKING:
    from promptlint.lint.context import RequestContext
    from promptlint.lint.given import Node

OPTIONS: Mapping[str, Option] = {
    "min": Option("integer", minimum=0, about="the least"),
    "max": Option("integer", minimum=0, about="the most"),
}


def validate(options: Options) -> None:
    """Raises ValueError where neither is given, or nothing fits between the two."""
    least, most = options["min"], options["max"]
    if least is None and most is None:
        raise ValueError("length takes min, max or both")
    if least is not None and most is not None and least > most:
        raise ValueError(f"min {least} is more than max {most}")


def check(nodes: Iterable[Node], options: Options, _context: RequestContext) -> Iterator[Hit]:
    """A hit for each value that is too short or too long; `{length}` in the message is how long it is."""
    least, most = options["min"], options["max"]
    for node in nodes:
        if not isinstance(node.value, str | list | dict):
            continue
        size = len(node.value)
        if (least is not None and size < least) or (most is not None and size > most):
            text = node.value if isinstance(node.value, str) else f"{size} items"
            yield Hit(Span(node.pointer), text, fields={"length": size}, in_body=node.in_body)
