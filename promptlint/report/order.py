"""The order in which findings are shown where not all of them may be."""

from __future__ import annotations

from collections.abc import Iterable

from promptlint.model import Finding
from promptlint.usual import SEVERITIES


def severest_first(findings: Iterable[Finding]) -> list[Finding]:
    """Errors, then warnings, then infos; otherwise in their order."""
    return sorted(findings, key=lambda one: SEVERITIES.index(one.severity))
