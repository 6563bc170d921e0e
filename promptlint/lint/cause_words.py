"""Causes in words: where it is, what stood there, and what would be reused with it put back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from promptlint import redaction
from promptlint.comparison.causes import Price
from promptlint.comparison.location import leading_system
from promptlint.lint.context import PairContext, RequestContext
from promptlint.lint.edits import MISSING, Edit
from promptlint.lint.hits import Found
from promptlint.lint.rule import Span
from promptlint.lint.tools import tool_list
from promptlint.positions import keys

QUOTED = 32  # characters of a value in a sentence
SHOWN = 200  # of one in a report
TEMPLATE = "the chat template"


def where(pair: PairContext, edit: Edit | None, *, redact: bool = False) -> str:
    """The place as a reader of the conversation calls it; without a difference it is the template's doing."""
    if edit is None:
        return TEMPLATE
    side, span = (pair.before, edit.before) if edit.kind == "removed" else (pair.after, edit.after)
    first, *rest = keys(span.pointer) or [""]
    if edit.kind in ("added", "removed") and len(rest) > 1:  # a member goes by its name, and stands in what holds it
        rest = rest[:-1]
    if first == "messages":
        return _in_messages(side, span, rest, redact)
    if first == "tools":
        tools = {tool.pointer: tool.name for tool in tool_list(side.chat).tools}
        name = tools.get(f"/tools/{rest[0]}") if rest else None
        return f'tool "{_shown(name, redact)}"' if name else "the tools"
    return "the prompt" if first == "prompt" else f"parameter {_shown(first, redact)}"


def _shown(name: str, redact: bool) -> str:
    return redaction.names(name) if redact else name


def _in_messages(side: RequestContext, span: Span, rest: list[str], redact: bool) -> str:
    number, inside = int(rest[0]), rest[1:]
    if number < leading_system(side.chat):
        at = None if span.offset is None else side.system.offset(span.pointer, span.offset)
        line = "" if at is None else f"line {side.system.text.count(chr(10), 0, at) + 1} of "
        return f"{line}the system prompt"
    role = _shown(str(side.messages[number].get("role")), redact)
    message = f"message {number + 1} ({role})"
    if inside[:1] == ["tool_calls"]:
        call = f"call {int(inside[1]) + 1}" if len(inside) > 1 else "the calls"
        return f"{call} of {message}"
    return f"{_shown(inside[0], redact)} of {message}" if inside and inside[0] != "content" else message


def values(pair: PairContext, edits: Sequence[Edit]) -> tuple[Any, Any]:
    """What stood at the first of some differences and what does, long texts cut; None for nothing."""
    edit, other = edits[0], _renamed_from(edits)
    if other is not None:
        return _short(other.old), _short(edit.new)
    if edit.kind == "text":
        old = _widened(_text(pair.before, edit.before), edit.before)
        return _cut(old), _cut(_widened(_text(pair.after, edit.after), edit.after))
    was, now = (None if value is MISSING else _short(value) for value in (edit.old, edit.new))
    return was, now


def _text(side: RequestContext, span: Span) -> str:
    value: Any = {
        **side.chat.parameters,
        "messages": side.messages,
        "tools": side.chat.tools,
        "prompt": side.chat.rendered,
    }
    for key in keys(span.pointer):
        value = value[int(key)] if isinstance(value, list | tuple) else value[key]
    return str(value)


def _widened(text: str, span: Span) -> str:
    """A stretch with the words that it begins and ends in."""
    start, end = span.offset or 0, (span.offset or 0) + span.length
    if start == end:
        return ""
    first, last = max(0, start - QUOTED), min(len(text), end + QUOTED)
    while start > first and not text[start - 1].isspace() and not text[start].isspace():
        start -= 1
    while end < last and not text[end].isspace() and not text[end - 1].isspace():
        end += 1
    return text[start:end]


def _short(value: Any) -> Any:
    if isinstance(value, str):
        return _cut(value)
    text = json.dumps(value, ensure_ascii=False, default=str)
    return value if len(text) <= SHOWN else _cut(text)


def _cut(text: str, most: int = SHOWN) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _renamed_from(edits: Sequence[Edit]) -> Edit | None:
    """Of a member that came where another is gone, the one that is gone."""
    if len(edits) != 2 or (edits[0].kind, edits[1].kind) != ("added", "removed"):
        return None
    same = keys(edits[0].after.pointer)[:-1] == keys(edits[1].after.pointer)
    return edits[1] if same else None


def sentence(
    pair: PairContext, edits: Sequence[Edit], told: Found | None, price: Price, *, redact: bool = False
) -> str | None:
    """What would be reused with this cause alone repaired; None where that was not measured."""
    before, common = pair.pair.before_tokens, pair.pair.common_prefix_tokens
    if price.reusable is None or before is None or common is None:
        return None
    reused = f"{price.reusable:,} of {before:,} tokens would be reused; now {common:,}"
    if not edits:
        return f"with a template that leaves earlier turns as they were {reused}"
    others = 0 if _renamed_from(edits) else len(edits) - 1
    more = f" and in {others:,} more place{'s' if others > 1 else ''}" if others else ""
    remedy = told.hit.remedy if told is not None and (told.rule.source == "bundled" or not redact) else None
    at = where(pair, edits[0], redact=redact)
    if remedy is None and _is_item(edits[0]):
        how = {"added": f"without {at}", "removed": f"with {at} of before put back"}
        return f"{how.get(edits[0].kind, f'with {at} as it was')}{more} {reused}"
    return f"{remedy or _repair(pair, edits, redact)} in {at}{more} {reused}"


def _is_item(edit: Edit) -> bool:
    """Is it a whole message, or a whole tool."""
    span = edit.before if edit.kind == "removed" else edit.after
    return edit.is_whole and span.pointer.count("/") == 2 and span.pointer.startswith(("/messages/", "/tools/"))


def _repair(pair: PairContext, edits: Sequence[Edit], redact: bool) -> str:
    edit, other = edits[0], _renamed_from(edits)
    old, new = values(pair, edits)
    if other is not None:
        return f"with {_name(other.before, redact)} instead of {_name(edit.after, redact)}"
    if edit.kind == "order":
        return "with the old order"
    if edit.kind == "added" or (edit.kind == "text" and not old):
        return f"without {_quoted(edit.after, new, edit, redact)}"
    if edit.kind == "removed":
        return f"with {_quoted(edit.before, old, edit, redact)} put back"
    return f"with {_quoted(edit.before, old, edit, redact)} again"


def _name(span: Span, redact: bool) -> str:
    return json.dumps(_shown(keys(span.pointer)[-1], redact), ensure_ascii=False)


def _quoted(span: Span, value: Any, edit: Edit, redact: bool) -> str:
    """A short text in quotes, a member by its name, everything else as what it is."""
    if isinstance(value, str) and value.strip() and edit.kind in ("text", "value"):
        return redaction.mark(value) if redact else json.dumps(_cut(value, QUOTED), ensure_ascii=False)
    if edit.kind == "text":
        return "the white space"
    if not keys(span.pointer)[-1].isdigit():
        return _name(span, redact)
    return "what is there"
