"""KV107: a clock, a working folder or an id in a tool's text or schema."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from weakref import WeakKeyDictionary

from promptlint.latest import Latest
from promptlint.lint.context import PairContext, RequestContext
from promptlint.lint.detect import clock, nonce
from promptlint.lint.detect.match import Match
from promptlint.lint.hunks import hunks
from promptlint.lint.message import Name, Words
from promptlint.lint.rule import Hit, Options, Span
from promptlint.lint.texts import Text, strings
from promptlint.lint.tools import Tool, differing_tools, tool_list
from promptlint.local_model import Model
from promptlint.model import JsonObject, Severity

FOLDER = re.compile(r"(?<![\w.~/\\-])(?:~?(?:/[\w.@-]{1,80}){1,20}|[A-Za-z]:\\[\w.@\\-]{1,200})/?(?<!\.)")
WORKING = re.compile(
    r"(?:\b(?:current (?:working )?(?:directory|folder)|working (?:directory|folder)|cwd|work_?dir|workspace|"
    r"arbeitsverzeichnis|répertoire (?:courant|de travail)|directorio (?:actual|de trabajo)|"
    r"diretório (?:atual|de trabalho)|(?:текущий|рабочий) каталог|рабочая директория)|"
    r"カレントディレクトリ|作業ディレクトリ|当前(?:工作)?目录|工作目录|(?:현재|작업) ?디렉[토터]리)"
    r"(?:[\s\"'`*:：=(<>]|\b(?:is|in|at|set|to|now|currently|ist|est|es|é)\b|[は为是은는]){1,12}\Z",
    re.IGNORECASE,
)
EXAMPLE = re.compile(r"\b(?:e\.g\.?|for example|example|such as|like)\b[^\n/\\~]{0,20}\Z", re.I)
PLACEHOLDER = re.compile(r"/(?:path/to|absolute|your|example|some)\b|/home/user\b|\\path\\to\b", re.I)
# Right in front of a value that is shown: what a format looks like, what comes back.
SHOWN = re.compile(r"\b(?:as|or|like|in|and|format(?:ted)?|returned)[\s:]{0,2}[(\[\"'`]{0,2}\Z", re.I)
# Of a parameter, a label such as "timestamp:" describes what the model writes; only these speak of the present.
PRESENT = re.compile(
    r"\b(?:current|now|today|present|local time|aktuell|jetzt|heute|actuel|actual|ahora|hoy|agora|hoje|atual)|"
    r"сейчас|текущ|сегодня|現在|今日|本日|当前|现在|今天|현재|지금|오늘",
    re.I,
)
DIGIT_OR_PATH = re.compile(r"[0-9/\\٠-٩०-९〇一二三四五六七八九十]|[^\x00-\x7f]")
NEAR = 60  # characters in front of a path in which a word says what it is
REPLACED = "the {kind} in the definition of tool {tool!r} changed: {before!r} became {text!r}"
MOST_TOOLS = 256  # whose texts are remembered


def check(context: RequestContext | PairContext, _options: Options) -> Iterator[Hit]:
    """In a request what its words give away; in a pair whatever of that shape changed."""
    if isinstance(context, RequestContext):
        known = _telling.setdefault(context.model, Latest(MOST_TOOLS))
        for tool in tool_list(context.chat).tools:
            for text in known.of(tool.value, None, partial(_texts_that_may_tell, tool.value)):
                placed = Text(tool.pointer + text.pointer, text.text)
                yield from _told(tool, placed, context.capture_time)
    else:
        for old, new in differing_tools(tool_list(context.before.chat), tool_list(context.after.chat)):
            yield from _changed(old, new)


# Every request of an agent has the same tools, and one that is loaded with others has the same objects. A model is of
# one run: before the next one whoever calls us from Python may have changed a tool in its place.
_telling: WeakKeyDictionary[Model, Latest[tuple[Text, ...]]] = WeakKeyDictionary()


def _texts_that_may_tell(tool: JsonObject) -> tuple[Text, ...]:
    """Those with a digit, or a path: most texts of tools have neither. Their pointers begin in the tool."""
    return tuple(text for text in strings(tool, "") if DIGIT_OR_PATH.search(text.text))


def _told(tool: Tool, text: Text, now: datetime | None) -> Iterator[Hit]:
    label = _label(text.pointer)
    named = text.text if label is None else f"{label}: {text.text}"
    behind = len(named) - len(text.text)
    for match in (*_clocks(text, now), *_behind(nonce.find(named), behind), *_behind(_folders(named), behind)):
        # Today's date changes at midnight only: a note, as it is in the system prompt.
        severity: Severity | None = "info" if match.granularity == "day" else None
        fields = {"kind": Words(match.kind), "tool": Name(tool.name)}
        yield Hit(_span(text, match), _of(text, match), fields=fields, severity=severity)


def _label(pointer: str) -> str | None:
    """The name of the parameter that a fixed value belongs to: it says what the value is."""
    steps = pointer.split("/")
    return steps[-2] if steps[-1] in ("const", "default") and "properties" in steps[:-2] else None


def _behind(matches: Iterable[Match], start: int) -> Iterator[Match]:
    """Those that lie behind the label, as offsets in the text itself."""
    yield from (Match(one.start - start, one.end - start, one.kind) for one in matches if one.start >= start)


def _clocks(text: Text, now: datetime | None) -> Iterator[Match]:
    """Clocks of the present; the description of a parameter must say so itself: most show what a value looks like."""
    of_parameter = "/properties/" in text.pointer
    for one in clock.find(text.text, now):
        front = text.text[max(0, one.start - NEAR) : one.start]
        of_today = one.granularity != "day" or one.anchored
        if not of_today or SHOWN.search(front) or (of_parameter and not PRESENT.search(front)):
            continue
        yield one


def _folders(text: str) -> Iterator[Match]:
    """Paths that are called the working folder."""
    for found in FOLDER.finditer(text):
        front = text[max(0, found.start() - NEAR) : found.start()]
        if WORKING.search(front) and not EXAMPLE.search(front) and not PLACEHOLDER.search(found[0]):
            yield Match(found.start(), found.end(), "working folder")


def _changed(old: Tool, new: Tool) -> Iterator[Hit]:
    before = {text.pointer[len(old.pointer) :]: text for text in strings(old.value, old.pointer)}
    for text in strings(new.value, new.pointer):
        other = before.get(text.pointer[len(new.pointer) :])
        if other is not None and other.text != text.text:
            yield from _moved(new, other, text)


def _moved(tool: Tool, before: Text, after: Text) -> Iterator[Hit]:
    values = _shapes(before.text), _shapes(after.text)
    told = set()
    for hunk in hunks(before.text, after.text):
        old = _at(values[0], hunk.before_start, hunk.before_end)
        new = _at(values[1], hunk.after_start, hunk.after_end)
        if old is None or new is None or old.kind != new.kind or (new.start, new.end) in told:
            continue
        told.add((new.start, new.end))
        yield Hit(
            _span(after, new),
            _of(after, new),
            related=_span(before, old),
            message=REPLACED,
            fields={"kind": Words(new.kind), "tool": Name(tool.name), "before": _of(before, old)},
        )


def _shapes(text: str) -> list[Match]:
    """Everything that may be a clock, an id or a folder, whatever the words around it."""
    named = (("clock", clock.loose(text)), ("id", nonce.loose(text)))
    found = [Match(one.start, one.end, kind) for kind, matches in named for one in matches]
    return [
        *found,
        *(Match(one.start(), one.end(), "folder") for one in FOLDER.finditer(text) if _is_folder(text, one)),
    ]


def _is_folder(text: str, found: re.Match[str]) -> bool:
    """Has a path two steps, or is it called a folder: "GET /users" is a route."""
    deep = found[0].strip("/").count("/") + found[0].count("\\") > 0
    return deep or WORKING.search(text[max(0, found.start() - NEAR) : found.start()]) is not None


def _at(matches: list[Match], start: int, end: int) -> Match | None:
    return next((one for one in matches if one.start <= start and end <= one.end), None)


def _span(text: Text, match: Match) -> Span:
    return Span(text.pointer, match.start, match.end - match.start)


def _of(text: Text, match: Match) -> str:
    return text.text[match.start : match.end]
