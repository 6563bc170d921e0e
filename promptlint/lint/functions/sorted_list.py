"""`sorted`: a list whose items must be in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from promptlint.lint.message import Name
from promptlint.lint.order import misplaced
from promptlint.lint.rule import Hit, Option, Options, Span

if TYPE_CHECKING:
    from promptlint.lint.context import RequestContext
    from promptlint.lint.given import Node

OPTIONS: Mapping[str, Option] = {
    "by": Option("text", about="the member to sort by, with dots for one inside another: function.name"),
    "segments": Option(
        "boolean", default=False, about="sorted inside runs of names with one server's prefix is enough"
    ),
}


def check(nodes: Iterable[Node], options: Options, _context: RequestContext) -> Iterator[Hit]:
    """A hit at the first item of each list that stands behind a greater one; items without a text are passed over."""
    steps = [] if options["by"] is None else options["by"].split(".")
    for node in nodes:
        if not isinstance(node.value, list):
            continue
        named = [(number, name) for number, item in enumerate(node.value) if (name := _name(item, steps)) is not None]
        found = misplaced([name for _, name in named], segments=options["segments"])
        if found is not None:
            place = Span(f"{node.pointer}/{named[found.number][0]}")
            yield Hit(place, Name(found.name), fields={"behind": Name(found.behind)}, in_body=node.in_body)


def _name(item: Any, steps: Iterable[str]) -> str | None:
    for step in steps:
        item = item.get(step) if isinstance(item, dict) else None
    return item if isinstance(item, str) else None
