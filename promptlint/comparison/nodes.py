"""Keys, roles and numbers: what a template prints between the strings that were marked, found by their text."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from typing import Any

from promptlint.model import Chat
from promptlint.positions import json_atoms, step
from promptlint.records import dataclass
from promptlint.render.leaves import Leaf
from promptlint.render.provenance import Span


@dataclass(frozen=True, slots=True)
class Node:
    """A key or a value that carries no mark, with the text that a template prints for it."""

    pointer: str
    text: str
    key: bool
    at: int | None = None  # where the text starts in the string at `pointer`, if that is a string

    @property
    def group(self) -> str:
        """The message or the tool that holds it."""
        return "/".join(self.pointer.split("/")[:3])

    @property
    def pattern(self) -> str:
        """Templates print constants as JSON or as Python."""
        spelled = {"true": "true|True", "false": "false|False", "null": "null|None"}.get(self.text)
        return rf"(?<!\w)(?:{spelled or re.escape(self.text)})(?!\w)"


def nodes_between(nodes: list[Node], before: Span | None, after: Span | None) -> list[Node]:
    """What a template may have printed between two leaves: keys, roles, numbers, in document order."""
    start = _index(nodes, before.leaf) + 1 if before else 0
    end = _index(nodes, after.leaf) if after else len(nodes)
    if before and after and start <= end and _top(before) == _top(after):
        return nodes[start:end]
    rest = [node for node in nodes[start:] if before and node.group == before.leaf.group]
    head = [node for node in nodes[:end] if after and node.group == after.leaf.group]
    return rest + head


def _top(span: Span) -> str:
    return span.leaf.pointer.split("/")[1]


def _index(nodes: list[Node], leaf: Leaf) -> int:
    """The value's own node, behind the node of its key."""
    at = leaf.inside[0] if leaf.inside else 0
    found = (
        number for number, node in enumerate(nodes) if node.pointer == leaf.pointer and not node.key and node.at == at
    )
    return next(found, 0)


def all_nodes(chat: Chat) -> list[Node]:
    """Every key and value of a chat, in document order."""
    return [*_flattened(list(chat.messages), "/messages"), *_flattened(list(chat.tools or ()), "/tools")]


def _flattened(value: Any, pointer: str) -> Iterator[Node]:
    if isinstance(value, dict):
        for name, member in value.items():
            yield Node(pointer + step(name), name, key=True)
            yield from _flattened(member, pointer + step(name))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _flattened(item, f"{pointer}/{number}")
    elif isinstance(value, str):
        yield from _of_string(value, pointer)
    else:
        yield Node(pointer, json.dumps(value), key=False)


def _of_string(value: str, pointer: str) -> Iterator[Node]:
    """Argument text is JSON itself, and its numbers and keys are printed like any others."""
    atoms = []
    if pointer.endswith("/arguments"):
        with contextlib.suppress(ValueError):
            atoms = json_atoms(value)
    for start, end, _ in atoms:
        yield Node(pointer, value[start:end], key=False, at=start)
    if not atoms:
        yield Node(pointer, value, key=False, at=0)


def next_node(nodes: list[Node], gap: str, offset: int, at_ends: bool) -> tuple[tuple[Node, int] | None, Node | None]:
    """The node whose text covers `offset`, with its start, searched in order; else the first one behind it."""
    at = 0
    for node in nodes:
        match = re.compile(node.pattern).search(gap, at) if node.text else None
        if match is None:
            continue
        if match.start() > offset:
            return None, node
        at = match.end()
        if offset < at + at_ends:
            return (node, match.start()), node
    return None, None


def only_node(nodes: list[Node], gap: str, offset: int, at_ends: bool) -> tuple[Node, int] | None:
    """Templates print names, ids and arguments in an order of their own: the only node whose text covers `offset`."""
    found = [
        (node, match.start())
        for node in nodes
        if len(node.text) > 1
        for match in re.finditer(node.pattern, gap)
        if match.start() <= offset < match.end() + at_ends
    ]
    return found[0] if len(found) == 1 else None


def is_twin(node: Node, other: Node) -> bool:
    """An id stands in the call and in its result: which of them was printed cannot be told."""
    same = node.text == other.text and node.key == other.key
    return same and node.group != other.group and not node.key and not node.pointer.endswith("/role")
