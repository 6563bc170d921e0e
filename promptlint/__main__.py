"""The process: runs a command and turns whatever it raises into one line, one hint and an exit code."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from promptlint.errors import InputError, PromptlintError, TemplateError

if TYPE_CHECKING:
    import click

INTERRUPTED = 130
FAILED = 2
CODES = ((InputError, "KV001 unreadable-input: "), (TemplateError, "KV506 template-error: "))
LONGEST = 2000  # characters of a message; a template's error can quote a whole conversation


def run() -> None:
    """The process: `main`, a Ctrl-C that is always heard, and an end that it does not disturb."""
    sys.unraisablehook = _unraisable
    code = main()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is said; what is left is to end the children
    sys.exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    try:
        return _main(arguments)
    except KeyboardInterrupt:
        return INTERRUPTED


def _unraisable(told: sys.UnraisableHookArgs) -> None:
    """What was raised where Python has nobody to give it to: a `__del__`, a weak reference's callback in an import.

    A Ctrl-C that came just there would be shown and forgotten; it comes again a moment later, where it is heard.
    """
    if told.exc_type is KeyboardInterrupt:
        threading.Timer(0.01, _interrupt_again).start()  # raised in here it would be ignored as well
    else:
        sys.__unraisablehook__(told)


def _interrupt_again() -> None:
    main_thread = threading.main_thread().ident
    if hasattr(signal, "pthread_kill") and main_thread is not None:
        signal.pthread_kill(main_thread, signal.SIGINT)  # which also wakes it where it waits for a file
    else:
        signal.raise_signal(signal.SIGINT)


def _main(arguments: Sequence[str] | None) -> int:
    from promptlint import cli

    for stream in (sys.stdout, sys.stderr):
        _never_fail_to_encode(stream)
    try:
        return int(cli.main.main(arguments, prog_name="promptlint", standalone_mode=False) or 0)
    except Exception as error:
        return INTERRUPTED if _is_interruption(error) else _told(error)


def _is_interruption(error: BaseException | None) -> bool:
    """Is it a Ctrl-C in another's clothes: up to Python 3.11 one in the body of a class becomes a RuntimeError."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return error is not None


def _told(error: Exception) -> int:
    import click

    match error:
        case PromptlintError():
            return _explain(_placed(error), error.hint, error.exit_code)
        case click.exceptions.NoArgsIsHelpError():
            click.echo(error.format_message(), err=True)
            return FAILED
        case click.ClickException():
            return _explain(error.format_message(), _usage_hint(error), FAILED)
        case click.Abort():  # click's word for Ctrl-C, and for the end of what it reads from
            return INTERRUPTED
        case MemoryError():
            return _explain("out of memory", "give the requests in smaller files, or allow more (ulimit -v)", FAILED)
        case _:  # the last line of defence: nobody shall see a bare traceback
            return _internal(error)


def _never_fail_to_encode(stream: object) -> None:
    """A terminal that cannot show a character gets its escape; a report must not fail over a name in Japanese."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")


def _placed(error: PromptlintError) -> str:
    """What happened, with its place in front and the code of the finding that it would be in a report."""
    code = next((code for kind, code in CODES if isinstance(error, kind)), "")
    line = error.line if isinstance(error, TemplateError) else None
    where = error.where or (f"template line {line}" if line is not None else None)
    return f"{where}: {code}{error}" if where else f"{code}{error}"


def _usage_hint(error: click.ClickException) -> str | None:
    context = getattr(error, "ctx", None)
    return f"{context.command_path} --help" if context is not None else None


def _internal(error: Exception) -> int:
    if os.environ.get("PROMPTLINT_TRACEBACK"):
        import traceback

        from promptlint import terminal

        terminal.print_to(
            sys.stderr, terminal.harmless(terminal.safe_lines("".join(traceback.format_exception(error))))
        )
    hint = "this is a fault of promptlint: please report it with what PROMPTLINT_TRACEBACK=1 shows"
    return _explain(f"internal error: {type(error).__name__}: {error}", hint, FAILED)


def _explain(message: str, hint: str | None, exit_code: int) -> int:
    from promptlint import terminal

    lines = [f"error: {message}"] + ([f"hint: {hint}"] if hint else [])
    text = "".join(f"{terminal.safe(line[:LONGEST])}\n" for line in lines)
    if sys.stderr is not None:
        terminal.print_to(sys.stderr, terminal.harmless(text))
    return exit_code


if __name__ == "__main__":
    run()
