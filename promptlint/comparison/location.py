"""From a character of the prompt to the value of the request that it was printed from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from promptlint.model import Chat, Region
from promptlint.positions import step
from promptlint.render.provenance import Provenance, Span


@dataclass(frozen=True, slots=True)
class Location:
    """A place in the chat form: a value, or a key, and the offset inside its string where that is known."""

    pointer: str
    offset: int | None
    key: bool
    exact: bool


@dataclass(frozen=True, slots=True)
class Node:
    """A key or a value that carries no mark, with the text that a template prints for it."""

    pointer: str
    text: str
    key: bool


def locate(chat: Chat, provenance: Provenance, offset: int) -> Location:
    """The value that printed the character at `offset`; between values, the key or the element that stands there."""
    before, here, after = provenance.around(offset)
    if here is None and before is not None and offset == before.end:
        here = before  # the text of a value ended earlier than on the other side
    if here is not None:
        inside = _offset_in_leaf(provenance.text, here, offset)
        return Location(here.leaf.pointer, inside, key=False, exact=here.exact and inside is not None)
    exact = provenance.complete and all(span.exact for span in (before, after) if span is not None)
    start = before.end if before else 0
    gap = provenance.text[start : after.start if after else len(provenance.text)]
    hit, following = _nodes_in_gap(_nodes_between(chat, before, after), gap, offset - start)
    if hit is not None:
        return Location(hit.pointer, None, hit.key, exact)
    # With no key or role of its own still to come, the text here leads in the next value (a <think> before reasoning).
    pointer = after.leaf.pointer if after is not None and not following else _element_between(before, after)
    return Location(pointer, None, key=False, exact=exact)


def region(chat: Chat, pointer: str) -> Region:
    """Which part of the prompt a pointer of the chat form belongs to."""
    steps = pointer.split("/")
    if steps[1:2] == ["tools"]:
        return "tools"
    if steps[1:2] != ["messages"]:
        return "params"
    number = int(steps[2]) if len(steps) > 2 else len(chat.messages)
    return "system" if number < leading_system(chat) else "messages"


def leading_system(chat: Chat) -> int:
    """How many system or developer messages the conversation starts with."""
    roles = [message.get("role") for message in chat.messages]
    return next((number for number, role in enumerate(roles) if role not in ("system", "developer")), len(roles))


def _offset_in_leaf(text: str, span: Span, offset: int) -> int | None:
    """Offset in the string at the leaf's pointer; None where the template printed something else than the string."""
    rendered = text[span.start : span.end]
    value = span.leaf.text[span.skipped :]
    base = span.skipped + (span.leaf.inside[0] if span.leaf.inside else 0)
    if value.startswith(rendered):
        return base + offset - span.start
    for spelling in (_as_json, _as_ascii_json):
        if spelling(value).startswith(rendered):
            return base + _count_until((len(spelling(character)) for character in value), offset - span.start)
    units = list(_json_units(value))  # argument text: the prompt may show it parsed
    if "".join(decoded for _, decoded in units) == rendered:
        count = _count_until((len(decoded) for _, decoded in units), offset - span.start)
        return base + sum(len(raw) for raw, _ in units[:count])
    return None


def _as_json(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)[1:-1]


def _as_ascii_json(value: str) -> str:
    return json.dumps(value)[1:-1]


def _count_until(lengths: Iterator[int], offset: int) -> int:
    """How many whole items lie before `offset`."""
    count = 0
    for length in lengths:
        offset -= length
        if offset < 0:
            break
        count += 1
    return count


SURROGATES = r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
ESCAPE = re.compile(SURROGATES + r"|\\u[0-9a-fA-F]{4}|\\.|[^\\]", re.DOTALL)


def _json_units(raw: str) -> Iterator[tuple[str, str]]:
    """The characters of a JSON string's inside, raw and decoded."""
    for match in ESCAPE.finditer(raw):
        unit = match.group()
        try:
            yield unit, json.loads(f'"{unit}"', strict=False) if unit[0] == "\\" else unit
        except ValueError:
            yield unit, unit


def _nodes_between(chat: Chat, before: Span | None, after: Span | None) -> list[Node]:
    """What a template may have printed between two leaves: keys, roles, numbers, in document order."""
    nodes = [*_flattened(list(chat.messages), "/messages"), *_flattened(list(chat.tools or ()), "/tools")]
    start = _index(nodes, before.leaf.pointer) + 1 if before else 0
    end = _index(nodes, after.leaf.pointer) if after else len(nodes)
    if before and after and start <= end and _top(before) == _top(after):
        return nodes[start:end]
    rest = [node for node in nodes[start:] if before and _is_in(node, before.leaf.group)]
    head = [node for node in nodes[:end] if after and _is_in(node, after.leaf.group)]
    return rest + head


def _top(span: Span) -> str:
    return span.leaf.pointer.split("/")[1]


def _index(nodes: list[Node], pointer: str) -> int:
    """The value's own node, behind the node of its key."""
    return next((number for number, node in enumerate(nodes) if node.pointer == pointer and not node.key), 0)


def _is_in(node: Node, group: str) -> bool:
    return node.pointer.startswith(f"{group}/")


def _flattened(value: Any, pointer: str) -> Iterator[Node]:
    if isinstance(value, dict):
        for name, member in value.items():
            yield Node(pointer + step(name), name, key=True)
            yield from _flattened(member, pointer + step(name))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _flattened(item, f"{pointer}/{number}")
    else:
        yield Node(pointer, value if isinstance(value, str) else json.dumps(value), key=False)


def _nodes_in_gap(nodes: list[Node], gap: str, offset: int) -> tuple[Node | None, bool]:
    """The node whose text covers `offset`, searched in order, and whether another one stands behind it."""
    at = 0
    for node in nodes:
        match = re.compile(rf"(?<!\w){re.escape(node.text)}(?!\w)").search(gap, at) if node.text else None
        if match is None:
            continue
        if match.start() > offset:
            return None, True
        at = match.end()
        if offset < at:
            return node, True
    return None, False


def _element_between(before: Span | None, after: Span | None) -> str:
    """The outermost element that ends, or begins, between two leaves."""
    if after is None:
        return before.leaf.group if before else ""
    if before is None:
        return after.leaf.group
    left, right = before.leaf.pointer.split("/"), after.leaf.pointer.split("/")
    shared = 0
    while shared < min(len(left), len(right)) and left[shared] == right[shared]:
        shared += 1
    return "/".join(right[: shared + 1])
