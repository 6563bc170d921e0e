"""From a character of the prompt to the value of the request that it was printed from."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from promptlint.comparison.nodes import Node, all_nodes, is_twin, next_node, nodes_between, only_node
from promptlint.comparison.spelling import offset_in_leaf
from promptlint.model import Chat, Region
from promptlint.records import dataclass
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
        inside = offset_in_leaf(provenance.text, here, offset)
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
    nodes = all_nodes(gap.chat)
    hit, following = next_node(nodes_between(nodes, gap.before, gap.after), gap.text, offset, at_ends)
    groups = {span.leaf.group for span in (gap.before, gap.after) if span is not None}
    near = [node for node in nodes if node.group in groups]
    hit = hit or only_node(near, gap.text, offset, at_ends)
    if hit is not None:
        node, start = hit
        inside = None if node.at is None else node.at + min(offset - start, len(node.text))
        exact = exact and not any(is_twin(node, other) for other in near)
        return Location(node.pointer, inside, node.key, exact, ended=offset == start + len(node.text))
    candidates = _elements_at(gap, following)
    pointer = next(filter(changed, candidates), None)
    if pointer is None:  # printed from something that changed elsewhere in the same element, or by the template alone
        pointer = next(filter(changed, _ended_between(candidates[0], "")), candidates[0])
        exact = exact and pointer == candidates[0]
    return Location(pointer, None, key=False, exact=exact and pointer != "")  # all of the request is no place


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
    """Which part of the prompt a pointer of the chat form belongs to; one that the client rendered has no parts."""
    if chat.rendered is not None:
        return "messages"
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
