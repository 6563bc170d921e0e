"""What a model's layers keep, by its kind: only some can go back to any token of what they have read.

As llama.cpp serves them. A kind that is not listed keeps every token.
"""

from __future__ import annotations

import re
from typing import Any

# Kinds of models, as `model_type` of config.json spells them, and the tokens that their window looks back.
_WINDOWS = (
    (re.compile(r"gemma2"), 4096),
    (re.compile(r"gemma[34]"), 1024),
    (re.compile(r"gpt_oss"), 128),
)
_RECURRENT = re.compile(
    r"mamba|qwen3_5|qwen3_next|nemotron_h|falcon_h1|falcon_mamba|granitemoehybrid|jamba|bamba|lfm2|rwkv|plamo2"
)


def memory_of(model_type: str | None) -> dict[str, Any]:
    """The engine options that a kind of model brings with it: `memory`, and `window` where there is one."""
    name = (model_type or "").lower()
    for pattern, window in _WINDOWS:
        if pattern.match(name):
            return {"memory": "window", "window": window}
    return {"memory": "recurrent"} if _RECURRENT.match(name) else {}
