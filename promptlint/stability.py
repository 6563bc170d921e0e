"""The assertion for tests: no turn of a conversation loses the prompt prefix of the turn before.

    assert_prefix_stable(llm_requests, model="models/qwen3-8b")

It takes what the fixture of the pytest plugin has recorded, and bodies and captures from anywhere else; pytest itself
need not be there.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

from promptlint import api
from promptlint import config as configuration
from promptlint.errors import NoRequestError, PromptlintError, UsageError
from promptlint.lint.breaks import declared_breaks
from promptlint.model import Pair, Report, Request
from promptlint.recorded import Breaks, RecordedRequest
from promptlint.records import dataclass
from promptlint.report import View, text
from promptlint.report.place import request_of
from promptlint.report.plural import plural
from promptlint.selection import request_of_body
from promptlint.terminal import Terminal

MAX_LOST_TOKENS = 64
MOST_SHOWN = 3  # broken pairs; a clock breaks all of them alike
MOST_NAMED = 10  # requests that continue none
WIDTH = 76  # columns: pytest begins each line with "E   "


@dataclass(frozen=True, slots=True)
class _Judged:
    """What is not at a declared break: the pairs that lost too much, and the requests that begin a conversation."""

    report: Report
    lost: tuple[Pair, ...]
    beginnings: tuple[int, ...]
    every_beginning: tuple[int, ...]  # those at a declared break too


def assert_prefix_stable(
    requests: Any,
    *,
    model: str | Path | None = None,
    max_lost_tokens: int = MAX_LOST_TOKENS,
    conversations: int | None = None,
    engine: str | None = None,
    engine_options: Mapping[str, int] | None = None,
    config: str | Path | None = None,
    template: str | Path | None = None,
    template_arguments: Mapping[str, Any] | None = None,
    online: bool = False,
    require_exact: bool = False,
) -> None:
    """Raises AssertionError where a request loses more than `max_lost_tokens` of the one that it continues.

    `requests` are recorded requests, bodies as dicts, Requests, or paths of captures, in the order in which they were
    sent. Which one continues which is found out as by `promptlint check`: titles and other requests on the side are
    conversations of their own. So is what comes after a history that was thrown away: `conversations` is how many there
    may be at most. With nothing to compare there is nothing to be stable: that is an AssertionError too.
    """
    __tracebackhide__ = True
    options = {
        "model": model,
        "engine": engine,
        "engine_options": engine_options,
        "config": config,
        "template": template,
        "template_arguments": template_arguments,
        "online": online,
        "require_exact": require_exact,
    }
    try:
        why = _why_not(requests, max_lost_tokens, conversations, options)
    except PromptlintError as error:
        if error.hint is not None:
            error.add_note(f"hint: {error.hint}")
        raise error.with_traceback(None) from None  # where it came from within promptlint says nothing to anybody
    if why is not None:
        raise AssertionError(why)


def _why_not(requests: Any, most_lost: int, most: int | None, options: Mapping[str, Any]) -> str | None:
    """Why the requests are not stable; None if they are."""
    if most is not None and (not isinstance(most, int) or most < 1):
        raise UsageError(f"conversations={most!r} is no number from 1")
    given = _given(requests)
    try:
        report = api.check(given, **options) if given else None
    except NoRequestError:
        report = None
    if report is None:
        return _nothing_to_compare(0)
    judged = _judged(report, most_lost, requests, options["config"])
    if judged.lost:
        return "\n".join(_explained(judged, most_lost))
    if most is not None and len(judged.beginnings) > most:
        return _too_many(report, judged.beginnings, most)
    is_alone = len(judged.every_beginning) == len(report.requests)
    return _nothing_to_compare(len(report.requests)) if is_alone else None


def _given(requests: Any) -> list[Any]:
    if isinstance(requests, str | Path | dict | Request):
        requests = [requests]
    return [_one(what, number) for number, what in enumerate(requests, 1)]


def _one(what: Any, number: int) -> Any:
    if isinstance(what, dict):  # with a name of its own, so that a message tells which one it is about
        return replace(request_of_body(what), path=f"request-{number}")
    if isinstance(what, str | Path | Request):
        return what
    hint = "give recorded requests, bodies as dicts, Requests, or paths"
    raise UsageError(f"{type(what).__name__} is no request", hint=hint)


def _nothing_to_compare(count: int) -> str:
    if count == 0:
        why = "no LLM request was recorded or given"
    elif count == 1:
        why = "there is only one request, and it takes two to lose a prefix"
    else:
        why = f"none of the {count:,} requests continues another one"
    return f"nothing to compare: {why}"


def _judged(report: Report, most: int, requests: Any, config: str | Path | None) -> _Judged:
    options = configuration.options(configuration.settings({}, None if config is None else str(config)))
    meant = declared_breaks([one.request for one in report.requests], options.lint)
    counted = [pair for pair in report.pairs if pair.after not in meant]
    lost = [pair for pair in counted if pair.lost_tokens is None or pair.lost_tokens > most]
    every = _beginnings(report)
    begun = [number for number in every if number not in meant]
    excused: set[int] = set()  # the later request of a pair, or one that continues none
    for breaks in _of_tests(report, requests):
        pairs = [pair for pair in lost if _breaks(report, pair.after) is breaks]
        found = breaks.excusing([(_sent(report, pair.before), _sent(report, pair.after)) for pair in pairs])
        excused |= {pair.after for pair, one in zip(pairs, found, strict=True) if one is not None}
        later = {_sent(report, number): number for number in begun if _breaks(report, number) is breaks}
        excused |= {later[at] for at in breaks.beginning(sorted(later)[1:])}
    return _Judged(
        report,
        tuple(pair for pair in lost if pair.after not in excused),
        tuple(number for number in begun if number not in excused),
        tuple(every),
    )


def _beginnings(report: Report) -> list[int]:
    """The requests that continue none before them, and are none of those sent again."""
    continued = {pair.after for pair in report.pairs}
    first: dict[str, int] = {}
    for number, one in enumerate(report.requests):
        if number not in continued:
            request = one.request
            first.setdefault(json.dumps((request.dialect, request.model, request.body), default=str), number)
    return list(first.values())


def _of_tests(report: Report, requests: Any) -> list[Breaks]:
    """The breaks of each test that the requests were sent in."""
    given = [getattr(requests, "breaks", None), *(_breaks(report, number) for number in range(len(report.requests)))]
    return list({id(one): one for one in given if isinstance(one, Breaks)}.values())


def _breaks(report: Report, number: int) -> Breaks | None:
    found = report.requests[number].request
    return found.breaks if isinstance(found, RecordedRequest) else None


def _sent(report: Report, number: int) -> int:
    found = report.requests[number].request
    return found.sent if isinstance(found, RecordedRequest) else 0


def _too_many(report: Report, beginnings: Sequence[int], most: int) -> str:
    found = f"{plural(len(beginnings), 'conversation')}, and at most {most:,} expected"
    return f"{found}: no earlier request is continued by {_named(report, beginnings)}"


def _named(report: Report, numbers: Sequence[int]) -> str:
    terminal = Terminal(_is_coloured(), WIDTH)
    names = [request_of(report.requests[number].request, WIDTH // 2, terminal) for number in numbers[:MOST_NAMED]]
    more = len(numbers) - len(names)
    return ", ".join([*names, f"{more:,} more"] if more else names)


def _explained(judged: _Judged, most: int) -> Iterator[str]:
    report, lost = judged.report, judged.lost
    yield f"the prompt prefix is not stable: {_sum(lost, len(report.pairs), most)}"
    view = View(Terminal(_is_coloured(), WIDTH))
    for pair in lost[:MOST_SHOWN]:
        yield ""
        yield from _shown(report, pair, view).splitlines()
    for pair in lost[MOST_SHOWN:]:
        names = (request_of(report.requests[at].request, WIDTH // 2, view.terminal) for at in (pair.before, pair.after))
        yield f"also lost: {' → '.join(names)}"
    begun = len(judged.every_beginning)
    if begun > 1:
        yield f"compared with nothing before: {begun:,} of {plural(len(report.requests), 'request')}"


def _sum(lost: Sequence[Pair], pairs: int, most: int) -> str:
    refused = sum(pair.lost_tokens is None for pair in lost)
    parts = [f"{len(lost) - refused:,} of {plural(pairs, 'pair')} lost more than {plural(most, 'token')}"]
    if refused:
        parts.append(f"the chat template refuses {refused:,} of {plural(pairs, 'pair')}")
    return "; ".join(parts[len(lost) == refused :])


def _shown(report: Report, pair: Pair, view: View) -> str:
    """The pair as `promptlint diff` shows it, with the findings that are about it."""
    number = report.pairs.index(pair)
    about = tuple(one for one in report.findings if number == one.pair or number in one.sums_up)
    about += tuple(one for one in report.findings if one.pair is None and one.code == "KV506")
    stream = StringIO()
    text.write(replace(report, pairs=(pair,), findings=about, command="diff"), stream, view)
    return stream.getvalue()


def _is_coloured() -> bool:
    """As the report of the test run is. pytest need not be there: its plugin is asked only where it is loaded."""
    if "promptlint.pytest_plugin" not in sys.modules:
        return False
    from promptlint.pytest_plugin import is_coloured

    return is_coloured()
