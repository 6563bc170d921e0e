"""The same with transformers, as one would write it: MODEL and captures in, counts out as JSON.

[[tokens of a request, common prefix with the one before], …]: of two files, of a session's lines, or of a folder of
pairs. Runs in an interpreter that has transformers and not necessarily us.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator
from importlib import import_module
from itertools import takewhile
from pathlib import Path
from typing import Any


def texts(paths: list[Path]) -> Iterator[tuple[str, bool]]:
    """Each request as JSON text, and whether it continues the one before."""
    if len(paths) == 2:
        yield from ((path.read_text(encoding="utf-8"), number == 1) for number, path in enumerate(paths))
    elif paths[0].is_dir():
        for before in sorted(paths[0].glob("*.before.json")):
            after = before.with_name(before.name.replace(".before.", ".after."))
            yield from ((path.read_text(encoding="utf-8"), path is after) for path in (before, after))
    else:
        opened = gzip.open if paths[0].suffix == ".gz" else open
        with opened(paths[0], "rt", encoding="utf-8") as file:
            yield from ((line, number > 0) for number, line in enumerate(file))


def body(text: str) -> Any:
    """A request as a server hands it to the template: arguments are objects."""
    found = json.loads(text)
    for message in found["messages"]:
        for call in message.get("tool_calls") or ():
            call["function"]["arguments"] = json.loads(call["function"]["arguments"])
    return found


def main(model: str, *paths: str) -> None:
    tokenizer = import_module("transformers").AutoTokenizer.from_pretrained(model)
    found: list[tuple[int, int]] = []
    before: list[int] = []
    for text, continues in texts([Path(path) for path in paths]):
        request = body(text)
        ids = tokenizer.apply_chat_template(
            request["messages"], tools=request.get("tools"), add_generation_prompt=True, return_dict=False
        )
        pairs = zip(before if continues else (), ids, strict=False)
        found.append((len(ids), sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))))
        before = ids
    print(json.dumps(found))


main(*sys.argv[1:])
