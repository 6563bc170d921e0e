"""Where strings stand in the prompt, on 70 real templates: nearly always by marks, and then surely right."""

from __future__ import annotations

import json
import lzma
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from promptlint.errors import TemplateError
from promptlint.model import Chat
from promptlint.render.environment import render
from promptlint.render.profile import ModelCard
from promptlint.render.provenance import trace
from promptlint.render.serving import JinjaServing
from promptlint.render.template_scan import facts

pytestmark = pytest.mark.conformance
NOW = datetime(2026, 1, 15)
TOKENS = {"bos_token": "<|endoftext|>", "eos_token": "<|im_end|>"}


def renderer(source: str) -> Callable[[Chat], str]:
    serving = JinjaServing("vllm", facts(source), TOKENS, ModelCard())

    def run(chat: Chat) -> str:
        context = serving.context(chat)
        try:
            return "".join(serving.prompt(render(source, serving.variables(context), now=NOW), context))
        except Exception as error:
            raise TemplateError(str(error), kind=type(error).__name__) from error

    return run


def test_most_strings_are_found_by_marks(shared: Path, data: Path) -> None:
    lines = lzma.decompress((shared / "truth" / "llamacpp-templates.jsonl.xz").read_bytes()).splitlines()
    traced = by_marks = 0
    renderers: dict[str, Callable[[Chat], str]] = {}
    for record in map(json.loads, lines[::5]):
        if "error" in record:
            continue
        request = record["B"]["request"]
        chat = Chat(request["messages"], request.get("tools"))
        name = record["template"]
        if name not in renderers:
            renderers[name] = renderer((data / "templates" / name).read_text(encoding="utf-8"))
        run = renderers[name]
        try:
            text = run(chat)
        except TemplateError:
            continue
        provenance = trace(chat, text, run)
        traced += 1
        by_marks += provenance.complete and all(span.exact for span in provenance.spans)
        for span in provenance.spans:
            rendered = text[span.start : span.end]
            if rendered == span.leaf.text[span.skipped :][: len(rendered)]:
                continue  # printed as it is; else the template spelled it as JSON or cut it
            assert not span.leaf.in_messages or len(rendered) <= 2 * len(span.leaf.text) + 2, name
    assert traced > 200
    assert by_marks / traced > 0.9
