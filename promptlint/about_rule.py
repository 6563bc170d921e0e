"""A rule as a report tells of it."""

from __future__ import annotations

from typing import Literal

from promptlint.records import dataclass


@dataclass(frozen=True, slots=True)
class AboutRule:
    """What the file of a rule says of it."""

    code: str
    name: str
    summary: str
    severity: Literal["error", "warning", "info"]  # its own, without what a config makes of it
    why: str
    instead: str
    url: str | None
