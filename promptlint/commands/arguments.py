"""Command line values that are more than a text: K=V, and FORMAT:FILE."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class KeyValue(click.ParamType[tuple[str, Any]]):
    """K=V, where V is JSON if it parses as JSON and a text otherwise."""

    name = "K=V"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, Any]:
        key, equals, text = str(value).partition("=")
        if not equals or not self.is_name(key):
            self.fail(f"{value!r} is not NAME=VALUE", param, ctx)
        return key, _json_or_text(text)

    def is_name(self, key: str) -> bool:
        """Can a variable of a template be called so."""
        return key.isidentifier()


class DashedKeyValue(KeyValue):
    """The same for names of the config, which have hyphens."""

    def is_name(self, key: str) -> bool:
        """Can a key of the config be called so."""
        return key.replace("-", "_").isidentifier()


def _json_or_text(text: str) -> Any:
    import json

    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def template_arguments(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any] | None:
    """The pairs as a dict, the last one of a name counts; None when there are none."""
    return dict(pairs) or None


class NumberOrName(click.ParamType[float | str]):
    """A number if it reads as one, and a text otherwise."""

    name = "N|NAME"

    def convert(self, value: Any, _param: click.Parameter | None, _ctx: click.Context | None) -> float | str:
        try:
            return float(value)
        except ValueError:
            return str(value)


class OutputFile(click.ParamType[tuple[str, str]]):
    """FORMAT:FILE, FILE being one that can be made; - is standard output."""

    name = "FORMAT:FILE"

    def __init__(self, formats: tuple[str, ...]) -> None:
        self.formats = formats

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        name, colon, path = str(value).partition(":")
        if name not in self.formats or not colon or not path:
            self.fail(f"{value!r} is not FORMAT:FILE, where FORMAT is one of {', '.join(self.formats)}", param, ctx)
        folder = os.path.dirname(path) or "."  # noqa: PTH120 - pathlib is not needed otherwise, and this runs at once
        if not os.path.isdir(folder):  # noqa: PTH112 - the same
            self.fail(f"no folder {folder!r} for {path!r}", param, ctx)
        return name, path

    def shell_complete(self, _ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The formats; what stands behind the colon is the shell's affair, which cannot see the path in it."""
        from click.shell_completion import CompletionItem

        return [CompletionItem(f"{name}:") for name in self.formats if f"{name}:".startswith(incomplete)]


def different_files(
    _context: click.Context, _param: click.Parameter, given: Sequence[tuple[str, str]]
) -> Sequence[tuple[str, str]]:
    """Refuse one file for two formats: the second would take the place of the first."""
    paths = [path for _, path in given]
    twice = next((path for path in paths if paths.count(path) > 1), None)
    if twice is not None:
        raise click.BadParameter(f"{twice!r} is given twice")
    return given
