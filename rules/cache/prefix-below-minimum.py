"""KV608: a prefix that is shorter than what the provider caches at all; nothing in the answer says so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from promptlint.comparison.content_blocks import content_blocks
from promptlint.engine import HOSTED
from promptlint.engine.providers import Facts, facts
from promptlint.lint.context import PairContext, RequestContext
from promptlint.lint.message import Words
from promptlint.lint.provider import model_name, provider
from promptlint.lint.rule import Hit, Options, Span
from promptlint.lint.spelling import spelled
from promptlint.positions import keys

PICTURES = ("image", "image_url", "input_image", "document")  # their tokens are not those of their text
LONGEST_TOKEN = 64  # characters: what is longer than so many for each token of the minimum needs no counting
MARKED = ("anthropic", "bedrock_converse")
SURE = 3 / 4  # of the minimum: a provider's own tokenizer counts otherwise, and it adds text to the tools


def check(context: RequestContext | PairContext, options: Options) -> Iterator[Hit]:
    """Of a request that marks what to cache, its last marker; of a pair where nothing is marked, what it shares."""
    own = context.after.request if isinstance(context, PairContext) else context.request
    if own.observed_cached_tokens:  # the answer knows better
        return
    if isinstance(context, PairContext):
        if context.after.request.dialect not in MARKED:
            yield from _shared(context, options)
    elif context.request.dialect in MARKED:
        yield from _marked(context, options)


def _known(context: RequestContext, options: Options) -> tuple[Facts, int]:
    """What is known of the provider, and the shortest prefix that it caches."""
    known = facts(provider(context), model_name(context))
    return known, options["min-tokens"] or max(known.minimum, known.block)


def _marked(context: RequestContext, options: Options) -> Iterator[Hit]:
    _, minimum = _known(context, options)
    blocks = content_blocks(context.request)
    last = max((number for number, block in enumerate(blocks) if block.marked), default=None)
    if last is None:
        return
    values = [_value(context.request.body, block.pointer) for block in blocks[: last + 1]]
    if any(_is_picture(value) for value in values):
        return
    text = "\n".join(value if isinstance(value, str) else _text(value) for value in values)
    if len(text) > minimum * LONGEST_TOKEN:
        return
    tokens = context.count_tokens(text)
    if tokens < minimum * SURE:
        about = Words("" if context.exact else "about ")
        yield Hit(
            Span(blocks[last].pointer),
            in_body=True,
            fields={"tokens": tokens, "minimum": minimum, "about": about},
            identity="marker",
        )


def _shared(context: PairContext, options: Options) -> Iterator[Hit]:
    common, length = context.pair.common_prefix_tokens, context.pair.after_tokens
    if provider(context.after) not in HOSTED or context.grew or not common or length is None:
        return
    known, minimum = _known(context.after, options)
    if not known.caches or common >= minimum * SURE or length < minimum:
        return
    about = Words("" if context.exact else "about ")
    yield Hit(
        Span(""),
        in_body=True,
        fields={"tokens": common, "minimum": minimum, "about": about},
        message="{about}{tokens} tokens are shared with the earlier request, and fewer than {minimum} are not cached",
        explains=False,
        identity="shared",
    )


def _value(body: Any, pointer: str) -> Any:
    for name in keys(pointer):
        body = body[int(name)] if isinstance(body, list) else body[name]
    return body


def _text(value: Any) -> str:
    own = value.get("text") if isinstance(value, dict) else None
    return own if isinstance(own, str) else spelled(value)


def _is_picture(value: Any) -> bool:
    if isinstance(value, list):
        return any(_is_picture(one) for one in value)
    if not isinstance(value, dict):
        return False
    return value.get("type") in PICTURES or "image" in value or _is_picture(value.get("content"))
