from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from promptlint.capture import load
from promptlint.dialect import chat, ollama
from promptlint.dialect.shape import ShapeError
from promptlint.positions import origin

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


def test_one_prompt_is_a_chat_of_a_system_text_and_a_message() -> None:
    body = {"model": "m", "system": "Be brief.", "prompt": "What is this?", "images": ["aGk="], "options": {}}
    found = ollama.normalise(body)
    image = {"type": "image_url", "image_url": {"url": "data:image;base64,aGk="}}
    assert found.messages == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [image, {"type": "text", "text": "What is this?"}]},
    ]
    assert found.parameters == {"model": "m", "options": {}}
    assert origin("/messages/0/content", found.origins) == "/system"
    assert origin("/messages/1/content/0/image_url/url", found.origins) == "/images/0"
    assert origin("/messages/1/content/1/text", found.origins) == "/prompt"
    plain = ollama.normalise({"model": "m", "prompt": "hi"})
    assert plain.messages == [{"role": "user", "content": "hi"}]
    assert origin("/messages/0/content", plain.origins) == "/prompt"


def test_a_raw_prompt_is_rendered_already() -> None:
    found = ollama.normalise({"model": "m", "prompt": "<s>hi", "raw": True})
    assert (list(found.messages), found.rendered) == ([], "<s>hi")
    assert origin("/prompt", found.origins) == "/prompt"


def test_what_the_server_adds_to_a_prompt_is_a_limit() -> None:
    body = {"model": "m", "prompt": "hi", "context": [1], "template": "{{ .Prompt }}", "suffix": "x"}
    assert len(ollama.normalise(body).limits) == 3


@pytest.mark.parametrize("body", [{"prompt": 7}, {"prompt": "x", "system": 7}, {"prompt": "x", "images": [7]}])
def test_other_shapes_of_a_prompt_are_refused(body: Any) -> None:
    with pytest.raises(ShapeError, match="should be"):
        ollama.normalise({"model": "m", **body})
