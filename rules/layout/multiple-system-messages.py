"""KV202: more than one system message at the front."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.comparison.location import leading_system
from promptlint.lint.context import RequestContext
from promptlint.lint.experiments import fate
from promptlint.lint.rule import Hit, Options, Span
from promptlint.lint.texts import content_texts

NOTES = {
    "raises": "this template refuses it",
    "dropped": "this template drops it",
    "hoisted": "this template prints it before the first",
}


def check(context: RequestContext, _options: Options) -> Iterator[Hit]:
    """One hit at the second of them, with their number."""
    count = leading_system(context.chat)
    dialect = context.request.dialect
    if count < 2 or dialect == "anthropic":  # its system field is one message, however many blocks it has
        return
    instructed = dialect == "openai_responses" and bool(context.request.body.get("instructions"))
    if instructed and count == 2 and context.messages[1].get("role") == "developer":
        return
    found = fate(context, 1)
    texts = list(content_texts(context.messages[1], "/messages/1"))
    yield Hit(
        Span("/messages/1"),
        texts[0].text if texts else "",
        fields={"count": count},
        note=NOTES.get(found.outcome) if found is not None else None,
        identity="",
    )
