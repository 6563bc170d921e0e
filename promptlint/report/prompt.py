"""What `promptlint render` prints: the prompt, or its tokens, or both as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TextIO

from promptlint import __version__
from promptlint.model import JsonObject
from promptlint.report import PLAIN, View
from promptlint.report.certainty import tokenizer_lines
from promptlint.report.json_report import json_text
from promptlint.report.text_block import wrapped
from promptlint.terminal import harmless, safe, safe_lines

if TYPE_CHECKING:
    from promptlint.pipeline import RenderedRequest

SCHEMA = "promptlint-prompt/1"


def write_text(rendered: RenderedRequest, stream: TextIO, _view: View = PLAIN) -> None:
    """Write the prompt with its own line breaks, or one line a token where the pieces were asked for."""
    text = "\n".join(_token_lines(rendered)) if rendered.pieces else safe_lines(rendered.prompt.text)
    stream.write(harmless(text) + "\n")


def _token_lines(rendered: RenderedRequest) -> Iterator[str]:
    ids = rendered.prompt.ids
    count_width, id_width = len(str(len(ids))), max((len(str(token)) for token in ids), default=1)
    for number, (token, piece) in enumerate(zip(ids, rendered.pieces, strict=True)):
        yield f"{number:>{count_width}}  {token:>{id_width}}  {safe(piece)}"


def write_json(rendered: RenderedRequest, stream: TextIO, _view: View = PLAIN) -> None:
    """Write the exact prompt and its ids."""
    stream.write(json_text(_document(rendered)))


def _document(rendered: RenderedRequest) -> JsonObject:
    request, use = rendered.summary.request, rendered.summary.tokenizer
    return {
        "schema": SCHEMA,
        "version": __version__,
        "path": request.path,
        "container": request.container,
        "dialect": request.dialect,
        "model": request.model,
        "tokens": len(rendered.prompt.ids),
        "tokenizer": {"reference": use.reference, "exact": use.exact, "profile": use.profile},
        "limits": list(rendered.prompt.limits),
        "text": rendered.prompt.text,
        "ids": rendered.prompt.ids,
        "pieces": list(rendered.pieces) or None,
    }


FORMATS: dict[str, Callable[[RenderedRequest, TextIO, View], None]] = {"text": write_text, "json": write_json}


def summary_lines(rendered: RenderedRequest, view: View) -> Iterator[str]:
    """What is said about the prompt, beside it: its length, how sure that is, and what could not be modelled."""
    yield f"{len(rendered.prompt.ids):,} tokens."
    yield from tokenizer_lines(rendered.summary.tokenizer, view)
    if rendered.prompt.limits:
        yield "Not modelled, so the prompt can be another one:"
    for limit in rendered.prompt.limits:
        yield from wrapped(limit, view.terminal)
