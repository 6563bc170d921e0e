"""What a test has sent, as requests that every function takes, and the breaks that it declares between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field

from promptlint.model import Request
from promptlint.records import dataclass


class UnneededBreakWarning(UserWarning):
    """A test declares a break, and no prefix is lost there."""


class UnwrittenCaptureWarning(UserWarning):
    """The requests of a test were not written as golden captures."""


class UnrecordedRequestWarning(UserWarning):
    """A client has sent something, and it could not be recorded."""


@dataclass(frozen=True, slots=True)
class Break:
    """A boundary that is meant. `before` is the request behind it, from 1; None: one boundary, wherever it comes."""

    reason: str
    before: int | None = None

    def __str__(self) -> str:
        where = "" if self.before is None else f" before request {self.before}"
        return f"the break{where} ({self.reason})"


class Breaks:
    """The breaks of one test, and which of them an assertion has needed."""

    def __init__(self, declared: Sequence[Break] = ()) -> None:
        self.declared = list(declared)
        self.judged = False  # has any assertion looked
        self._needed: set[int] = set()
        self._spent: set[int] = set()  # by the latest assertion

    def excusing(self, places: Sequence[tuple[int, int]]) -> list[Break | None]:
        """The break that each place is excused by, a place being two requests with the prefix lost between them.

        A break without a place stands for one of them alone.
        """
        self.judged = True
        anywhere = [number for number, one in enumerate(self.declared) if one.before is None]
        found: list[Break | None] = []
        self._spent.clear()
        for before, after in places:
            number = next((number for number, one in enumerate(self.declared) if _lies(one, before, after)), None)
            if number is None and anywhere:
                number = anywhere.pop(0)
            if number is not None:
                self._spent.add(number)
            found.append(None if number is None else self.declared[number])
        self._needed |= self._spent
        return found

    def beginning(self, later: Sequence[int]) -> set[int]:
        """Those of some later requests, which continue none before them, that begin anew behind a break.

        Each break stands for one, if it has not excused a lost prefix: what is behind a compaction may share nothing
        with what was before.
        """
        found: set[int] = set()
        left = [number for number in range(len(self.declared)) if number not in self._spent]
        for number in sorted(left, key=lambda number: self.declared[number].before is None):
            before = self.declared[number].before
            at = next((at for at in later if at not in found and before in (None, at)), None)
            if at is not None:
                found.add(at)
                self._needed.add(number)
        return found

    def unneeded(self) -> list[Break]:
        """Those that no assertion has needed."""
        return [one for number, one in enumerate(self.declared) if number not in self._needed]


def _lies(one: Break, before: int, after: int) -> bool:
    return one.before is not None and before < one.before <= after


@dataclass(frozen=True, slots=True, repr=False)
class RecordedRequest(Request):
    """A request as a client of a test has sent it."""

    url: str = ""  # without query, name and password
    content: bytes = field(default=b"", compare=False)  # the body, byte for byte
    sent: int = 0  # its number in the test, from 1
    breaks: Breaks = field(default_factory=Breaks, compare=False)

    def __repr__(self) -> str:
        return f"<{self.path}: {self.dialect} to {self.url}, {len(self.content):,} bytes>"
