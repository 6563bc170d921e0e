"""Lines of a text, what of them are headings, and where the part under a heading ends."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate

from promptlint.lint.detect.examples import lowered
from promptlint.lint.detect.late import late
from promptlint.records import dataclass

LABEL = 8  # the depth of a line that ends with a colon: less than any heading

_HEADING = late(
    r"[ \t]{0,8}(?:(#{1,6})[ \t]+(?P<hash>\S[^\n]{0,100})|\*\*(?P<bold>[^*\n]{1,80})\*\*:?[ \t]*\Z|"
    r"(?P<label>[^\W\d_][^:：\n`]{1,70})[:：][ \t]*\Z|"
    r"[=~━─═-]{2,}[ \t]?(?P<ruled>[^\W\d_][^\n]{1,80}?)[ \t]?[=~━─═-]{0,80}\Z|(?P<capitals>[A-Z][A-Z '/&()-]{3,"
    r"60}(?:[(\[][^\])\n]{0,60}[\])])?)[ \t]*\Z)"
)
_INSTRUCTION = late(
    r"[\s>*+•-]{0,8}(?:\d{1,2}[.)]\s)?[*_`\"]{0,3}(?:use|save|store|do not|don't|never|always|when|whenever|if|"
    r"you|call|write|read|keep|mention|only|"
    r"before|after|make|avoid|check|consult|search|update|remember|treat|prefer|ignore|refer|answer|add|be|to |"
    r"the following|this|these|there|please|"
    r"record|delete|remove|maintain|your|it is|it's|each|every|all|any|once|for|in|as|with|memory|memories|"
    r"rather|instead|let|ask|nutze|verwende|speichere|"
    r"wenn|utilise[zr]?|si|usa|cuando|使用|如果|当|请|不要|もし|사용)\b|[\s>*+•-]{0,8}(?:使用|如果|请|不要|もし|사용)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Page:
    """A text in lines."""

    rows: list[str]
    low: list[str]  # the same in lower case
    starts: list[int]

    def __len__(self) -> int:
        return len(self.rows)

    def end(self, number: int) -> int:
        """Where a line ends, its line break left out."""
        return self.starts[number] + len(self.rows[number])


def page(text: str) -> Page:
    """The lines of a text."""
    rows = text.split("\n")
    starts = [0, *accumulate(len(row) + 1 for row in rows[:-1])]
    return Page(rows, lowered(text).split("\n"), starts)


def hinted(text: str, starts: list[int], hints: tuple[str, ...]) -> list[int]:
    """The numbers of the lines of a lower-cased text that hold one of some words: quick, as most texts hold few."""
    found, plain = set(), text.isascii()
    for hint in hints:
        if plain and not hint.isascii():
            continue
        place = text.find(hint)
        while place >= 0:
            number = bisect_right(starts, place) - 1
            found.add(number)
            place = text.find(hint, starts[number + 1]) if number + 1 < len(starts) else -1
    return sorted(found)


def heading(line: str) -> tuple[str, int] | None:
    """The words of a heading and its depth: 1 to 6 for #, 7 for bold and the like, 8 for a label with a colon."""
    if len(line) > 140 or line.startswith("<"):
        return None
    found = _HEADING.match(line)
    if found is None:
        return None
    if found[1] is not None:
        return found["hash"], len(found[1])
    if found["label"] is not None:
        return found["label"], LABEL
    return found["bold"] or found["ruled"] or found["capitals"], 7


def section_end(some: Page, number: int, depth: int) -> int:
    """The number of the line after the part under the heading `number`; under a label it ends at an empty line."""
    last = number + 1
    while last < len(some):
        row = some.rows[last]
        if row.startswith("</") or (depth == LABEL and not row.strip() and last > number + 1):
            break
        if row[:1] in {"#", "*", "="} or row[:1].isupper():
            found = heading(row)
            if found is not None and found[1] <= depth < LABEL:
                break
        last += 1
    while last > number + 1 and not some.rows[last - 1].strip():
        last -= 1
    return last


def facts(rows: list[str]) -> list[str]:
    """Lines that tell something, the empty ones and the instructions left out."""
    return [row for row in rows if row.strip() and _INSTRUCTION.match(row) is None]
