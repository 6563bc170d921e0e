"""`max-tokens`: the most tokens that a text, or the JSON text of another value, may have by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from promptlint.lint.rule import Hit, Option, Options, Span
from promptlint.lint.spelling import spelled

if TYPE_CHECKING:
    from promptlint.lint.context import RequestContext
    from promptlint.lint.given import Node

OPTIONS: Mapping[str, Option] = {"max": Option("integer", minimum=0, required=True, about="the most")}


def check(nodes: Iterable[Node], options: Options, context: RequestContext) -> Iterator[Hit]:
    """A hit for each value with more; `{tokens}` in the message is how many it has."""
    for node in nodes:
        if not node.exists:
            continue
        text = node.value if isinstance(node.value, str) else spelled(node.value)
        # A token has at least one byte: most texts need no counting.
        if len(text.encode("utf-8", "surrogatepass")) <= options["max"]:
            continue
        tokens = context.count_tokens(text)
        if tokens > options["max"]:
            yield Hit(Span(node.pointer), text, fields={"tokens": tokens}, in_body=node.in_body)
