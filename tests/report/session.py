"""Reports for the page: a session of many turns, and a report whose every text is hostile."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

from promptlint.about_rule import AboutRule
from promptlint.cost import Cause, Cost, Reuse, Step
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
    Severity,
    Side,
    Skipped,
    Suppressed,
)
from tests.report import example

FILE = "sessions/traffic.jsonl"
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
CLOCK = AboutRule("KV101", "clock-in-system-prompt", "A clock.", "error", "It moves.\n\nAlways.", "Leave it out.", None)
HOSTILE = (
    "</script><script>window.hacked = 1</script><img src=x onerror='window.hacked = 2'>"
    "<!--<script>\"'&amp;<b>bold</b>\n::error::x ##[error]y \u2028\u202e\x1b[2J\ud800$policy"
)
# What of a report is one of a few words of our own.
OURS = {"severity", "status", "json", "region", "kind", "source", "command", "by"}


def session(turns: int, every: int, filler: str = "Opening hours: Tuesday to Saturday.\n") -> Report:
    """A session that grows by 200 tokens a turn, and breaks each `every` turns."""
    pairs = tuple(_pair(number, (number + 1) % every == 0, filler * 4) for number in range(turns - 1))
    steps = [Step(0, None, tokens(0), None, None)]
    steps += [
        Step(one.after, one.before, one.after_tokens, one.common_prefix_tokens, one.lost_tokens, _cause_of(one))
        for one in pairs
    ]
    requests = tuple(
        Request(FILE, str(number), "jsonl", "openai_chat", "m", {}, number=number, siblings=turns)
        for number in range(turns)
    )
    broken = [(number, pair) for number, pair in enumerate(pairs) if pair.status == "broken"]
    return Report(
        inputs=(Capture(FILE, "jsonl", requests),),
        conversations=(Conversation(tuple(range(turns)), "history", tuple(steps)),),
        requests=tuple(RequestSummary(one, at + 1, tokens(at), example.USE) for at, one in enumerate(requests)),
        pairs=pairs,
        findings=tuple(_finding(at, number, pair) for at, (number, pair) in enumerate(broken)),
        command="check",
        rules=(CLOCK,) if broken else (),
    )


def shared() -> Report:
    """Two conversations that begin with the same request; it breaks on the second turn of each."""
    found = session(3, 1)
    pairs = (found.pairs[0], replace(found.pairs[1], before=0))
    conversations = tuple(Conversation((0, pair.after), "explicit") for pair in pairs)
    return replace(found, pairs=pairs, conversations=conversations)


def tokens(number: int) -> int:
    return 3_000 + 200 * number


def _pair(number: int, broken: bool, filler: str) -> Pair:
    before = tokens(number)
    grown = Pair(number, number + 1, before, before + 200, before, 0, "extension", "extension")
    if not broken:
        return grown
    lost = before - 120
    sides = [Side(_place(number + at), filler, f"09:14:{at:02}\n{filler}", f"{at}") for at in range(2)]
    causes = (
        Cause(
            "clock-in-system-prompt",
            "KV101",
            "/messages/0/content",
            "line 10 of the system prompt",
            "09:14:00",
            "09:14:01",
            lost,
            before,
            40,
            "without it all of it would be reused",
        ),
        Cause(None, None, "/messages/1/content", "message 2 (user)", "a", "b", 40, before - 40, 0, None),
    )
    differences = (Difference("/messages/0/content", "changed", filler, filler + "x"),) * 3
    return replace(
        grown,
        common_prefix_tokens=120,
        lost_tokens=lost,
        status="broken",
        json="changed",
        divergence=Divergence(120, "system", True, *sides),
        differences=differences,
        causes=causes,
    )


def _place(number: int) -> Place:
    return Place(FILE, "/messages/0/content", number + 1, 431)


def _cause_of(pair: Pair) -> str | None:
    return pair.causes[0].code if pair.causes else None


def _finding(at: int, number: int, pair: Pair) -> Finding:
    return Finding(
        "KV101",
        "clock-in-system-prompt",
        SEVERITIES[at % 3],
        f"the clock moved before turn {pair.after + 1}",
        _place(pair.after),
        "Put it into the last message.",
        request=pair.after,
        pair=number,
        conversation=0,
        lost_tokens=pair.lost_tokens,
    )


def hostile() -> Report:
    """A report that has something everywhere, and whose every text is somebody's attempt at breaking out."""
    plain = session(4, 2)
    pair = replace(
        plain.pairs[1],
        cost=Cost(1.5, None, "at a rate"),
        limits=("images",),
        reuse=(Reuse("vllm", "m", 9, 9, 9, 1, 2, "why", Cost(1.0, 0.5, "at a price")),),
        differences=(Difference("/a", "changed", {"k": "v"}, ["v"]),),
    )
    finding = replace(
        plain.findings[0], url="u", related=_place(0), container="c", suppressed=Suppressed("config", "r")
    )
    found: Report = _with_hostile_texts(
        replace(
            plain,
            inputs=(replace(plain.inputs[0], skipped=(Skipped("/p", "reason"),)),),
            pairs=(plain.pairs[0], pair, plain.pairs[2]),
            findings=(
                finding,
                *plain.findings,
                replace(plain.findings[0], url=f"javascript:window.hacked=3;{HOSTILE}"),
            ),
            rules=(replace(CLOCK, code=HOSTILE),),
            cost=Cost(2.0, None, "at a rate"),
        )
    )
    return found


def _with_hostile_texts(value: Any, name: str = "") -> Any:
    if isinstance(value, str):
        return value if name in OURS or value.startswith("javascript:") else HOSTILE
    if isinstance(value, tuple | list):
        return type(value)(_with_hostile_texts(one, name) for one in value)
    if isinstance(value, dict):
        return {HOSTILE + name: _with_hostile_texts(one) for name, one in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        changed = {one.name: _with_hostile_texts(getattr(value, one.name), one.name) for one in fields(value)}
        return replace(value, **changed)
    return value
