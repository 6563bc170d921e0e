"""A model of files: which of its templates is taken, and what an engine does where that refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import promptlint
from promptlint.errors import ModelError, TemplateError
from promptlint.sandbox import limits
from tests.conftest import write_model

USER = {"role": "user", "content": "hi"}
TOOL = {"type": "function", "function": {"name": "look", "description": "Looks.", "parameters": {"type": "object"}}}


def body(*messages: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"model": "m", "messages": list(messages), **more}


def with_templates(folder: Path, **templates: str) -> Path:
    """A model whose config has templates by name."""
    write_model(folder, None)
    path = folder / "tokenizer_config.json"
    named = [{"name": name, "template": text} for name, text in templates.items()]
    path.write_text(json.dumps({**json.loads(path.read_text()), "chat_template": named}), encoding="utf-8")
    return folder


def text_of(folder: Path, request: dict[str, Any], engine: str = "transformers", **variables: Any) -> str:
    model = promptlint.load_model(folder, profile=engine)
    try:
        return model.prompt(request, **variables).text
    finally:
        model.close()


@pytest.mark.parametrize(
    ("engine", "tools", "expected"),
    [
        ("transformers", None, "plain"),
        ("transformers", [TOOL], "with tools"),
        ("transformers", [], "with tools"),
        ("llama.cpp", [], "plain"),
    ],
)
def test_the_template_for_tools_is_taken_where_there_are_some(
    engine: str, tools: Any, expected: str, tmp_path: Path
) -> None:
    folder = with_templates(tmp_path / "model", default="plain{{ messages | length }}", tool_use="with tools")
    given = {} if tools is None else {"tools": tools}
    assert text_of(folder, body(USER, **given), engine).rstrip("1") == expected


def test_a_model_with_templates_of_other_names_only(tmp_path: Path) -> None:
    folder = with_templates(tmp_path / "model", rag="rag", tool_use="with tools")
    with pytest.raises(ModelError, match="has no default chat template, only rag, tool_use") as caught:
        text_of(folder, body(USER))
    assert caught.value.hint == "use --template FILE"


def test_a_model_without_a_template(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="has no chat template") as caught:
        text_of(write_model(tmp_path / "model", None), body(USER))
    assert caught.value.hint is not None
    assert caught.value.hint.endswith("give one: --template FILE")


def test_a_message_is_not_continued_in_front_of_a_generation_prompt(tiny_model: Path) -> None:
    with pytest.raises(TemplateError, match="are not compatible") as caught:
        text_of(tiny_model, body(USER, continue_final_message=True, add_generation_prompt=True))
    assert caught.value.kind == "ValueError"


FLAT_ONLY = "{%- for tool in tools -%}{{ raise_exception('flat') if tool.function }}{{ tool.name }}{%- endfor -%}"


def test_sglang_gives_flat_tools_where_the_template_refuses_the_others(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "model", FLAT_ONLY)
    assert text_of(folder, body(USER, tools=[TOOL]), "sglang") == "look"
    with pytest.raises(TemplateError, match="flat"):
        text_of(folder, body(USER, tools=[TOOL]), "vllm")


def test_tools_among_the_keywords_stand_for_those_of_the_request(tiny_model: Path) -> None:
    other = {**TOOL, "function": {**TOOL["function"], "name": "listen"}}  # type: ignore[dict-item]  # a dict of dicts
    text = text_of(tiny_model, body(USER, tools=[TOOL]), tools=[other])
    assert "listen" in text
    assert "look" not in text
    assert text_of(tiny_model, body(USER, tools=[TOOL]), tools=None) == text_of(tiny_model, body(USER))


def test_a_template_of_any_length_is_not_read(
    tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "TEMPLATE_LIMIT", 8)
    path = tmp_path / "long.jinja"
    path.write_text("é" * 9, encoding="utf-8")
    with pytest.raises(ModelError, match="the template is longer than 8 characters") as caught:
        promptlint.load_model(tiny_model, template=path)
    assert caught.value.where == str(path)
