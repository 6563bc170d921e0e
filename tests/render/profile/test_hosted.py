import pytest

from promptlint.engine import HOSTED
from promptlint.model import Chat
from promptlint.render.profile import ModelCard, hosted
from promptlint.render.profile.context import Context
from promptlint.render.template_facts import TemplateFacts
from tests.render.profile.engines import USER


def context(provider: str, chat: Chat) -> Context:
    return hosted.apply(provider, chat, TemplateFacts(), ModelCard())


@pytest.mark.parametrize("provider", HOSTED)
def test_tools_come_first_where_the_provider_documents_it(provider: str) -> None:
    used = context(provider, Chat([USER], [{"type": "function", "function": {"name": "f"}}]))
    assert used.variables["tools_first"] is (provider in ("anthropic", "bedrock", "gemini"))
    assert used.variables["add_generation_prompt"] is True


def test_every_request_says_that_the_template_is_secret() -> None:
    assert context("openai", Chat([USER], limits=("x",))).limits == ("x", hosted.LIMIT)
