"""The cache rules on exact models, and with engines that were named."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import promptlint
from promptlint.comparison.pair import compare, compare_structure
from promptlint.dialect import chat
from promptlint.lint import catalogue, rule_file
from promptlint.lint.context import PairContext, RequestContext
from promptlint.lint.option import effective
from promptlint.lint.runner import Active, run
from promptlint.lint.testing import run_cases
from promptlint.local_model import DEFAULT_NOW, Model
from promptlint.model import Finding, JsonObject, Turn
from promptlint.model_choice import open_model
from promptlint.options import LintOptions, Options, RuleOptions
from promptlint.selection import request_of_body

RULES = Path(__file__).resolve().parents[2] / "rules" / "cache"
PARAMS, MISSING = "prompt-params-changed", "cache-control-missing"
EFFORT = """\
{%- if reasoning_effort is defined %}Reasoning: {{ reasoning_effort }}
{% endif %}{%- for m in messages %}<{{ m.role }}>{{ m.content }}
{% endfor %}"""
UNPRINTED = "this template does not print it: no token is lost"


def rule(name: str, **options: Any) -> Active:
    found = catalogue.with_check(rule_file.read(RULES / f"{name}.yaml", "bundled"))
    return Active(found, effective(found, RuleOptions(options, {})))


@contextmanager
def opened(reference: str, engine: str | None = None) -> Iterator[Model]:
    model = open_model(reference, Options(engine=engine))
    try:
        yield model
    finally:
        model.close()


def context(body: JsonObject, model: Model, number: int = 0) -> RequestContext:
    request = request_of_body(body)
    return RequestContext(Turn(request, chat(request)), number, model)


def found_in_pair(before: JsonObject, after: JsonObject, model: Model, *active: Active) -> list[Finding]:
    left, right = context(before, model), context(after, model, 1)
    compared = compare(left.turn, right.turn, compare_structure(left.chat, right.chat), model, DEFAULT_NOW)
    return run([], [left, right], [PairContext(left, right, compared, 0)], active, LintOptions())


def body(**parameters: Any) -> JsonObject:
    return {"model": "tiny", **parameters, "messages": [{"role": "user", "content": "How many?"}]}


def test_the_cases_of_the_rule_files() -> None:
    rules = [catalogue.with_check(rule_file.read(path, "bundled")) for path in sorted(RULES.glob("*.yaml"))]
    assert run_cases(rules).problems == ()


def test_a_parameter_that_the_template_prints(model_folder: Callable[..., Path]) -> None:
    before, after = body(reasoning_effort="low", tool_choice="none"), body(reasoning_effort="high")
    with opened(str(model_folder(EFFORT)), "vllm") as model:
        effort, choice = found_in_pair(before, after, model, rule(PARAMS))
        silent = found_in_pair(before, before | {"temperature": 1, "top_p": 0.5}, model, rule(PARAMS))
        both = found_in_pair(before, after, model, rule(PARAMS), rule("prefix-too-short"))
    assert (effort.severity, effort.place.pointer) == ("error", "/reasoning_effort")
    assert effort.message == 'parameter reasoning_effort changed from "low" to "high"'
    assert effort.lost_tokens is not None
    assert effort.lost_tokens > 5
    assert (choice.severity, choice.place.pointer, choice.lost_tokens) == ("info", "", 0)
    assert choice.message == f'parameter tool_choice changed from "none" to nothing; {UNPRINTED}'
    assert silent == []
    assert [one.code for one in both] == ["KV602", "KV602"]  # the general rule leaves the place to it


def test_keys_in_another_order_count_where_they_are_printed(model_folder: Callable[..., Path]) -> None:
    template = "{{ chat_template_kwargs_shown | default({}) | tojson }}" + EFFORT
    before = body(chat_template_kwargs={"chat_template_kwargs_shown": {"a": 1, "b": 2}})
    after = body(chat_template_kwargs={"chat_template_kwargs_shown": {"b": 2, "a": 1}})
    with opened(str(model_folder(template)), "vllm") as model:
        (found,) = found_in_pair(before, after, model, rule(PARAMS))
    assert (found.severity, found.place.pointer) == ("error", "/chat_template_kwargs")
    with opened(str(model_folder(EFFORT)), "vllm") as model:
        assert found_in_pair(before, after, model, rule(PARAMS)) == []


@pytest.mark.parametrize(
    ("engine", "model_name", "severity"),
    [
        ("openai", "example", "error"),
        ("azure", "example", "error"),
        ("moonshot", "gpt-5.2", "info"),
        ("llama.cpp", "gpt-5.2", "info"),
        (None, "openai/gpt-5.2", "error"),
        (None, "o3", "error"),
        (None, "openai/gpt-oss-120b", "info"),
        (None, "example", "info"),
    ],
)
def test_the_provider_that_is_named(engine: str | None, model_name: str, severity: str) -> None:
    before, after = (body(parallel_tool_calls=value) | {"model": model_name} for value in (False, True))
    with opened("builtin", engine) as model:
        (found,) = found_in_pair(before, after, model, rule(PARAMS))
    assert found.severity == severity


@pytest.mark.parametrize(
    ("model_name", "expected"), [("claude-opus-5", 1), ("claude-opus-4-6", 0), ("example", 0), ("claude-opus-99", 0)]
)
def test_the_minimum_of_the_model(model_name: str, expected: int) -> None:
    words = "Every order has a number, a customer, a day of delivery and a list of items. "
    request = {"model": model_name, "system": words * 50, "messages": [{"role": "user", "content": "Hello."}]}
    with opened("builtin") as model:
        found = run([], [context(request, model)], [], [rule(MISSING)], LintOptions())
    assert len(found) == expected


BLOCK = {"type": "text", "text": "Be short.", "cache_control": {"type": "ephemeral"}}
IMAGE = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}}
MARKED = {"model": "claude-opus-4-1", "system": [BLOCK], "messages": [{"role": "user", "content": "Hello."}]}
SHOT = {"role": "user", "content": [IMAGE, BLOCK]}
RESULT = {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t", "content": [IMAGE]}, BLOCK]}


@pytest.mark.parametrize(
    ("changes", "observed", "expected"),
    [
        ({}, None, ["/system/0"]),
        ({}, 0, ["/system/0"]),
        ({}, 900, []),
        ({"messages": [{"role": "user", "content": [BLOCK]}]}, None, ["/messages/0/content/0"]),
        ({"messages": [SHOT]}, None, []),
        ({"messages": [RESULT]}, None, []),
        ({"system": "Be short."}, None, []),
    ],
    ids=[
        "too short",
        "nothing was cached",
        "the answer knows of cached tokens",
        "the last marker counts",
        "an image in front of it",
        "an image in a result",
        "no marker",
    ],
)
def test_a_marked_prefix_below_the_minimum(changes: dict[str, Any], observed: int | None, expected: list[str]) -> None:
    with opened("builtin") as model:
        one = context(MARKED | changes, model)
        one = RequestContext(replace(one.turn, request=replace(one.request, observed_cached_tokens=observed)), 0, model)
        found = run([], [one], [], [rule("prefix-below-minimum")], LintOptions())
    assert [(finding.place.pointer) for finding in found] == expected


def test_where_markers_are_a_pair_is_not_told_of(model_folder: Callable[..., Path]) -> None:
    words = "Every order has a number, a customer, a day of delivery and a list of items. " * 200
    system = {"type": "text", "text": words, "cache_control": {"type": "ephemeral"}}
    before, after = (
        MARKED | {"system": [system], "messages": [{"role": "user", "content": text}]} for text in ("Hello.", "Go on.")
    )
    with opened("builtin") as model:
        assert found_in_pair(before, after, model, rule("prefix-below-minimum")) == []


@pytest.mark.parametrize(("most", "expected"), [(0, ["KV601"]), (10_000, [])])
def test_a_loss_that_is_allowed(most: int, expected: list[str]) -> None:
    before, after = body(), {**body(), "messages": [{"role": "user", "content": "How many boxes?"}]}
    with opened("builtin") as model:
        short = rule("prefix-too-short", **{"max-lost-tokens": most, "min-kept": 0.0})
        assert [one.code for one in found_in_pair(before, after, model, short)] == expected


@pytest.mark.parametrize(("engine", "expected"), [(None, ["/messages/2/content"]), ("llama.cpp", [])])
def test_markers_out_of_reach_of_a_server_that_looks_at_none(engine: str | None, expected: list[str]) -> None:
    words = "Every order has a number, a customer, a day of delivery and a list of items. " * 400
    marked = {"type": "text", "text": words, "cache_control": {"type": "ephemeral"}}
    answer = {"role": "assistant", "content": [{"type": "text", "text": f"Order {number}."} for number in range(30)]}
    before = {"model": "claude-opus-5", "system": "Be short.", "messages": [{"role": "user", "content": [marked]}]}
    more = [{"role": "user", "content": words}, answer, {"role": "user", "content": "Bye."}]
    after = before | {"cache_control": {"type": "ephemeral"}, "messages": more}
    with opened("builtin", engine) as model:
        found = found_in_pair(before, after, model, rule("cache-control-out-of-reach"))
    assert [one.place.pointer for one in found] == expected


NEEDS_A_SYSTEM = """\
{%- if messages[0].role != 'system' %}{{ raise_exception('no system prompt') }}{% endif %}
{%- for m in messages %}<{{ m.role }}>{{ m.content }}
{% endfor %}"""


def test_a_side_request_that_the_template_refuses_took_nothing(
    tmp_path: Path, model_folder: Callable[..., Path]
) -> None:
    words = "Every order has a number, a customer, a day of delivery and a list of items. " * 5
    ask, task = {"role": "user", "content": "How many?"}, "Write a title for this."
    system, answer = {"role": "system", "content": words}, {"role": "assistant", "content": "Two."}
    folder, path = model_folder(NEEDS_A_SYSTEM), tmp_path / "log.jsonl"

    def told(*aside: JsonObject) -> list[str]:
        talks = [system, ask], [*aside], [system, ask, answer, ask]
        path.write_text("".join(json.dumps({"model": "tiny", "messages": one}) + "\n" for one in talks), "utf-8")
        return [one.code for one in promptlint.check([str(path)], model=folder).findings]

    assert told({"role": "system", "content": task}, ask) == ["KV603"]
    assert told({"role": "user", "content": task}) == []


def test_a_loss_that_another_rule_explains_is_not_told_twice(model_folder: Callable[..., Path]) -> None:
    short = rule("prefix-too-short", **{"max-lost-tokens": 0})
    with opened(str(model_folder(EFFORT)), "vllm") as model:
        pair = body(reasoning_effort="low"), body(reasoning_effort="high")
        assert [one.code for one in found_in_pair(*pair, model, short)] == ["KV601"]
        assert [one.code for one in found_in_pair(*pair, model, short, rule(PARAMS))] == ["KV602"]


def test_what_is_long_enough_by_far_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object) -> int:
        raise AssertionError

    monkeypatch.setattr(RequestContext, "count_tokens", refuse)
    with opened("builtin") as model:
        one = context(MARKED | {"system": [{**BLOCK, "text": "Every order has a number. " * 8000}]}, model)
        assert run([], [one], [], [rule("prefix-below-minimum")], LintOptions()) == []
