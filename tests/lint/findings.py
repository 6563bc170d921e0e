"""Findings, requests and their marks, short enough for a line of a test."""

from __future__ import annotations

from collections.abc import Iterable

from promptlint.model import Finding, Place, Request, RequestSummary, TokenizerUse

USE = TokenizerUse("builtin", exact=False, profile="vllm")


def finding(
    code: str = "KV101",
    rule: str = "clock-in-system-prompt",
    path: str = "a.json",
    pointer: str = "/messages/0/content",
    identity: str = "",
    line: int = 3,
) -> Finding:
    return Finding(code, rule, "error", f"{rule} in {path}", Place(path, pointer, line, 1), identity=identity)


def summary(path: str, container: str | None = None) -> RequestSummary:
    return RequestSummary(Request(path, container, "body", "openai_chat", None, {}), 1, 10, USE)


def marks(findings: Iterable[Finding]) -> list[tuple[str, str] | None]:
    """By what each finding is suppressed, and why."""
    return [None if one.suppressed is None else (one.suppressed.by, one.suppressed.reason) for one in findings]


def lines(findings: Iterable[Finding]) -> list[str]:
    """Findings as `path:line: severity CODE message`."""
    return [f"{one.place.path}:{one.place.line}: {one.severity} {one.code} {one.message}" for one in findings]
