"""The layout rules on exact models: what their own templates do with the same JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import promptlint
from promptlint.comparison.pair import compare, compare_structure
from promptlint.dialect import chat
from promptlint.lint import catalogue, rule_file
from promptlint.lint.context import PairContext, RequestContext
from promptlint.lint.experiments import Fate, fate, tokens_of_tools_behind
from promptlint.lint.option import effective
from promptlint.lint.runner import Active, run
from promptlint.lint.testing import run_cases
from promptlint.local_model import DEFAULT_NOW, Model
from promptlint.model import Finding, JsonObject, Turn
from promptlint.model_choice import open_model
from promptlint.options import LintOptions, Options, RuleOptions
from promptlint.selection import request_of_body

RULES = Path(__file__).resolve().parents[2] / "rules" / "layout"
MESSAGES = "{%- for m in messages %}<{{ m.role }}>{{ m.content }}\n{% endfor %}"
SYSTEM_FIRST = """\
{%- if messages[0].role == 'system' %}<system>{{ messages[0].content }}
{% endif %}{% if tools %}# Tools
{% for tool in tools %}{{ tool | tojson }}
{% endfor %}{% endif %}
{%- for m in messages[1:] %}<{{ m.role }}>{{ m.content }}
{% endfor %}"""
TOOLS_FIRST = "{% for tool in tools or [] %}{{ tool | tojson }}\n{% endfor %}" + MESSAGES
NO_SYSTEM = TOOLS_FIRST.replace("in messages", "in messages if m.role != 'system'")
HOISTS = """\
{%- for m in messages if m.role == 'system' %}<system>{{ m.content }}
{% endfor %}{%- for m in messages if m.role != 'system' %}<{{ m.role }}>{{ m.content }}
{% endfor %}"""
DROPS = """\
{%- for m in messages %}{% if m.role != 'system' or loop.first %}<{{ m.role }}>{{ m.content }}
{% endif %}{% endfor %}"""
RAISES = """\
{%- for m in messages %}
{%- if m.role == 'system' and not loop.first %}{{ raise_exception('System must be first.') }}{% endif %}
{%- if m.role == 'user' and loop.previtem is defined and loop.previtem.role == 'user' %}
{{- raise_exception('Alternate.') }}{% endif %}
{{- '<' + m.role + '>' + m.content }}
{% endfor %}"""
TOOL = {
    "type": "function",
    "function": {
        "name": "count_boxes",
        "description": "Counts the boxes of a bay, row by row, and never guesses.",
        "parameters": {"type": "object", "properties": {"bay": {"type": "integer"}}},
    },
}
RULE_TEXT = "# Rules\n\nCount boxes by rows. Never guess a number that you have not counted yourself. Write it down."


def rule(name: str, **options: Any) -> Active:
    found = catalogue.with_check(rule_file.read(RULES / f"{name}.yaml", "bundled"))
    return Active(found, effective(found, RuleOptions(options, {})))


def context(body: JsonObject, model: Model, number: int = 0) -> RequestContext:
    request = request_of_body(body)
    return RequestContext(Turn(request, chat(request)), number, model)


def found_in_pair(before: JsonObject, after: JsonObject, model: Model, *active: Active) -> list[Finding]:
    left, right = context(before, model), context(after, model, 1)
    left.paired = right.paired = True
    compared = compare(left.turn, right.turn, compare_structure(left.chat, right.chat), model, DEFAULT_NOW)
    return run([], [left, right], [PairContext(left, right, compared, 0)], active, LintOptions())


def found_alone(body: JsonObject, model: Model, *active: Active) -> list[Finding]:
    return run([], [context(body, model)], [], active, LintOptions())


@contextmanager
def opened(folder: Path) -> Iterator[Model]:
    model = open_model(str(folder), Options(engine="transformers"))
    try:
        yield model
    finally:
        model.close()


def body(system: str, *rest: JsonObject, tools: bool = False) -> JsonObject:
    messages = [{"role": "system", "content": system}, *(rest or ({"role": "user", "content": "Hello."},))]
    return {"model": "tiny", "messages": messages, **({"tools": [TOOL]} if tools else {})}


def between(role: str = "system") -> JsonObject:
    return body(
        "You count.",
        {"role": "user", "content": "How many?"},
        {"role": role, "content": "Answer in sentences."},
        {"role": "user", "content": "And now?"},
    )


def test_the_cases_of_the_rule_files() -> None:
    rules = [
        catalogue.with_check(rule_file.read(path, "bundled"))
        for path in sorted(RULES.glob("*.yaml"))
        if path.stem
        in ("volatile-before-stable", "system-prompt-changed", "system-role-mid-messages", "multiple-system-messages")
    ]
    outcomes = run_cases(rules)
    assert outcomes.problems == ()
    assert len(rules) == 4


@pytest.mark.parametrize(
    ("template", "severity", "note"),
    [
        (MESSAGES, "warning", "this template prints it where it stands"),
        (HOISTS, "error", "hoisted: the template prints it at character "),
        (DROPS, "error", "dropped: the template does not print its text"),
        (RAISES, "error", 'the template raises: "System must be first."'),
    ],
)
def test_a_system_message_between_the_turns(
    template: str, severity: str, note: str, model_folder: Callable[..., Path]
) -> None:
    with opened(model_folder(template)) as model:
        (found,) = found_alone(between(), model, rule("system-role-mid-messages"))
    assert (found.severity, found.place.pointer) == (severity, "/messages/2")
    assert f'in the middle of the messages: "Answer in sentences."; {note}' in found.message


def test_a_tail_that_the_template_moves_to_the_front_is_an_error(model_folder: Callable[..., Path]) -> None:
    tail = body("You count.", {"role": "user", "content": "How many?"}, {"role": "system", "content": "It is 12:31."})
    with opened(model_folder(HOISTS)) as model:
        (found,) = found_alone(tail, model, rule("system-role-mid-messages"))
        assert (found.severity, "hoisted" in found.message) == ("error", True)
        assert found_alone(tail, model, rule("system-role-mid-messages", allow="tail")) == []


def test_where_the_text_of_a_message_stands(model_folder: Callable[..., Path]) -> None:
    with opened(model_folder(HOISTS)) as model:
        one = context(between(), model)
        assert fate(one, 2) == Fate("hoisted", len("<system>You count.\n<system>Answer in sentences. "))


def test_who_is_to_blame_where_the_template_refuses_the_request(model_folder: Callable[..., Path]) -> None:
    refused = body(
        "You count.",
        {"role": "user", "content": "One."},
        {"role": "user", "content": "Two."},
        *between()["messages"][1:],
    )
    with opened(model_folder(RAISES)) as model:
        assert fate(context(between(), model), 2) == Fate("raises", error="System must be first.")
        assert fate(context(refused, model), 4) is None  # it is refused before that message


def test_an_approximation_says_nothing_of_templates() -> None:
    model = open_model("builtin", Options())
    try:
        one = context(between() | {"tools": [TOOL]}, model)
        assert (fate(one, 2), tokens_of_tools_behind(one)) == (None, None)
    finally:
        model.close()


def test_the_second_system_message_with_what_the_template_does(model_folder: Callable[..., Path]) -> None:
    two = body("You count.", {"role": "system", "content": "Be short."}, {"role": "user", "content": "Hello."})
    with opened(model_folder(DROPS)) as model:
        (found,) = found_alone(two, model, rule("multiple-system-messages"))
    assert (found.severity, found.message.endswith("; this template drops it")) == ("warning", True)


def test_tools_behind_the_system_text_are_lost_with_a_clock_in_its_last_line(model_folder: Callable[..., Path]) -> None:
    before = body(f"{RULE_TEXT}\n\nCurrent time: 12:31:09", tools=True)
    after = body(f"{RULE_TEXT}\n\nCurrent time: 12:33:40", tools=True)
    with opened(model_folder(SYSTEM_FIRST)) as model:
        tokens = tokens_of_tools_behind(context(after, model))
        (found,) = found_in_pair(before, after, model, rule("volatile-before-stable", **{"min-tokens": 60}))
    assert tokens is not None
    assert tokens > 60
    assert (found.code, found.severity, found.place.pointer) == ("KV108", "error", "/messages/0/content")
    assert found.message == (
        '"Current time: 12:31:09" became "Current time: 12:33:40", before 0 tokens of the system prompt that did not '
        f"change; this template prints the tools behind it: their {tokens:,} tokens are lost too"
    )
    assert found.lost_tokens is not None
    assert found.lost_tokens > tokens


def test_tools_before_the_system_text_are_not_lost(model_folder: Callable[..., Path]) -> None:
    before = body(f"{RULE_TEXT}\n\nCurrent time: 12:31:09", tools=True)
    after = body(f"{RULE_TEXT}\n\nCurrent time: 12:33:40", tools=True)
    with opened(model_folder(TOOLS_FIRST)) as model:
        assert tokens_of_tools_behind(context(after, model)) is None
        assert found_in_pair(before, after, model, rule("volatile-before-stable", **{"min-tokens": 60})) == []


def test_a_system_text_that_grows_at_its_end_is_no_wrong_order(model_folder: Callable[..., Path]) -> None:
    with opened(model_folder(SYSTEM_FIRST)) as model:
        limit = rule("volatile-before-stable", **{"min-tokens": 1})
        assert found_in_pair(body(RULE_TEXT, tools=True), body(f"{RULE_TEXT}\n\nMore.", tools=True), model, limit) == []


def test_where_it_stands_does_not_explain_what_changed(tiny_model: Path) -> None:
    before, after = body(f"The foreman is Anna.\n\n{RULE_TEXT}"), body(f"The foreman is Boris.\n\n{RULE_TEXT}")
    both = rule("volatile-before-stable", **{"min-tokens": 10}), rule("system-prompt-changed")
    with opened(tiny_model) as model:
        assert sorted(found.code for found in found_in_pair(before, after, model, *both)) == ["KV108", "KV109"]
        (alone,) = found_in_pair(before, after, model, both[1])
    assert alone.message == ('the system prompt changed (text): "The foreman is Anna." became "The foreman is Boris."')
    assert alone.lost_tokens is not None
    assert alone.lost_tokens > 10


def test_text_that_does_not_move_by_itself_is_to_stay(tiny_model: Path) -> None:
    lost = "No refund without the foreman."
    before, after = body(f"You help.\n\n{lost}\n\n{RULE_TEXT}"), body(f"You help.\n\n{RULE_TEXT}")
    with opened(tiny_model) as model:
        (found,) = found_in_pair(before, after, model, rule("volatile-before-stable", **{"min-tokens": 10}))
    assert found.hint == "Keep it as it was, or put what changes last."


def test_white_space_that_is_told_of_explains_an_empty_part_and_no_other_role() -> None:
    text = {"role": "system", "content": "Be short.\n"}
    parts = [{"type": "text", "text": "Be short."}, {"type": "text", "text": ""}]
    hello, bye = {"role": "user", "content": "Hello."}, {"role": "user", "content": "Bye."}

    def told(new: JsonObject) -> list[str]:
        before, after = ({"model": "tiny", "messages": messages} for messages in ([text, hello], [new, hello, bye]))
        return sorted(one.code for one in promptlint.diff(before, after).findings if one.pair is not None)

    assert told({"role": "system", "content": parts}) == ["KV401"]
    assert told({"role": "developer", "content": "Be short."}) == ["KV109", "KV401"]


@pytest.mark.parametrize(("template", "is_printed"), [(TOOLS_FIRST, True), (NO_SYSTEM, False)])
def test_a_prompt_built_anew_every_turn_costs_nothing_where_no_template_prints_it(
    template: str, is_printed: bool, model_folder: Callable[..., Path], tmp_path: Path
) -> None:
    said = [{"role": role, "content": text} for role, text in (("user", "How many?"), ("assistant", "Nine."))]
    bodies = [
        {**body(f"{RULE_TEXT} The foreman is {name}.", *(said * 3)[: 2 * turn + 1]), "tools": [TOOL] * (turn + 1)}
        for turn, name in enumerate(("Anna", "Boris", "Clara"))
    ]
    path = tmp_path / "log.jsonl"
    path.write_text("".join(f"{json.dumps(one)}\n" for one in bodies), encoding="utf-8")
    report = promptlint.check([str(path)], model=model_folder(template), engine="transformers")
    (found,) = (one for one in report.findings if one.code == "KV109")
    assert "built anew every time" in found.message
    assert report.pairs[0].lost_tokens
    assert bool(found.lost_tokens) is is_printed


def test_the_order_that_would_keep_what_stays(tiny_model: Path) -> None:
    before = body(f"# Memory\n\nBay 4 is cold.\n\n{RULE_TEXT}\n\n# Skills\n\nPallets hold twelve boxes.")
    after = body(f"# Memory\n\nBay 9 is warm now.\n\n{RULE_TEXT}\n\n# Skills\n\nPallets hold twelve boxes.")
    with opened(tiny_model) as model:
        (found,) = found_in_pair(before, after, model, rule("volatile-before-stable", **{"min-tokens": 10}))
    assert found.hint == "Put what stays first: Rules, Skills, then Memory; or move that behind the history."
