"""From a character of the prompt to the value of the request that it was printed from."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from promptlint.model import Chat, Region
from promptlint.positions import json_atoms, step
from promptlint.render.leaves import Leaf
from promptlint.render.provenance import Provenance, Span

Changed = Callable[[str], bool]  # does the value at this pointer differ between the two requests


@dataclass(frozen=True, slots=True)
class Location:
    """A place in the chat form: a value, or a key, and the offset inside its string where that is known."""

    pointer: str
    offset: int | None
    key: bool
    exact: bool
    ended: bool = False  # the place is behind the last character of the value


@dataclass(frozen=True, slots=True)
class Node:
    """A key or a value that carries no mark, with the text that a template prints for it."""

    pointer: str
    text: str
    key: bool
    at: int | None = None  # where the text starts in the string at `pointer`, if that is a string

    @property
    def pattern(self) -> str:
        """Templates print constants as JSON or as Python."""
        spelled = {"true": "true|True", "false": "false|False", "null": "null|None"}.get(self.text)
        return rf"(?<!\w)(?:{spelled or re.escape(self.text)})(?!\w)"


def locate(
    chat: Chat, provenance: Provenance, offset: int, changed: Changed = lambda _: False, *, at_ends: bool = True
) -> Location:
    """The value that printed the character at `offset`; between values, the key or the element that stands there.

    `at_ends`: a place right behind a value is its end, where its text was longer on the other side.
    """
    before, here, after = provenance.around(offset)
    ended = here is None and at_ends and before is not None and offset == before.end
    if ended:
        here = before
    if here is not None:
        inside = _offset_in_leaf(provenance.text, here, offset)
        return Location(here.leaf.pointer, inside, key=False, exact=here.exact and inside is not None, ended=ended)
    exact = provenance.complete and all(span.exact for span in (before, after) if span is not None)
    start = before.end if before else 0
    gap = provenance.text[start : after.start if after else len(provenance.text)]
    return _locate_in_gap(_Gap(chat, before, after, gap), offset - start, changed, at_ends, exact)


@dataclass(frozen=True, slots=True)
class _Gap:
    """What the template printed between two leaves."""

    chat: Chat
    before: Span | None
    after: Span | None
    text: str


def _locate_in_gap(gap: _Gap, offset: int, changed: Changed, at_ends: bool, exact: bool) -> Location:
    nodes = [*_flattened(list(gap.chat.messages), "/messages"), *_flattened(list(gap.chat.tools or ()), "/tools")]
    hit, following = _next_node(_nodes_between(nodes, gap.before, gap.after), gap.text, offset, at_ends)
    groups = {span.leaf.group for span in (gap.before, gap.after) if span is not None}
    near = [node for node in nodes if _group(node) in groups]
    hit = hit or _only_node(near, gap.text, offset, at_ends)
    if hit is not None:
        node, start = hit
        inside = None if node.at is None else node.at + min(offset - start, len(node.text))
        exact = exact and not any(_is_twin(node, other) for other in near)
        return Location(node.pointer, inside, node.key, exact, ended=offset == start + len(node.text))
    candidates = _elements_at(gap, following)
    pointer = next(filter(changed, candidates), None)
    if pointer is None:  # printed from something that changed elsewhere in the same element, or by the template alone
        pointer = next(filter(changed, _ended_between(candidates[0], "")), candidates[0])
        exact = exact and pointer == candidates[0]
    return Location(pointer, None, key=False, exact=exact)


def _elements_at(gap: _Gap, following: Node | None) -> list[str]:
    """The elements that begin or end in a gap, the likeliest first."""
    before, after = (span.leaf.pointer if span else None for span in (gap.before, gap.after))
    # With no key or role of its own still to come, the text here leads in the next value (a <think> before it).
    begun = after or _element_between(gap.before, None)
    if following is not None:
        begun = _element_between(gap.before, following.pointer)
    ended = list(_ended_between(before, begun)) if before else []
    return [begun, *ended, _element_between(gap.before, after)]


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
    for spelling in (_as_json, _as_ascii_json, _as_quoted_repr, _as_repr):
        if spelling(value).startswith(rendered):
            return base + _count_until((len(spelling(character)) for character in value), offset - span.start)
    units = list(_json_units(value))  # argument text: the prompt may show it parsed, or parsed and spelled again
    for spelling in (_unchanged, _as_json, _as_ascii_json):
        printed = [spelling(decoded) for _, decoded in units]
        if "".join(printed) == rendered:
            count = _count_until(map(len, printed), offset - span.start)
            return base + sum(len(raw) for raw, _ in units[:count])
    return None


def _unchanged(value: str) -> str:
    return value


def _as_json(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)[1:-1]


def _as_ascii_json(value: str) -> str:
    return json.dumps(value)[1:-1]


def _as_repr(value: str) -> str:
    return repr(value)[1:-1]


def _as_quoted_repr(value: str) -> str:
    """Python's spelling of a text that holds both kinds of quotes: it escapes the single ones."""
    return repr('"' + value)[2:-1]


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


def _nodes_between(nodes: list[Node], before: Span | None, after: Span | None) -> list[Node]:
    """What a template may have printed between two leaves: keys, roles, numbers, in document order."""
    start = _index(nodes, before.leaf) + 1 if before else 0
    end = _index(nodes, after.leaf) if after else len(nodes)
    if before and after and start <= end and _top(before) == _top(after):
        return nodes[start:end]
    rest = [node for node in nodes[start:] if before and _group(node) == before.leaf.group]
    head = [node for node in nodes[:end] if after and _group(node) == after.leaf.group]
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


def _group(node: Node) -> str:
    return "/".join(node.pointer.split("/")[:3])


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


def _next_node(nodes: list[Node], gap: str, offset: int, at_ends: bool) -> tuple[tuple[Node, int] | None, Node | None]:
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


def _only_node(nodes: list[Node], gap: str, offset: int, at_ends: bool) -> tuple[Node, int] | None:
    """Templates print names, ids and arguments in an order of their own: the only node whose text covers `offset`."""
    found = [
        (node, match.start())
        for node in nodes
        if len(node.text) > 1
        for match in re.finditer(node.pattern, gap)
        if match.start() <= offset < match.end() + at_ends
    ]
    return found[0] if len(found) == 1 else None


def _is_twin(node: Node, other: Node) -> bool:
    """An id stands in the call and in its result: which of them was printed cannot be told."""
    same = node.text == other.text and node.key == other.key
    return same and _group(node) != _group(other) and not node.key and not node.pointer.endswith("/role")


def _element_between(before: Span | None, following: str | None) -> str:
    """The outermost element that begins between a leaf and the next pointer; the last message or tool at the end."""
    if following is None:
        return before.leaf.group if before else ""
    right = following.split("/")
    left = before.leaf.pointer.split("/") if before else right[:2]
    return "/".join(right[: max(_shared_steps(left, right) + 1, 3)])


def _ended_between(left: str, right: str) -> Iterator[str]:
    """The elements that hold `left` but not `right`, innermost first."""
    steps = left.split("/")
    for length in range(len(steps) - 1, _shared_steps(steps, right.split("/")), -1):
        if steps[:length] != ["", "messages"]:  # each turn adds some, which is no change of those before
            yield "/".join(steps[:length])


def _shared_steps(left: list[str], right: list[str]) -> int:
    shared = 0
    while shared < min(len(left), len(right)) and left[shared] == right[shared]:
        shared += 1
    return shared
