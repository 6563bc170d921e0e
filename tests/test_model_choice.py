"""Which model and which profile a request meets, when and when not told."""

from __future__ import annotations

from pathlib import Path

import pytest
from huggingface_hub import constants

from promptlint.errors import ModelError, UsageError
from promptlint.model import Request
from promptlint.model_choice import choose_model, open_model
from promptlint.options import Options
from tests.tokens.hub_server import cached


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Hub cache that holds org/name alone."""
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    return cached(tmp_path / "hub", "org/name", "tokenizer.json")


def request(model: str | None, dialect: str = "openai_chat") -> Request:
    return Request("a.json", None, "body", dialect, model, {})


def chosen(model: str | None, options: Options | None = None, dialect: str = "openai_chat") -> tuple[str, str]:
    """The reference and the profile."""
    found = choose_model(request(model, dialect), options or Options())
    return found.source.reference, found.profile


def test_the_model_that_is_named_wins(tiny_model: Path) -> None:
    options = Options(model=str(tiny_model), models={"*": "builtin"})
    assert chosen("org/name", options) == (str(tiny_model), "vllm")


def test_the_first_pattern_that_fits_counts(tiny_model: Path) -> None:
    models = {"gpt-*": "builtin", "qwen3*": str(tiny_model), "*": "builtin", "org/*": "org/name"}
    assert chosen("qwen3-8b", Options(models=models))[0] == str(tiny_model)
    assert chosen("org/name", Options(models=models))[0] == "builtin"
    assert chosen("Qwen3-8b", Options(models={"qwen3*": str(tiny_model)}))[0] == "builtin"  # case counts


def test_then_the_hub_cache_by_the_name_of_the_request(cache: Path) -> None:
    assert chosen("org/name") == ("org/name", "vllm")
    assert choose_model(request("org/name"), Options()).source.path == str(cache)
    assert [chosen(name)[0] for name in ("name", "org/other", None)] == ["builtin"] * 3


@pytest.mark.parametrize(
    ("dialect", "engine", "profile"),
    [
        ("anthropic", None, "anthropic"),
        ("openai_responses", None, "openai"),
        ("openai_chat", None, "vllm"),
        ("ollama", None, "vllm"),
        ("bedrock_converse", None, "bedrock"),
        ("gemini", None, "gemini"),
        ("cohere", None, "vllm"),
        ("completion", None, "vllm"),
        ("anthropic", "llama.cpp", "llama.cpp"),
        ("openai_chat", "anthropic", "anthropic"),
    ],
)
def test_builtin_takes_the_layout_of_the_api(dialect: str, engine: str | None, profile: str) -> None:
    assert chosen("claude", Options(engine=engine), dialect) == ("builtin", profile)


def test_a_real_template_has_no_hosted_layout(tiny_model: Path, tmp_path: Path) -> None:
    assert chosen("claude", Options(model=str(tiny_model), engine="anthropic"), "anthropic")[1] == "vllm"
    template = tmp_path / "t.jinja"
    template.write_text("{{ messages }}")
    assert chosen("claude", Options(template=str(template)), "anthropic") == ("builtin", "vllm")


def test_only_exact_tokenizers_where_that_is_asked_for(tiny_model: Path) -> None:
    assert chosen("org/name", Options(require_exact=True))[0] == "org/name"
    assert chosen("x", Options(require_exact=True, model=str(tiny_model)))[0] == str(tiny_model)
    with pytest.raises(ModelError, match="no tokenizer known for model 'x'"):
        chosen("x", Options(require_exact=True))
    with pytest.raises(ModelError, match="builtin is an approximation"):
        chosen("x", Options(require_exact=True, models={"x": "builtin"}))


def test_engines_that_are_not_there() -> None:
    with pytest.raises(UsageError, match="no engine named 'tgj'"):
        open_model("builtin", Options(engine="tgj"))


def test_an_engine_without_a_profile_has_that_of_another_one() -> None:
    assert [open_model("builtin", Options(engine=engine)).profile for engine in ("ollama", "lmcache")] == [
        "llama.cpp",
        "vllm",
    ]


def test_a_server_is_not_asked_before_it_is_needed() -> None:
    model = open_model("http://127.0.0.1:9/", Options(engine="anthropic"))
    assert model.source.kind == "server"
    model.close()


def test_a_server_renders_with_its_own_template() -> None:
    with pytest.raises(UsageError, match="its own template"):
        open_model("http://127.0.0.1:9", Options(template="t.jinja"))
