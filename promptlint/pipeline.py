"""The straight line from files to a report. A newcomer's first file.

capture files → requests → conversations → pairs → prompts → tokens → common prefix → place → findings → report
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Literal

from promptlint import positions, reading
from promptlint.capture.outcome import Outcome
from promptlint.capture.sharing import Sharing
from promptlint.comparison.pair import compare, compare_structure
from promptlint.conversation import Grouped, Link, group
from promptlint.dialect import chat
from promptlint.engine import WITH_SLOTS
from promptlint.lint import catalogue
from promptlint.lint.about import about
from promptlint.lint.breaks import declared_breaks
from promptlint.lint.causes import Explained
from promptlint.lint.context import FileContext, PairContext, RequestContext
from promptlint.lint.exceptions import excepted
from promptlint.lint.runner import active_rules, judge, of_requests, told
from promptlint.lint.session import sessions
from promptlint.lint.template_context import templates
from promptlint.local_model import DEFAULT_NOW
from promptlint.model import (
    UNREADABLE,
    Capture,
    Conversation,
    Finding,
    Pair,
    Prompt,
    Report,
    Request,
    RequestSummary,
    Skipped,
    Turn,
)
from promptlint.model_choice import Models
from promptlint.options import Options
from promptlint.pricing import with_seconds
from promptlint.progress import UNWATCHED, Progress
from promptlint.reading import Read
from promptlint.reuse import with_reuse
from promptlint.selection import capture_and_request
from promptlint.session_view import with_steps

NOTHING = Report((), (), (), (), (), command="check")
SEVEREST_FIRST = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class RenderedRequest:
    """What `promptlint render` shows."""

    summary: RequestSummary
    prompt: Prompt
    pieces: tuple[str, ...]  # the vocabulary's spelling of each id; empty unless asked for


def diff(before: Any, after: Any, options: Options) -> Report:
    """Compare two requests, each given as a path, "FILE#N", "REV:PATH", "-", a dict or a Request; or two folders."""
    models = Models(options)
    try:
        models.start()
        read, grouped = reading.folders(before, after) or _two(before, after)
        found = with_seconds(_report(read, grouped, models, options, "diff"), options)
        return with_reuse(found, read.turns, models, options)
    finally:
        models.close()


def check(
    paths: Sequence[Any],
    options: Options,
    against: str | None = None,
    *,
    swept: bool = False,
    every: bool = False,
    progress: Progress = UNWATCHED,
) -> Report:
    """Group the requests of files and folders into conversations, compare their turns, and run the selected rules.

    `against` is a git revision: each request is compared with itself there instead. `swept`: files that are no
    captures are passed over, whoever named them. Raises NoRequestError where there is nothing to look at.
    """
    models = Models(options)
    try:
        read = reading.read_all(paths, options.lint, swept=swept, progress=progress)
        reading.refuse_empty(read)
        if against is not None:
            read, grouped = reading.against(read, against)
        else:
            read, grouped = reading.focused(read, group(read.turns, options.lint.sessions))
        return with_seconds(_report(read, grouped, models, options, "check", every, progress), options)
    finally:
        progress.end()
        models.close()


def render(path: Any, request: int | None, options: Options, *, pieces: bool = False) -> RenderedRequest:
    """Render and tokenize one request. Raises TemplateError where the template refuses it."""
    models = Models(options)
    try:
        models.start()
        return rendered(capture_and_request(path, request)[1], models, options, pieces=pieces)
    finally:
        models.close()


def rendered(request: Request, models: Models, options: Options, *, pieces: bool = False) -> RenderedRequest:
    """The prompt of a request. Raises TemplateError where the template refuses it."""
    model = models.of(request)
    prompt = model.chat_prompt(chat(request), options.now or request.recorded_at or DEFAULT_NOW)
    spelled = model.spellings(prompt.ids) if pieces else ()
    summary = RequestSummary(request, positions.line(request), len(prompt.ids), model.use)
    return RenderedRequest(summary, prompt, tuple(spelled))


def _two(before: Any, after: Any) -> tuple[Read, Grouped]:
    sharing = Sharing()
    captures, requests = zip(*(capture_and_request(what, sharing=sharing) for what in (before, after)), strict=True)
    outcomes = tuple(Outcome(path, found) for path, found in {found.path: found for found in captures}.items())
    turns = tuple(Turn(request, chat(request)) for request in requests)
    return (
        Read(outcomes, turns, frozenset((0, 1))),
        Grouped((Conversation((0, 1), "explicit"),), (Link(0, 1, explicit=True),)),
    )


def _report(
    read: Read,
    grouped: Grouped,
    models: Models,
    options: Options,
    command: Literal["diff", "check"],
    every: bool = False,
    progress: Progress = UNWATCHED,
) -> Report:
    """Compare the linked requests, run the rules, leave out what is excepted, and put all of it together.

    `every`: each occurrence of a fault, and not only where it is told; a baseline has to know them all.
    """
    rules = catalogue.load(options.lint.rule_folders, allow_code=options.lint.allow_code)
    active = active_rules(rules, options.lint)
    paired = {number for link in grouped.links for number in (link.before, link.after)}
    contexts = [
        RequestContext(turn, number, models.of(turn.request), paired=number in paired)
        for number, turn in enumerate(read.turns)
    ]
    if command == "diff":  # one tokenizer counts both, that of the second
        for link in grouped.links:
            contexts[link.before].model = contexts[link.after].model
    homes = {number: home for home, one in enumerate(grouped.conversations) for number in one.requests}
    with _two_at_once() as pool:  # the rules look at the requests while the model's processes are busy with the pairs
        compared = [
            pool.submit(_compared, number, contexts[link.before], contexts[link.after], homes[link.after], options)
            for number, link in enumerate(grouped.links)
        ]
        progress.begin("checking", len(contexts) + len(compared))
        alone = of_requests(contexts, active, progress)
        pairs = [_awaited(one, progress) for one in compared]
    files = [FileContext(one) for one in read.outcomes if one.named or one.capture is not None]
    breaks = declared_breaks([turn.request for turn in read.turns], options.lint)
    meant = [pair for pair in pairs if pair.after.number not in breaks or _is_itself(pair)]
    slots = options.engine_options.get("slots") if options.engine in WITH_SLOTS else None
    arrivals = sessions(grouped.sequences, contexts, meant, slots, options.engine, options.engine_options)
    asked = [one for one in contexts if read.reported is None or one.number in read.reported]
    of_templates = templates(asked) if any("template" in one.rule.scopes for one in active) else ()
    judged = judge(files, contexts, alone, meant, active, options.lint, read.reported, arrivals, of_templates)
    counts = _counts(pairs)
    requests = tuple(_summary(context, counts.get(context.number)) for context in contexts)
    found = _homed(judged.findings, homes)
    marked, stale = excepted(found, requests, active, list(rules.values()), options.lint, complete=read.complete)
    kept = [one for one in marked if one is not None] if every else told(judged, marked)
    conversations = grouped.conversations
    if grouped.sequences:  # the two files of a pair, or one file at two revisions, are no turns
        conversations = with_steps(conversations, pairs, arrivals, [*kept, *stale], counts, judged.explained)
    return Report(
        inputs=tuple(_input(one) for one in read.outcomes if one.capture is not None or one.named),
        conversations=conversations,
        requests=requests,
        pairs=tuple(_with_causes(pair, judged.explained.get(pair.number)) for pair in pairs),
        findings=tuple(_ordered([*kept, *stale], read.outcomes)),
        passed_over=reading.passed_over(read.outcomes),
        command=command,
        rules=about(rules, [*kept, *stale]),
    )


def _with_causes(pair: PairContext, explained: Explained | None) -> Pair:
    if explained is None:
        return pair.pair
    return replace(pair.pair, causes=explained.causes, limits=(*pair.pair.limits, *explained.limits))


def _awaited(comparing: Future[PairContext], progress: Progress) -> PairContext:
    found = comparing.result()
    progress.advance(1)
    return found


def _is_itself(pair: PairContext) -> bool:
    """Is it one file at two revisions: a break stands before a request, and not between it and what it was."""
    return pair.before.request.path.partition(":")[2] == pair.after.request.path


@contextmanager
def _two_at_once() -> Iterator[ThreadPoolExecutor]:
    """Rendering and encoding are two processes of their own: with two pairs under way neither waits for the other.

    But only if whoever has got an answer may go on soon: Python's threads take turns every 5 ms, longer than an answer
    takes.
    """
    turn = sys.getswitchinterval()
    sys.setswitchinterval(turn / 10)
    try:
        with ThreadPoolExecutor(max_workers=2) as pool:
            yield pool
    finally:
        sys.setswitchinterval(turn)


def _compared(
    number: int, before: RequestContext, after: RequestContext, conversation: int, options: Options
) -> PairContext:
    structure = compare_structure(before.chat, after.chat)
    now = options.now or before.request.recorded_at or DEFAULT_NOW
    notes = _notes(before.request, after.request, options)
    compared = compare(before.turn, after.turn, structure, after.model, now, notes)
    pair = replace(compared.pair, before=before.number, after=after.number, conversation=conversation)
    return PairContext(before, after, replace(compared, pair=pair), number, now=now)


def _notes(before: Request, after: Request, options: Options) -> tuple[str, ...]:
    if before.model is None or after.model is None or before.model == after.model:
        return ()
    counted = "as the second one's" if options.model is None else f"with {options.model}"
    return (f"the requests name two models, {before.model} and {after.model}: both are counted {counted}",)


def _counts(pairs: Sequence[PairContext]) -> dict[int, int]:
    """Tokens by request, as far as a pair has counted them with the request's own model."""
    return {
        context.number: tokens
        for pair in pairs
        for context, tokens in ((pair.before, pair.compared.before), (pair.after, pair.compared.after))
        if isinstance(tokens, int) and context.model is pair.after.model
    }


def _summary(context: RequestContext, tokens: int | None) -> RequestSummary:
    return RequestSummary(context.request, positions.line(context.request), tokens, context.model.use)


def _input(outcome: Outcome) -> Capture:
    if outcome.capture is not None:
        return outcome.capture
    return Capture(outcome.path, UNREADABLE, (), (Skipped("", str(outcome.error)),))


def _homed(found: Sequence[Finding], homes: dict[int, int]) -> list[Finding]:
    return [
        one
        if one.request is None or one.conversation is not None
        else replace(one, conversation=homes.get(one.request))
        for one in found
    ]


def _ordered(found: Sequence[Finding], outcomes: Sequence[Outcome]) -> list[Finding]:
    """File by file, the severest first, then by place."""
    files = {one.path: number for number, one in enumerate(outcomes)}

    def key(one: Finding) -> tuple[object, ...]:
        place = one.place
        at = (place.line or 0, place.column or 0, one.pair if one.pair is not None else -1)
        return (
            files.get(place.path, len(files)),
            place.path,
            SEVEREST_FIRST.index(one.severity),
            *at,
            one.code,
            one.message,
        )

    return sorted(found, key=key)
