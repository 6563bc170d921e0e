"""The content of a message in pieces, and what differs between two lists of them."""

from __future__ import annotations

from typing import Any

import pytest

from promptlint.lint.pieces import Difference, content_changes, decoded, difference, is_regrouped, pieces

PIXEL = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ"


def text(value: str) -> dict[str, Any]:
    return {"type": "text", "text": value}


def image(url: str) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": url}}


def sound(data: str) -> dict[str, Any]:
    return {"type": "input_audio", "input_audio": {"data": data, "format": "wav"}}


def stored(name: str) -> dict[str, Any]:
    """A file that lies with the provider."""
    return {"type": "file", "file": {"file_id": name}}


def card(suit: int) -> str:
    """A part of a kind that nobody knows, as it is shown."""
    return f'{{"type": "card", "suit": {suit}}}'


def changed(old: Any, new: Any) -> list[tuple[str, str | None, str | None]]:
    """Kind, old and new text of each change."""
    left, right = (pieces({"content": content}, "/messages/0") for content in (old, new))
    return [(one.kind, one.old and one.old.text, one.new and one.new.text) for one in content_changes(left, right)]


def test_what_is_a_piece() -> None:
    content = ["bare", text("one"), text(""), {"type": "refusal", "refusal": "no"}, image(PIXEL), {"type": "other"}]
    found = pieces({"content": content}, "/messages/3")
    assert [(one.kind, one.pointer, one.part) for one in found] == [
        ("text", "/messages/3/content/0", "/messages/3/content/0"),
        ("text", "/messages/3/content/1/text", "/messages/3/content/1"),
        ("text", "/messages/3/content/3/refusal", "/messages/3/content/3"),
        ("image", "/messages/3/content/4/image_url/url", "/messages/3/content/4"),
        ("other", "/messages/3/content/5", "/messages/3/content/5"),
    ]


@pytest.mark.parametrize("content", [None, "", [], [text("")]])
def test_no_piece(content: Any) -> None:
    assert pieces({"content": content}, "") == pieces({}, "") == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("a", "a", []),
        ("a", [text("a")], []),
        ("a ", "a", [("spaces", "a ", "a")]),
        ("a\n", None, [("text", "a\n", None)]),
        ("\n", None, [("spaces", "\n", None)]),
        ("a", "b", [("text", "a", "b")]),
        ([text("a"), text("b")], "a\nb", []),
        ([text("a"), text("note")], [text("a")], [("text", "note", None)]),
        ([text("note"), text("a")], "a", [("text", "note", None)]),
        ("a", [text("note"), text("a")], [("text", None, "note")]),
        ([image(PIXEL), text("a")], "a", [("medium", PIXEL, None)]),
        ([text("a"), image(PIXEL)], [text("a"), text("[gone]")], [("medium", PIXEL, "[gone]")]),
        ([image(PIXEL)], [image(PIXEL + "=")], [("medium", PIXEL, PIXEL + "=")]),
        (
            [text("where is the kite")],
            [image(PIXEL), text("where is the kite now")],
            [("medium", None, PIXEL), ("text", "where is the kite", "where is the kite now")],
        ),
        ([sound("aGk=")], [sound("aG8=")], [("medium", "aGk=", "aG8=")]),
        ([stored("f1")], [stored("f2")], [("medium", '{"file_id": "f1"}', '{"file_id": "f2"}')]),
        ([stored("f1")], [stored("f1")], []),
        ([4], [5], [("text", "4", "5")]),
        ([{"type": "card", "suit": 1}], [{"type": "card", "suit": 2}], [("text", *map(card, (1, 2)))]),
        (
            [text("note"), text("where is the kite of the keeper")],
            "where is the kite of the king",
            [
                ("text", "note", None),
                ("text", "where is the kite of the keeper", "where is the kite of the king"),
            ],
        ),
    ],
)
def test_changes(old: Any, new: Any, expected: list[tuple[str, str | None, str | None]]) -> None:
    assert changed(old, new) == expected


def test_the_same_text_in_other_pieces() -> None:
    left, right = (pieces({"content": content}, "") for content in ([text("a b"), text("c")], "a\nbc"))
    assert is_regrouped(left, right)
    assert not is_regrouped(left, pieces({"content": [text("a b"), text("c"), image(PIXEL)]}, ""))
    assert not is_regrouped([], [])


def test_the_bytes_of_an_image() -> None:
    data = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ"
    assert decoded(PIXEL) == decoded(data) == decoded(f"data:image/jpeg;base64,{data[:8]}\n{data[8:]}")
    assert decoded("data:,a_b-") == decoded("data:;base64,a/b+")
    assert decoded("https://example.org/a.png") == b"https://example.org/a.png"
    assert decoded("data:image/png;base64,not base64!") == b"not base64!"


def test_where_texts_part() -> None:
    assert difference("the old tree", "the new tree") == Difference(4, "old", "new")
    assert difference("aa", "aaa") == Difference(2, "", "a")
    assert difference("", "") == Difference(0, "", "")
