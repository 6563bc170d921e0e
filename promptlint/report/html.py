"""One self-contained page: nothing is loaded from anywhere, and nothing of a report is ever markup or program."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable
from importlib.resources import files
from string import Template
from typing import TextIO

from promptlint import __version__
from promptlint.model import JsonObject, Report
from promptlint.report import PLAIN, View
from promptlint.report.page import essence
from promptlint.report.page.data import page_data
from promptlint.report.page.pair_data import pair_parts
from promptlint.terminal import COMMAND_INSIDE

STYLES = ("page.css", "rows.css", "detail.css")
SCRIPTS = (
    "theme.js",
    "elements.js",
    "strips.js",
    "excerpt.js",
    "pair.js",
    "turns.js",
    "findings.js",
    "inputs.js",
    "toolbar.js",
    "navigation.js",
)
MARKUP = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def write(report: Report, stream: TextIO, _view: View = PLAIN) -> None:
    """Write the page, in ASCII: the same bytes whatever encoding the stream has."""
    stream.write(page(report))


def page(report: Report) -> str:
    """The whole document."""
    style, script = _joined(STYLES), f'(() => {{\n"use strict";\n{_joined(SCRIPTS)}}})();\n'
    headline = essence.text(essence.headline(report))
    return Template(_own("page.html")).substitute(
        policy=_policy(style, script),
        title=f"promptlint: {headline}",
        command=report.command,
        headline=headline,
        numbers="\n".join(essence.numbers(report)),
        tokenizers="\n".join(essence.tokenizers(report)),
        without_script="\n".join(essence.without_script(report)),
        footer=f"promptlint {__version__}",
        data=_island("data", page_data(report)),
        parts="\n".join(_island(f"pairs-{at}", part) for at, part in enumerate(pair_parts(report.pairs))),
        style=style,
        script=script,
    )


def _island(name: str, value: JsonObject | list[JsonObject]) -> str:
    return f'<script type="application/json" id="{name}">{json_in_html(value)}</script>'


def json_in_html(value: JsonObject | list[JsonObject]) -> str:
    """JSON that ends no script element and opens no comment in it; `##[` and its like are orders to CI services."""
    text = json.dumps(value, allow_nan=False, separators=(",", ":"))
    return COMMAND_INSIDE.sub(r"\\u0023", text.translate(MARKUP))


def _policy(style: str, script: str) -> str:
    """Only our own style and script may run, told by their hashes; nothing may be loaded, sent or framed."""
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _joined(names: Iterable[str]) -> str:
    return "".join(_own(name) for name in names)


def _own(name: str) -> str:
    return files("promptlint.report.page").joinpath(name).read_text(encoding="utf-8")
