"""What holds for every template, whoever wrote it."""

from __future__ import annotations

from datetime import datetime

import pytest
from jinja2.exceptions import SecurityError

from promptlint.render.environment import Flavour, render

NOW = datetime(2026, 1, 15)


@pytest.mark.parametrize("source", ["{{ range(1000) | list | random }}", "{{ lipsum(n=2) }}"])
def test_chance_is_the_same_each_time(source: str) -> None:
    assert render(source, {}, now=NOW) == render(source, {}, now=NOW)


def test_globals_are_printed_as_they_are_elsewhere() -> None:
    text = render("{{ dict }} {{ namespace }} {{ namespace(a=1) }}", {}, now=NOW)
    assert text == "<class 'dict'> <class 'jinja2.utils.Namespace'> <Namespace {'a': 1}>"


def test_dict_makes_a_mapping_of_keys_too() -> None:
    assert render("{{ dict.fromkeys(['a', 'b'], 1) | tojson }}", {}, now=NOW) == '{"a": 1, "b": 1}'


@pytest.mark.parametrize("source", ["{% set x = namespace(_a=1) %}", "{% set x = namespace() %}{% set x._a = 1 %}"])
def test_a_namespace_takes_no_underscored_name(source: str) -> None:
    with pytest.raises(SecurityError, match="cannot store underscore-prefixed attributes on a namespace, but got '_a'"):
        render(source, {}, now=NOW)


@pytest.mark.parametrize("flavour", ["transformers", "llama.cpp"])
@pytest.mark.parametrize(
    "path",
    [
        "''.__class__.__mro__",
        "strftime_now.__globals__",
        "strftime_now['__closure__']",
        "raise_exception.__globals__",
        "namespace.__init__.__globals__",
        "namespace()._Namespace__attrs",
        "messages.pop.__self__.__class__",
        "'x'.upper.func.__globals__",
        "[1].append.func.__globals__",
        "self._TemplateReference__context.environment",
        "range.__class__",
    ],
)
def test_nothing_leads_to_python(path: str, flavour: Flavour) -> None:
    try:
        text = render("{{ " + path + " }}", {"messages": [{}]}, now=NOW, flavour=flavour)
    except Exception:  # refused in whatever words
        return
    assert text == ""
