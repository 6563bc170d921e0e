"""The content of a message in pieces, texts and media, and what differs between the pieces of the same turn."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any, Literal, NamedTuple

from promptlint.common_prefix import common_prefix
from promptlint.lint.alignment import is_similar
from promptlint.lint.rule import Span
from promptlint.lint.spelling import spelled
from promptlint.render.profile.media import FILES, MODALITIES, modality

DATA_URL = re.compile(r"data:(?P<media>[^,]{0,200}?)(?P<encoded>;base64)?,", re.IGNORECASE)
URL_SAFE = str.maketrans("-_", "+/")


class Piece(NamedTuple):
    """A text or a medium of a message. `key` is equal for what is the same but for white space or encoding."""

    pointer: str
    kind: str  # "text", or what medium it is
    text: str  # the text; of a medium its URL or data; of anything else its JSON text
    key: str
    value: Any
    part: str  # where the part that holds it stands

    @property
    def is_text(self) -> bool:
        return self.kind == "text"

    @property
    def is_medium(self) -> bool:
        return self.kind not in ("text", "other")


class Change(NamedTuple):
    """A piece and what it has become; one of them is None where it came or is gone."""

    old: Piece | None
    new: Piece | None

    @property
    def kind(self) -> Literal["medium", "spaces", "text"]:
        """What of it differs."""
        if any(piece is not None and piece.is_medium for piece in self):
            return "medium"
        if all(piece is None or piece.is_text for piece in self):
            old, new = ("" if piece is None else piece.key for piece in self)
            return "spaces" if old == new else "text"
        return "text"


def pieces(message: Mapping[str, Any], pointer: str) -> list[Piece]:
    """The pieces of a message, empty texts left out."""
    content = message.get("content")
    if isinstance(content, str):
        at = f"{pointer}/content"
        return [_text(at, content, content, at)] if content else []
    found = []
    for number, part in enumerate(content if isinstance(content, list) else ()):
        piece = _piece(f"{pointer}/content/{number}", part)
        if piece.text:
            found.append(piece)
    return found


def _piece(at: str, part: Any) -> Piece:
    if isinstance(part, str):
        return _text(at, part, part, at)
    if isinstance(part, dict):
        kind = modality(part) or ("file" if part.get("type") in FILES else None)
        if kind is not None:
            return _medium(at, kind, part)
        for name in ("text", "refusal"):
            if isinstance(part.get(name), str):
                return _text(f"{at}/{name}", part[name], part, at)
    text = spelled(part)
    return Piece(at, "other", text, text, part, at)


def _text(pointer: str, text: str, value: Any, part: str) -> Piece:
    return Piece(pointer, "text", text, "".join(text.split()), value, part)


def _medium(at: str, kind: str, part: Mapping[str, Any]) -> Piece:
    """Two media are the same where their bytes are, however these are written down."""
    name = next((name for name in part if MODALITIES.get(name) == kind or name in FILES), None)
    holder = part if name is None else part[name]
    where, given = (f"{at}/{name}" if name else at), holder
    for key in ("url", "data", "file_data"):
        if isinstance(holder, dict) and isinstance(holder.get(key), str):
            where, given = f"{where}/{key}", holder[key]
            break
    text = given if isinstance(given, str) else spelled(given)
    return Piece(where, kind, text, hashlib.sha256(decoded(text)).hexdigest(), part, at)


def decoded(text: str) -> bytes:
    """The bytes of a data URL or of base64; of any other URL its text."""
    found = DATA_URL.match(text)
    data = text[found.end() :] if found else text
    if found is None and (":" in text[:20] or len(text) < 40):
        return text.encode("utf-8", "replace")
    compact = "".join(data.split()).translate(URL_SAFE).rstrip("=")
    try:
        return base64.b64decode(compact + "=" * (-len(compact) % 4), validate=True)
    except (binascii.Error, ValueError):
        return data.encode("utf-8", "replace")


def content_changes(old: Sequence[Piece], new: Sequence[Piece]) -> Iterator[Change]:
    """The pieces that differ, in order; none where the same text is only cut into other pieces."""
    if len(old) != len(new) and is_regrouped(old, new):
        return
    for one, other in _paired(old, new):
        if one is None or other is None or one.text != other.text or one.kind != other.kind:
            yield Change(one, other)


def is_regrouped(old: Sequence[Piece], new: Sequence[Piece]) -> bool:
    """Have both the same text, and nothing but text, whatever pieces it is cut into."""
    if not all(piece.is_text for side in (old, new) for piece in side):
        return False
    return "".join(piece.key for piece in old) == "".join(piece.key for piece in new) != ""


def _paired(old: Sequence[Piece], new: Sequence[Piece]) -> Iterator[tuple[Piece | None, Piece | None]]:
    start = common_prefix([piece.key for piece in old], [piece.key for piece in new])
    left, right = old[start:], new[start:]
    end = common_prefix([piece.key for piece in left][::-1], [piece.key for piece in right][::-1])
    yield from zip(old[:start], new[:start], strict=True)
    yield from _edited(left[: len(left) - end], right[: len(right) - end])
    yield from zip(left[len(left) - end :], right[len(right) - end :], strict=True)


def _edited(old: Sequence[Piece], new: Sequence[Piece]) -> Iterator[tuple[Piece | None, Piece | None]]:
    """By place where there are as many, else by what is alike."""
    if len(old) == len(new):
        yield from zip_longest(old, new)
        return
    left = 0
    for piece in new:
        at = next((at for at in range(left, len(old)) if _alike(old[at], piece)), None)
        if at is None:
            yield None, piece
            continue
        yield from ((gone, None) for gone in old[left:at])
        yield old[at], piece
        left = at + 1
    yield from ((gone, None) for gone in old[left:])


def _alike(old: Piece, new: Piece) -> bool:
    if old.kind != new.kind:
        return False
    return old.key == new.key or (old.is_text and is_similar(old.text, new.text))


class Difference(NamedTuple):
    """Where two texts part, and what stands there up to where they agree again."""

    offset: int
    old: str
    new: str

    def spans(self, before: str, after: str) -> tuple[Span, Span]:
        """The stretch in both texts, which stand at these pointers."""
        return Span(before, self.offset, len(self.old)), Span(after, self.offset, len(self.new))


def difference(old: str, new: str) -> Difference:
    """The stretch between the common start and the common end of two texts."""
    start = common_prefix(old, new)
    end = common_prefix(old[start:][::-1], new[start:][::-1])
    return Difference(start, old[start : len(old) - end], new[start : len(new) - end])
