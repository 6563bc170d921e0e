"""Where the output of the commands goes: standard output, the files of --output, a progress bar."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from promptlint.progress import Progress
    from promptlint.report import View


def say(text: str) -> None:
    """Print what a command has to say, made harmless."""
    from promptlint import terminal

    terminal.print_to(sys.stdout, terminal.harmless(terminal.safe_lines(text)) + "\n")


def emit(write: Callable[[str, Any, View], None], given: dict[str, Any]) -> None:
    """Standard output and every --output. The files first: a reader that goes away must not cost them."""
    from io import StringIO

    from promptlint import terminal
    from promptlint.report import View

    for name, path in given["output"]:
        buffer = StringIO()
        write(name, buffer, View(detail=given["detail"] or "normal"))
        terminal.write_file(path, buffer.getvalue())
    buffer = StringIO()
    write(given["format_"], buffer, view(sys.stdout, given["detail"]))
    terminal.print_to(sys.stdout, buffer.getvalue())


def progress(given: dict[str, Any]) -> Progress:
    """A progress bar, where somebody watches and wants one."""
    from promptlint.progress import UNWATCHED
    from promptlint.progress_bar import watched

    return UNWATCHED if given["no_progress"] or given["detail"] == "quiet" else watched(sys.stderr)


def view(stream: Any, detail: Any) -> View:
    """How a stream is looked at."""
    from promptlint import terminal
    from promptlint.report import View

    return View(terminal.look_at(stream), detail or "normal")
