"""A pair as a person reads it: verdict, picture, numbers, place, causes, differences."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.model import Divergence, Pair, Report, RequestSummary, Side
from promptlint.report import View
from promptlint.report.causes import cause_lines
from promptlint.report.differences import difference_lines
from promptlint.report.frame import frames
from promptlint.report.picture import bar, legend, stretches
from promptlint.report.place import request_of
from promptlint.report.price_lines import lost_lines
from promptlint.report.regions import REGIONS
from promptlint.report.reuse_table import reuse_lines
from promptlint.report.text_block import INDENT, beside, folded, wrapped
from promptlint.terminal import Terminal

LONGEST_TOKEN = 24  # columns


def verdict(pair: Pair, terminal: Terminal) -> str:
    """The one sentence that says how it went."""
    before, common, lost = pair.before_tokens, pair.common_prefix_tokens, pair.lost_tokens
    if pair.status is None or before is None or common is None or lost is None:
        return terminal.style("not compared: the chat template refuses a request", "bold", "red")
    if pair.status == "identical":
        return terminal.style("identical", "bold", "green") + f": both prompts are the same {before:,} tokens"
    kept = f"{common:,} of {before:,} tokens are a common prefix"
    if pair.status == "extension":
        forgiven = "" if common == before else "; the rest is the generation prompt"
        return terminal.style("extension", "bold", "green") + f": {kept}{forgiven}"
    return terminal.style(pair.status, "bold", "red") + f": {kept}; {lost:,} lost"


def pair_lines(report: Report, pair: Pair, view: View) -> Iterator[str]:
    """The verdict, and unless quiet is wanted everything that is known of the pair."""
    terminal = view.terminal
    yield from folded(verdict(pair, terminal), terminal, first="")
    if view.detail != "quiet":
        for part in _parts(report, pair, view):
            yield from part


def _parts(report: Report, pair: Pair, view: View) -> Iterator[Iterator[str]]:
    """The parts, an empty line in front of each."""
    terminal = view.terminal
    yield _behind_a_gap(_numbers(report, pair, terminal))
    if not pair.reuse:
        yield lost_lines(pair.lost_tokens, pair.cost, terminal)
    if pair.divergence is not None:
        yield _behind_a_gap(_place(pair.divergence, terminal))
    if pair.causes:
        yield _behind_a_gap(cause_lines(pair.causes, view))
    if pair.status == "broken" and pair.json == "extension":
        rewritten = "The requests only grew: the chat template itself rewrote the earlier turns."
        yield _behind_a_gap(iter(wrapped(rewritten, terminal, indent="")))
    if pair.differences:
        yield _behind_a_gap(difference_lines(pair.differences, view))
    if pair.reuse:
        yield _behind_a_gap(reuse_lines(pair, view))
    if pair.limits:
        yield _behind_a_gap(_limits(pair.limits, terminal))


def _behind_a_gap(lines: Iterator[str]) -> Iterator[str]:
    yield ""
    yield from lines


def _numbers(report: Report, pair: Pair, terminal: Terminal) -> Iterator[str]:
    before, after = report.requests[pair.before], report.requests[pair.after]
    old, new, common, lost = pair.before_tokens, pair.after_tokens, pair.common_prefix_tokens, pair.lost_tokens
    width = max(len(_number(count)) for count in (old, new, common))
    if old is not None and new is not None and common is not None and lost is not None:
        parts = stretches(old, new, common, lost)
        yield INDENT + bar(parts, terminal.width - 2 * len(INDENT), terminal)
        yield from beside(legend(parts, terminal), terminal, INDENT, INDENT, gap="   ")
        yield ""
    yield _request("before", f"{_number(old):>{width}}", before, terminal)
    yield _request("after", f"{_number(new):>{width}}", after, terminal)
    if common is not None and old is not None and new is not None:
        shares = f"kept {_percent(common, old)} of before, similarity {_percent(common, new)} of after"
        first = f"{INDENT}common  {_number(common):>{width}} tokens  "
        yield from wrapped(shares, terminal, indent=" " * len(first), first=first)


def _request(name: str, number: str, summary: RequestSummary, terminal: Terminal) -> str:
    start = f"{INDENT}{name:<6}  {number} tokens  "
    return start + request_of(summary.request, terminal.width - len(start), terminal)


def _number(count: int | None) -> str:
    return "?" if count is None else f"{count:,}"


def _percent(part: int, whole: int) -> str:
    """Cut, not rounded: 100 % only where nothing is missing, 0 % only where there is nothing."""
    if part == whole:
        return "100 %"
    thousandths = part * 100_000 // whole
    if thousandths < 10:
        return "<0.01 %" if part else "0 %"
    return f"{thousandths // 10 / 100:.2f} %" if thousandths < 1000 else f"{thousandths // 100 / 10:.1f} %"


def _place(divergence: Divergence, terminal: Terminal) -> Iterator[str]:
    old, new = _token(divergence.before, terminal), _token(divergence.after, terminal)
    where = f"The prefix ends {REGIONS[divergence.region]}, at token {divergence.token:,}"
    yield from folded(f"{where}: {old} before, {new} after.", terminal, indent="")
    if not divergence.exact:
        yield from wrapped("The places are the nearest ones that could be found.", terminal, indent="")
    yield ""
    yield from frames(divergence, terminal)


def _token(side: Side, terminal: Terminal) -> str:
    return f'"{terminal.cut(side.token_text, LONGEST_TOKEN)}"' if side.token_text else "the end"


def _limits(limits: tuple[str, ...], terminal: Terminal) -> Iterator[str]:
    yield "Not modelled, so the numbers can be off:"
    for limit in limits:
        yield from wrapped(limit, terminal)
