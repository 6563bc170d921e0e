"""Where the output of the commands goes: standard output, the files of --output, a progress bar."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from promptlint.progress import Progress
    from promptlint.report import View

STANDARD_OUTPUT = ("-", "/dev/stdout")  # opened by its name it would be written from its start


def say(text: str) -> None:
    """Print what a command has to say, made harmless."""
    from promptlint import terminal

    terminal.print_to(sys.stdout, terminal.harmless(terminal.safe_lines(text)) + "\n")


def emit(write: Callable[[str, Any, View], None], given: dict[str, Any]) -> None:
    """Every --output, then standard output. A file that cannot be written costs none of the others: it is told last."""
    from promptlint import terminal
    from promptlint.errors import UsageError
    from promptlint.report import View

    failed: UsageError | None = None
    for name, path in given["output"]:
        if path in STANDARD_OUTPUT:
            _print(write, name, given)
            continue
        try:
            terminal.write_file(path, _written(write, name, View(detail=given["detail"] or "normal")))
        except UsageError as error:
            failed = failed or error
    _print(write, given["format_"], given)
    if failed is not None:
        raise failed


def refuse_inputs(outputs: Iterable[str], inputs: Iterable[str]) -> None:
    """Raises UsageError where an output would take the place of a capture."""
    from promptlint.errors import UsageError

    captures = {os.path.realpath(path) for path in inputs}
    for path in outputs:
        if os.path.realpath(path) in captures:
            raise UsageError("it is one of the captures", where=path, hint="write the output to another file")


def _print(write: Callable[[str, Any, View], None], name: str, given: dict[str, Any]) -> None:
    from promptlint import terminal

    terminal.print_to(sys.stdout, _written(write, name, view(sys.stdout, given["detail"])))


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
