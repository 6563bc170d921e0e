"""Every decision about colour, width and what may reach a terminal.

Nearly all text that promptlint prints was written by somebody else. A prompt can hold escape sequences that rewrite
the screen, bidirectional overrides that reorder a line, and lines that a CI service obeys as commands.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Mapping
from itertools import accumulate, takewhile
from pathlib import Path
from typing import TextIO

from promptlint import hyperlink, whole_file
from promptlint.errors import UsageError
from promptlint.records import dataclass

PLAIN_WIDTH = 80  # columns where nobody watches: the same output on every machine
NARROWEST, WIDEST = 40, 120
READABLE = 90  # columns of a sentence; tables and pictures may be wider
SHORT_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
PICTURES = "█▒░…→"
CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
# GitHub obeys a line that begins with :: (spaces do not help) and ##[…] anywhere; Azure and TeamCity have ##vso[…] and
# ##teamcity[…].
COMMAND = re.compile(r"^([ \t]*):(?=:)", re.MULTILINE)
OURS = re.compile(r"\x1b\[[\d;]*m|\x1b\]8;;[^\x1b]*\x1b\\")
COMMAND_INSIDE = re.compile(r"#(?=#(?:vso|teamcity)?\[)")


@dataclass(frozen=True, slots=True)
class Terminal:
    """What a stream can show."""

    colour: bool = False
    width: int = PLAIN_WIDTH
    unicode: bool = True
    links: bool = False

    @property
    def ellipsis(self) -> str:
        """What stands for text that was left out."""
        return "…" if self.unicode else "..."

    def style(self, text: str, *names: str) -> str:
        """The text in the named styles, or as it is where there is no colour."""
        if not self.colour or not names or not text:
            return text
        return f"\x1b[{';'.join(CODES[name] for name in names)}m{text}\x1b[0m"

    def link(self, text: str, url: str | None) -> str:
        """The text, opening the address where the terminal has links."""
        return hyperlink.linked(text, url) if self.links else text

    def link_file(self, text: str, path: str) -> str:
        """The text, opening the file where there is one and the terminal has links."""
        return hyperlink.linked(text, hyperlink.file_url(path)) if self.links else text

    def safe(self, text: str) -> str:
        """The text on one line, with nothing in it that the stream cannot show."""
        return safe(text) if self.unicode or text.isascii() else "".join(self._units(text))

    def cut(self, text: str, width: int) -> str:
        """The text made safe, and shortened at its end to `width` columns."""
        if self._fits(text, width):
            return self.safe(text)
        return "".join(_fitting(self._units(text), width - len(self.ellipsis))) + self.ellipsis

    def cut_left(self, text: str, width: int) -> str:
        """The same with its end left: of paths the end tells two of one folder apart."""
        return self.safe(text) if self._fits(text, width) else self.ellipsis + self._end(text, width)

    def cut_middle(self, text: str, width: int) -> str:
        """The same with both ends left: of a model the owner tells as much as the size."""
        if self._fits(text, width):
            return self.safe(text)
        end = self._end(text, (width + len(self.ellipsis)) // 2)
        return self.cut(text, width - columns(end)) + end

    def _fits(self, text: str, width: int) -> bool:
        return columns(self.safe(text)) <= width

    def _end(self, text: str, width: int) -> str:
        """As much of the end as fits beside an ellipsis."""
        return "".join(reversed(_fitting(self._units(text)[::-1], width - len(self.ellipsis))))

    def _units(self, text: str) -> list[str]:
        if self.unicode:
            return units(text)
        return [one if one.isprintable() and one.isascii() else _escaped(one) for one in text]


def look_at(stream: TextIO | None, environment: Mapping[str, str] = os.environ) -> Terminal:
    """What `stream` can show, by itself and by NO_COLOR, FORCE_COLOR, CLICOLOR, TERM, CI and COLUMNS."""
    if stream is None:  # closed by whoever started us
        return Terminal()
    watched = stream.isatty()
    return Terminal(
        colour=_wants_colour(watched, environment),
        width=_width(environment) if watched else PLAIN_WIDTH,
        unicode=_can_encode(PICTURES, stream.encoding),
        links=watched and hyperlink.are_shown(environment),
    )


def is_animated(stream: TextIO | None, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether somebody watches the stream on a screen that can take a line back."""
    return stream is not None and stream.isatty() and environment.get("TERM") != "dumb" and not environment.get("CI")


def _wants_colour(watched: bool, environment: Mapping[str, str]) -> bool:
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR") or environment.get("CLICOLOR_FORCE", "0") not in ("", "0"):
        return True
    return watched and environment.get("TERM") != "dumb" and environment.get("CLICOLOR") != "0"


def _width(environment: Mapping[str, str]) -> int:
    if environment.get("CI"):  # a pseudo-terminal whose size means nothing
        return PLAIN_WIDTH
    import shutil

    return max(NARROWEST, min(WIDEST, shutil.get_terminal_size((PLAIN_WIDTH, 24)).columns))


def _can_encode(text: str, encoding: str | None) -> bool:
    try:
        text.encode(encoding or "utf-8")
    except (UnicodeError, LookupError):
        return False
    return True


def safe(text: str) -> str:
    """The text on one line: what is invisible, moves the cursor or reorders the line is shown escaped."""
    return text if text.isprintable() else "".join(units(text))


def units(text: str) -> list[str]:
    """`safe`, a string for each character, so that a cut never falls inside an escape."""
    return [character if character.isprintable() else _escaped(character) for character in text]


def safe_lines(text: str) -> str:
    """Like `safe`, for text whose own line breaks and tabs shall stay."""
    return "".join(
        unit if unit not in ("\\n", "\\t") else character for character, unit in zip(text, units(text), strict=True)
    )


def harmless(output: str) -> str:
    """Finished output in which no CI service finds a command; only our own annotations may begin with `::`."""
    return COMMAND_INSIDE.sub(r"\\x23", COMMAND.sub(r"\1\\x3a", output))


def _escaped(character: str) -> str:
    if character in SHORT_ESCAPES:
        return SHORT_ESCAPES[character]
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def columns(text: str) -> int:
    """How many columns a terminal needs for a text; our own styles and links take none."""
    shown = OURS.sub("", text) if "\x1b" in text else text
    return len(shown) if shown.isascii() else sum(map(_columns_of, shown))


def _columns_of(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def _fitting(pieces: list[str], width: int) -> list[str]:
    ends = zip(pieces, accumulate(map(columns, pieces)), strict=True)
    return [piece for piece, _ in takewhile(lambda one: one[1] <= width, ends)]


def cut(text: str, width: int) -> str:
    """The text made safe, and shortened at its end to `width` columns."""
    return Terminal().cut(text, width)


def print_to(stream: TextIO | None, text: str) -> None:
    """Write and flush. A reader that has gone away is no error, and it changes no exit code."""
    if stream is None:
        raise UsageError("cannot write the output: the stream is closed")
    try:
        stream.write(text)
        stream.flush()
    except OSError as error:
        # Python flushes once more at its end and would complain there.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if not isinstance(error, BrokenPipeError):
            raise UsageError(f"cannot write the output: {error.strerror}") from None


def write_file(path: str, text: str) -> None:
    """Write a file of output, the same bytes on every system: whole, or what was there stays. Raises UsageError."""
    try:
        whole_file.put(Path(path), text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise UsageError(f"cannot write: {error.strerror}", where=path) from None
