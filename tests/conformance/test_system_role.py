"""What real templates do with a system message between the turns: the same JSON, four answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.dialect import chat
from promptlint.lint.context import RequestContext
from promptlint.lint.experiments import Fate, fate, tokens_of_tools_behind
from promptlint.local_model import Model
from promptlint.model import Turn
from promptlint.model_choice import open_model
from promptlint.options import Options
from promptlint.selection import request_of_body

pytestmark = pytest.mark.conformance
SYSTEM = {"role": "system", "content": "You count boxes in a warehouse."}
USER = {"role": "user", "content": "How many boxes are left in bay 4?"}
ANSWER = {"role": "assistant", "content": "Seven boxes are left."}
LATER = "Answer in whole sentences from now on."
LAST = {"role": "user", "content": "And in bay 5?"}
TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "count_boxes",
            "description": "Counts the boxes of a bay.",
            "parameters": {"type": "object", "properties": {"bay": {"type": "integer"}}, "required": ["bay"]},
        },
    }
]


def between(model: Model, role: str) -> RequestContext:
    """A conversation with a message of the role behind the first answer."""
    messages = [SYSTEM, USER, ANSWER, {"role": role, "content": LATER}, LAST]
    request = request_of_body({"model": "example", "messages": messages})
    return RequestContext(Turn(request, chat(request)), 0, model)


@pytest.mark.parametrize(
    ("model", "role", "engine", "outcome"),
    [
        ("qwen3-8b", "system", "transformers", "in place"),
        ("qwen3-8b", "developer", "transformers", "dropped"),
        ("qwen3-8b", "developer", "vllm", "hoisted"),
        ("deepseek-v3.1", "system", "transformers", "hoisted"),
        ("mistral-7b-instruct-v0.3", "system", "transformers", "raises"),
        ("mistral-nemo-instruct-2407", "system", "transformers", "raises"),
        ("qwen3.5-4b-hybrid", "system", "transformers", "raises"),
        ("llama-3.1-8b-instruct", "system", "transformers", "in place"),
        ("gpt-oss-20b", "system", "transformers", "in place"),  # as a user message
    ],
)
def test_the_fate_of_a_system_message_between_the_turns(
    model: str, role: str, engine: str, outcome: str, data: Path
) -> None:
    opened = open_model(str(data / "models" / model), Options(engine=engine))
    try:
        found = fate(between(opened, role), 3)
    finally:
        opened.close()
    assert found is not None
    assert found.outcome == outcome


def test_another_published_template_of_gpt_oss_drops_it(data: Path) -> None:
    template = data / "templates" / "openai-gpt-oss-120b.jinja"
    opened = open_model(str(data / "models" / "gpt-oss-20b"), Options(engine="transformers", template=str(template)))
    try:
        assert fate(between(opened, "system"), 3) == Fate("dropped")
    finally:
        opened.close()


@pytest.mark.parametrize(
    ("model", "behind"),
    [("qwen3-8b", True), ("qwen2.5-7b-instruct", True), ("llama-3.1-8b-instruct", True), ("qwen3.5-4b-hybrid", False)],
)
def test_where_templates_print_the_tools(model: str, behind: bool, data: Path) -> None:
    opened = open_model(str(data / "models" / model), Options(engine="transformers"))
    try:
        request = request_of_body({"model": "example", "messages": [SYSTEM, USER], "tools": TOOLS})
        tokens = tokens_of_tools_behind(RequestContext(Turn(request, chat(request)), 0, opened))
    finally:
        opened.close()
    assert (tokens is not None and tokens > 50) is behind
