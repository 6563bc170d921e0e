from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint import positions
from promptlint.model import Place, Request, Source

CHARACTERS = st.characters(codec="utf-8") | st.sampled_from('"\\/~\n\t\x00\u2028\ud800\udc00🦊')
TEXTS = st.text(CHARACTERS, max_size=12)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4))
STYLES = st.fixed_dictionaries(
    {
        "gap": st.sampled_from(["", "\n", "\n  ", "\r\n\t"]),
        "ensure_ascii": st.booleans(),
        "separators": st.sampled_from([(",", ":"), (" , ", " : "), (",\r\n", ":\n")]),
    }
)


def request_of(text: str, **source: Any) -> Request:
    return Request("a.json", None, "body", "openai_chat", None, {}, Source(text, **source))


def spell(value: Any, style: dict[str, Any]) -> tuple[str, list[tuple[str, int | None, int]]]:
    """The obviously right reference: writes JSON and notes where each value (and its key) begins."""
    written: list[str] = []
    noted: list[tuple[str, int | None, int]] = []

    def put(text: str) -> int:
        at = sum(map(len, written))
        written.append(text)
        return at

    def write(value: Any, pointer: str, key_at: int | None) -> None:
        noted.append((pointer, key_at, put("")))
        if isinstance(value, dict):
            put("{")
            for number, (name, member) in enumerate(value.items()):
                put((style["separators"][0] if number else "") + gap)
                key = put(json.dumps(name, ensure_ascii=style["ensure_ascii"]))
                put(style["separators"][1])
                write(member, pointer + positions.step(name), key)
            put(gap + "}")
        elif isinstance(value, list):
            put("[")
            for number, item in enumerate(value):
                put((style["separators"][0] if number else "") + gap)
                write(item, pointer + positions.step(number), None)
            put(gap + "]")
        else:
            put(json.dumps(value, ensure_ascii=style["ensure_ascii"]))

    gap = style["gap"]
    write(value, "", None)
    return "".join(written), noted


def slow_line_and_column(text: str, offset: int) -> tuple[int, int]:
    lines = text[:offset].split("\n")
    return len(lines), len(lines[-1]) + 1


def character_starts(raw: str) -> list[int]:
    """Where each character of a JSON string stands in its raw text: the shortest pieces that decode to one more."""
    starts, at = [], 1
    while at < len(raw) - 1:
        starts.append(at)
        size = 1
        if raw[at] == "\\":
            pair = re.match(r"\\u....\\u....", raw[at:])
            joined = pair is not None and len(json.loads(f'"{pair[0]}"')) == 1
            size = 12 if joined else 6 if raw[at + 1] == "u" else 2
        at += size
    return [*starts, at]


@given(VALUES, STYLES)
def test_places_equal_those_of_a_writer_that_notes_them(value: Any, style: dict[str, Any]) -> None:
    text, noted = spell(value, style)
    request = request_of(" \n" + text)
    for pointer, key_at, at in noted:
        line, column = slow_line_and_column(" \n" + text, at + 2)
        assert positions.place(request, pointer) == Place("a.json", pointer, line, column)
        if key_at is not None:
            line, column = slow_line_and_column(" \n" + text, key_at + 2)
            assert positions.place(request, pointer, key=True) == Place("a.json", pointer, line, column)


@given(TEXTS, st.booleans(), st.booleans())
def test_offsets_in_a_string_equal_those_of_a_slow_reader(value: str, outer_ascii: bool, inner_ascii: bool) -> None:
    body = json.dumps({"x": [value]}, ensure_ascii=inner_ascii)
    text = json.dumps({"body": body}, ensure_ascii=outer_ascii)
    nested = request_of(text, steps=("/body", ""))
    outside = character_starts(text[text.index(":") + 2 : -1])
    inside = [len('{"x": [') + start for start in character_starts(json.dumps(value, ensure_ascii=inner_ascii))]
    assert positions.place(nested, "/x/0").column == len('{"body": ') + outside[len('{"x": [')] + 1
    for offset in range(len(json.loads(body)["x"][0]) + 1):
        found = positions.place(nested, "/x/0", offset)
        assert found == Place("a.json", "/x/0", 1, len('{"body": ') + outside[inside[offset]] + 1)


@given(VALUES, STYLES)
def test_atoms_are_all_keys_strings_and_other_scalars(value: Any, style: dict[str, Any]) -> None:
    def atoms(value: Any) -> list[tuple[str, Any]]:
        if isinstance(value, dict):
            return [atom for name, member in value.items() for atom in [("key", name), *atoms(member)]]
        if isinstance(value, list):
            return [atom for item in value for atom in atoms(item)]
        return [("text" if isinstance(value, str) else "other", value)]

    text = spell(value, style)[0]
    found = [
        (kind, json.loads(text[start:end] if kind == "other" else text[start - 1 : end + 1]))
        for start, end, kind in positions.json_atoms(text)
    ]
    assert json.dumps(found) == json.dumps(json.loads(json.dumps(atoms(value))))


@pytest.mark.parametrize("text", ["", "{", "{'a': 1}", "[1,]", '"a" "b"', "[" * 100_000])
def test_atoms_refuse_what_is_no_json(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        positions.json_atoms(text)


def test_a_pointer_that_leads_nowhere_gives_the_nearest_ancestor() -> None:
    request = request_of('{"a": [1, {"b": "text"}]}')
    for pointer, column in [("/a/7", 7), ("/a/01", 7), ("/a/-", 7), ("/a/1/c/d", 11), ("/a/1/b/0", 17), ("/z", 1)]:
        assert positions.place(request, pointer) == Place("a.json", pointer, 1, column, exact=False)


def test_an_offset_into_what_is_no_string_is_not_exact() -> None:
    assert positions.place(request_of('{"a": 10}'), "/a", 1) == Place("a.json", "/a", 1, 7, exact=False)


def test_an_offset_behind_the_end_is_the_closing_quote() -> None:
    assert positions.place(request_of('{"a": "é\\n"}'), "/a", 99).column == 11


def test_a_list_item_has_no_key_of_its_own() -> None:
    assert positions.place(request_of('{"a": [1]}'), "/a/0", key=True) == Place("a.json", "/a/0", 1, 8)


def test_a_body_that_is_no_json_in_its_string_is_as_near_as_the_string() -> None:
    request = request_of('{"body": "eyJhIjogMX0="}', steps=("/body",))
    assert positions.place(request, "/a") == Place("a.json", "/a", 1, 10, exact=False)


def test_the_fallback_stands_for_every_place() -> None:
    request = request_of("x", fallback=(4, 2))
    assert positions.place(request, "/messages/0", 3) == Place("a.json", "/messages/0", 4, 2, exact=False)


def test_a_moved_subtree_is_found_where_the_file_has_it() -> None:
    request = request_of('{"extra": {"a": {"b": 1}}}', moved={"/a": "/extra/a"})
    assert positions.place(request, "/a/b") == Place("a.json", "/a/b", 1, 23)
    assert positions.place(request, "/extra").exact


def test_a_dict_from_python_has_no_line() -> None:
    request = Request("<dict>", None, "dict", "openai_chat", None, {})
    assert positions.place(request, "/a") == Place("<dict>", "/a", None, None, exact=False)


def test_the_longest_origin_counts() -> None:
    origins = {"/messages/1": "/input/0", "/messages/1/content": "/input/0/output"}
    assert positions.origin("/messages/1/content/2", origins) == "/input/0/output/2"
    assert positions.origin("/messages/1/role", origins) == "/input/0/role"
    assert positions.origin("/messages/10", origins) == "/messages/10"
    assert positions.origin("/a", {"": "/b"}) == "/b/a"
