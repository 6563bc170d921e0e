"""The straight line from files to a report. A newcomer's first file.

capture file → request → chat → prompt → tokens → common prefix → place → findings → report
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from promptlint import positions
from promptlint.comparison.pair import Compared, Turn, compare, compare_structure
from promptlint.comparison.verdict import prefix_findings, template_finding
from promptlint.dialect import chat
from promptlint.errors import TemplateError
from promptlint.local_model import DEFAULT_NOW, Model
from promptlint.model import (
    Capture,
    Conversation,
    Finding,
    Prompt,
    Report,
    Request,
    RequestSummary,
    TokenizerUse,
)
from promptlint.model_choice import choose_model, open_model
from promptlint.options import Options
from promptlint.selection import capture_and_request


@dataclass(frozen=True, slots=True)
class RenderedRequest:
    """What `promptlint render` shows."""

    summary: RequestSummary
    prompt: Prompt
    pieces: tuple[str, ...]  # the vocabulary's spelling of each id; empty unless asked for


def diff(before: Any, after: Any, options: Options) -> Report:
    """Compare two requests, each given as a path, "FILE#N", "-", a dict or a Request."""
    early = _started_early(options)
    captures, requests = zip(*(capture_and_request(what) for what in (before, after)), strict=True)
    turns = [Turn(request, chat(request)) for request in requests]
    structure = compare_structure(turns[0].chat, turns[1].chat)
    model = early or choose_model(requests[1], options)
    try:
        now = options.now or requests[0].recorded_at or DEFAULT_NOW
        compared = compare(turns[0], turns[1], structure, model, now, _notes(requests, options))
        return _report(captures, requests, compared, model.use, options)
    finally:
        model.close()


def render(path: Any, request: int | None, options: Options, *, pieces: bool = False) -> RenderedRequest:
    """Render and tokenize one request. Raises TemplateError where the template refuses it."""
    model = _started_early(options)
    found = capture_and_request(path, request)[1]
    model = model or choose_model(found, options)
    try:
        prompt = model.chat_prompt(chat(found), options.now or found.recorded_at or DEFAULT_NOW)
        spelled = model.spellings(prompt.ids) if pieces else ()
        return RenderedRequest(_summary(found, len(prompt.ids), model.use), prompt, tuple(spelled))
    finally:
        model.close()


def _notes(requests: tuple[Request, ...], options: Options) -> tuple[str, ...]:
    before, after = (request.model for request in requests)
    if before is None or after is None or before == after:
        return ()
    counted = "as the second one's" if options.model is None else f"with {options.model}"
    return (f"the requests name two models, {before} and {after}: both are counted {counted}",)


def _started_early(options: Options) -> Model | None:
    """A model that was named needs no request to be chosen: its process reads the files while we read the captures."""
    if options.model is None or options.model == "builtin":  # builtin's layout follows the request's API
        return None
    model = open_model(options.model, options)
    model.start()
    return model


def _report(
    captures: tuple[Capture, ...],
    requests: tuple[Request, ...],
    compared: Compared,
    use: TokenizerUse,
    options: Options,
) -> Report:
    sides = (compared.before, compared.after)
    counts = [len(side.ids) if isinstance(side, Prompt) else None for side in sides]
    return Report(
        inputs=tuple({found.path: found for found in captures}.values()),
        conversations=(Conversation((0, 1), "explicit"),),
        requests=tuple(_summary(request, count, use) for request, count in zip(requests, counts, strict=True)),
        pairs=(compared.pair,),
        findings=tuple(_findings(compared, requests, use, options)),
    )


def _findings(compared: Compared, requests: tuple[Request, ...], use: TokenizerUse, options: Options) -> list[Finding]:
    # One fault, one finding: a template that refuses both sides in the same words is reported at the first.
    refused: dict[str, Finding] = {}
    for number, side in enumerate((compared.before, compared.after)):
        if isinstance(side, TemplateError):
            template = options.template or use.reference
            refused.setdefault(str(side), template_finding(side, requests[number], number, template, pair=0))
    broken = prefix_findings(compared.pair, requests[0], requests[1], options.max_lost_tokens, use.exact)
    return [*refused.values(), *broken]


def _summary(request: Request, tokens: int | None, use: TokenizerUse) -> RequestSummary:
    return RequestSummary(request, positions.place(request, "").line, tokens, use)
