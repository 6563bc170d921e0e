"""A table for each session: a line a turn, what the cache gives back, what is lost and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from promptlint.cost import Step
from promptlint.model import Conversation, Report
from promptlint.report import View
from promptlint.report.regions import REGIONS
from promptlint.report.table import count, end_of, line, widths_of
from promptlint.terminal import Terminal, columns, safe

MOST_TABLES = 5
MOST_TURNS = 12  # of a table; where there are more, turns that lost nothing are left out
NAMES = (8, 28)  # columns, at least and at most
WIDEST_CAUSE = 5
NAMED = (1,)  # the column that holds names
BELOW = "\n" + " " * 8


def session_lines(report: Report, view: View) -> Iterator[str]:
    """The tables of the sessions that lost most; --verbose shows all of all."""
    if view.detail == "quiet":
        return
    sessions = [one for one in report.conversations if len(one.requests) > 1 and one.steps and one.source != "names"]
    shown = sessions if view.detail == "verbose" else _first(sessions)
    for session in shown:
        yield from _table(report, session, view)
        yield ""
    if len(shown) < len(sessions):
        more = len(sessions) - len(shown)
        yield f"{more:,} more {'session' if more == 1 else 'sessions'}: --verbose shows them all."
        yield ""


def _first(sessions: Sequence[Conversation]) -> list[Conversation]:
    """Those that lost most, in their own order."""
    by_loss = sorted(range(len(sessions)), key=lambda at: -_total([step.lost for step in sessions[at].steps]))
    return [sessions[at] for at in sorted(by_loss[:MOST_TABLES])]


def _total(counts: Sequence[int | None]) -> int:
    return sum(count or 0 for count in counts)


def _table(report: Report, session: Conversation, view: View) -> Iterator[str]:
    observed = {step.request: report.requests[step.request].request.observed_cached_tokens for step in session.steps}
    is_observed = any(count is not None for count in observed.values())
    terminal = view.terminal
    rows = [[*_numbers(step), *([count(observed[step.request])] * is_observed)] for step in session.steps]
    total = [count(_total(column)) for column in _columns(session.steps)]
    total += [count(_total(list(observed.values())))] * is_observed
    heads = ["tokens", "kept", "lost", *(["observed"] * is_observed)]
    taken = sum(2 + max(map(columns, column)) for column in zip(heads, total, *rows, strict=True))
    names = _names(report, session.steps, terminal, terminal.width - taken - WIDEST_CAUSE - len("  turn    "))
    rows = [[str(turn), name, *row] for turn, (name, row) in enumerate(zip(names, rows, strict=True), 1)]
    heads, total = ["turn", "request", *heads], ["", "total", *total]
    widths = widths_of([heads, total, *rows])
    path = _only_path(report, session)
    yield from [] if path is None else [terminal.style(safe(path), "bold")]
    yield terminal.style(line(heads, widths, NAMED) + "  why", "dim")
    causes = [_why(report, step, path, terminal, columns(line(heads, widths, NAMED))) for step in session.steps]
    lines = [line(row, widths, NAMED) + why for row, why in zip(rows, causes, strict=True)]
    yield from lines if view.detail == "verbose" else _elided(lines, session.steps, terminal)
    yield line(total, widths, NAMED).rstrip()


def _only_path(report: Report, session: Conversation) -> str | None:
    """The file that all of a session stands in."""
    paths = {report.requests[step.request].request.path for step in session.steps}
    return paths.pop() if len(paths) == 1 else None


def _elided(lines: Sequence[str], steps: Sequence[Step], terminal: Terminal) -> Iterator[str]:
    """The lines without long runs of turns that lost nothing; the first and the last one are always there."""
    if len(lines) <= MOST_TURNS:
        yield from lines
        return
    ends = {0, len(lines) - 1}
    for quiet, run in groupby(range(len(lines)), key=lambda at: not steps[at].lost and at not in ends):
        turns = list(run)
        if quiet and len(turns) > 1:
            yield f"  {terminal.style(f'{len(turns):,} turns that lost nothing', 'dim')}"
        else:
            yield from (lines[at] for at in turns)


def _columns(steps: Sequence[Step]) -> list[list[int | None]]:
    return [[step.tokens for step in steps], [step.kept for step in steps], [step.lost for step in steps]]


def _numbers(step: Step) -> list[str]:
    return [count(step.tokens), count(step.kept), count(step.lost)]


def _names(report: Report, steps: Sequence[Step], terminal: Terminal, room: int) -> list[str]:
    """The requests of one file by their number in it, those of several by the ends of their names."""
    requests = [report.requests[step.request].request for step in steps]
    if len({request.path for request in requests}) == 1:
        return [f"#{request.number}" for request in requests]
    least, most = NAMES
    width = max(least, min(most, room))
    return [end_of(_full_name(report, step.request), width, terminal) for step in steps]


def _full_name(report: Report, number: int) -> str:
    """The request as the commands take it: FILE, or FILE#N of several."""
    request = report.requests[number].request
    return safe(request.path if request.siblings == 1 else f"{request.path}#{request.number}")


def _why(report: Report, step: Step, path: str | None, terminal: Terminal, taken: int) -> str:
    """The rule and who took the slot: behind the numbers, or below them where that is too long."""
    if not step.lost:
        return ""
    if step.cause is None:
        where = _where(report, step)
        below = taken + 2 + len(where) > terminal.width
        return f"{BELOW if below else '  '}{where}" if where else ""
    cause = "  " + terminal.style(step.cause, "red")
    if step.evicted_by is None:
        return cause
    other = report.requests[step.evicted_by].request
    who = f"#{other.number}" if other.path == path else _full_name(report, step.evicted_by)
    if taken + 2 + columns(f"{step.cause}, by {who}") <= terminal.width:
        return f"{cause}, by {who}"
    return f"{cause}{BELOW}by {end_of(who, terminal.width - len(BELOW) - 2, terminal)}"


def _where(report: Report, step: Step) -> str:
    """In which region the prefix ends, where no selected rule says why."""
    pair = next((one for one in report.pairs if (one.before, one.after) == (step.before, step.request)), None)
    return "" if pair is None or pair.divergence is None else REGIONS[pair.divergence.region]
