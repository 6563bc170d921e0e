"""KV304: a tool has the same name and another text or schema."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from promptlint.lint.context import PairContext
from promptlint.lint.message import Name, Words
from promptlint.lint.rule import Hit, Options
from promptlint.lint.tools import (
    Tool,
    differing_tools,
    is_explained,
    member_in_tool,
    place_in_tool,
    tool_list,
    with_tool,
)
from promptlint.lint.value_changes import Change, changes

DEFINED = "the definition of tool {name!r} changed, in {where}: "


def check(context: PairContext, _options: Options) -> Iterator[Hit]:
    """A hit for each tool, at its first change that no other rule has explained."""
    for old, new in differing_tools(tool_list(context.before.chat), tool_list(context.after.chat)):
        found = [
            change
            for change in changes(old.value, new.value, old.pointer, new.pointer)
            if not is_explained(context, change.after)
        ]
        if found:
            yield _hit(context, old, new, found)


def _hit(context: PairContext, old: Tool, tool: Tool, found: Sequence[Change]) -> Hit:
    first = found[0]
    steps = place_in_tool(context.after, tool, first.after.pointer)
    text, was = first.new or first.old, first.old
    if first.key or first.reordered:
        steps, name = member_in_tool(context.after, tool, first.after.pointer)
        text = Name(name) if first.key else text
    elif (
        first.before.offset is None
        and not first.new
        and first.before.pointer.count("/") > first.after.pointer.count("/")
    ):
        text = _name_before(context, old, first)
    return Hit(
        first.after,
        text,
        related=first.before,
        key=first.key,
        message=DEFINED + _words(first),
        fields={"name": Name(tool.name), "where": _where(steps), "was": was},
        claims=tuple(change.after for change in found[1:]),
        repair=partial(with_tool, tool=tool, other=old),
    )


def _name_before(context: PairContext, old: Tool, change: Change) -> str:
    """What the body calls a member that is gone; items of lists go by their text."""
    _, name = member_in_tool(context.before, old, change.before.pointer)
    return change.old if name.isdigit() else Name(name)


def _where(steps: Sequence[str]) -> Name | Words:
    return Name(".".join(steps)) if steps else Words("the tool itself")


def _words(change: Change) -> str:
    was, now = ("{was!r}" if change.quoted[0] else "{was}"), ("{text!r}" if change.quoted[1] else "{text}")
    if change.reordered:
        return f"the same items in another order, {now} where {was} stood"
    if not change.old:
        return f"{now} was added"
    gone = "{text!r}" if change.quoted[0] else "{text}"
    return f"{now}, which was {was}" if change.new else f"{gone} is gone"
