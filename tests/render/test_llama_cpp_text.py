from __future__ import annotations

from typing import Any

import jinja2
import pytest

from promptlint.render.llama_cpp_text import as_text, printed, to_json, type_name


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (60.0, "60"),
        (0.1, "0.1"),
        (1e20, "1e+20"),
        (1234567.0, "1.23457e+06"),
        (7, "7"),
        (True, "true"),
        (None, "null"),
        (jinja2.Undefined(), "null"),
        ('é"\\\n\t\x01\x7f', '"é\\"\\\\\\n\\t\\u0001\x7f"'),
        ([], "[]"),
        ({}, "{}"),
        ({"b": [1, 2.0], "a": ("x",)}, '{"b": [1, 2], "a": ["x"]}'),
    ],
)
def test_json_is_written_as_the_engine_writes_it(value: Any, text: str) -> None:
    assert to_json(value) == text


def test_json_can_be_indented() -> None:
    assert to_json({"a": [1, {}]}, 2, (",", ": ")) == '{\n  "a": [\n    1,\n    {}\n  ]\n}'


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (60.0, "60.0"),
        (0.25, "0.25"),
        (1e-9, "0.0"),
        (True, "True"),
        (None, "None"),
        (["a", "it's", 1.5, None], "['a', \"it's\", 1.5, None]"),
        ((1,), "(1,)"),
        ({"k": {"n": "v\n"}}, "{'k': {'n': 'v\n'}}"),
        ([jinja2.Undefined()], "[Undefined]"),
    ],
)
def test_text_of_values(value: Any, text: str) -> None:
    assert as_text(value) == text


def test_undefined_and_functions_have_no_text() -> None:
    for value in (jinja2.Undefined(), len):
        with pytest.raises(jinja2.TemplateRuntimeError, match="is not a string value"):
            as_text(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [("a", "a"), (2.0, "2.0"), (False, "False"), (None, ""), ({"a": 1}, ""), (["a", ["b", None], 1], "ab1"), (len, "")],
)
def test_printing_leaves_out_what_has_no_plain_text(value: Any, text: str) -> None:
    assert printed(value) == text


def test_types_have_the_engines_names() -> None:
    values = ["", True, 1, 1.0, {}, (), [], None, jinja2.Undefined(), len]
    names = ["String", "Boolean", "Integer", "Float", "Object", "Tuple", "Array", "None", "Undefined", "Function"]
    assert [type_name(value) for value in values] == names
