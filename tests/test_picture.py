"""The picture in the README is of a real run, and of today's."""

from __future__ import annotations

import os
import re
from html import unescape

import pytest

pytest.importorskip("rich", reason="only the development group has it")

from tests.terminal_picture import COMMAND, PICTURE, REPO, drawn, shown

STYLES = re.compile(r"\x1b\[[0-9;]*m")


def words(text: str) -> str:
    """The text without its spaces: how they are drawn is the library's affair."""
    return "".join(text.replace("\xa0", " ").split())


def test_the_picture_shows_what_the_command_prints() -> None:
    output = shown()
    if os.environ.get("PROMPTLINT_WRITE_CASES"):
        PICTURE.write_text(drawn(output), encoding="utf-8")
    drawn_texts = re.findall(r"<text[^>]*>(.*?)</text>", PICTURE.read_text(encoding="utf-8"), re.DOTALL)
    in_picture = words("".join(map(unescape, drawn_texts)))
    assert in_picture == words(f"$ {COMMAND}" + STYLES.sub("", output))


@pytest.mark.parametrize(
    "loads", ["href", "url(http", "url(//", "url(data", "@import", "<image", "<script", "<foreign"]
)
def test_the_picture_asks_nobody_for_anything(loads: str) -> None:
    assert loads not in PICTURE.read_text(encoding="utf-8").lower()


def test_the_readme_shows_it() -> None:
    assert PICTURE.relative_to(REPO).as_posix() in (REPO / "README.md").read_text(encoding="utf-8")
