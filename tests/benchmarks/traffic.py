"""Agent traffic of every size, made here for where the larger generator is not at hand.

pair      two requests of about 100,000 tokens; a clock in the system prompt has moved
session   50 requests, each one step longer than the one before, to about 100,000 tokens
fixtures  100 pairs, about 20 KB a file; every tenth has a moving clock
long      300 requests that grow to 1.4 MB, with side requests between them, gzipped
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

WORDS = ("account", "batch", "cache", "error", "field", "index", "key", "ledger", "model", "node", "queue")
CLOCKS = ("09:14:07", "09:31:55")
Body = dict[str, Any]


def body(clock: str, history: list[Body]) -> Body:
    system = {"role": "system", "content": f"You keep the books.\nLocal time: {clock}"}
    return {"model": "qwen3-8b", "messages": [system, {"role": "user", "content": "Balance them."}, *history]}


def step(rng: random.Random, number: int, lines: int = 55) -> list[Body]:
    call = {"name": "read_file", "arguments": json.dumps({"path": f"books/{number}.csv"})}
    rows = "\n".join(f"{number}.{line}," + ",".join(rng.choice(WORDS) for _ in range(12)) for line in range(lines))
    calls = [{"id": f"call_{number}", "type": "function", "function": call}]
    return [
        {"role": "assistant", "content": "I read on.", "tool_calls": calls},
        {"role": "tool", "tool_call_id": f"call_{number}", "content": rows},
    ]


def growing(rng: random.Random, steps: int, lines: int) -> Iterator[Body]:
    history: list[Body] = []
    for number in range(steps):
        history += step(rng, number, lines)
        yield body(CLOCKS[0], history)


def write_pair(folder: Path, rng: random.Random) -> None:
    history = [message for number in range(60) for message in step(rng, number)]
    _write(folder / "before.json", body(CLOCKS[0], history))
    _write(folder / "after.json", body(CLOCKS[1], [*history, *step(rng, 60)]))


def write_session(folder: Path, rng: random.Random) -> None:
    lines = map(json.dumps, growing(rng, 50, 66))
    (folder / "session.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def write_fixtures(folder: Path, rng: random.Random) -> None:
    for number in range(1, 101):
        history = [message for each in range(4) for message in step(rng, number * 10 + each)]
        _write(folder / f"{number:03d}.before.json", body(CLOCKS[0], history))
        clock = CLOCKS[number % 10 == 0]
        _write(folder / f"{number:03d}.after.json", body(clock, [*history, *step(rng, number * 10 + 4)]))


def write_long(folder: Path, rng: random.Random) -> None:
    title: Body = {"model": "qwen3-8b", "messages": [{"role": "user", "content": "A title, please."}], "max_tokens": 32}
    with gzip.open(folder / "session.jsonl.gz", "wt", compresslevel=6, encoding="utf-8") as file:
        for number, one in enumerate(growing(rng, 255, 65)):
            file.write(json.dumps(one) + "\n")
            if number % 6 == 5:
                file.write(json.dumps(title) + "\n")


WRITERS: dict[str, Callable[[Path, random.Random], None]] = {
    "pair": write_pair,
    "session": write_session,
    "fixtures": write_fixtures,
    "long": write_long,
}


def write(folder: Path, seed: int, what: str) -> None:
    """One kind of traffic, in a folder of its name; the same seed gives the same bytes."""
    (folder / what).mkdir()
    WRITERS[what](folder / what, random.Random(f"{seed}/{what}"))


def _write(path: Path, content: Body) -> None:
    path.write_text(json.dumps(content, indent=2), encoding="utf-8")
