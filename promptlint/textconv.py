"""Captures as git shall compare them: `promptlint render --textconv` as the textconv of a diff driver."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from promptlint import capture
from promptlint.errors import InputError, PromptlintError
from promptlint.model import Request
from promptlint.model_choice import Models
from promptlint.options import Options
from promptlint.pipeline import rendered


def text_of(path: str, options: Callable[[], Options]) -> str:
    """The prompts of all requests of a file, each below a line with its number, model and length.

    Git gives up a whole diff where this fails. So a file that is no capture is shown as it is, and a prompt that cannot
    be made, or options that cannot be had, are a line that says why. The path is left out: git hands over temporary
    files. Raises InputError for a file that cannot be read at all.
    """
    try:
        requests = capture.load(path).requests
    except InputError:
        requests = ()
    if not requests:
        return _as_it_is(path)
    try:
        given = options()
    except PromptlintError as error:
        return f"=== no prompt: {_told(error)}\n{_as_it_is(path)}"
    models = Models(given)
    try:
        return "\n".join(line for number, one in enumerate(requests) for line in _lines(number, one, models, given))
    finally:
        models.close()


def _told(error: PromptlintError) -> str:
    return f"{error.where}: {error}" if error.where else str(error)


def _lines(number: int, request: Request, models: Models, options: Options) -> Iterator[str]:
    name = f"request {number}" + (f", {request.model}" if request.model else "")
    try:
        found = rendered(request, models, options)
    except PromptlintError as error:
        yield f"=== {name}: no prompt: {_told(error)}"
    else:
        yield f"=== {name}: {len(found.prompt.ids):,} tokens"
        yield found.prompt.text


def _as_it_is(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="backslashreplace").removesuffix("\n")
    except OSError as error:
        raise InputError(f"cannot read: {error.strerror}", where=path) from None
