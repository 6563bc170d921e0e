"""Strict JSON: what two parsers may read differently is refused, with the offset where it stands."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from itertools import accumulate
from typing import Any, NoReturn

from promptlint.capture.sharing import Sharing
from promptlint.positions import STRING

DEEPEST = 200  # levels of nesting; a tool schema has perhaps twenty
MOST_VALUES = 4_000_000  # an object in an object costs 60 times its text in memory
MOST_DIGITS = 1000
_KEYS_AND_BRACKETS = re.compile(rf"(?P<string>{STRING.pattern})(?P<colon>\s*+:)?|[\[\]{{}}]", re.DOTALL)


class JsonError(Exception):
    """The text is no JSON that we read; `offset` says where."""

    def __init__(self, message: str, offset: int, hint: str) -> None:
        super().__init__(message)
        self.offset = offset
        self.hint = hint


class _RefusedNumberError(Exception):
    pass


class _DuplicateKeyError(Exception):
    pass


def parse(text: str, sharing: Sharing | None = None) -> Any:
    """The value of a JSON text, its objects being those that `sharing` has seen before. Raises JsonError."""
    refuse_too_many(text)
    try:
        value = (_DECODER if sharing is None else decoder(sharing)).decode(text)
    except json.JSONDecodeError as error:
        raise _syntax_error(text, error) from None
    except _RefusedNumberError as error:
        hint = "write a number that every JSON parser reads alike"
        raise JsonError("a number that JSON has no place for", _outside_strings(text, str(error)), hint) from None
    except _DuplicateKeyError:
        raise _duplicate_key(text) from None
    except RecursionError:
        raise _too_deep(text) from None
    if depth(value) > DEEPEST:
        raise _too_deep(text)
    return value


def refuse_too_many(text: str) -> None:
    """Raises JsonError for a text with more values than anybody has memory for."""
    if sum(map(text.count, ",[{")) > MOST_VALUES:
        raise JsonError("too many values", 0, "give the requests in smaller files")


def object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of its members, no name twice."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _DuplicateKeyError
    return members


def _refuse(literal: str) -> NoReturn:
    raise _RefusedNumberError(literal)


def _float(literal: str) -> float:
    value = float(literal)
    return value if math.isfinite(value) else _refuse(literal)


def _integer(literal: str) -> int:
    return int(literal) if len(literal) <= MOST_DIGITS else _refuse(literal)


def _decoder(read_object: Callable[[list[tuple[str, Any]]], Any]) -> json.JSONDecoder:
    return json.JSONDecoder(
        object_pairs_hook=read_object, parse_constant=_refuse, parse_float=_float, parse_int=_integer
    )


def decoder(sharing: Sharing) -> json.JSONDecoder:
    """A decoder whose objects are those that `sharing` has seen before."""
    return _decoder(lambda pairs: sharing.object(object_of(pairs)))


_DECODER = _decoder(object_of)


def _syntax_error(text: str, error: json.JSONDecodeError) -> JsonError:
    if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
        return JsonError("the JSON ends too early", error.pos, "was the file cut off while it was written?")
    if error.msg == "Extra data":
        return JsonError("something follows the end of the JSON", error.pos, "one JSON value, or one on each line")
    message = f"no valid JSON: {error.msg[0].lower()}{error.msg[1:]}"
    return JsonError(message, error.pos, "this place is where reading stopped; the fault may be right before it")


def _outside_strings(text: str, literal: str) -> int:
    start = re.escape(literal[: MOST_DIGITS + 1])  # all of a number of a million digits takes seconds to compile
    pattern = re.compile(rf"{STRING.pattern}|(?P<hit>{start})", re.DOTALL)
    return next((match.start() for match in pattern.finditer(text) if match["hit"]), 0)


def _duplicate_key(text: str) -> JsonError:
    keys: list[set[str]] = [set()]
    match = next(match for match in _KEYS_AND_BRACKETS.finditer(text) if _is_repeated(match, keys))
    message = f"the key {shown(json.loads(match['string']))} is there twice"
    return JsonError(message, match.start(), "parsers disagree about which of the two counts: keep one")


def _is_repeated(match: re.Match[str], keys: list[set[str]]) -> bool:
    """Is this a key that its object has already; `keys` are those of the objects around this place."""
    if match[0] in "[{":
        keys.append(set())
    elif match[0] in "]}":
        keys.pop()
    elif match["colon"]:
        key = json.loads(match["string"])
        if key in keys[-1]:
            return True
        keys[-1].add(key)
    return False


def shown(text: str) -> str:
    """A stranger's text for a message: short, quoted, nothing in it that a terminal would obey."""
    return json.dumps(text if len(text) <= 60 else text[:60] + "…")


def _too_deep(text: str) -> JsonError:
    places = (match.start() for match in _KEYS_AND_BRACKETS.finditer(text))
    steps = ((match[0] in "[{") - (match[0] in "]}") for match in _KEYS_AND_BRACKETS.finditer(text))
    at = next((at for at, deep in zip(places, accumulate(steps), strict=True) if deep > DEEPEST), 0)
    return JsonError(f"nested more than {DEEPEST} levels deep", at, "no request is nested that deeply")


def depth(value: Any) -> int:
    """Levels of lists and objects in a value."""
    level, found = [value], 0
    while level := [container for container in level if isinstance(container, dict | list)]:
        level = [member for one in level for member in (one.values() if isinstance(one, dict) else one)]
        found += 1
    return found
