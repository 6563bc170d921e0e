"""A table for each session: a line a turn, what the cache gives back, what is lost and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from promptlint.cost import Step
from promptlint.model import Conversation, Divergence, Report, Request
from promptlint.report import View
from promptlint.report.place import file_of
from promptlint.report.plural import plural
from promptlint.report.regions import REGIONS
from promptlint.report.table import Table, count, lines_of
from promptlint.report.text_block import GAP, wrapped
from promptlint.terminal import Terminal, columns

MOST_TABLES = 5
MOST_TURNS = 12  # of a table; where there are more, turns that lost nothing are left out
NAMES = (1,)
REQUEST = 1
NAME_SHARE = 35  # percent of the width, at most
WIDEST_CAUSE = 5
BELOW = " " * 8

Divergences = Mapping[tuple[int | None, int | None], Divergence | None]


def session_lines(report: Report, view: View) -> Iterator[str]:
    """The tables of the sessions that lost most; --verbose shows all of all."""
    if view.detail == "quiet":
        return
    sessions = [one for one in report.conversations if len(one.requests) > 1 and one.steps and one.source != "names"]
    shown = sessions if view.detail == "verbose" else _first(sessions)
    divergences: Divergences = {(pair.before, pair.after): pair.divergence for pair in report.pairs}
    for session in shown:
        yield from _table(report, session, divergences, view)
        yield ""
    if len(shown) < len(sessions):
        more = len(sessions) - len(shown)
        yield from wrapped(f"{plural(more, 'more session')}: --verbose shows them all.", view.terminal, indent="")
        yield ""


def _first(sessions: Sequence[Conversation]) -> list[Conversation]:
    """Those that lost most, in their own order; where some lost anything, none that lost nothing."""
    losses = [_total([step.lost for step in session.steps]) for session in sessions]
    by_loss = sorted(range(len(sessions)), key=lambda at: -losses[at])[:MOST_TABLES]
    return [sessions[at] for at in sorted(by_loss) if losses[at] or not any(losses)]


def _total(counts: Sequence[int | None]) -> int:
    return sum(count or 0 for count in counts)


def _table(report: Report, session: Conversation, divergences: Divergences, view: View) -> Iterator[str]:
    terminal = view.terminal
    path = _only_path(report, session)
    lines = lines_of(_rows(report, session, terminal), terminal, terminal.width - len(GAP) - WIDEST_CAUSE)
    *turns, total = lines.rows
    whys = (_why(report, step, path, divergences, terminal) for step in session.steps)
    blocks = [_behind(turn, why, terminal) for turn, why in zip(turns, whys, strict=True)]
    yield from [] if path is None else [terminal.style(file_of(path, terminal.width, terminal), "bold")]
    yield from (head + terminal.style(f"{GAP}why", "dim") for head in lines.head)
    shown = blocks if view.detail == "verbose" else _elided(blocks, session.steps, terminal)
    for block in shown:
        yield from block
    yield from (line.rstrip() for line in total)


def _rows(report: Report, session: Conversation, terminal: Terminal) -> Table:
    """A row a turn, and one of the sums; what the provider counted only where it did."""
    steps = session.steps
    counts = [[step.tokens for step in steps], [step.kept for step in steps], [step.lost for step in steps]]
    observed = [report.requests[step.request].request.observed_cached_tokens for step in steps]
    is_observed = any(one is not None for one in observed)
    counts += [observed] * is_observed
    names = _names(report, steps, terminal)
    rows = [
        (str(turn), name, *map(count, numbers))
        for turn, (name, *numbers) in enumerate(zip(names, *counts, strict=True), 1)
    ]
    total = ("", "total", *(count(_total(column)) for column in counts))
    heads = ("turn", "request", "tokens", "kept", "lost", *["observed"] * is_observed)
    return Table(heads, (*rows, total), NAMES, REQUEST, terminal.cut_left)


def _behind(lines: list[str], why: list[str], terminal: Terminal) -> list[str]:
    """The reason behind the numbers, or below them where that is too long."""
    if not why:
        return lines
    whole = lines[-1] + GAP + ", ".join(why)
    if columns(whole) <= terminal.width:
        return [*lines[:-1], whole]
    first, *rest = why
    if columns(lines[-1] + GAP + first) <= terminal.width and rest:
        return [*lines[:-1], lines[-1] + GAP + first, *(BELOW + one for one in rest)]
    return [*lines, *(BELOW + one for one in why)]


def _only_path(report: Report, session: Conversation) -> str | None:
    """The file that all of a session stands in."""
    paths = {report.requests[step.request].request.path for step in session.steps}
    return paths.pop() if len(paths) == 1 else None


def _elided(blocks: Sequence[list[str]], steps: Sequence[Step], terminal: Terminal) -> Iterator[list[str]]:
    """The turns without long runs of turns that lost nothing; the first and the last one are always there."""
    if len(blocks) <= MOST_TURNS:
        yield from blocks
        return
    ends = {0, len(blocks) - 1}
    for quiet, run in groupby(range(len(blocks)), key=lambda at: not steps[at].lost and at not in ends):
        turns = list(run)
        if quiet and len(turns) > 1:
            yield [f"  {terminal.style(f'{len(turns):,} turns that lost nothing', 'dim')}"]
        else:
            yield from (blocks[at] for at in turns)


def _names(report: Report, steps: Sequence[Step], terminal: Terminal) -> list[str]:
    """The requests of one file by their number in it, those of several by the ends of their names."""
    requests = [report.requests[step.request].request for step in steps]
    if len({request.path for request in requests}) == 1:
        return [f"#{request.number}" for request in requests]
    return [terminal.cut_left(_full_name(request), terminal.width * NAME_SHARE // 100) for request in requests]


def _full_name(request: Request) -> str:
    """The request as the commands take it: FILE, or FILE#N of several."""
    return request.path if request.siblings == 1 else f"{request.path}#{request.number}"


def _why(report: Report, step: Step, path: str | None, divergences: Divergences, terminal: Terminal) -> list[str]:
    """The rule and who took the slot; where no selected rule says why, in which region the prefix ends."""
    if not step.lost:
        return []
    if step.cause is None:
        divergence = divergences.get((step.before, step.request))
        return [] if divergence is None else wrapped(REGIONS[divergence.region], terminal, indent="")
    cause = terminal.style(step.cause, "red")
    if step.evicted_by is None:
        return [cause]
    other = report.requests[step.evicted_by].request
    who = f"#{other.number}" if other.path == path else _full_name(other)
    return [cause, f"by {terminal.cut_left(who, terminal.width - len(BELOW) - len('by '))}"]
