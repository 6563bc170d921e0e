"""What a shell offers where a value is typed: files and rules."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem


def files(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Whatever the shell itself completes to a path."""
    return [CompletionItem(incomplete, type="file")]


def rules(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The bundled rules by name, or by code where the typed part is in capitals; also the last one of a list."""
    from promptlint.lint import catalogue

    before, comma, begun = incomplete.rpartition(",")
    named = {rule.code if begun[:1].isupper() else rule.name: rule.summary for rule in catalogue.load().values()}
    found = [(name, about) for name, about in named.items() if name.startswith(begun)]
    return [CompletionItem(before + comma + name, help=about) for name, about in found]
