"""KV604: a request that the API could cache, and that marks nothing to be cached."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.engine.anthropic_cache import shortest_cached_prefix
from promptlint.lint.cache_markers import cache_markers
from promptlint.lint.context import RequestContext
from promptlint.lint.message import Words
from promptlint.lint.rule import Hit, Options, Span
from promptlint.lint.spelling import spelled
from promptlint.lint.texts import content_texts


def check(context: RequestContext, options: Options) -> Iterator[Hit]:
    """One hit at the first part that a marker could end."""
    request = context.request
    if request.dialect != "anthropic" or cache_markers(request):
        return
    minimum = options["min-tokens"] or shortest_cached_prefix(request.model)
    if minimum is None:
        return
    text = _text(context)
    if len(text.encode("utf-8", "surrogatepass")) < minimum:  # a token has at least one byte
        return
    tokens = context.count_tokens(text)
    if tokens >= minimum:
        part = next((name for name in ("system", "tools") if request.body.get(name)), "messages")
        yield Hit(
            Span(f"/{part}"),
            in_body=True,
            key=True,
            fields={"tokens": tokens, "about": Words("" if context.exact else "about ")},
            identity="no marker",
        )


def _text(context: RequestContext) -> str:
    """What of the request is text; images would need another way of counting."""
    calls = (message.get("tool_calls") for message in context.messages)
    return "\n".join(
        (
            *(text.text for number, one in enumerate(context.messages) for text in content_texts(one, f"/{number}")),
            *(spelled(one) for one in calls if one),
            *(spelled(tool) for tool in context.chat.tools or ()),
        )
    )
