"""Where the output of the commands goes: standard output, the files of --output, a progress bar."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from promptlint.progress import Progress
    from promptlint.report import View

Outputs = tuple[tuple[str | None, str], ...]  # the path, None for standard output, and the text
STANDARD_OUTPUT = ("-", "/dev/stdout")  # opened by its name it would be written from its start


def say(text: str) -> None:
    """Print what a command has to say, made harmless."""
    from promptlint import terminal

    terminal.print_to(sys.stdout, terminal.harmless(terminal.safe_lines(text)) + "\n")


def emit(write: Callable[[str, Any, View], None], given: dict[str, Any]) -> None:
    """Every --output, then standard output."""
    deliver(texts(write, given))


def texts(write: Callable[[str, Any, View], None], given: dict[str, Any]) -> Outputs:
    """What goes to every --output, then to standard output."""
    from promptlint.report import View

    found: list[tuple[str | None, str]] = []
    for name, path in (*given["output"], (given["format_"], "-")):
        if path in STANDARD_OUTPUT:
            found.append((None, _written(write, name, view(sys.stdout, given["detail"]))))
        else:
            found.append((path, _written(write, name, View(detail=given["detail"] or "normal"))))
    return tuple(found)


def deliver(outputs: Outputs) -> None:
    """Write the texts. A file that cannot be written costs none of the others: it is told last."""
    from promptlint import terminal
    from promptlint.errors import UsageError

    failed: UsageError | None = None
    for path, text in outputs:
        if path is None:
            terminal.print_to(sys.stdout, text)
            continue
        try:
            terminal.write_file(path, text)
        except UsageError as error:
            failed = failed or error
    if failed is not None:
        raise failed


def refuse_inputs(outputs: Iterable[str], inputs: Iterable[str]) -> None:
    """Raises UsageError where an output would take the place of a capture."""
    from promptlint.errors import UsageError

    captures = {os.path.realpath(path) for path in inputs}
    for path in outputs:
        if os.path.realpath(path) in captures:
            raise UsageError("it is one of the captures", where=path, hint="write the output to another file")


def _written(write: Callable[[str, Any, View], None], name: str, seen: View) -> str:
    from io import StringIO

    buffer = StringIO()
    write(name, buffer, seen)
    return buffer.getvalue()


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
