"""Usage meters and running counts; targets, limits and numbered steps are none."""

from __future__ import annotations

import pytest

from promptlint.lint.detect import counter

METERS = [
    ("<context_window>63% remaining</context_window>", ["63% remaining"]),
    ("Verbleibende Tokens: 80.640", ["Verbleibende Tokens: 80.640"]),
    ("осталось ещё 12 токенов", ["осталось ещё 12 токенов"]),
    ("Tokens left: `1200`", ["Tokens left: `1200"]),
    ("You have 7 turns left after this one.", ["7 turns left"]),
    ("12,345 tokens left for the answer", ["12,345 tokens left"]),
    ("MEMORY (your personal notes) [49% — 1,085/2,200 chars]", ["[49% — 1,085/2,200 chars]"]),
    ("Notes: 1,085/2,200 chars", ["1,085/2,200 chars"]),
    ("You have 12,345 tokens used.", ["12,345 tokens used"]),
    ("3 of 10 tool calls remaining", ["3 of 10 tool calls remaining"]),
    ("Behind you lie 3 out of 10 turns used.", ["3 out of 10 turns used"]),
    ("<total_tokens>190000 tokens left</total_tokens>", ["<total_tokens>190000 tokens left"]),
    ("<remaining_tokens>1200</remaining_tokens>", ["<remaining_tokens>1200"]),
    ("context left: 78%", ["context left: 78%"]),
    ("Context: 78% full", ["Context: 78% full"]),
    ("78% of the context window used", ["78% of the context window used"]),
    ("Memory usage: 49%", ["Memory usage: 49%"]),
    ("Turn 7 of 50", ["Turn 7 of 50"]),
    ("Iteration 3/10", ["Iteration 3/10"]),
    ("This is message #14.", ["message #14"]),
    ("Budget: 12/50", ["Budget: 12/50"]),
    ("Tokens: 12.3k/200k", ["Tokens: 12.3k/200k"]),
    ("$0.43 spent", ["$0.43 spent"]),
    ("Cost so far: $0.43", ["Cost so far: $0.43"]),
    ("tokens_used: 12345", ["tokens_used: 12345"]),
    ("remaining_tokens=1200", ["remaining_tokens=1200"]),
    ("Tool calls left: 3", ["Tool calls left: 3"]),
    ("Messages so far: 14", ["Messages so far: 14"]),
    ("7 turns left", ["7 turns left"]),
    ("Turn number: 7", ["Turn number: 7"]),
    ("| turn | 7 |\nTurn: 7", ["Turn: 7"]),
    ("Token usage: 12345/200000; 187655 remaining", ["Token usage: 12345/200000; 187655 remaining"]),
    ("已使用 12,345 个 token", ["已使用 12,345 个"]),
    ("上下文剩余：78%", ["剩余：78%"]),
    ("残り：12回", ["残り：12"]),
    ("осталось 12 токенов", ["осталось 12 токенов"]),
    ("3 Nachrichten übrig", ["3 Nachrichten übrig"]),
    ("If in doubt, ask. Memory: 49% used", ["Memory: 49% used"]),
]

OTHER = [
    "Memory lines look like `heap 412/512 MB (80%)`",
    "The line `Turn 7 of 50` comes first",
    "The plan includes 500/1000 MB depending on the tariff.",
    "`X-RateLimit-Remaining: 57` means that 57 calls remain in the window",
    "Steps: 1/3 prepare, 2/3 run, 3/3 report.",
    "A full charge takes 90 minutes; 30% remain for emergencies.",
    "Discount tiers: 10% / 20% / 30% used in that order.",
    "осталось исправить 2 из 14 замечаний",
    "Users on the free plan have 10 messages left after the trial ends",
    "score > 80% used",
    "Aim for 95% of requests.",
    "Use at most 60 tool calls.",
    "The limit is 2,000 characters.",
    "Limit: 2,000 characters",
    "Only the top 10% of words used.",
    "This is step 1 of 3.",
    "Step 2 of 5: read the file.",
    "Answer in 100 words.",
    "Keep context usage below 80%.",
    "If 90% of the budget is used, stop.",
    "When 5 turns are left, sum up.",
    "max_tokens: 4096",
    "max_output_tokens: 64000",
    "total_tokens: int",
    "<budget:token_budget>200000</budget:token_budget>",
    "We answer 24/7 calls.",
    "On 12/05/2024 messages were sent.",
    "See issue #14 and pull request #7.",
    "Up to 3 of 10 tool calls remaining may fail.",
    "It runs 100 requests per second.",
    "They spent $100 million on it.",
    "The plan costs $20 per month.",
    "Part 1 of 3, page 4 of 9",
    "Chapter 7/12",
    "1/2 cup of milk, 3/4 lines of text wide",
    "Use 4 spaces, never tabs. Lines are full at 88.",
    "after 50 messages used, compact",
    "a 4:3 or 16/9 picture",
    "For example: 12,345 tokens used",
    "<example>\nTurn 7 of 50\n</example>",
    "python3 -c 'print(1/2)'",
    "HTTP/1.1 404 of course",
    "最多使用 60 次",
    "如果剩余：5%，停止",
    "Rate: 5 requests each minute",
    "Memory: 512 MB",
]


def found(text: str) -> list[str]:
    return [text[one.start : one.end] for one in counter.find(text)]


@pytest.mark.parametrize(("text", "values"), METERS)
def test_meters(text: str, values: list[str]) -> None:
    assert found(text) == values


@pytest.mark.parametrize("text", OTHER)
def test_other_numbers(text: str) -> None:
    assert found(text) == []


def test_loose() -> None:
    text = "Aim for 95% of 1,085 and v2.3"
    assert [text[one.start : one.end] for one in counter.loose(text)] == ["95%", "1,085", "2.3"]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Use at most 60 tool calls.", []),
        ("Memory is limited to 2,200 chars", []),
        ("Höchstens 30 Medien", []),
        ("Up to 3 retries, no more than 5 calls", []),
        ("Maximum number of calls: 60", []),
        ("60 calls at most", []),
        ("不超过60次", []),
        ("rate limit: 57 left", ["57"]),
        ("Used 12 of at most 60 calls", ["12"]),
        ("At most 60 calls.\nUsed: 12", ["12"]),
    ],
)
def test_loose_knows_limits(text: str, values: list[str]) -> None:
    assert [text[one.start : one.end] for one in counter.loose(text)] == values
