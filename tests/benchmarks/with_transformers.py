"""The same with transformers, as one would write it: MODEL BEFORE AFTER → [tokens, tokens, common prefix].

Runs in an interpreter that has transformers and not necessarily us.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from itertools import takewhile
from pathlib import Path
from typing import Any


def body(path: str) -> Any:
    """A request as a server hands it to the template: arguments are objects."""
    found = json.loads(Path(path).read_text(encoding="utf-8"))
    for message in found["messages"]:
        for call in message.get("tool_calls") or ():
            call["function"]["arguments"] = json.loads(call["function"]["arguments"])
    return found


def main(model: str, *paths: str) -> None:
    tokenizer = import_module("transformers").AutoTokenizer.from_pretrained(model)
    before, after = (
        tokenizer.apply_chat_template(
            request["messages"], tools=request.get("tools"), add_generation_prompt=True, return_dict=False
        )
        for request in map(body, paths)
    )
    common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False)))
    print(json.dumps([len(before), len(after), common]))


main(*sys.argv[1:])
