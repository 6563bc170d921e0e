"""Records of the captures that are no requests: how many, and with --verbose which, and why."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.model import UNREADABLE, Report
from promptlint.report import View
from promptlint.report.concise import position
from promptlint.report.text_block import wrapped


def skipped_lines(report: Report, view: View) -> Iterator[str]:
    """One line that counts them, or a line for each. What is broken among them has its finding too."""
    inputs = [one for one in report.inputs if one.format != UNREADABLE]
    count = sum(len(one.skipped) for one in inputs)
    if not count:
        return
    noun = "1 record is no request" if count == 1 else f"{count:,} records are no requests"
    if view.detail != "verbose":
        yield from wrapped(f"{noun}: --verbose lists them.", view.terminal, indent="")
        return
    yield f"{noun}:"
    for capture in inputs:
        for one in capture.skipped:
            where = f"{capture.path} {one.pointer}".rstrip() if one.place is None else position(one.place)
            yield f"  {view.terminal.cut_left(where, view.terminal.width - 2)}"
            yield f"    {view.terminal.cut(one.reason, view.terminal.width - 4)}"
