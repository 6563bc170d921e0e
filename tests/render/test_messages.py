from typing import Any

import pytest

from promptlint.errors import TemplateError
from promptlint.render.messages import check_documents, check_tools, prepare_messages


def test_null_keys_go_and_inner_ones_stay() -> None:
    assert prepare_messages([{"role": "user", "content": None, "x": {"y": None}}]) == [
        {"role": "user", "x": {"y": None}}
    ]


@pytest.mark.parametrize(
    ("sent", "keys"),
    [
        ({"reasoning_content": "r"}, {"reasoning_content": "r", "thinking": "r"}),
        ({"reasoning": "r"}, {"reasoning": "r", "reasoning_content": "r", "thinking": "r"}),
        ({"thinking": "t", "reasoning": "r"}, {"thinking": "t", "reasoning": "r", "reasoning_content": "t"}),
        ({"reasoning_content": None, "reasoning": ""}, {"reasoning": "", "reasoning_content": "", "thinking": ""}),
        ({}, {}),
    ],
)
def test_reasoning_gets_its_other_names(sent: dict[str, Any], keys: dict[str, Any]) -> None:
    assert prepare_messages([{"role": "assistant", **sent}]) == [{"role": "assistant", **keys}]


def test_an_alias_stands_in_front_of_the_keys_that_were_sent() -> None:
    (message,) = prepare_messages([{"role": "assistant", "reasoning": "r"}])
    assert list(message) == ["thinking", "role", "reasoning", "reasoning_content"]


def test_errors_are_worded_as_by_transformers() -> None:
    with pytest.raises(TemplateError, match="Cannot apply chat template to an empty conversation") as empty:
        prepare_messages([])
    with pytest.raises(TemplateError, match="'str' object has no attribute 'items'") as text:
        prepare_messages(["hi"])
    with pytest.raises(TemplateError, match="JSON schema, or a callable"):
        check_tools([{}, 1])
    with pytest.raises(TemplateError, match="JSON schema, or a callable"):
        check_tools(True)
    with pytest.raises(TemplateError, match="'title' and 'text' keys"):
        check_documents(["d"])
    assert (empty.value.kind, text.value.kind) == ("ValueError", "AttributeError")
