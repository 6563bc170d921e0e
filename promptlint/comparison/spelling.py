"""From a character of the printed text to the character of the string that was printed, however it is spelled."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from promptlint.render.provenance import Span

SURROGATES = r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
ESCAPE = re.compile(SURROGATES + r"|\\u[0-9a-fA-F]{4}|\\.|[^\\]", re.DOTALL)


def offset_in_leaf(text: str, span: Span, offset: int) -> int | None:
    """Offset in the string at the leaf's pointer; None where the template printed something else than the string."""
    rendered = text[span.start : span.end]
    value = span.leaf.text[span.skipped :]
    base = span.skipped + (span.leaf.inside[0] if span.leaf.inside else 0)
    if value.startswith(rendered):
        return base + offset - span.start
    for spelling in (_as_json, _as_ascii_json, _as_quoted_repr, _as_repr):
        if spelling(value).startswith(rendered):
            return base + _count_until((len(spelling(character)) for character in value), offset - span.start)
    units = list(_json_units(value))  # argument text: the prompt may show it parsed, or parsed and spelled again
    for spelling in (_unchanged, _as_json, _as_ascii_json):
        printed = [spelling(decoded) for _, decoded in units]
        if "".join(printed) == rendered:
            count = _count_until(map(len, printed), offset - span.start)
            return base + sum(len(raw) for raw, _ in units[:count])
    return None


def _unchanged(value: str) -> str:
    return value


def _as_json(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)[1:-1]


def _as_ascii_json(value: str) -> str:
    return json.dumps(value)[1:-1]


def _as_repr(value: str) -> str:
    return repr(value)[1:-1]


def _as_quoted_repr(value: str) -> str:
    """Python's spelling of a text that holds both kinds of quotes: it escapes the single ones."""
    return repr('"' + value)[2:-1]


def _count_until(lengths: Iterator[int], offset: int) -> int:
    """How many whole items lie before `offset`."""
    count = 0
    for length in lengths:
        offset -= length
        if offset < 0:
            break
        count += 1
    return count


def _json_units(raw: str) -> Iterator[tuple[str, str]]:
    """The characters of a JSON string's inside, raw and decoded."""
    for match in ESCAPE.finditer(raw):
        unit = match.group()
        try:
            yield unit, json.loads(f'"{unit}"', strict=False) if unit[0] == "\\" else unit
        except ValueError:
            yield unit, unit
