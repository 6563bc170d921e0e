import pytest

from promptlint.model import Chat
from promptlint.render.profile import ModelCard, apply
from promptlint.render.template_facts import Family, TemplateFacts
from tests.render.profile.engines import ENGINES, USER


def engines_that_approximate(facts: TemplateFacts, model: ModelCard) -> set[str]:
    limits = {engine: apply(engine, Chat([USER]), facts, model).limits for engine in ENGINES}
    return {engine for engine in ENGINES if any("approximate on this engine: " in limit for limit in limits[engine])}


@pytest.mark.parametrize(
    ("family", "engines"),
    [
        ("gpt-oss", {"vllm"}),
        ("deepseek-v3.2", {"vllm", "sglang"}),
        ("deepseek-v4", {"vllm", "sglang"}),
        ("kimi-k3", {"vllm", "sglang"}),
        ("mistral", {"vllm"}),
        (None, set()),
    ],
)
def test_row_19_by_the_template(family: Family | None, engines: set[str]) -> None:
    assert engines_that_approximate(TemplateFacts(family=family), ModelCard()) == engines


@pytest.mark.parametrize(
    ("model", "engines"),
    [
        (ModelCard(model_type="gpt_oss"), {"vllm"}),
        (ModelCard(model_type="deepseek_v4"), {"vllm", "sglang"}),
        (ModelCard(files=frozenset({"tekken.json"})), {"vllm"}),
        (ModelCard(model_type="qwen3", files=frozenset({"tokenizer.json"})), set()),
    ],
)
def test_row_19_by_the_model(model: ModelCard, engines: set[str]) -> None:
    assert engines_that_approximate(TemplateFacts(), model) == engines
