"""Segment ids equal whole-string ids on every real tokenizer, with nasty text around their own added tokens."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from promptlint.tokens.model_folder import open_folder
from tests.tokens.in_one_process import encoder_of, ids_of

pytestmark = pytest.mark.conformance
TEXTS_A_MODEL = 250
PARTS = 4  # tests that workers may share
FRAGMENTS = [
    "hello world",
    " ",
    "  ",
    "\n",
    "\n\n",
    "\t",
    "é",
    "e\u0301",
    "日本語",
    "👩‍👩‍👧",
    "▁",
    "Ġ",
    "<|",
    "|>",
    "</",
    "\x00",
]
FRAGMENTS += [
    "def f(x):\n    return x",
    "123456",
    "0.5",
    "\u00a0",
    "\u200d",
    "İ",
    "ﬁ",
    "'s",
    "I'LL",
    "\r\n",
    "ſ",
    "\u2028",
    "\U0010ffff",
]


def nasty(seed: int, added: list[str]) -> Iterator[str]:
    pick = random.Random(seed)
    for _ in range(TEXTS_A_MODEL):
        pieces = pick.randint(1, 25)
        yield "".join(pick.choice(added if pick.random() < 0.3 else FRAGMENTS) for _ in range(pieces))


@pytest.mark.parametrize("part", range(PARTS))
def test_ids_equal_those_of_the_whole_text(part: int, data: Path) -> None:
    folders = sorted(path.parent for path in (data / "models").glob("*/tokenizer.json"))
    assert len(folders) == 22
    for number, folder in list(enumerate(folders))[part::PARTS]:
        tokenizer = open_folder(str(folder)).tokenizer
        encoder = encoder_of(tokenizer)
        added = sorted(token.content for token in tokenizer.get_added_tokens_decoder().values())
        for text in nasty(number, added):
            expected = tokenizer.encode(text, add_special_tokens=False).ids
            assert ids_of(encoder, text) == expected, (folder.name, text)
