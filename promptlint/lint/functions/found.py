"""What a detector finds in the texts that a rule looks at, as hits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from promptlint.lint.message import Words
from promptlint.lint.rule import Hit, Span

if TYPE_CHECKING:
    from promptlint.lint.detect.match import Match
    from promptlint.lint.given import Node


def hits(nodes: Iterable[Node], find: Callable[[str], Sequence[Match]], *, sections: bool = False) -> Iterator[Hit]:
    """A hit for each match, with its kind for the message; lines of one kind below each other are one match.

    `sections`: the matches are long texts. They are told from others by how they begin, so that one is still the same
    when a value in it moved, which is another rule's finding.
    """
    for node in nodes:
        if isinstance(node.value, str):
            for match in _together(find(node.value), node.value):
                text = node.value[match.start : match.end]
                yield Hit(
                    Span(node.pointer, match.start, match.end - match.start),
                    text,
                    fields={"kind": Words(match.kind)},
                    in_body=node.in_body,
                    identity=_begin(match.kind, text) if sections else None,
                )


def _begin(kind: str, text: str) -> str:
    first = text.strip().partition("\n")[0]
    words = ("…" if any(map(str.isdigit, word)) else word for word in first.split())  # clocks, meters, ids
    return f"{kind}: {' '.join(words)}"


def _together(matches: Iterable[Match], text: str) -> Iterator[Match]:
    last: Match | None = None
    for match in matches:
        if last is not None and match.kind == last.kind and text[last.end : match.start].strip(" \t") == "\n":
            last = replace(last, end=match.end)
            continue
        if last is not None:
            yield last
        last = match
    if last is not None:
        yield last
