from __future__ import annotations

import dataclasses

import pytest

from promptlint.render.capabilities import Capabilities, capabilities

CHAT = "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}"
CALLS = (
    "{{ tools|tojson }}{% for m in messages %}{{ m.role }}: {{ m.content }}"
    "{% for c in m.tool_calls or [] %}{{ c.function.name }}{{ ARGUMENTS }}{% endfor %}\n{% endfor %}"
)


def changed(source: str) -> dict[str, bool]:
    """The capabilities that are not the engine's defaults."""
    found, usual = dataclasses.asdict(capabilities(source)), dataclasses.asdict(Capabilities())
    return {name.removeprefix("supports_"): value for name, value in found.items() if value != usual[name]}


def test_a_plain_template_knows_no_tools() -> None:
    assert changed(CHAT) == {"tools": False, "tool_calls": False, "parallel_tool_calls": False}


def test_arguments_are_objects_where_a_template_looks_into_them() -> None:
    into = CALLS.replace("ARGUMENTS", "c.function.arguments|tojson")
    assert changed(into) == {"object_arguments": True}
    printed = CALLS.replace("ARGUMENTS", "c.function.arguments")
    assert changed(printed) == {}


def test_one_call_at_a_time() -> None:
    source = CALLS.replace("ARGUMENTS", "c.function.arguments").replace(
        "m.tool_calls or []", "(m.tool_calls or [])[:1]"
    )
    assert changed(source) == {"parallel_tool_calls": False}


def test_a_template_that_refuses_calls() -> None:
    source = CHAT + "{% for m in messages if m.tool_calls %}{{ raise_exception('no') }}{% endfor %}"
    assert changed(source) == {"tools": False, "tool_calls": False, "parallel_tool_calls": False}


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("{{ m.content if m.content is string else m.content[0].text }}", {"typed_content": True}),
        ("{{ m.content[0].text }}", {"typed_content": True, "string_content": False}),
        ("{% for p in m.content %}{{ p.text }}{% endfor %}", {"typed_content": True, "string_content": False}),
        ("{% if m.content is string %}{{ m.content }}{% else %}{{ raise_exception('no') }}{% endif %}", {}),
    ],
)  # fmt: skip  # laid out by hand, to be read as a table
def test_content_as_text_and_as_parts(content: str, found: dict[str, bool]) -> None:
    rest = {"tools": False, "tool_calls": False, "parallel_tool_calls": False}
    source = "{% for m in messages if m.role == 'user' or m.content %}" + content + "{% endfor %}"
    assert changed(source) == rest | found


def test_no_system_role() -> None:
    source = "{% for m in messages %}{% if m.role == 'user' %}{{ m.content }}{% endif %}{% endfor %}"
    assert changed(source)["system_role"] is False


def test_reasoning_kept_in_the_whole_history() -> None:
    kept = CHAT.replace("m.content", "(m.reasoning_content if preserve_thinking else '') ~ m.content")
    assert changed(kept)["preserve_reasoning"] is True
    last_only = "{% set t = messages[-2].reasoning_content if messages|length > 1 %}{{ t }}" + CHAT
    assert "preserve_reasoning" not in changed(last_only)


@pytest.mark.parametrize("name", ["reasoning_effort", "reasoning_strength"])
def test_effort_under_both_names(name: str) -> None:
    assert changed(CHAT + "{{ " + name + " }}")["reasoning_effort"] is True


@pytest.mark.parametrize(
    "source",
    [
        "{% for",
        "{{ x|nosuchfilter }}",
        "{{ messages.pop() }}{{ messages.pop() }}",
        "{% for m in messages %}{% set _ = m.tool_calls.pop() %}{% endfor %}" + CHAT,
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% for i in range(90000) %}{{ 'x' * 1000 }}{% endfor %}",
        "{{ raise_exception() }}",
        "",
    ],
)
def test_any_template_has_capabilities(source: str) -> None:
    assert isinstance(capabilities(source), Capabilities)
