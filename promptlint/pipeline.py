"""The straight line from files to a report. A newcomer's first file.

capture files → requests → conversations → pairs → prompts → tokens → common prefix → place → findings → report
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from promptlint import assembly, positions, reading
from promptlint.capture.outcome import Outcome
from promptlint.capture.sharing import Sharing
from promptlint.conversation import Grouped, Link, group
from promptlint.dialect import chat
from promptlint.engine import WITH_SLOTS
from promptlint.examination import Examined, examined, request_contexts
from promptlint.lint import catalogue
from promptlint.lint.about import about
from promptlint.lint.breaks import declared_breaks
from promptlint.lint.context import FileContext, PairContext, RequestContext
from promptlint.lint.exceptions import excepted
from promptlint.lint.runner import Active, Judged, active_rules, judge, told
from promptlint.lint.session import SessionContext, sessions
from promptlint.lint.template_context import TemplateContext, templates
from promptlint.local_model import DEFAULT_NOW
from promptlint.model import (
    Conversation,
    Prompt,
    Report,
    Request,
    RequestSummary,
    Turn,
)
from promptlint.model_choice import Models
from promptlint.options import Options
from promptlint.progress import UNWATCHED, Progress
from promptlint.reading import Read
from promptlint.records import dataclass
from promptlint.selection import capture_and_request
from promptlint.session_view import with_steps

NOTHING = Report((), (), (), (), (), command="check")


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
        found = _with_seconds(_report(read, grouped, models, options, "diff"), options)
        return _with_reuse(found, read.turns, models, options)
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
        return _with_seconds(_report(read, grouped, models, options, "check", every, progress), options)
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


def _with_seconds(report: Report, options: Options) -> Report:
    """What lost tokens cost, where a rate was given."""
    if options.prefill_rate is None:
        return report
    from promptlint.pricing import with_seconds  # with the engines: most runs do without

    return with_seconds(report, options.prefill_rate)


def _with_reuse(report: Report, turns: Sequence[Turn], models: Models, options: Options) -> Report:
    """What each engine and each model gives back, where several were asked for."""
    if not options.engines and len(options.references) < 2:
        return report
    from promptlint.reuse import with_reuse

    return with_reuse(report, turns, models, options)


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
    rules = catalogue.load(options.lint.rule_folders, allow_code=options.lint.allow_code, cache=options.cache)
    active = active_rules(rules, options.lint)
    contexts = request_contexts(read.turns, grouped.links, models, one_model=command == "diff")
    found = examined(contexts, grouped, _templates(read, contexts, active), active, options, progress)
    judged, arrivals = _judged(read, grouped, contexts, found, active, options)
    counts = assembly.token_counts(found.pairs)
    requests = assembly.summaries(contexts, counts)
    findings = assembly.with_conversations(judged.findings, grouped.conversations)
    marked, stale = excepted(findings, requests, active, list(rules.values()), options.lint, complete=read.complete)
    kept = [*([one for one in marked if one is not None] if every else told(judged, marked)), *stale]
    conversations = grouped.conversations
    if grouped.sequences:  # the two files of a pair, or one file at two revisions, are no turns
        conversations = with_steps(conversations, found.pairs, arrivals, kept, counts, judged.explained)
    return Report(
        inputs=assembly.inputs(read.outcomes),
        conversations=conversations,
        requests=requests,
        pairs=assembly.with_causes(found.pairs, judged.explained),
        findings=assembly.ordered(kept, read.outcomes),
        passed_over=reading.passed_over(read.outcomes),
        command=command,
        rules=about(rules, kept),
    )


def _judged(
    read: Read,
    grouped: Grouped,
    contexts: Sequence[RequestContext],
    found: Examined,
    active: Sequence[Active],
    options: Options,
) -> tuple[Judged, Sequence[SessionContext]]:
    """What the rules say of files, pairs and sessions, with what they say of requests and templates by themselves."""
    files = [FileContext(one) for one in read.outcomes if one.named or one.capture is not None]
    breaks = declared_breaks([turn.request for turn in read.turns], options.lint)
    meant = [pair for pair in found.pairs if pair.after.number not in breaks or _is_itself(pair)]
    slots = options.engine_options.get("slots") if options.engine in WITH_SLOTS else None
    arrivals = sessions(grouped.sequences, contexts, meant, slots, options.engine, options.engine_options)
    judged = judge(
        files, contexts, found.alone, meant, active, options.lint, read.reported, arrivals, found.of_template
    )
    return judged, arrivals


def _templates(read: Read, contexts: Sequence[RequestContext], active: Sequence[Active]) -> Sequence[TemplateContext]:
    """The templates of the requests that were asked for, where a rule looks at them."""
    if not any("template" in one.rule.scopes for one in active):
        return ()
    return templates([one for one in contexts if read.reported is None or one.number in read.reported])


def _is_itself(pair: PairContext) -> bool:
    """Is it one file at two revisions: a break stands before a request, and not between it and what it was."""
    return pair.before.request.path.partition(":")[2] == pair.after.request.path
