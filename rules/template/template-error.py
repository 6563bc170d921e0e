"""KV506: the template raises for a request of a pair."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.errors import TemplateError
from promptlint.lint.context import PairContext
from promptlint.lint.message import Words
from promptlint.lint.rule import Hit, Options, Span
from promptlint.model import Place


def check(context: PairContext, _options: Options) -> Iterator[Hit]:
    """A hit in the template; one that refuses both requests in the same words refuses the first."""
    told = set()
    for side, prompt in ((context.before, context.compared.before), (context.after, context.compared.after)):
        if not isinstance(prompt, TemplateError) or str(prompt) in told:
            continue
        told.add(str(prompt))
        model = side.model
        column = None if prompt.line is None else 1
        yield Hit(
            Span(""),
            str(prompt),
            place=Place(model.template_path or model.source.reference, "", prompt.line, column),
            fields={"path": Words(side.request.path)},
            in_before=side is context.before,
            in_body=True,
        )
