"""Prompts that the client rendered itself, as text or as token ids: what a server still adds, and how ids are shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import NamedTuple

from promptlint.model import Chat


class Piece(NamedTuple):
    """A part of a prompt that is encoded by itself; `ids` are those that the client sent instead of a text."""

    text: str
    ids: tuple[int, ...] | None = None


def pieces(
    rendered: str | tuple[int | str, ...], bos: str, texts: Callable[[Sequence[int]], Sequence[str]]
) -> list[Piece]:
    """The pieces of a prompt. `bos` is what the server puts before text; `texts` shows what ids stand for.

    Nothing is put before ids, and only before the first piece (llama.cpp `tokenize_mixed`; vLLM encodes text alone).
    """
    if isinstance(rendered, str):
        return [Piece(bos), Piece(rendered)] if bos else [Piece(rendered)]
    found = [Piece(bos)] if bos and isinstance(rendered[0], str) else []
    for is_text, run in groupby(rendered, lambda one: isinstance(one, str)):
        if is_text:
            found.extend(Piece(str(one)) for one in run)
        else:
            ids = tuple(one for one in run if isinstance(one, int))
            found.append(Piece("".join(texts(ids)), ids))
    return found


def wants_bos(chat: Chat) -> bool:
    """Does the request leave it to the server to add special tokens, as it does when it says nothing."""
    return chat.parameters.get("add_special_tokens") is not False


def unread(ids: Sequence[int]) -> list[str]:
    """What stands for ids whose vocabulary is not at hand."""
    return [f"<{number}>" for number in ids]
