"""KV303: tools came or went in the middle of a conversation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from promptlint.engine import HOSTED
from promptlint.lint.context import PairContext
from promptlint.lint.message import Name, Phrase
from promptlint.lint.rule import Hit, Options, Span
from promptlint.lint.spelling import spelled
from promptlint.lint.tools import Tool, ToolList, tool_list, with_tools_of
from promptlint.model import Severity

NONE_LEFT = (
    "Send the same tools in every request and forbid their use with tool_choice: none: "
    "an empty list makes the whole prompt a new one."
)
SHOWN = 4  # names of a list of tools
LONGEST_NAMES = 2000  # characters; the message cuts all of it


def check(context: PairContext, options: Options) -> Iterator[Hit]:
    """One hit for all of them, at the first place where the two lists part."""
    before, after = tool_list(context.before.chat), tool_list(context.after.chat)
    old, new = before.by_name(), after.by_name()
    gone = [tool for name, tool in old.items() if name not in new]
    come = [tool for name, tool in new.items() if name not in old]
    if not gone and not come:
        return
    span, related = _places(before, after, gone, come)
    claims = tuple(Span(tool.pointer) for tool in come)
    yield Hit(
        span,
        Name(", ".join(tool.name for tool in [*come, *gone])),
        related=related,
        fields={"change": _change(before, after, gone, come, _share(context, [span, *claims], [related]))},
        claims=claims,
        related_claims=tuple(Span(tool.pointer) for tool in gone),
        hint=NONE_LEFT if not after.tools else None,
        severity=_severity(context, options),
        repair=lambda chat: with_tools_of(context.before.chat, chat),
    )


def _places(before: ToolList, after: ToolList, gone: Sequence[Tool], come: Sequence[Tool]) -> tuple[Span, Span]:
    """The first tool that came, or the list, where one is gone in front of it; and the same in `before`."""
    if come and (not gone or come[0].number <= gone[0].number):
        number = come[0].number
        there = next((tool.pointer for tool in before.tools if tool.number == number), before.pointer)
        return Span(come[0].pointer), Span(there)
    return Span(after.pointer), Span(gone[0].pointer)


def _change(before: ToolList, after: ToolList, gone: Sequence[Tool], come: Sequence[Tool], share: str) -> Phrase:
    fields = {"gone": Name(_names(gone)), "come": Name(_names(come))}
    return Phrase(_how(before, after, gone, come) + share, fields, LONGEST_NAMES)


def _how(before: ToolList, after: ToolList, gone: Sequence[Tool], come: Sequence[Tool]) -> str:
    if not after.tools:
        return "its only tool is gone" if len(gone) == 1 else f"all {len(gone)} tools are gone"
    if len(gone) == len(come) == 1 and _unnamed(gone[0]) == _unnamed(come[0]):
        return f"{{gone}} is renamed to {{come}}, {_number(after, come)}"
    changes = []
    if come:
        kept = max((tool.number for tool in after.tools if tool not in come), default=-1)
        how = "appended" if come[0].number > kept >= 0 else "inserted"
        changes.append(f"{{come}} {how} as {_number(after, come)}")
    if gone:
        changes.append(f"{{gone}} gone, which {'was' if len(gone) == 1 else 'were'} {_number(before, gone)}")
    return "; ".join(changes)


def _number(tools: ToolList, some: Sequence[Tool]) -> str:
    """Where some of the tools stand, counted from one: number 2 of 4."""
    places = [number for number, tool in enumerate(tools.tools, 1) if tool in some]
    listed = str(places[0]) if len(places) == 1 else f"{', '.join(map(str, places[:SHOWN]))}"
    listed += ", …" if len(places) > SHOWN else ""
    return f"number{'s' if len(places) > 1 else ''} {listed} of {len(tools.tools)}"


def _unnamed(tool: Tool) -> str:
    """All of a tool but its name."""
    holder = tool.value.get("function")
    value = {**tool.value, "function": {**holder, "name": ""}} if isinstance(holder, dict) else tool.value
    return spelled({**value, "name": ""})


def _names(tools: Sequence[Tool]) -> str:
    more = f" and {len(tools) - SHOWN} more" if len(tools) > SHOWN else ""
    return ", ".join(tool.name for tool in tools[:SHOWN]) + more


def _share(context: PairContext, after: Sequence[Span], before: Sequence[Span]) -> str:
    """What of the earlier prompt is computed again, where the prompts part at this change."""
    kept = context.pair.kept
    if kept is None or not context.parts_in(after, before):
        return ""
    about = "" if context.exact else "about "
    return f": {about}{1 - kept:.0%} of the earlier prompt is computed again"


def _severity(context: PairContext, options: Options) -> Severity | None:
    """Providers look tools up in front of everything else, wherever a local template prints them."""
    after, lost = context.after, context.pair.lost_tokens
    if after.request.dialect == "anthropic" or after.model.profile in HOSTED or lost is None:
        return None
    return "info" if lost <= options["max-lost-tokens"] else None
