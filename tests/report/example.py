"""A report put together by hand: a moved clock in the system prompt."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from promptlint.model import (
    Capture,
    Conversation,
    Difference,
    Divergence,
    Finding,
    Pair,
    Place,
    Report,
    Request,
    RequestSummary,
    Side,
    TokenizerUse,
)

SHARED = "You are an agent.\n# Environment\n- Shell: bash 5.2\n- Local time: Friday, 20 November 2026, 09:"
USE = TokenizerUse("builtin", exact=False, profile="vllm", notes=("stands in for gpt-x",))


def place(path: str) -> Place:
    return Place(path, "/messages/0/content", 12, 431)


def side(path: str, text: str, token: str) -> Side:
    return Side(place(path), SHARED, text, token)


DIVERGENCE = Divergence(
    token=62,
    region="system",
    exact=True,
    before=side("before.json", "14:07\n\n# Notes\n- one", "1"),
    after=side("after.json", "31:55\n\n# Notes\n- one", "3"),
)
PAIR = Pair(
    before=0,
    after=1,
    before_tokens=100_449,
    after_tokens=100_963,
    common_prefix_tokens=62,
    lost_tokens=100_384,
    status="broken",
    json="changed",
    divergence=DIVERGENCE,
    differences=(Difference("/messages/0/content", "changed", "…09:14:07", "…09:31:55"),),
    limits=("images are left out",),
)
FINDING = Finding(
    code="KV601",
    rule="prefix-too-short",
    severity="error",
    message="100,384 of 100,449 tokens are computed again",
    hint="repeat the earlier request",
    place=place("after.json"),
    related=place("before.json"),
    pair=0,
    request=1,
    lost_tokens=100_384,
)
WARNING = replace(FINDING, severity="warning")


def request(path: str) -> Request:
    return Request(path, None, "body", "openai_chat", "gpt-x", {})


def report(pair: Pair = PAIR, findings: tuple[Finding, ...] = (FINDING,), use: TokenizerUse = USE) -> Report:
    """The example, or one with another pair."""
    requests = (request("before.json"), request("after.json"))
    counts = (pair.before_tokens, pair.after_tokens)
    return Report(
        inputs=tuple(Capture(found.path, "body", (found,)) for found in requests),
        conversations=(Conversation((0, 1), "explicit"),),
        requests=tuple(RequestSummary(found, 1, count, use) for found, count in zip(requests, counts, strict=True)),
        pairs=(pair,),
        findings=findings,
    )


def broken_pair(**changes: Any) -> Pair:
    """The example's pair with some fields changed."""
    return replace(PAIR, **changes)


EXTENSION = broken_pair(
    before_tokens=2564,
    after_tokens=2673,
    common_prefix_tokens=2563,
    lost_tokens=0,
    status="extension",
    json="extension",
    divergence=None,
    differences=(),
    limits=(),
)
REFUSED = broken_pair(
    before_tokens=None,
    after_tokens=None,
    common_prefix_tokens=None,
    lost_tokens=None,
    status=None,
    divergence=None,
    differences=(),
    limits=(),
)
