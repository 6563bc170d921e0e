"""YAML as data: every tag is read as what stands behind it, nothing is ever constructed, and places are kept.

Built from the parser's events instead of PyYAML's loaders, so that depth, size and aliases are bounded before anything
of that size exists.
"""

from __future__ import annotations

import base64
import binascii
import functools
import json
import re
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from promptlint.capture.json_text import DEEPEST, JsonError, shown
from promptlint.model import Source
from promptlint.positions import keys

MOST_VALUES = 500_000  # aliases count as what they stand for, long texts as several
_MOST_DIRECTIVES = 100
_LONG_TEXT = 64
_LONGEST_NUMBER = 40  # characters; sexagesimal numbers of any length would take quadratic time
_TAG = "tag:yaml.org,2002:"
_READ_AS = {
    "null": "construct_yaml_null",
    "bool": "construct_yaml_bool",
    "int": "construct_yaml_int",
    "float": "construct_yaml_float",
}
_HINT = "a cassette is one YAML document of mappings, lists and strings"


class Mark(NamedTuple):
    """Where a value stands in the text; `end` is that of a scalar, of a collection it is its start."""

    start: int
    end: int
    style: str | None


@dataclass(slots=True)
class _Open:
    """A collection whose end has not come yet."""

    value: Any
    anchor: str | None
    size: int = 1
    depth: int = 1  # of what is inside, aliases included
    key: str | None = None  # of the member that comes next


class _Anchored(NamedTuple):
    """What an alias stands for."""

    value: Any
    size: int
    depth: int


@dataclass(slots=True)
class Marked:
    """The data of a document, and where each member of its mappings stands."""

    text: str
    data: Any = None
    # By the mapping's id and the key: the data lives as long as its marks, and pointers for all would cost more.
    marks: dict[tuple[int, str], Mark] = field(default_factory=dict)
    newlines: list[int] = field(init=False)  # counted once: a cassette has hundreds of bodies

    def __post_init__(self) -> None:
        self.newlines = [match.start() for match in re.finditer("\n", self.text)]

    def mark(self, pointer: str) -> Mark | None:
        """The mark of a mapping's member, if the pointer leads to one."""
        if not pointer:
            return None
        *parents, key = keys(pointer)
        value = self.data
        for parent in parents:
            value = value[int(parent)] if isinstance(value, list) else value[parent]
        return self.marks.get((id(value), key))

    def source_of_text(self, mark: Mark, value: str) -> Source:
        """Where a body lies that is JSON text inside a scalar: exactly if YAML left its characters as they are."""
        raw = self.text[mark.start : mark.end]
        if mark.style == "'" and raw[1:-1] == value:
            return Source(self.text, mark.start + 1)
        if mark.style == '"' and _is_json_string(raw, value):
            return Source(self.text, mark.start, ("", ""))
        if mark.style == "|":
            header, _, lines = raw.partition("\n")
            if _without_indentation(lines) == _without_indentation(value):
                return Source(self.text, mark.start + len(header) + 1)
        return self.source_of_start(mark)

    def source_of_start(self, mark: Mark) -> Source:
        """Only where the value starts."""
        line = bisect_left(self.newlines, mark.start)
        before = self.newlines[line - 1] if line else -1
        return Source(self.text, fallback=(line + 1, mark.start - before))


def parse(text: str) -> Marked:
    """The first and only document of a YAML text. Raises JsonError."""
    import yaml

    if text.count("\n%") > _MOST_DIRECTIVES:  # the library compares each with all before it
        raise JsonError("too many YAML directives", text.index("\n%") + 1, _HINT)
    reader = _Reader(Marked(text))
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            reader.feed(event)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        offset = getattr(error, "position", 0) if mark is None else mark.index
        problem = str(getattr(error, "problem", None) or getattr(error, "reason", "cannot be read"))
        raise JsonError(f"no valid YAML: {problem.splitlines()[0]}", offset, _HINT) from None
    return reader.marked


class _Reader:
    """Builds data from events, with a stack of its own: depth is not the interpreter's problem."""

    def __init__(self, marked: Marked) -> None:
        self.marked = marked
        self.documents = 0
        self.stack: list[_Open] = []
        self.anchors: dict[str, _Anchored | None] = {}  # None: still open

    def feed(self, event: Any) -> None:
        kind = type(event).__name__
        if kind == "ScalarEvent":
            self._scalar(event)
        elif kind in {"MappingStartEvent", "SequenceStartEvent"}:
            self._open({} if kind == "MappingStartEvent" else [], event)
        elif kind in {"MappingEndEvent", "SequenceEndEvent"}:
            self._close(event)
        elif kind == "AliasEvent":
            self._alias(event)
        elif kind == "DocumentStartEvent":
            self.documents += 1
            if self.documents > 1:
                raise _error("several YAML documents", event)

    def _scalar(self, event: Any) -> None:
        # A key is its text: 200 and "200" are one key in JSON, and pointers have only text.
        value = event.value if self._expects_key() else _scalar_value(event)
        size = 1 + len(event.value) // _LONG_TEXT
        if event.anchor:
            self.anchors[event.anchor] = _Anchored(value, size, 0)
        if self._expects_key():
            self._name(value, event)
            return
        self._put(value, size, event, Mark(event.start_mark.index, event.end_mark.index, event.style or ""))

    def _open(self, value: Any, event: Any) -> None:
        if len(self.stack) >= DEEPEST:
            raise _error(f"nested more than {DEEPEST} levels deep", event)
        if self.stack and not self._expects_key():
            self._note(Mark(event.start_mark.index, event.start_mark.index, None))
        if event.anchor:
            self.anchors[event.anchor] = None
        self.stack.append(_Open(value, event.anchor))

    def _close(self, event: Any) -> None:
        done = self.stack.pop()
        if done.anchor:
            self.anchors[done.anchor] = _Anchored(done.value, done.size, done.depth)
        if self.stack:
            self.stack[-1].depth = max(self.stack[-1].depth, done.depth + 1)
        if self._expects_key():
            self._grow(done.size, event)
            self._name(json.dumps(done.value, default=str), event)  # a list or a mapping as a key
        else:
            self._put(done.value, done.size, event, None)

    def _alias(self, event: Any) -> None:
        known = self.anchors.get(event.anchor)
        if known is None:
            raise _error("an alias for something that is not there yet", event)
        if len(self.stack) + known.depth > DEEPEST:
            raise _error(f"nested more than {DEEPEST} levels deep", event)
        if self._expects_key():
            self._grow(known.size, event)
            value = known.value
            self._name(str(value) if isinstance(value, str) else json.dumps(value, default=str), event)
        else:
            self.stack[-1].depth = max(self.stack[-1].depth, known.depth + 1)
            self._put(known.value, known.size, event, Mark(event.start_mark.index, event.end_mark.index, None))

    def _expects_key(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1].value, dict) and self.stack[-1].key is None

    def _name(self, key: str, event: Any) -> None:
        if key in self.stack[-1].value:
            raise _error(f"the key {shown(key)} is there twice", event)
        self.stack[-1].key = key

    def _note(self, mark: Mark) -> None:
        parent = self.stack[-1]
        if parent.key is not None:
            self.marked.marks[id(parent.value), parent.key] = mark

    def _put(self, value: Any, size: int, event: Any, mark: Mark | None) -> None:
        if not self.stack:
            self.marked.data = value
            return
        self._grow(size, event)
        parent = self.stack[-1]
        if mark is not None:
            self._note(mark)
        if isinstance(parent.value, list):
            parent.value.append(value)
        else:
            parent.value[parent.key], parent.key = value, None

    def _grow(self, size: int, event: Any) -> None:
        self.stack[-1].size += size
        if self.stack[-1].size > MOST_VALUES:
            raise _error("too many values", event)


def _error(message: str, event: Any) -> JsonError:
    return JsonError(message, event.start_mark.index, _HINT)


def _scalar_value(event: Any) -> Any:
    tag = event.tag
    if tag in {"!binary", _TAG + "binary"}:
        try:
            return base64.b64decode(event.value)
        except (binascii.Error, ValueError):
            return event.value
    if (tag is None and not event.implicit[0]) or len(event.value) > _LONGEST_NUMBER:
        return event.value
    return _plain(event.value, tag)


@functools.cache
def _resolver() -> Any:
    import yaml

    return yaml.resolver.Resolver(), yaml.constructor.SafeConstructor()


@functools.lru_cache(maxsize=4096)
def _plain(text: str, tag: str | None) -> Any:
    """What a scalar without quotes stands for; dates stay text, as in JSON."""
    import yaml

    resolver, constructor = _resolver()
    tag = tag or str(resolver.resolve(yaml.ScalarNode, text, (True, False)))
    name = _READ_AS.get(tag.removeprefix(_TAG))
    try:
        return text if name is None else getattr(constructor, name)(yaml.ScalarNode(tag, text))
    except (ValueError, KeyError, IndexError):  # a tag may promise a number that is none
        return text


def _is_json_string(raw: str, value: str) -> bool:
    try:
        return bool(json.loads(raw) == value)
    except ValueError:
        return False


def _without_indentation(text: str) -> list[str]:
    """The lines as JSON sees them: outside of strings it takes any indentation, and no string goes over a line end."""
    return [line.strip() for line in text.splitlines() if line.strip()]
