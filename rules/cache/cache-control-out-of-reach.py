"""KV605: the API looks a number of blocks back from each marker, and what the last request wrote lies further."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import takewhile
from typing import Any

from promptlint.comparison.content_blocks import ContentBlock, content_blocks
from promptlint.engine.providers import facts
from promptlint.lint.context import PairContext
from promptlint.lint.provider import model_name, provider
from promptlint.lint.rule import Hit, Options, Span
from promptlint.lint.spelling import spelled
from promptlint.model import Request
from promptlint.positions import keys

LOOK_BACK = ("anthropic", "bedrock_converse")
NONE_BEHIND = "this is the last marker, and the earlier request had one further on: what it wrote there is not read"


def check(context: PairContext, options: Options) -> Iterator[Hit]:
    """One hit at the first marker behind the last one of `before`, where it is too far behind it."""
    before, after = context.before.request, context.after.request
    if after.dialect not in LOOK_BACK or before.dialect != after.dialect:
        return
    known = facts(provider(context.after), model_name(context.after))
    reach = options["look-back"] or known.look_back
    if not reach:  # a local server takes the API and looks at no marker
        return
    if (context.pair.before_tokens or 0) < (options["min-tokens"] or known.minimum):  # nothing was written
        return
    old, new = content_blocks(before), content_blocks(after)
    same = len(list(takewhile(bool, (_equal(before, a, after, b) for a, b in zip(old, new, strict=False)))))
    written = max((number for number, block in enumerate(old[:same]) if block.marked), default=None)
    markers = [number for number, block in enumerate(new) if block.marked]
    if written is None or not markers:
        return
    behind = [number for number in markers if number >= written]
    if not behind:
        yield replace(_hit(old[written], new[markers[-1]], 0, reach), message=NONE_BEHIND)
    elif behind[0] - written > reach:
        yield _hit(old[written], new[behind[0]], behind[0] - written, reach)


def _hit(written: ContentBlock, marked: ContentBlock, distance: int, reach: int) -> Hit:
    return Hit(
        Span(marked.pointer),
        related=Span(written.pointer),
        in_body=True,
        fields={"blocks": distance, "reach": reach},
        explains=False,
        identity="out of reach",
    )


def _equal(before: Request, old: ContentBlock, after: Request, new: ContentBlock) -> bool:
    return _where(old) == _where(new) and _said(before, old) == _said(after, new)


def _where(block: ContentBlock) -> tuple[str, ...]:
    """The list it stands in, and the message."""
    names = keys(block.pointer)
    return tuple(names[:2] if names[0] == "messages" else names[:1])


def _said(request: Request, block: ContentBlock) -> str:
    """The block as text, the same whether it is a string or a list with one text."""
    value: Any = request.body
    for name in keys(block.pointer):
        value = value[int(name)] if isinstance(value, list) else value[name]
    if not isinstance(value, str):
        return spelled(value)
    return spelled({"type": "text", "text": value} if request.dialect == "anthropic" else {"text": value})
