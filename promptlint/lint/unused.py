"""KV002: what a config or a baseline says, and nothing needs any more."""

from __future__ import annotations

from promptlint.lint.selection import severity_of
from promptlint.model import Finding, Place
from promptlint.options import LintOptions
from promptlint.redaction import Redacted

CODE, NAME = "KV002", "unused-ignore"


def unused(message: str, origin: str, hint: str, options: LintOptions) -> Finding:
    """The finding at a place such as `promptlint.yaml:12`."""
    path, _, line = origin.rpartition(":")
    place = Place(path, "", int(line), 1) if path and line.isdigit() else Place(origin, "", None, None)
    severity = severity_of(CODE, NAME, options) or "warning"
    return Finding(CODE, NAME, severity, message, place, hint=hint, identity=message, redacted=Redacted(message, hint))
