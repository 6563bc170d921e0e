"""The part of JSON paths (RFC 9535) that can be held against a pointer without the document: names, indexes, `*`."""

from __future__ import annotations

import json
import re

LONGEST = 500  # characters
Steps = tuple[str | None, ...]  # None: any

SEGMENT = re.compile(
    r"""\.(?P<name>[^\W\d]\w*+|\*)
      |\[\s*+(?:(?P<index>\d++|\*)|(?P<quoted>'(?:[^'\\]|\\.)*+'|"(?:[^"\\]|\\.)*+"))\s*+\]""",
    re.VERBOSE,
)
ESCAPED = re.compile(r"\\.|\"")


def steps(path: str) -> Steps:
    """The steps of a path such as `$.messages[*].content`. Raises ValueError for anything that is not made of those."""
    if len(path) > LONGEST:
        raise ValueError(f"is longer than {LONGEST} characters")
    if not path.startswith("$"):
        raise ValueError("must begin with $")
    found: list[str | None] = []
    position = 1
    while position < len(path):
        segment = SEGMENT.match(path, position)
        if segment is None:
            raise ValueError(f"cannot be read from {path[position : position + 20]!r} on")
        found.append(_step(segment))
        position = segment.end()
    return tuple(found)


def covers(path: Steps, pointer: list[str]) -> bool:
    """Does the path lead to what the keys of a pointer name, or to something around it."""
    head = pointer[: len(path)]
    return len(head) == len(path) and all(want in (None, key) for want, key in zip(path, head, strict=True))


def _step(segment: re.Match[str]) -> str | None:
    if segment["quoted"] is not None:
        return _unquoted(segment["quoted"])
    text = segment["name"] or segment["index"]
    return None if text == "*" else str(text)


def _unquoted(quoted: str) -> str:
    inner = quoted[1:-1]
    if quoted[0] == "'":
        inner = ESCAPED.sub(lambda match: {r"\'": "'", '"': r"\""}.get(match[0], match[0]), inner)
    try:
        return str(json.loads(f'"{inner}"'))
    except ValueError:
        raise ValueError(f"holds {quoted}, which is no text") from None
