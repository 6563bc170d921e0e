from __future__ import annotations

from datetime import datetime
from typing import Any

import jinja2
import pytest

from promptlint.render.environment import environment, render
from promptlint.render.llama_cpp_flavour import LoopMemory

NOW = datetime(2026, 11, 21, 9, 30)


def llama_cpp(source: str, **variables: Any) -> str:
    return render(source, variables, now=NOW, flavour="llama.cpp")


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ x.y.z }}{{ none.x.y }}{{ 'a'['b'] }}", ""),
        ("{{ [1, 2][none] }}{{ [1, 2][true] }}{{ 'ab'[none] }}{{ [1][none] is defined }}", "False"),
        ("{{ {'a': 1} }}|{{ none }}|{{ [1, 'b'] }}", "||1b"),
        ("{{ 60.0 }} {{ 60.0|tojson }} {{ 60.0|string }}", "60.0 60 60"),
        ("{{ {'items': 5}['items'] }} {{ {'items': 5}.items() }}", "5 items5"),
        ("{{ {'update': 5}.update }}", "5"),
        ("{{ 'abc'[1] }}{{ 'abc'[-1] }}{{ [1, 2][-1] }}", "b2"),
        ("{{ (1, 2)[5] is defined }}", "False"),
        ("{% set ns = namespace(n=1) %}{% set ns.n = ns.n + 1 %}{{ ns.n }}", "2"),
        ("{% macro m(a, b=2) %}{{ a }}{{ b }}{{ caller() }}{% endmacro %}{% call m(1) %}c{% endcall %}", "12c"),
        ("{% generation %}x{% endgeneration %}", "x"),
        ("{{ tojson({'a': 1}) }}", '{"a": 1}'),
        ("{{ strftime_now('%Y') }}", "2026"),
        ("{{ x is undefined }}{{ cycler is defined }}", "TrueFalse"),
        ("{% filter upper %}ä{{ 'b' }}{% endfilter %}", "äB"),
    ],
)
def test_expressions(source: str, text: str) -> None:
    assert llama_cpp(source) == text


def test_row_13_the_day_is_always_told() -> None:
    assert llama_cpp("{{ date_string }}|{{ datetime }}|{{ date_string is defined }}") == "21 Nov 2026|Nov 21 2026|True"
    assert llama_cpp("{{ date_string }}", date_string="once") == "once"
    assert render("{{ date_string is defined }}", {}, now=NOW) == "False"


def test_row_16_whole_floats_lose_their_point_in_json() -> None:
    schema = {"minimum": 1.0, "maximum": 2.5}
    assert llama_cpp("{{ s|tojson }}", s=schema) == '{"minimum": 1, "maximum": 2.5}'


def test_appending_changes_no_list_of_the_caller() -> None:
    messages = [{"role": "user", "parts": [1]}]
    source = "{% set _ = messages.append(2) %}{% set _ = messages[0].parts.append(3) %}{{ messages|length }}"
    assert llama_cpp(source, messages=messages) == "2"
    assert llama_cpp(source, messages=messages) == "2"
    assert messages == [{"role": "user", "parts": [1]}]


def test_literal_lists_do_not_outlive_a_rendering() -> None:
    source = "{% set a = [] %}{% set _ = a.append(1) %}{{ a|length }}"
    assert [llama_cpp(source) for _ in range(2)] == ["1", "1"]


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ []['__class__'] }}",
        "{{ messages.append.func }}",
        "{{ messages.append['func'] }}",
        "{{ range.__globals__ }}",
        "{{ raise_exception.__globals__ }}",
        "{{ ''|attr('__class__') }}",
        "{{ namespace.__init__ }}",
        "{{ 'x'.format.__globals__ }}",
        "{{ (messages|_memory).update({}) }}",
    ],
)
def test_nothing_of_python_can_be_reached(source: str) -> None:
    try:
        text = llama_cpp(source, messages=[])
    except jinja2.TemplateError:
        return
    assert text == ""


def test_internal_filters_leave_the_values_of_a_template_alone() -> None:
    assert llama_cpp("{{ {}|_remembered('a', 1) }}{{ {'a': 1}|_recalled('a', 2) }}{{ 1|_seen }}") == "21"
    assert isinstance(environment("llama.cpp")[0].filters["_memory"](None), LoopMemory)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{{ 1 + none }}", "Cannot perform operation"),
        ("{{ 'a'|first }}", "Unknown \\(built-in\\) filter 'first' for type String"),
        ("{{ {'a': {'b': 1}}[{}] }}", "not allowed as object key"),
        ("{{ x() }}", "is undefined"),
        ("{{ [1]|groupby('a') }}", "Unknown \\(built-in\\) filter 'groupby'"),
        ("{{ raise_exception('no') }}", "no"),
    ],
)
def test_errors(source: str, message: str) -> None:
    with pytest.raises(jinja2.TemplateError, match=message):
        llama_cpp(source)


def test_checks_that_the_server_takes_out_are_taken_out() -> None:
    check = (
        '{%- if "<|channel|>analysis<|message|>" in message.content or '
        '"<|channel|>final<|message|>" in message.content %}'
    )
    message = {"content": "<|channel|>final<|message|>"}
    assert llama_cpp(check + "refused{%- endif %}taken", message=message) == "taken"


def test_the_other_flavour_stays_as_it_was() -> None:
    environment("llama.cpp")
    assert render("{{ {'a': 1} }}{{ 1.0|tojson }}{{ dict(a=1).a }}", {}, now=NOW) == "{'a': 1}1.01"
