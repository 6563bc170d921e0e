"""What a llama.cpp server reported is predicted from the requests alone: rendered, encoded and served by us.

The recorded prompts and their ids are not read, only what the server generated: with which ids it did so, no request
says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from promptlint.dialect import chat
from promptlint.engine.registry import STEPS
from promptlint.local_model import Model
from promptlint.model import Turn
from promptlint.model_choice import open_model
from promptlint.options import Options
from promptlint.reuse import END, known_of_server, spans_of
from promptlint.selection import request_of_body
from tests.conformance.replay import Line, read, server_options
from tests.conformance.test_llama_cpp import FOLDERS

ENGINE = "llama.cpp"
NOW = datetime(2026, 11, 21, 12)  # the day of the recordings
# The template is the one that the record names, the vocabulary that of FOLDERS. Left out there, and so here:
# command-r, whose vocabulary is not there; r1-llama and r1-qwen, whose role tokens were put into reserved places of
# other vocabularies; hermes3, whose <tools> and <tool_call> are tokens, while those of Hermes 2 Pro are plain text.
MISSES = {
    # The answer is noise in Bengali, Malayalam, Arabic and Hindi script; llama.cpp's pattern for o200k_base leaves out
    # combining marks, so it cuts the words of the same text elsewhere than the model's own tokenizer does.
    "gpt-oss/default/append_free_generation B",
}
LEAST = 0.97  # of the answers of each model
NOT_PRESERVED = "--no-reasoning-preserve"


class Answer(NamedTuple):
    """One step of a record: what the server reported, and what we say."""

    where: str
    recorded: int
    predicted: int


@pytest.fixture(scope="module")
def records(shared: Path) -> dict[str, list[Line]]:
    """The records of each model."""
    found: dict[str, list[Line]] = {}
    for record in read(shared / "truth" / "llamacpp-server.jsonl.xz"):
        found.setdefault(record["model"], []).append(record)
    return found


def opened(record: Line, data: Path) -> Model:
    """The model of a record."""
    template = data / "templates" / record["template"]
    return open_model(
        str(data / "models" / FOLDERS[record["model"]]),
        Options(
            engine=ENGINE,
            template=str(template) if template.exists() else None,
            template_arguments={"preserve_reasoning": False} if NOT_PRESERVED in record["server_args"] else {},
        ),
    )


def answers(record: Line, model: Model) -> Iterator[Answer]:
    """Each step of a record that reports a request of its own."""
    state = None
    options = Options(engine_options=server_options(record))
    for step in record["steps"]:
        request = request_of_body({"model": record["model"], **step["request"]})
        turn = Turn(request, chat(request))
        prompt = model.chat_prompt(turn.chat, NOW)
        spans = spans_of(ENGINE, turn, prompt, model, NOW)
        known = known_of_server(ENGINE, turn, model, options)
        state, found = STEPS[ENGINE](state, prompt.ids, [*step["gen_ids_in_cache"], END], spans, known)
        if not step.get("note"):
            yield Answer(f"{record['id']} {step['label']}", step["cache_n"], found.low)


def all_answers(records: Sequence[Line], data: Path) -> Iterator[Answer]:
    """The answers of one model; those with another template argument come from a model of their own."""
    for preserved in (True, False):
        chosen = [record for record in records if (NOT_PRESERVED not in record["server_args"]) == preserved]
        if chosen:
            with closing(opened(chosen[0], data)) as model:
                yield from (answer for record in chosen for answer in answers(record, model))


@pytest.mark.parametrize("name", FOLDERS)
def test_what_the_server_reported_is_predicted(name: str, records: dict[str, list[Line]], data: Path) -> None:
    found = list(all_answers(records[name], data))
    wrong = [one for one in found if one.recorded != one.predicted]
    assert {one.where for one in wrong} == {where for where in MISSES if where.startswith(f"{name}/")}, wrong
    assert len(found) - len(wrong) >= LEAST * len(found) > 0
