"""A comment of a pull request, or the summary of a step: the verdict, a table of the pairs, what was found, folded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import TextIO

from promptlint.model import Finding, Pair, Report
from promptlint.report import PLAIN, View
from promptlint.report.concise import position
from promptlint.report.finding_block import count_line
from promptlint.report.order import severest_first
from promptlint.report.plural import plural
from promptlint.report.table import count
from promptlint.report.totals import lost_tokens
from promptlint.terminal import harmless, safe

LONGEST = 65_536  # characters that GitHub takes as a comment
ROOM = 200  # of them for the line that counts what was cut
MOST_PAIRS = 100
# Text that is nothing to Markdown stays readable in the source; whatever could be structure is written as its number.
STRUCTURE = re.compile(r"[^\w\s.,;/()'\u0080-\U0010ffff-]|_|(?<=www)\.|(?<!\w)-|-(?!\w)|(?<=\A\d)\.", re.IGNORECASE)
# A person, an issue, a commit, a label: services make links of them, and send mail, but not in code.
REFERENCE = re.compile(r"[@#!$%&~^][\w\"]|\bGH-|\b[0-9a-f]{7,40}\b", re.IGNORECASE)
BOX = ("| before | after | | kept | lost | why |", "|---|---|---|---:|---:|---|")


def write(report: Report, stream: TextIO, view: View = PLAIN) -> None:
    """Write as much as a comment holds; the last line says how much more there is."""
    text = "\n\n".join(_fitting(_head(report, view), [_finding(one) for one in severest_first(report.active)]))
    stream.write(harmless(text) + "\n")


def _fitting(head: Sequence[str], found: Sequence[str]) -> Iterator[str]:
    room = LONGEST - ROOM
    for block in head:
        room -= len(block) + 2
        yield block
    for number, block in enumerate(found):
        room -= len(block) + 2
        if room < 0:
            left = len(found) - number
            yield f"{plural(left, 'more finding')} would make this too long: the other formats have all."
            return
        yield block


def _head(report: Report, view: View) -> list[str]:
    failed = view.failed or any(map(view.fails, report.findings))
    broken = sum(pair.status == "broken" for pair in report.pairs)
    parts = [plural(len(report.requests), "request"), plural(len(report.pairs), "pair")]
    pairs = f"{', '.join(parts)}, {broken:,} broken; {lost_tokens(report):,} tokens lost."
    numbers = f"{pairs} {count_line(report).removesuffix('.')}."
    found = [f"### promptlint {'failed' if failed else 'passed'}", numbers]
    if report.pairs:
        found.append("\n".join(_table(report)))
    return found + list(_sureness(report))


def _table(report: Report) -> Iterator[str]:
    """The pairs that lost most first, where there are too many for all."""
    pairs = report.pairs
    shown = sorted(pairs, key=lambda one: -(one.lost_tokens or 0))[:MOST_PAIRS] if len(pairs) > MOST_PAIRS else pairs
    yield from BOX
    yield from (_row(report, pair) for pair in shown)
    if len(shown) < len(pairs):
        yield f"| and {plural(len(pairs) - len(shown), 'more pair')} | | | | | |"


def _row(report: Report, pair: Pair) -> str:
    kept = f"{count(pair.common_prefix_tokens)} of {count(pair.before_tokens)}"
    why = ", ".join(dict.fromkeys(one.code or "no rule" for one in pair.causes))
    sides = (code(_name(report, number)) for number in (pair.before, pair.after))
    cells = (*sides, pair.status or "not compared", kept, count(pair.lost_tokens), why)
    return f"| {' | '.join(cells)} |"


def _name(report: Report, number: int) -> str:
    request = report.requests[number].request
    return request.path if request.siblings == 1 else f"{request.path}#{request.number}"


def _sureness(report: Report) -> Iterator[str]:
    for use in dict.fromkeys(summary.tokenizer for summary in report.requests):
        sure = "exact" if use.exact else "an approximation"
        yield f"Tokenizer {code(use.reference)}, profile {use.profile}: {sure}."


def _finding(finding: Finding) -> str:
    costs = f", costs {plural(finding.lost_tokens, 'token')}" if finding.lost_tokens else ""
    title = f"{finding.severity} {finding.code} {text(finding.rule)}: {code(position(finding.place))}{costs}"
    return f"<details><summary>{title}</summary>\n\n" + "\n\n".join(_details(finding)) + "\n\n</details>"


def _details(finding: Finding) -> Iterable[str]:
    yield text(finding.message)
    if finding.related is not None:
        yield f"Before: {code(position(finding.related))}"
    if finding.hint:
        yield f"Hint: {text(finding.hint)}"
    if finding.url:
        yield f'<a href="{escape(safe(finding.url))}">The report that this rule comes from</a>'


def text(said: str) -> str:
    """Text that Markdown shows as it is; in code, where a service would make a reference of it."""
    return code(said) if REFERENCE.search(said) else _literal(said)


def code(said: str) -> str:
    """Text as code: nothing in it is a reference, a link or a table's edge."""
    return f"<code>{_literal(said)}</code>"


def _literal(said: str) -> str:
    return STRUCTURE.sub(lambda found: f"&#{ord(found[0])};", safe(said))
