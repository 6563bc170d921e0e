"""Parts of a text that show how something looks, and so hold no live value."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

from promptlint.lint.detect.late import late

EXAMPLE = late(
    r"\b(?:e\.\s?g|i\.\s?e|examples?|such as|for instance|z\.\s?b|zum beispiel|beispiel(?:e|sweise)?|etwa|bspw|"
    r"par exemple|p\.\s?ex|"
    r"p(?:or|\.) ?ej(?:emplo)?|por exemplo|ad esempio|per esempio|bijv|bijvoorbeeld|np\.|na przykład|örneğin|"
    r"mesela|например|ví dụ|"
    r"misalnya|contoh)\b|مثال|مثلا|उदाहरण|例如|比如|例:|例：|例えば|たとえば|(?<=[(（])例|예를 들|예:|예시",
)  # of lower-cased text
LEADS_IN = late(
    r"\b(?:like|sample|format(?:ted)?|template|pattern|look|looks|as follows|this form|output|respond|reply|return)\b"
)
_TAG_NAME = r"((?:example|sample|few[-_]?shot|demonstration|good|bad|illustration)[\w-]{0,30})"
_TAG = late(rf"<{_TAG_NAME}[^<>\n]{{0,80}}>", re.IGNORECASE)
_END_TAG = late(rf"</{_TAG_NAME}>", re.IGNORECASE)
_HEADING = late(
    r"(#(?<![^\n]#)#{0,5})\s[^\n]{0,60}?(?:example|few[- ]shot|sample|beispiel|exemple|ejemplo|exemplo|esempi|例|"
    r"예시|пример)",
    re.IGNORECASE,
)
_ANY_HEADING = late(r"#(?<![^\n]#)#{0,5}(?=\s)")
_FENCE = late(r"```(?<![^ \t\n]```)|~~~(?<![^ \t\n]~~~)")

_ANNOUNCES = late(
    r"\b(?:examples?|samples?|beispiel\w{0,20}|exemples?|ejemplos?|exemplos?|esemp(?:io|i)|voorbeeld\w{0,20}|"
    r"przykład\w{0,9}|örne[kğ]\w{0,9}|пример\w{0,3}|приклад\w{0,3}|ví dụ|contoh|eksempel\w{0,20}|"
    r"exempel\w{0,20}|esimerkki\w{0,20}|"
    r"příklad\w{0,3}|παράδειγμα)\b|示例|示範|样例|範例|例(?=\s?[:：\n]|[^\S\n]*\Z)|예시|예제|مثال|उदाहरण"
)
_REACH = 1200  # code points between the line that announces an example and a value in it
_CLOSED = late(r"\n[}\]]|\n\s?\n(?!\s{0,8}[{\[`~])|(?:^|\n)[ \t]{0,8}\{[^\n]{0,1000}\}(?=\n)")


class Examples:
    """The examples of a text, found when first asked for."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._blocks: list[tuple[int, int]] | None = None
        self._fences: list[int] | None = None
        self._announcing: list[tuple[int, int]] | None = None

    def hold(self, place: int) -> bool:
        """Does a place lie in a tag or under a heading of examples."""
        if self._blocks is None:
            self._blocks = sorted([*_tagged(self.text), *_headed(self.text)])
        number = bisect_right(self._blocks, (place, len(self.text)))
        return any(start <= place < end for start, end in self._blocks[max(0, number - 2) : number])

    def fence(self, place: int) -> bool:
        """Does a place lie in a code fence."""
        if self._fences is None:
            self._fences = [found.start() for found in _FENCE.finditer(self.text)]
        return bisect_right(self._fences, place) % 2 == 1

    def announced(self, place: int) -> bool:
        """Does a line such as "Sample response:" announce the block that a place lies in."""
        if self._announcing is None:
            self._announcing = [one.span() for one in _ANNOUNCES.finditer(lowered(self.text))]
        number = bisect_right(self._announcing, (place, place))
        return any(self._reaches(end, place) for _, end in self._announcing[max(0, number - 3) : number])

    def _reaches(self, end: int, place: int) -> bool:
        text = self.text
        line = text.find("\n", end, place)
        if line < 0:  # all in one line
            return place - end < _REACH and re.search(r"[:：]", text[end : min(place, end + 40)]) is not None
        title = text[end:line].strip(" *_`")
        if place - line > _REACH or len(title) > 60:
            return False
        short = text.rfind("\n", max(0, line - 40), end) >= max(0, line - 40) or line < 40
        if not title.endswith((":", "：")) and (title.endswith((".", "。")) or not short):
            return False
        between = text[line:place]
        return len(_FENCE.findall(between)) < 2 and _CLOSED.search(between) is None


def lowered(text: str) -> str:
    """In lower case, every character at its place."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(one.lower()[:1] for one in text)


def led_in(text: str, line: int) -> bool:
    """Do the words right before a line announce an example: "for example:", "in this format:"."""
    before = (
        lowered(text[max(0, line - 160) : line])
        .rstrip()
        .rstrip("`~abcdefghijklmnopqrstuvwxyz" if "```" in text[max(0, line - 12) : line] else "")
    )
    last = before.rstrip("`~ \n").rsplit("\n", 1)[-1]
    return EXAMPLE.search(last) is not None or (last.endswith((":", "：")) and LEADS_IN.search(last) is not None)


def _tagged(text: str) -> list[tuple[int, int]]:
    ends: dict[str, list[int]] = {}
    for closed in _END_TAG.finditer(text):
        ends.setdefault(closed[1], []).append(closed.start())
    found, done = [], 0
    for opened in _TAG.finditer(text):
        own = ends.get(opened[1], ())
        number = bisect_left(own, opened.end())
        if opened.start() >= done and number < len(own):  # a tag that only a sentence names is never closed
            done = own[number]
            found.append((opened.start(), done))
    return found


def _headed(text: str) -> list[tuple[int, int]]:
    if "#" not in text:
        return []
    headings = [(one.start(), len(one[0])) for one in _ANY_HEADING.finditer(text)]
    found: list[tuple[int, int]] = []
    for heading in _HEADING.finditer(text) if headings else ():
        if found and heading.start() < found[-1][1]:
            continue
        number = bisect_right(headings, (heading.start(), 99))
        ends = (start for start, depth in headings[number:] if depth <= len(heading[1]))
        found.append((heading.start(), next(ends, len(text))))
    return found
