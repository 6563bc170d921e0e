"""A comment of a pull request, or the summary of a step: the verdict, a table of the pairs, what was found, folded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import accumulate
from typing import TextIO

from promptlint.model import Finding, Pair, Report
from promptlint.report import PLAIN, View
from promptlint.report.concise import position
from promptlint.report.finding_block import count_line
from promptlint.report.hidden import hidden_reason
from promptlint.report.order import severest_first
from promptlint.report.plural import plural
from promptlint.report.table import count
from promptlint.report.totals import lost_tokens
from promptlint.terminal import Terminal, cut, harmless, safe

LONGEST = 65_536  # characters that GitHub takes as a comment
ROOM = 200  # of them for the line that counts what was cut
MOST_PAIRS = 100
MOST_TOKENIZERS = 10
NAME, SAID = 200, 2500  # characters of a path or a model, and of a message or a hint, whose end may be cut
# Text that is nothing to Markdown stays readable in the source; whatever could be structure is written as its number.
# Between letters an underscore is nothing.
UNDERSCORES = r"(?<![A-Za-z0-9_])_+|_+(?![A-Za-z0-9_])"
STRUCTURE = re.compile(
    rf"[^\w\s.,;/()'\u0080-\U0010ffff-]|{UNDERSCORES}|(?<=www)\.|(?<!\w)-|-(?!\w)|\A +(?:\d+[.)])?|\A\d+[.)]",
    re.IGNORECASE,
)
# Markdown reads on between the tags of code: emphasis, links that need no brackets, formulas, and the cells of a table.
IN_CODE = re.compile(rf"[]<>&|`*[~@$]|\\(?![A-Za-z0-9 ])|{UNDERSCORES}|:(?=//)|(?<=www)\.", re.IGNORECASE)
# An address, a person, an issue, a commit, a label: services make links of them, and send mail, but not in code.
REFERENCE = re.compile(r"://|\bwww\.|[@#!$%&~^][\w\"]|\bGH-|\b[0-9a-f]{7,40}\b", re.IGNORECASE)
BOX = ("| before | after | | kept | lost | why |", "|---|---|---|---:|---:|---|")


def write(report: Report, stream: TextIO, view: View = PLAIN) -> None:
    """Write as much as a comment holds; the last line says how much more there is."""
    stream.write("\n\n".join(map(harmless, _blocks(report, view))) + "\n")


def _blocks(report: Report, view: View) -> Iterator[str]:
    """The pairs leave the findings half of the room, and more where the first one of them is longer."""
    head, sureness = list(_head(report, view)), list(_sureness(report))
    found = [_finding(one) for one in severest_first(report.active)]
    room = LONGEST - ROOM - _length([*head, *sureness])
    wanted = min(_length(found), max(room // 2, _length(found[:1])))
    table = ["\n".join(_table(report, room - wanted))] if report.pairs else []
    yield from (*head, *table, *sureness)
    yield from _fitting(found, room - _length(table))


def _length(blocks: Iterable[str]) -> int:
    return sum(len(block) + len("\n\n") for block in blocks)


def _fitting(found: Sequence[str], room: int) -> Iterator[str]:
    for number, block in enumerate(found):
        room -= _length([block])
        if room < 0:
            left = len(found) - number
            yield f"{plural(left, 'more finding')} would make this too long: the other formats have all."
            return
        yield block


def _head(report: Report, view: View) -> Iterator[str]:
    failed = view.hidden or any(map(view.fails, report.findings))
    yield f"### promptlint {'failed' if failed else 'passed'}"
    yield _numbers(report)
    hidden = hidden_reason(report, view)
    if hidden:
        yield f"{hidden}."


def _numbers(report: Report) -> str:
    counted = f"{count_line(report).removesuffix('.')}."
    if not report.requests:
        return f"No request: nothing was looked at. {counted if report.findings else ''}".rstrip()
    broken = sum(pair.status == "broken" for pair in report.pairs)
    parts = [plural(len(report.requests), "request"), plural(len(report.pairs), "pair")]
    return f"{', '.join(parts)}, {broken:,} broken; {lost_tokens(report):,} tokens lost. {counted}"


def _table(report: Report, room: int) -> Iterator[str]:
    """The pairs that lost most first, where there are too many for all."""
    pairs = report.pairs
    wanted = sorted(pairs, key=lambda one: -(one.lost_tokens or 0))[:MOST_PAIRS] if len(pairs) > MOST_PAIRS else pairs
    yield from BOX
    rows = [_row(report, pair) for pair in wanted]
    ends = accumulate((len(row) + len("\n") for row in rows), initial=_length(["\n".join(BOX)]) + ROOM)
    shown = sum(end <= room for end in list(ends)[1:])
    yield from rows[:shown]
    if shown < len(pairs):
        yield f"| and {plural(len(pairs) - shown, 'more pair')} | | | | | |"


def _row(report: Report, pair: Pair) -> str:
    kept = f"{count(pair.common_prefix_tokens)} of {count(pair.before_tokens)}"
    why = ", ".join(dict.fromkeys(one.code or "no rule" for one in pair.causes))
    sides = (code(_name(report, number)) for number in (pair.before, pair.after))
    cells = (*sides, pair.status or "not compared", kept, count(pair.lost_tokens), why)
    return f"| {' | '.join(cells)} |"


def _name(report: Report, number: int) -> str:
    request = report.requests[number].request
    return _end(request.path if request.siblings == 1 else f"{request.path}#{request.number}")


def _sureness(report: Report) -> Iterator[str]:
    uses = list(dict.fromkeys(summary.tokenizer for summary in report.requests))
    for use in uses[:MOST_TOKENIZERS]:
        sure = "exact" if use.exact else "an approximation"
        yield f"Tokenizer {code(_end(use.reference))}, profile {use.profile}: {sure}."
    if len(uses) > MOST_TOKENIZERS:
        yield f"And {plural(len(uses) - MOST_TOKENIZERS, 'more tokenizer')}."


def _end(name: str) -> str:
    return Terminal().cut_left(name, NAME)


def _finding(finding: Finding) -> str:
    costs = f", costs {plural(finding.lost_tokens, 'token')}" if finding.lost_tokens else ""
    title = f"{finding.severity} {finding.code} {text(finding.rule)}: {code(_end(position(finding.place)))}{costs}"
    return f"<details><summary>{title}</summary>\n\n" + "\n\n".join(_details(finding)) + "\n\n</details>"


def _details(finding: Finding) -> Iterable[str]:
    yield text(cut(finding.message, SAID))
    if finding.related is not None:
        yield f"Before: {code(_end(position(finding.related)))}"
    if finding.hint:
        yield f"Hint: {text(cut(finding.hint, SAID))}"
    if finding.url:
        yield f'<a href="{escape(safe(finding.url))}">The report that this rule comes from</a>'


def text(said: str) -> str:
    """Text that Markdown shows as it is; in code, where a service would make a reference of it."""
    return code(said) if REFERENCE.search(said) else _literal(said, STRUCTURE)


def code(said: str) -> str:
    """Text as code: nothing in it is a reference, a link or a table's edge."""
    return f"<code>{_literal(said, IN_CODE)}</code>"


def _literal(said: str, structure: re.Pattern[str]) -> str:
    return structure.sub(lambda found: "".join(f"&#{ord(one)};" for one in found[0]), safe(said))
