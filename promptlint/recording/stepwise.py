"""JSON in small steps: other threads have their turn in between, however large it is.

One call of the library for 40 MB lets no other thread run for more than half a second, and so stops every stream.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from json import scanner
from typing import Any

STEP = 1 << 18


def decoded(raw: bytes) -> str:
    """The text of UTF-8. Raises UnicodeDecodeError."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    ends = range(STEP, len(raw) + STEP, STEP)
    return "".join(decoder.decode(raw[end - STEP : end], final=end >= len(raw)) for end in ends)


def loads(raw: bytes) -> Any:
    """What `json.loads` gives. Raises ValueError, and RecursionError for what is nested too deep."""
    if len(raw) <= STEP:
        return json.loads(raw)
    decoder = json.JSONDecoder()
    decoder.scan_once = scanner.py_make_scanner(decoder)  # type: ignore[attr-defined]  # typeshed has it not
    return decoder.decode(decoded(raw))


def dumped(value: Any, depth: int = 1) -> Iterator[bytes]:
    """What `json.dumps` gives for objects, texts and numbers, indented by a space, in pieces."""
    if isinstance(value, str):
        yield from (b'"', *map(_escaped, (value[start : start + STEP] for start in range(0, len(value), STEP))), b'"')
    elif isinstance(value, dict) and value:
        for number, (key, one) in enumerate(value.items()):
            yield f"{',' if number else '{'}\n{' ' * depth}{json.dumps(key)}: ".encode()
            yield from dumped(one, depth + 1)
        yield f"\n{' ' * (depth - 1)}}}".encode()
    else:
        yield json.dumps(value).encode()


def _escaped(text: str) -> bytes:
    return json.dumps(text, ensure_ascii=False)[1:-1].encode()
