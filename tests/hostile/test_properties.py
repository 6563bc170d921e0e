"""Whatever a config, a rule file or a template says: an answer, or an error of ours, and always an end."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import jinja2
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2.ext import loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment

from promptlint import config, config_file
from promptlint.errors import ConfigError, StoppedError, TemplateError
from promptlint.lint import catalogue
from promptlint.render import environment
from promptlint.sandbox import limits
from promptlint.sandbox.model_process import ModelProcess
from tests.lint.rules import RULE

PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates() | st.binary()
WORDS = """KV1 KV101 all $.messages[*] $..a[?@.b] #system-text (a+)+$ a{999}{999} **/*.json ../x reason rules after
until path files slots error builtin pattern function found name request options not-match type integer default {text!r}
{0.__class__} valid vllm openai"""
WORD = st.sampled_from(WORDS.split())
VALUES = st.recursive(
    PLAIN | WORD,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORD | st.text(max_size=4), inner, max_size=4),
    max_leaves=8,
)
NOW = datetime(2026, 1, 15, 12, 34, 56)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each value inside of a value."""
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*path, key))


def changed(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """The value with another one at the end of a way."""
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = changed(value[path[0]], path[1:], new)
    return copy


def refused_at(call: Callable[[], object]) -> str | None:
    """Where an error of ours says that the fault is; None where there is none."""
    try:
        call()
    except ConfigError as error:
        return error.where or ""
    return None


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from([*config.CHECKS, "x"]), VALUES, max_size=3))
def test_any_config_is_understood_or_refused_with_its_place(values: dict[str, Any]) -> None:
    text = yaml.safe_dump(values, allow_unicode=True)

    def read() -> None:
        found = config.checked(config_file.parse_yaml(Path("promptlint.yaml"), text), online=False)
        assert set(found) == {*values, config.FOLDER}

    assert (refused_at(read) or "promptlint.yaml").startswith("promptlint.yaml")


@settings(deadline=None)
@given(st.lists(st.sampled_from([*"ab:,[]{}&*!|>-?#'\"%@` \n\t01.~", "<<", "!!float ", "\x85", "\ud800", "\0"])))
def test_any_text_is_yaml_or_refused(pieces: list[str]) -> None:
    where = refused_at(lambda: config_file.parse_yaml(Path("promptlint.yaml"), "".join(pieces)))
    assert (where or "promptlint.yaml").startswith("promptlint.yaml")


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(list(places(RULE))), VALUES)
def test_any_rule_file_is_a_rule_or_refused_with_its_place(place: tuple[Any, ...], value: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "no-shipping.yaml")
        path.write_text(yaml.safe_dump(changed(RULE, place, value), allow_unicode=True), encoding="utf-8")
        where = refused_at(lambda: catalogue.folder_rules(folder, allow_code=False))
        assert where is None or where.startswith(folder)


NAMES = """messages tools loop m n dict namespace cycler joiner lipsum range caller raise_exception strftime_now self
f '' [] {} 1 '{0.__class__}' none (1,2)"""
STEPS = """.__class__ .__mro__ .__subclasses__() .__globals__ ['__init__'] .mro .format(m) () [0] |attr('__class__')
|list |map(attribute='__class__')|list |tojson |string |first .items() |join |pprint |random |batch(9)|list *9999
~m .f_code |replace('','xxxx') .gi_frame"""
EXPRESSIONS = st.builds(
    lambda name, steps: name + "".join(steps),
    st.sampled_from(NAMES.split()),
    st.lists(st.sampled_from(STEPS.split()), max_size=5),
)
PIECES = st.recursive(
    st.builds("{{{{ {} }}}}".format, EXPRESSIONS)
    | st.builds("{{% set n = {} %}}".format, EXPRESSIONS)
    | st.just("x\n"),
    lambda inner: (
        st.builds("{{% for m in {} %}}{}{{% endfor %}}".format, EXPRESSIONS, inner)
        | st.builds("{{% for m in range(99999) %}}{}{{% endfor %}}".format, inner)
        | st.builds("{{% if {} %}}{}{{% else %}}{}{{% endif %}}".format, EXPRESSIONS, inner, inner)
        | st.builds("{{% macro f() %}}{}{{{{ f() }}}}{{% endmacro %}}{{{{ f() }}}}".format, inner)
        | st.builds("{}{}".format, inner, inner)
    ),
    max_leaves=6,
)
VARIABLES: dict[str, Any] = {"messages": [{"role": "user", "content": "hi"}], "tools": None, "m": "ab"}
# The names of a template's own globals are no way out.
OUTSIDE = re.compile(
    r"<class '(?!dict'|jinja2\.utils\.(?:Namespace|Cycler|Joiner)')|root:x:|subprocess|<code object|"
    r"builtins\.|__import__"
)


@settings(max_examples=4, deadline=None)
@given(st.lists(PIECES, min_size=25, max_size=25))
def test_any_template_ends_and_stays_inside(templates: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "RENDER_SECONDS", 1.0)
        names = [{"name": f"t{number}", "template": text} for number, text in enumerate(templates)]
        Path(folder, "tokenizer.json").write_text("{}", encoding="utf-8")
        Path(folder, "tokenizer_config.json").write_text(json.dumps({"chat_template": names}), encoding="utf-8")
        process = ModelProcess("folder", folder, None)
        for number in range(len(templates)):
            try:
                text = process.render(f"t{number}", VARIABLES, NOW, "transformers")
            except (TemplateError, StoppedError) as error:
                text = str(error)
            assert not OUTSIDE.search(text), templates[number]
        process.close()


def reference(source: str, variables: dict[str, Any]) -> str:
    """What transformers documents: Jinja's immutable sandbox with these options, and a plain `tojson`."""
    plain = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols])
    plain.filters["tojson"] = lambda value, **more: json.dumps(value, ensure_ascii=False, **more)
    return plain.from_string(source).render(variables)


CHATS = st.lists(
    st.fixed_dictionaries(
        {"role": st.sampled_from(["system", "user", "assistant"]), "content": st.text(max_size=20)},
        optional={"tool_calls": st.lists(st.dictionaries(st.text(max_size=3), st.text(max_size=3)), max_size=2)},
    ),
    max_size=4,
)
SOURCES = {
    "white space": """{% for m in messages %}
  {% if m.role == 'user' %}
{{ m.content | trim }}
  {% endif %}
{% endfor %}
""",
    "json": "{%- for m in messages -%} {{ m | tojson }} {{- m | tojson(indent=2) }}{% endfor %}{{ tools }}",
    "namespace": """{% set ns = namespace(n=0) %}{% for m in messages %}{% set ns.n = ns.n + loop.index %}
{% if loop.index > 2 %}{% break %}{% endif %}{{ m['content'][::-1] }}|{% endfor %}{{ ns.n }}{{ nothing }}""",
    "macro": """{% macro say(m) %}<{{ m.role }}>{{ m.content }}{{ caller() }}{% endmacro %}
{% for m in messages %}{% call say(m) %}!{% endcall %}{% endfor %}{{ messages[-1].content.upper() }}""",
    "filters": """{% for role, some in messages | groupby('role') -%}
{{ role }}{{ some | map(attribute='content') | join(',') }}{% endfor %}""",
}


@pytest.mark.parametrize("name", SOURCES)
@settings(deadline=None)
@given(messages=CHATS)
def test_prompts_are_those_of_jinja_as_it_is_documented(name: str, messages: list[dict[str, Any]]) -> None:
    source = SOURCES[name]
    variables = {"messages": messages, "tools": None}
    try:
        expected = reference(source, variables)
    except jinja2.exceptions.UndefinedError as error:
        with pytest.raises(type(error), match=re.escape(str(error))):
            environment.render(source, variables, now=NOW)
    else:
        assert environment.render(source, variables, now=NOW) == expected
