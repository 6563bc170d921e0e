"""Command line values that are more than a text: K=V, and FORMAT:FILE."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import click


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
    """FORMAT:FILE."""

    name = "FORMAT:FILE"

    def __init__(self, formats: tuple[str, ...]) -> None:
        self.formats = formats

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        name, colon, path = str(value).partition(":")
        if name not in self.formats or not colon or not path:
            self.fail(f"{value!r} is not FORMAT:FILE, where FORMAT is one of {', '.join(self.formats)}", param, ctx)
        return name, path
