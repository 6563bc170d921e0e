"""KV302: the tools of both requests stand in another order."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.lint.context import PairContext
from promptlint.lint.message import Name
from promptlint.lint.rule import Hit, Options, Span
from promptlint.lint.tools import shared_order, tool_list, with_tools_of


def check(context: PairContext, _options: Options) -> Iterator[Hit]:
    """A hit at the first tool of `after` that another one stood in the place of."""
    before, after = tool_list(context.before.chat), tool_list(context.after.chat)
    old, new = shared_order(before, after)
    at = next((number for number, name in enumerate(new) if name != old[number]), None)
    if at is None:
        return
    earlier, later = before.by_name(), after.by_name()
    yield Hit(
        Span(later[new[at]].pointer),
        Name(new[at]),
        related=Span(earlier[old[at]].pointer),
        fields={"place": later[new[at]].number, "was": Name(old[at])},
        claims=tuple(Span(later[name].pointer) for name in new[at + 1 :]),
        repair=lambda chat: with_tools_of(context.before.chat, chat),
    )
