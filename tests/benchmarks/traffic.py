"""A pair of about 100,000 tokens, made here for where the larger generator is not at hand: a clock has moved."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

STEPS = 60
WORDS = ("account", "batch", "cache", "error", "field", "index", "key", "ledger", "model", "node", "queue")


def write_pair(folder: Path, seed: int) -> tuple[Path, Path]:
    """before.json and after.json; the same seed gives the same bytes."""
    rng = random.Random(seed)
    history = [message for number in range(STEPS) for message in step(rng, number)]
    pair = folder / "before.json", folder / "after.json"
    bodies = body("09:14:07", history), body("09:31:55", [*history, *step(rng, STEPS)])
    for path, content in zip(pair, bodies, strict=True):
        path.write_text(json.dumps(content, indent=2), encoding="utf-8")
    return pair


def body(clock: str, history: list[dict[str, Any]]) -> dict[str, Any]:
    system = {"role": "system", "content": f"You keep the books.\nLocal time: {clock}"}
    return {"model": "qwen3-8b", "messages": [system, {"role": "user", "content": "Balance them."}, *history]}


def step(rng: random.Random, number: int) -> list[dict[str, Any]]:
    call = {"name": "read_file", "arguments": json.dumps({"path": f"books/{number}.csv"})}
    rows = "\n".join(f"{number}.{line}," + ",".join(rng.choice(WORDS) for _ in range(12)) for line in range(55))
    return [
        {
            "role": "assistant",
            "content": "I read on.",
            "tool_calls": [{"id": f"call_{number}", "type": "function", "function": call}],
        },
        {"role": "tool", "tool_call_id": f"call_{number}", "content": rows},
    ]
