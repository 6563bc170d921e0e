"""The assertion for tests: no turn of a conversation loses the prompt prefix of the turn before.

    assert_prefix_stable(llm_requests, model="models/qwen3-8b")

It takes what the fixture of the pytest plugin has recorded, and bodies and captures from anywhere else; pytest itself
need not be there.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from typing import Any

from promptlint import api
from promptlint import config as configuration
from promptlint.errors import NoRequestError, UsageError
from promptlint.lint.breaks import declared_breaks
from promptlint.model import Pair, Report, Request
from promptlint.recorded import Break, Breaks, RecordedRequest
from promptlint.report import View, text
from promptlint.report.place import request_of
from promptlint.report.plural import plural
from promptlint.selection import request_of_body
from promptlint.terminal import Terminal

MAX_LOST_TOKENS = 64
MOST_SHOWN = 3  # broken pairs; a clock breaks all of them alike
WIDTH = 76  # columns: pytest begins each line with "E   "


@dataclass(frozen=True, slots=True)
class _Judged:
    """The pairs that lost too much, without those at a declared break."""

    report: Report
    lost: tuple[Pair, ...]


def assert_prefix_stable(
    requests: Any,
    *,
    model: str | Path | None = None,
    max_lost_tokens: int = MAX_LOST_TOKENS,
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
    conversations of their own. With nothing to compare there is nothing to be stable: that is an AssertionError too.
    """
    __tracebackhide__ = True
    given = _given(requests)
    if not given:
        raise AssertionError(_nothing_to_compare(0))
    try:
        report = api.check(
            given,
            model=model,
            engine=engine,
            engine_options=engine_options,
            config=config,
            template=template,
            template_arguments=template_arguments,
            online=online,
            require_exact=require_exact,
        )
    except NoRequestError:
        raise AssertionError(_nothing_to_compare(0)) from None
    if not report.pairs:
        raise AssertionError(_nothing_to_compare(len(report.requests)))
    judged = _judged(report, max_lost_tokens, requests, config)
    if judged.lost:
        raise AssertionError("\n".join(_explained(judged, max_lost_tokens)))


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
    excused: dict[int, Break | None] = {}
    for breaks, at in _by_test(report, lost, requests):
        places = [_sent(report, lost[number]) for number in at]
        excused |= dict(zip(at, breaks.excusing(places), strict=True))
    return _Judged(report, tuple(pair for number, pair in enumerate(lost) if excused.get(number) is None))


def _by_test(report: Report, lost: Sequence[Pair], requests: Any) -> Iterator[tuple[Breaks, list[int]]]:
    """The breaks of each test, with those of the pairs that were sent in it."""
    given = [getattr(requests, "breaks", None)]
    given += [one.request.breaks for one in report.requests if isinstance(one.request, RecordedRequest)]
    for breaks in {id(one): one for one in given if isinstance(one, Breaks)}.values():
        yield breaks, [number for number, pair in enumerate(lost) if _breaks(report, pair) is breaks]


def _breaks(report: Report, pair: Pair) -> Breaks | None:
    found = report.requests[pair.after].request
    return found.breaks if isinstance(found, RecordedRequest) else None


def _sent(report: Report, pair: Pair) -> tuple[int, int]:
    both = (report.requests[number].request for number in (pair.before, pair.after))
    before, after = (one.sent if isinstance(one, RecordedRequest) else 0 for one in both)
    return before, after


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
