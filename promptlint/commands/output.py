"""Where the output of the commands goes: standard output, the files of --output, a progress bar."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from promptlint.progress import Progress
    from promptlint.report import View
    from promptlint.terminal import Terminal

Output = tuple[str | None, str]  # the path, None for standard output, and the text
STANDARD_OUTPUT = ("-", "/dev/stdout")  # opened by its name it would be written from its start


def say(text: str) -> None:
    """Print what a command has to say, made harmless."""
    from promptlint import terminal

    terminal.print_to(sys.stdout, terminal.harmless(terminal.safe_lines(text)) + "\n")


def emit(write: Callable[[str, Any, View], None], given: dict[str, Any]) -> None:
    """Every --output, then standard output."""
    from promptlint import terminal

    deliver(texts(write, given, terminal.look_at(sys.stdout)))


def texts(write: Callable[[str, Any, View], None], given: dict[str, Any], terminal: Terminal) -> Iterator[Output]:
    """What goes to every --output, then to standard output, which is a `terminal`."""
    from promptlint.report import View

    detail: Any = given["detail"] or "normal"
    for name, path in (*given["output"], (given["format_"], "-")):
        is_printed = path in STANDARD_OUTPUT
        text = _written(write, name, View(terminal, detail) if is_printed else View(detail=detail))
        yield None if is_printed else path, text


def deliver(outputs: Iterable[Output]) -> tuple[Output, ...]:
    """Write each text when it is there; all of them. A file that cannot be written is told when the others are."""
    from promptlint import terminal
    from promptlint.errors import UsageError

    delivered: list[Output] = []
    failed: UsageError | None = None
    for path, text in outputs:
        delivered.append((path, text))
        if path is None:
            terminal.print_to(sys.stdout, text)
            continue
        try:
            terminal.write_file(path, text)
        except UsageError as error:
            failed = failed or error
    if failed is not None:
        raise failed
    return tuple(delivered)


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
