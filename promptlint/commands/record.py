"""The recorder: `record`."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from promptlint.recording.journal import Tally

FAILED = 2


@click.command(context_settings={"allow_interspersed_args": False})
@click.argument("command", nargs=-1, type=click.UNPROCESSED, metavar="[-- COMMAND ARGS...]")
@click.option("--upstream", metavar="URL", help="The server that requests go on to. Needed without a COMMAND.")
@click.option("--out", default="recordings", show_default=True, metavar="DIR", help="Where the captures go.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The port to listen on.  [default: a free one]")
@click.option("--proxy", metavar="URL", help="A proxy on the way to the server. HTTP_PROXY and the like do not count.")
@click.pass_context
def record(
    context: click.Context,
    /,
    command: tuple[str, ...],
    upstream: str | None,
    out: str,
    port: int,
    proxy: str | None,
) -> None:
    """Write the LLM requests that pass by as captures, a file each.

    A reverse proxy on 127.0.0.1: requests and answers pass unchanged, streams piece by piece. A request is written when
    its answer has ended, and not where that is an error. Headers and queries of addresses are not: no key or cookie
    gets into a file. What stands in the bodies does, as it is: treat the captures as you treat the prompts. Ctrl-C is
    the usual end (exit code 0).

    With a COMMAND it runs for as long as that does, and ends with its exit code. The clients in it are told by
    OPENAI_BASE_URL, OPENAI_API_BASE, ANTHROPIC_BASE_URL, GOOGLE_GEMINI_BASE_URL, CO_API_URL, GROQ_BASE_URL and
    OLLAMA_HOST; GOOGLE_VERTEX_BASE_URL and AZURE_OPENAI_ENDPOINT where they are set. Requests go where each of these
    says already, else to its provider; with --upstream all go there.
    """
    from promptlint.recording import recorder

    settings = recorder.Settings(out, port, proxy, _say_failure)
    if command:
        done = recorder.record_command(command, upstream, settings)
    elif upstream is not None:
        done = recorder.record(upstream, settings, _say_where)
    else:
        raise click.UsageError("say where requests go (--upstream URL), or what to run (-- COMMAND)")
    _say(_summary(done.tally, out, told=bool(command)))
    context.exit(done.exit_code or (FAILED if done.tally.failed else 0))


def _say_where(port: int, target: str) -> None:
    _say([f"recording: http://127.0.0.1:{port} passes on to {target} (Ctrl-C ends it)"])


def _say_failure(reason: str) -> None:
    _say([f"error: a request could not be written: {reason}"])


def _summary(tally: Tally, out: str, *, told: bool) -> list[str]:
    """What was done, and what was not; last what to do next."""
    from promptlint.report.plural import plural

    lines = [f"{plural(number, 'request')} got no answer: {reason}" for reason, number in tally.missed.items()]
    lines += [f"{plural(number, 'request')} refused: {reason}" for reason, number in tally.refused.items()]
    lines += [f"{plural(number, lost.part)} not written: {lost.reason}" for lost, number in tally.lost.items()]
    if tally.failed:
        lines.insert(0, f"error: {plural(tally.failed, 'request')} could not be written: {tally.failure}")
    recorded = f"recorded {plural(tally.written, 'request')}, and passed on {plural(tally.others, 'other')}"
    if tally.written:
        return [*lines, f"{recorded}; next: promptlint check {shlex.quote(out)}"]
    if told and not (tally.others or lines):
        recorded += ": no client in it read the variables that were set"
    return [*lines, recorded]


def _say(lines: list[str]) -> None:
    from promptlint import terminal

    text = "".join(f"{terminal.safe(line)}\n" for line in lines)
    if sys.stderr is not None:
        terminal.print_to(sys.stderr, terminal.harmless(text))
