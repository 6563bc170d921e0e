"""What a model does with requests: `render`, `template`, `verify`, `fetch`."""

from __future__ import annotations

import sys
from typing import Any

import click

from promptlint.commands.completions import files
from promptlint.commands.given import options_of, prestart, settings_of
from promptlint.commands.options import PROMPT_FORMATS, model_options, output_options
from promptlint.commands.output import emit, say, view


@click.command()
@click.argument("file", shell_complete=files)
@click.option("--request", type=int, metavar="N", help="Which request of the file; 0 is the first, -1 the last.")
@click.option("--tokens", is_flag=True, help="Ids and pieces, one line a token.")
@click.option("--textconv", is_flag=True, help="All requests of FILE, for a diff driver of git: see the README.")
@model_options
@output_options(PROMPT_FORMATS)
def render(file: str, request: int | None, tokens: bool, textconv: bool, **given: Any) -> None:
    """Show the prompt of a request, as its engine would build it.

    FILE is a capture, FILE#N its N-th request, or - standard input.
    """
    prestart(given)
    from promptlint import pipeline, terminal
    from promptlint.report import prompt
    from promptlint.textconv import text_of

    if textconv:
        say(text_of(file, lambda: options_of(settings_of(given), given)))
        return
    rendered = pipeline.render(file, request, options_of(settings_of(given), given), pieces=tokens)
    emit(lambda name, stream, view: prompt.FORMATS[name](rendered, stream, view), given)
    if given["detail"] != "quiet":
        lines = prompt.summary_lines(rendered, view(sys.stderr, given["detail"]))
        terminal.print_to(sys.stderr, "".join(f"{line}\n" for line in lines))


@click.command()
@click.argument("before", shell_complete=files)
@click.argument("after", shell_complete=files)
@click.option("--local", metavar="REF", help="A model whose prompts are held against the server's own.")
@model_options
@output_options(PROMPT_FORMATS)
@click.pass_context
def verify(context: click.Context, /, before: str, after: str, local: str | None, **given: Any) -> None:
    """Compare what a server's cache gives back with the prediction.

    BEFORE and AFTER are sent to it, one after the other, as `diff` takes them.
    --model http://HOST:PORT names the server; each request has it write one token. Exit code 1 where they differ.
    """
    from promptlint import verification
    from promptlint.report import verification as report

    if len(given["references"]) > 1:
        raise click.UsageError("verify asks one server: give --model once")

    found = verification.verify(before, after, options_of(settings_of(given), given), local)
    emit(lambda name, stream, view: report.FORMATS[name](found, stream, view), given)
    context.exit(int(not found.agrees))


@click.command()
@click.argument("reference", required=False, metavar="[MODEL]")
@model_options
@output_options(PROMPT_FORMATS)
def template(reference: str | None, **given: Any) -> None:
    """Show what a chat template does to a growing conversation.

    MODEL is any reference of --model; --template FILE shows a template alone.
    """
    prestart(given)
    from promptlint.report import card
    from promptlint.template_card.card import card_of

    options = options_of(settings_of(given), given)
    found = card_of(reference or options.model, options)
    emit(lambda name, stream, view: card.FORMATS[name](found, stream, view), given)


@click.command()
@click.argument("model", metavar="ORG/NAME[@REVISION]")
def fetch(model: str) -> None:
    """Download a Hub model's tokenizer files to the Hub cache."""
    from promptlint import terminal
    from promptlint.tokens import hub

    name, _, revision = model.partition("@")
    terminal.print_to(sys.stdout, f"{terminal.safe(str(hub.fetch(name, revision or None)))}\n")
