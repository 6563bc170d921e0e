from __future__ import annotations

from datetime import datetime

import pytest

from promptlint.render.environment import render

NOW = datetime(2026, 11, 21)


def llama_cpp(source: str, **variables: object) -> str:
    return render(source, variables, now=NOW, flavour="llama.cpp")


def test_a_round_of_a_loop_finds_what_an_earlier_one_set() -> None:
    source = "{% for n in [1, 2, 3] %}{{ x }}{% if n == 1 %}{% set x = 'set' %}{% endif %},{% endfor %}"
    assert llama_cpp(source) == ",set,set,"
    assert render(source, {}, now=NOW) == ",,,"


def test_a_loop_keeps_its_variables_to_itself() -> None:
    source = "{% set x = 0 %}{% for n in [1, 2] %}{% set x = x + n %}{{ x }},{% endfor %}{{ x }}"
    assert llama_cpp(source) == "1,3,0"


def test_an_inner_loop_begins_with_the_outer_variables_each_time() -> None:
    inner = "{% for m in [1, 2] %}{% set x = x + m %}{{ x }} {% endfor %}"
    assert llama_cpp("{% set x = 0 %}{% for n in [1, 2] %}" + inner + "{% endfor %}") == "1 3 1 3 "


def test_block_and_tuple_assignments_are_remembered() -> None:
    source = "{% for n in [1, 2] %}{{ a }}{{ b }}{% if n == 1 %}{% set a, b = 3, 4 %}{% else %}{% endif %}{% endfor %}"
    assert llama_cpp(source) == "34"
    source = "{% for n in [1, 2] %}{{ a }}{% if n == 1 %}{% set a %}x{{ n }}{% endset %}{% endif %}{% endfor %}"
    assert llama_cpp(source) == "x1"


def test_branches_remember_too() -> None:
    source = "{% for n in [1, 2, 3] %}{{ a }}{% if n > 5 %}{% elif n == 1 %}{% set a = 7 %}{% endif %}{% endfor %}"
    assert llama_cpp(source) == "77"


def test_loop_variables_that_a_round_sets_anew_are_fresh() -> None:
    assert llama_cpp("{% for n in [1, 2] %}{% set n = n * 10 %}{{ n }} {% endfor %}") == "10 20 "


def test_loop_controls_and_filters_work_beside_the_memory() -> None:
    source = (
        "{% for n in range(9) if n is odd %}{% set x = n %}{% if n > 5 %}{% break %}{% endif %}{{ loop.index }}{{ x }} "
    )
    assert llama_cpp(source + "{% else %}none{% endfor %}") == "11 23 35 "


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ 'a' ~ none ~ 1 ~ 2.0 }}", "a12.0"),
        ("{{ 'äb'[2:] }}", "b"),
        ("{{ [1, 2, 3][::-1] }}", "321"),
        ("{% for k, v in {'a': 1}|dictsort %}{{ k }}{{ v }}{% endfor %}", "a1"),
        ("{% for k in {'a': 1} %}{{ k }}{% endfor %}", "a"),
        ("{% for a, b in [[1, 2]] %}{{ a + b }}{% endfor %}", "3"),
    ],
)
def test_rewritten_expressions(source: str, text: str) -> None:
    assert llama_cpp(source) == text
