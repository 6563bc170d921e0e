from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from promptlint.capture import load
from promptlint.dialect import chat, ollama
from promptlint.dialect.shape import ShapeError

CAPTURE = Path(__file__).parents[1] / "captures" / "ollama.json"


def test_the_whole_form() -> None:
    found = chat(load(str(CAPTURE)).requests[0])
    call = {"function": {"name": "read_file", "arguments": {"path": "plants.txt", "lines": 3}}}
    assert found.messages == [
        {"role": "system", "content": "You are a terse gardener's assistant."},
        {
            "role": "user",
            "content": [
                {"type": "image_url", "image_url": {"url": "data:image;base64,aGk="}},
                {"type": "text", "text": "What is this?"},
            ],
        },
        {"role": "assistant", "content": "", "reasoning_content": "The file must be read.", "tool_calls": [call]},
        {"role": "tool", "name": "read_file", "content": "rose\n"},
    ]
    assert found.origins["/messages/2/reasoning_content"] == "/messages/2/thinking"
    assert found.origins["/messages/3/name"] == "/messages/3/tool_name"
    assert found.origins["/messages/1/content/1/text"] == "/messages/1/content"
    assert found.parameters == {"model": "qwen3:8b", "think": True, "options": {"num_ctx": 8192}, "stream": False}
    assert len(found.tools or ()) == 1


@pytest.mark.parametrize(
    "message", [{"images": [7]}, {"images": "x"}, {"content": []}, {"tool_calls": {}}, {"tool_calls": [None]}]
)
def test_other_shapes_are_refused(message: Any) -> None:
    with pytest.raises(ShapeError, match="should be"):
        ollama.normalise({"messages": [{"role": "user", **message}]})
