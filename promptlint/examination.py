"""Looking at all of it: requests and templates with the rules for them, linked pairs compared, several at once."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

from promptlint.comparison.pair import compare, compare_structure
from promptlint.conversation import Grouped, Link
from promptlint.lint.context import PairContext, RequestContext
from promptlint.lint.hits import Found
from promptlint.lint.runner import Active, of_requests, of_templates
from promptlint.lint.template_context import TemplateContext
from promptlint.local_model import DEFAULT_NOW
from promptlint.model import Request, Turn
from promptlint.model_choice import Models
from promptlint.options import Options
from promptlint.progress import Progress
from promptlint.records import dataclass


def request_contexts(
    turns: Sequence[Turn], links: Iterable[Link], models: Models, *, one_model: bool
) -> list[RequestContext]:
    """What the rules are given of each request. `one_model`: that of the second request of a pair counts both."""
    paired = {number for link in links for number in (link.before, link.after)}
    found = [
        RequestContext(turn, number, models.of(turn.request), paired=number in paired)
        for number, turn in enumerate(turns)
    ]
    for link in links if one_model else ():
        found[link.before].model = found[link.after].model
    return found


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found out of requests, templates and pairs, each by itself."""

    alone: Sequence[Found]
    of_template: Sequence[Found]
    pairs: Sequence[PairContext]  # in the order of their links


def examined(
    contexts: Sequence[RequestContext],
    grouped: Grouped,
    templates: Sequence[TemplateContext],
    active: Sequence[Active],
    options: Options,
    progress: Progress,
) -> Examined:
    """What the rules find in each request and each template, and the linked pairs compared."""
    homes = {number: home for home, one in enumerate(grouped.conversations) for number in one.requests}
    # The rules look at the requests while the model's processes are busy with the pairs, and with what is asked of the
    # templates: that needs no vocabulary, which takes long to read.
    with _several_at_once(options.jobs) as pool:
        compared = [
            pool.submit(_compared, number, contexts[link.before], contexts[link.after], homes[link.after], options)
            for number, link in enumerate(grouped.links)
        ]
        asked = pool.submit(of_templates, templates, active)
        progress.begin("checking", len(contexts) + len(compared))
        alone = of_requests(contexts, active, progress)
        pairs = [_awaited(one, progress) for one in compared]
        return Examined(alone, asked.result(), pairs)


def _awaited(comparing: Future[PairContext], progress: Progress) -> PairContext:
    found = comparing.result()
    progress.advance(1)
    return found


@contextmanager
def _several_at_once(jobs: int) -> Iterator[ThreadPoolExecutor]:
    """Rendering and encoding are processes of their own: with several pairs under way they wait less for each other.

    But only if whoever has got an answer may go on soon: Python's threads take turns every 5 ms, longer than an answer
    takes.
    """
    turn = sys.getswitchinterval()
    sys.setswitchinterval(turn / 10)
    pool = ThreadPoolExecutor(max_workers=jobs)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)  # who has pressed Ctrl-C, or had a pair stopped, does not wait for the rest
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
