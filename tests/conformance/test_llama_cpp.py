"""The llama.cpp profile against what a real server answered: prompts, capabilities, token counts."""

from __future__ import annotations

import dataclasses
import json
import lzma
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import pytest

from promptlint.errors import TemplateError
from promptlint.model import Chat
from promptlint.render.environment import render
from promptlint.render.llama_cpp_facts import LlamaCppFacts, llama_cpp_facts
from promptlint.render.profile import llama_cpp
from promptlint.render.profile.context import ModelCard
from promptlint.tokens.model_files import ModelFiles
from promptlint.tokens.model_folder import open_folder

pytestmark = pytest.mark.conformance

Row = dict[str, Any]
Server = Callable[[str, Mapping[str, str], Row, bool], str]
Probed = Callable[[str, Mapping[str, str]], tuple[str, LlamaCppFacts]]
DAY = datetime(2026, 11, 21, 12)
ONE_VOCABULARY = {"bos_token": "<|endoftext|>", "eos_token": "<|im_end|>"}

# Every template of the recordings comes out byte for byte. One that stops doing so belongs here, with the reason.
DIFFERING: dict[str, str] = {}

# The folder with a model's vocabulary. command-r and the R1 distillations have none among the data; hermes3 has one
# of its own names that no folder has.
FOLDERS = {
    "gemma4": "gemma-4-31b-it",
    "gpt-oss": "gpt-oss-20b",
    "llama3.1": "llama-3.1-8b-instruct",
    "llama3.2": "llama-3.2-3b-instruct",
    "llama3.3": "llama-3.1-8b-instruct",
    "mamba2": "qwen2.5-7b-instruct",
    "nemo": "mistral-nemo-instruct-2407",
    "phi3.5": "phi-3-mini-4k-instruct",
    "qwen2.5": "qwen2.5-7b-instruct",
    "qwen3": "qwen3-8b",
    "qwen3.5": "qwen3.5-4b-hybrid",
    "qwen3coder": "qwen3-coder-30b-hybrid",
    "qwq": "qwen3-8b",
    "smollm3": "smollm3-3b",
}
OTHER_TOKENS = {
    "command-r": {"bos_token": "<BOS_TOKEN>", "eos_token": "<|END_OF_TURN_TOKEN|>"},
    "hermes3": {"bos_token": "<|begin_of_text|>", "eos_token": "<|im_end|>"},
    "r1-llama": {"bos_token": "<｜begin▁of▁sentence｜>", "eos_token": "<｜end▁of▁sentence｜>"},
    "r1-qwen": {"bos_token": "<｜begin▁of▁sentence｜>", "eos_token": "<｜end▁of▁sentence｜>"},
}
# llama.cpp's expression for this vocabulary cuts combining marks otherwise; one prompt holds such (generated) text.
OTHER_CUTS = {("gpt-oss", "append_free_generation"): -9}


def recorded(shared: Path, name: str) -> list[Row]:
    with lzma.open(shared / "truth" / name, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def probed(data: Path) -> Probed:
    """A template's source and what is found out about it, with a vocabulary's BOS and EOS."""

    @cache
    def found(template: str, tokens: tuple[tuple[str, str], ...]) -> tuple[str, LlamaCppFacts]:
        source = (data / "templates" / template).read_text(encoding="utf-8")
        return source, llama_cpp_facts(source, dict(tokens))

    return lambda template, tokens: found(template, tuple(tokens.items()))


@pytest.fixture(scope="module")
def server(probed: Probed) -> Server:
    def prompt(template: str, tokens: Mapping[str, str], request: Row, preserve: bool) -> str:
        source, facts = probed(template, tokens)
        body = dict(request)
        if not preserve:  # --no-reasoning-preserve on the server's command line
            body["chat_template_kwargs"] = {**body.get("chat_template_kwargs", {}), "preserve_reasoning": False}
        chat = Chat(body.pop("messages"), body.pop("tools", None), body)
        context = llama_cpp.apply(chat, facts, ModelCard())
        variables = {"messages": context.messages, **context.variables}
        if not context.omit_tools:
            variables["tools"] = context.tools
        return llama_cpp.finish(render(source, variables, now=DAY, flavour="llama.cpp"), context, facts)

    return prompt


def test_every_template_renders_as_on_the_server(shared: Path, server: Server) -> None:
    compared, differing = 0, Counter[str]()
    for row in recorded(shared, "llamacpp-templates.jsonl.xz"):
        for side in ("A", "B") if "error" not in row else ():
            compared += 1
            template, step = row["template"], row[side]
            if server(template, ONE_VOCABULARY, step["request"], row["variant"] != "nopreserve") != step["prompt"]:
                differing[template] += 1
    assert compared > 2000
    assert set(differing) == set(DIFFERING)
    assert sum(differing.values()) <= 0.01 * compared


def test_templates_refuse_what_they_refuse_on_the_server(shared: Path, server: Server) -> None:
    rows = recorded(shared, "llamacpp-templates.jsonl.xz")
    requests = {row["scenario"]: row for row in rows if "error" not in row}  # the same for every template
    refused = [row for row in rows if "error" in row]
    assert refused
    for row in refused:
        answers = [_answer(server, row["template"], requests[row["scenario"]][side]["request"]) for side in "AB"]
        said = row["error"].split("Jinja Exception: ")[1].split('"')[0].split("\\n")[0]
        messages = [str(answer) for answer in answers if isinstance(answer, jinja2.TemplateError)]
        assert any(message.startswith(said[:20]) or said.startswith(message[:20]) for message in messages), row


def _answer(server: Server, template: str, request: Row) -> str | Exception:
    try:
        return server(template, ONE_VOCABULARY, request, True)
    except (jinja2.TemplateError, TemplateError) as error:
        return error


def test_capabilities_are_those_that_the_server_reports(shared: Path, probed: Probed) -> None:
    reported = {row["template"]: row["caps"] for row in recorded(shared, "llamacpp-templates.jsonl.xz")}
    assert len(reported) == 70
    found = {name: probed(name, ONE_VOCABULARY)[1].capabilities for name in reported}
    assert {name: dataclasses.asdict(one) for name, one in found.items()} == reported


def chat_steps(shared: Path) -> list[tuple[Row, Row]]:
    rows = recorded(shared, "llamacpp-server.jsonl.xz")
    steps = [(row, step) for row in rows for step in row["steps"]]
    return [(row, step) for row, step in steps if "note" not in step and "messages" in step["request"]]


@pytest.fixture(scope="module")
def folders(data: Path) -> Mapping[str, ModelFiles]:
    return {name: open_folder(str(data / "models" / name)) for name in sorted(set(FOLDERS.values()))}


def bos_and_eos(model: str, folders: Mapping[str, ModelFiles]) -> dict[str, str]:
    if model in OTHER_TOKENS:
        return OTHER_TOKENS[model]
    tokens = folders[FOLDERS[model]].special_tokens
    return {name: str(tokens.get(name) or "") for name in ("bos_token", "eos_token")}


def test_exchanges_with_a_server_have_its_prompts_and_token_counts(
    shared: Path, server: Server, folders: Mapping[str, ModelFiles]
) -> None:
    steps = chat_steps(shared)
    prompts, cuts = Counter[str](), dict[tuple[str, str], int]()
    for row, step in steps:
        tokens = bos_and_eos(row["model"], folders)
        files = folders.get(FOLDERS.get(row["model"], ""))
        add_bos = files is None or bool(files.add_bos)  # the four without a folder add one
        text = server(row["template"], tokens, step["request"], "--no-reasoning-preserve" not in row["server_args"])
        whole = llama_cpp.with_bos(text, tokens["bos_token"], add_bos)
        if whole != (tokens["bos_token"] if add_bos else "") + step["prompt"]:
            prompts[row["model"]] += 1
        if files:
            ids = files.tokenizer.encode(whole, add_special_tokens=False).ids
            if len(ids) != len(step["token_ids"]):
                cuts[row["model"], row["scenario"]] = len(ids) - len(step["token_ids"])
    assert len(steps) > 1500
    assert prompts == Counter()
    assert cuts == OTHER_CUTS
