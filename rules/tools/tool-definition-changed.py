"""KV304: a tool has the same name and another text or schema."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from promptlint.lint.context import PairContext
from promptlint.lint.rule import Hit, Options
from promptlint.lint.tools import Tool, differing_tools, is_explained, tool_list, with_tool
from promptlint.lint.value_changes import Change, changes
from promptlint.positions import keys

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
            yield _hit(old, new, found)


def _hit(old: Tool, tool: Tool, found: Sequence[Change]) -> Hit:
    first = found[0]
    return Hit(
        first.after,
        first.new or first.old,
        related=first.before,
        key=first.key,
        message=DEFINED + _words(first),
        fields={"name": tool.name, "where": _where(tool, first), "was": first.old},
        claims=tuple(change.after for change in found[1:]),
        repair=partial(with_tool, tool=tool, other=old),
    )


def _words(change: Change) -> str:
    if not change.old:
        return "{text!r} was added"
    return "{text!r}, which was {was!r}" if change.new else "{text!r} is gone"


def _where(tool: Tool, change: Change) -> str:
    """The way to it inside of the tool: parameters.properties.path."""
    steps = keys(change.after.pointer[len(tool.pointer) :])
    steps = steps[1:] if steps[:1] == ["function"] else steps
    return ".".join(steps[:-1] if change.key else steps) or "the tool itself"
