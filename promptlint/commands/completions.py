"""What a shell offers where a value is typed: files and rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click
    from click.shell_completion import CompletionItem


def files(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Whatever the shell itself completes to a path."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


def rules(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The bundled rules by name, or by code where the typed part is in capitals; also the last one of a list."""
    from click.shell_completion import CompletionItem

    from promptlint.lint.headings import headings

    before, comma, begun = incomplete.rpartition(",")
    named = {rule.code if begun[:1].isupper() else rule.name: rule.summary for rule in headings()}
    found = [(name, about) for name, about in named.items() if name.startswith(begun)]
    return [CompletionItem(before + comma + name, help=about) for name, about in found]
