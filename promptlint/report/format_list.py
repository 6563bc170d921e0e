"""`promptlint formats`: what is read, and what of a request each format keeps."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator

from promptlint.capture import FORMATS
from promptlint.capture.about import About
from promptlint.capture.foreign import transcripts
from promptlint.dialect import DIALECTS
from promptlint.model import JsonObject
from promptlint.report.json_report import json_text
from promptlint.report.text_block import INDENT, wrapped
from promptlint.terminal import Terminal

NARROWEST = 20  # columns, for the titles
COLUMNS = ("key order", "tools", "system", "cached")


def as_json() -> str:
    """The list for scripts."""
    formats = [{"name": name, **module.ABOUT._asdict()} for name, module in FORMATS.items()]
    document: JsonObject = {"formats": formats, "dialects": list(DIALECTS), "transcripts": list(transcripts())}
    return json_text(json.loads(json.dumps(document)))


def lines(terminal: Terminal) -> Iterator[str]:
    """The list for people: a line a format, a note below where something else is worth knowing."""
    width = max(map(len, FORMATS))
    yield terminal.style(f"{'':{width}}  {'  '.join(COLUMNS)}", "dim")
    for name, module in FORMATS.items():
        line = f"{name:{width}}  {_marks(module.ABOUT)}  "
        first, *more = textwrap.wrap(module.ABOUT.title, max(NARROWEST, terminal.width - len(line)))
        yield line + first
        yield from (" " * len(line) + rest for rest in more)
        if module.ABOUT.note:
            yield from (INDENT + line for line in wrapped(module.ABOUT.note, terminal))
    yield ""
    yield "key order: as the client sent it."
    yield "cached: what the provider counted, from the recorded answer."
    yield "Any of them may be gzipped; those in JSON may stand one on each line of a JSONL."
    yield ""
    yield "Bodies of these APIs:"
    yield from wrapped(", ".join(DIALECTS), terminal)
    yield "Not read, because a transcript has no system prompt and no tools:"
    yield from wrapped(", ".join(transcripts()), terminal)


def _marks(about: About) -> str:
    kept = (about.key_order, about.tools, about.system, about.cached_tokens)
    return "  ".join(f"{'yes' if one else '-':<{len(head)}}" for one, head in zip(kept, COLUMNS, strict=True))
