"""KV305: a tool is equal as JSON and its keys are in another order."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from promptlint.lint.context import PairContext
from promptlint.lint.message import Name, Words
from promptlint.lint.rule import Hit, Options, Span
from promptlint.lint.spelling import meaning
from promptlint.lint.tools import differing_tools, member_in_tool, tool_list, with_tool
from promptlint.lint.value_changes import reordered
from promptlint.positions import step


def check(context: PairContext, _options: Options) -> Iterator[Hit]:
    """A hit for each tool, at the first key that is not where it was."""
    # Some recorders sort the keys: what was sent is not known then, and nothing is said.
    if not (context.before.request.key_order_kept and context.after.request.key_order_kept):
        return
    for old, new in differing_tools(tool_list(context.before.chat), tool_list(context.after.chat)):
        if meaning(old.value) != meaning(new.value):
            continue
        found = list(reordered(old.value, new.value, old.pointer, new.pointer))
        if found:
            first = found[0]
            where, key = member_in_tool(context.after, new, first.after + step(first.key))
            yield Hit(
                Span(first.after + step(first.key)),
                Name(key),
                related=Span(first.before),
                key=True,
                fields={
                    "name": Name(new.name),
                    "where": Name(".".join(where)) if where else Words("the tool itself"),
                },
                claims=tuple(Span(one.after) for one in found),
                repair=partial(with_tool, tool=new, other=old),
            )
