from typing import Any

import pytest

from promptlint.errors import TemplateError
from promptlint.render.template_facts import TemplateFacts
from tests.render.profile.engines import ENGINES, USER, context

READS = TemplateFacts(variables=("date_string", "documents", "reasoning_effort", "bos_token"))


def variables_of_each(**parameters: Any) -> dict[str, dict[str, Any]]:
    return {engine: context(engine, USER, facts=READS, **parameters).variables for engine in ENGINES}


def test_a_generation_prompt_is_asked_for_unless_the_request_says_no() -> None:
    assert all(variables["add_generation_prompt"] for variables in variables_of_each().values())
    seen = variables_of_each(add_generation_prompt=False)
    assert [seen[engine]["add_generation_prompt"] for engine in ENGINES] == [False, False, True]


def test_row_13_no_engine_here_sets_the_date() -> None:
    assert all("date_string" not in variables for variables in variables_of_each().values())
    dated = variables_of_each(chat_template_kwargs={"date_string": "1 May 2026"})
    assert {variables["date_string"] for variables in dated.values()} == {"1 May 2026"}


def test_arguments_that_the_template_does_not_read_go_on_vllm() -> None:
    seen = variables_of_each(chat_template_kwargs={"other": 1})
    assert {engine for engine in ENGINES if "other" in seen[engine]} == {"transformers", "sglang"}


def test_arguments_of_unreadable_templates_stay() -> None:
    used = context("vllm", USER, facts=TemplateFacts(readable=False), chat_template_kwargs={"other": 1})
    assert used.variables["other"] == 1


@pytest.mark.parametrize(
    ("field", "argument", "vllm", "sglang"),
    [("low", "high", "low", "high"), (None, "high", "high", "high"), ("low", None, "low", None)],
)
def test_effort_as_field_and_as_argument(field: Any, argument: Any, vllm: Any, sglang: Any) -> None:
    seen = variables_of_each(reasoning_effort=field, chat_template_kwargs={"reasoning_effort": argument})
    assert (seen["vllm"]["reasoning_effort"], seen["sglang"]["reasoning_effort"]) == (vllm, sglang)


def test_fields_of_vllm_win_over_its_arguments_and_unset_ones_vanish() -> None:
    arguments = {"add_generation_prompt": False, "continue_final_message": True, "bos_token": "auto"}
    used = context("vllm", USER, facts=READS, chat_template_kwargs=arguments)
    assert used.variables == {"add_generation_prompt": True, "continue_final_message": False}


def test_documents_reach_templates_but_not_on_sglang() -> None:
    seen = variables_of_each(documents=[{"title": "t"}])
    assert {engine for engine in ENGINES if "documents" in seen[engine]} == {"transformers", "vllm"}
    assert "documents" in context("sglang", USER, documents=[{"title": "t"}]).limits[0]
    with pytest.raises(TemplateError, match="list of dicts"):
        context("vllm", USER, documents=["t"])


def test_names_that_no_template_sees_are_left_out_and_named() -> None:
    for engine in ENGINES:
        used = context(engine, USER, chat_template_kwargs={"messages": [], "tokenize": True})
        assert not {"messages", "tokenize"} & used.variables.keys()
        assert used.limits == ("chat_template_kwargs messages, tokenize left out: no template sees them",)


def test_tools_among_the_arguments_replace_the_request_s_on_vllm() -> None:
    used = context("vllm", USER, tools=[{"function": {"name": "f"}}], chat_template_kwargs={"tools": [{"a": 1}]})
    assert used.tools == [{"a": 1}]


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"chat_template": "{{ 1 }}"}, "vLLM refuses a request's own chat_template"),
        ({"truncate_prompt_tokens": 5}, "truncate_prompt_tokens"),
        ({"chat_template_kwargs": "no object"}, None),
    ],
)
def test_what_cannot_be_shown_is_named(parameters: dict[str, Any], said: str | None) -> None:
    limits = context("vllm", USER, **parameters).limits
    assert limits == () if said is None else said in limits[0]
