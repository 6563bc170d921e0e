"""How sure the numbers are: which tokenizer and which serving profile they come from."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.engine import HOSTED
from promptlint.model import TokenizerUse
from promptlint.report import View
from promptlint.report.text_block import folded, wrapped


def tokenizer_lines(use: TokenizerUse, view: View) -> Iterator[str]:
    """The tokenizer, and whether it is the model's own: never left out."""
    terminal = view.terminal
    sure = terminal.style("exact", "green") if use.exact else terminal.style("an approximation", "yellow")
    said = f"Tokenizer {terminal.safe(use.reference)}, profile {use.profile}: {sure}."
    yield from folded(said, terminal, first="")
    if view.detail == "quiet":
        return
    if use.reference == "builtin" and use.profile not in HOSTED:
        yield from wrapped("exact with the model's own files: --model", terminal)
    for note in use.notes:
        yield from wrapped(note, terminal)
