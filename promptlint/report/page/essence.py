"""The page without its script: verdict, numbers, tokenizers, and for who runs no script the findings and the turns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from html import escape

from promptlint.model import Finding, Report, TokenizerUse
from promptlint.report.concise import position
from promptlint.report.page.data import shown_findings
from promptlint.report.page.shown import name_of
from promptlint.report.page.turns import turns_data
from promptlint.report.pair_block import verdict
from promptlint.report.price_lines import seconds
from promptlint.report.table import count
from promptlint.report.totals import lost_tokens
from promptlint.terminal import COMMAND_INSIDE, Terminal, safe
from promptlint.usual import SEVERITIES

MOST_TURNS = 500  # of the table for who runs no script
NUMBERS = ("tokens", "kept", "lost")
ONE = {name: name[:-1] for name in ("requests", "pairs", "errors", "warnings", "infos")} | {"tokens lost": "token lost"}


def text(value: str) -> str:
    """Somebody's text as HTML in ASCII: nothing in it is markup, moves a character, or is an order to a CI service."""
    escaped = COMMAND_INSIDE.sub("&#35;", escape(safe(value)))
    return escaped.encode("ascii", "xmlcharrefreplace").decode()


def headline(report: Report) -> str:
    """The verdict in one sentence."""
    if report.command == "diff" and len(report.pairs) == 1:
        return verdict(report.pairs[0], Terminal())
    pairs, broken = len(report.pairs), sum(pair.status == "broken" for pair in report.pairs)
    refused = sum(pair.status is None for pair in report.pairs)
    if not pairs:
        return "No request continues another one: nothing to compare"
    if not broken and not refused:
        return "The pair keeps its prefix" if pairs == 1 else f"All {pairs:,} pairs keep their prefix"
    parts = [f"{broken:,} of {pairs:,} pairs {'is' if broken == 1 else 'are'} broken"] if broken else []
    parts += [f"{refused:,} could not be compared"] if refused else []
    return ", ".join(parts)


def numbers(report: Report) -> Iterator[str]:
    """The numbers of the run, as items of a description list."""
    active = Counter(finding.severity for finding in report.active)
    known = len(report.findings) - len(report.active)
    yield _number("requests", len(report.requests))
    yield _number("pairs", len(report.pairs))
    yield _number("broken", sum(pair.status == "broken" for pair in report.pairs))
    yield _number("tokens lost", lost_tokens(report), "lost")
    if report.cost.seconds is not None:
        yield _item("seconds to compute again", seconds(report.cost.seconds), "lost" if report.cost.seconds else "")
    for severity in SEVERITIES:
        yield _number(f"{severity}s", active[severity], severity)
    if known:
        yield _number("suppressed", known)


def _number(name: str, number: int, kind: str = "") -> str:
    return _item(name if number != 1 else ONE.get(name, name), count(number), kind if number else "")


def _item(name: str, shown: str, kind: str) -> str:
    accent = f' class="{kind}"' if kind else ""
    return f"<div{accent}><dt>{name}</dt><dd>{shown}</dd></div>"


def tokenizers(report: Report) -> Iterator[str]:
    """How sure the numbers are: an item for each tokenizer."""
    for use in dict.fromkeys(summary.tokenizer for summary in report.requests):
        yield f"<li>{_tokenizer(use)}</li>"
    if report.cost.assumption is not None:
        yield f"<li>Seconds: {text(report.cost.assumption)}.</li>"


def _tokenizer(use: TokenizerUse) -> str:
    badge = '<b class="exact">exact</b>' if use.exact else '<b class="approximate">an approximation</b>'
    notes = "".join(f"; {text(note)}" for note in use.notes)
    return f"Tokenizer <code>{text(use.reference)}</code>, profile {text(use.profile)}: {badge}{notes}"


def without_script(report: Report) -> Iterator[str]:
    """Findings and turns as plain HTML."""
    findings = shown_findings(report)
    yield "<h2>Findings</h2>"
    yield "<p>No findings.</p>" if not findings else "<ul>"
    yield from (_finding(finding) for _, finding in findings)
    yield "</ul>" if findings else ""
    yield "<h2>Turns</h2>"
    heads = "".join(f"<th>{name}</th>" for name in ("request", *NUMBERS, "why"))
    yield f"<table><thead><tr>{heads}</tr></thead>"
    rows = [turn for turns in turns_data(report) for turn in turns]
    for turn in rows[:MOST_TURNS]:
        cells = "".join(f"<td>{count(turn[name])}</td>" for name in NUMBERS)
        name = text(name_of(report.requests[turn["request"]]))
        yield f"<tr><td>{name}</td>{cells}<td>{text(turn['cause'] or '') if turn['lost'] else ''}</td></tr>"
    yield "</table>"
    if len(rows) > MOST_TURNS:
        yield f"<p>{len(rows) - MOST_TURNS:,} more turns: with its script the page shows all of them.</p>"


def _finding(finding: Finding) -> str:
    where = f"<code>{text(position(finding.place))}</code>"
    parts = [f"<b>{text(finding.code)} {text(finding.rule)}</b> {finding.severity} {where}", text(finding.message)]
    parts += [f"costs {finding.lost_tokens:,} tokens"] if finding.lost_tokens else []
    parts += [text(finding.hint)] if finding.hint else []
    parts += [f"suppressed: {text(finding.suppressed.reason)}"] if finding.suppressed else []
    return f"<li>{'<br>'.join(parts)}</li>"
