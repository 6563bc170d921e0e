import json

import pytest

from promptlint.engine import HOSTED
from promptlint.model import Chat
from promptlint.render.profile import ModelCard, hosted
from promptlint.render.profile.context import Context
from promptlint.render.profile.media import placeholder
from promptlint.render.template_facts import TemplateFacts
from tests.render.profile.engines import USER

IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,SECRET"}}


def context(provider: str, chat: Chat) -> Context:
    return hosted.apply(provider, chat, TemplateFacts(), ModelCard())


@pytest.mark.parametrize("provider", HOSTED)
def test_tools_come_first_where_the_provider_documents_it(provider: str) -> None:
    used = context(provider, Chat([USER], [{"type": "function", "function": {"name": "f"}}]))
    assert used.variables["tools_first"] is (provider in ("anthropic", "bedrock", "gemini"))
    assert used.variables["add_generation_prompt"] is True


def test_every_request_says_that_the_template_is_secret() -> None:
    assert context("openai", Chat([USER], limits=("x",))).limits == ("x", hosted.LIMIT)


def test_an_image_is_a_placeholder_and_never_its_data() -> None:
    result = {"role": "tool", "tool_call_id": "c", "content": [IMAGE]}
    chat = Chat([{"role": "user", "content": [{"type": "text", "text": "look"}, IMAGE]}, result])
    used = context("anthropic", chat)
    shown = {"type": "text", "text": placeholder(IMAGE, "image")}
    assert [message["content"] for message in used.messages] == [[{"type": "text", "text": "look"}, shown], [shown]]
    assert "SECRET" in json.dumps(chat.messages)
    assert used.limits == (
        "image tokens are not counted: a short placeholder by content hash stands for each",
        hosted.LIMIT,
    )
