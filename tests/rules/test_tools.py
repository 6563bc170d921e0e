"""The rules about tools: their cases, the options of the first, and what they say of an exact model's own template."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import promptlint
from promptlint.errors import ConfigError
from promptlint.lint import catalogue, rule_file
from promptlint.lint.context import PairContext
from promptlint.lint.option import effective
from promptlint.lint.rule import Hit
from promptlint.lint.runner import Active, run
from promptlint.lint.testing import run_cases
from promptlint.model import Finding, JsonObject
from promptlint.options import LintOptions, RuleOptions
from tests.conftest import TEMPLATE
from tests.lint import contexts

RULES = {
    rule.code: catalogue.with_check(rule)
    for path in sorted((Path(__file__).resolve().parents[2] / "rules" / "tools").glob("*.yaml"))
    for rule in [rule_file.read(path, "bundled")]
}
MINE = [code for code in RULES if code.startswith("KV3")]
PRINTS_CALLS = TEMPLATE.replace("{{- '</call>' }}", "{{- call | tojson + '</call>' }}")
TALK = "Where is the kite that flew over the harbour wall this morning, and who has seen it since?"
Folder = Callable[..., Path]


def call(arguments: Any = '{"at": 1, "in": "sea"}', name: str = "c1", **more: Any) -> dict[str, Any]:
    return {"id": name, "type": "function", "function": {"name": "look", "arguments": arguments}, **more}


def body(*tools: str, made: dict[str, Any] | None = None, more: bool = False) -> dict[str, Any]:
    listed = [{"type": "function", "function": {"name": name, "description": f"The {name} tool."}} for name in tools]
    messages: list[dict[str, Any]] = [
        {"role": "user", "content": TALK},
        {"role": "assistant", "content": None, "tool_calls": [made or call()]},
        {"role": "tool", "tool_call_id": (made or call())["id"], "content": "in the sea"},
    ]
    if more:
        messages += [{"role": "assistant", "content": "In the sea."}, {"role": "user", "content": "Fetch it."}]
    return {"model": "example", "messages": messages, **({"tools": listed} if listed else {})}


def findings(
    code: str,
    *bodies: dict[str, Any],
    model: str = "builtin",
    engine: str | None = None,
    options: dict[str, Any] | None = None,
) -> list[Finding]:
    active = [Active(RULES[code], effective(RULES[code], RuleOptions(options or {}, {})))]
    with contexts.model(model, engine) as opened:
        requests, pairs = contexts.session(opened, *bodies)
        return run([], requests, pairs, active, LintOptions())


def hits(code: str, pair: PairContext) -> list[Hit]:
    check = RULES[code].check
    assert check is not None
    return list(check(pair, {}))


@pytest.mark.parametrize("code", MINE)
def test_cases(code: str) -> None:
    assert run_cases([RULES[code]]).problems == ()


@pytest.mark.parametrize("code", MINE)
def test_each_has_its_decoys_and_its_report(code: str) -> None:
    rule = RULES[code]
    assert sum(case.valid for case in rule.cases) >= 3
    assert sum(not case.valid for case in rule.cases) >= 2
    assert rule.url is not None


def test_the_hint_of_unsorted_tools_can_be_copied() -> None:
    (found,) = findings("KV301", body("exec", "web", "edit"))
    assert found.hint == (
        "Send them as edit, exec, web; an order that is meant is pinned with options: {unsorted-tools: {order: "
        "lockfile, lockfile: [exec, web, edit]}}, or made a warning with severity: {unsorted-tools: warning}."
    )


def test_a_redacted_hint_of_unsorted_tools_has_the_names_and_how_many_more_there_are() -> None:
    (found,) = findings("KV301", body(*(f"search_the_catalogue_{number:02}" for number in reversed(range(25)))))
    assert found.redacted is not None
    for hint in (found.hint, found.redacted.hint):
        assert hint is not None
        assert hint.startswith("Send them as search_the_catalogue_00, search_the_catalogue_01, ")
        assert ", search_the_catalogue_07 and 17 more; an order that is meant" in hint
    (long,) = findings("KV301", body("b" * 300, "a" * 300))
    assert long.hint is not None
    assert long.hint.startswith(f"Send them as {'a' * 300} and 1 more; ")


def test_each_distinct_list_is_told_once() -> None:
    bodies = [body("b", "a"), body("b", "a", more=True), body("c", "a"), body("b", "a")]
    assert [(found.identity, found.request) for found in findings("KV301", *bodies)] == [("b, a", 0), ("c, a", 2)]


def test_a_lockfile_without_names() -> None:
    with pytest.raises(ConfigError, match="needs a lockfile"):
        findings("KV301", body("a", "b"), options={"order": "lockfile"})


def test_the_cost_of_a_tool_in_the_middle(tiny_model: Path) -> None:
    (found,) = findings("KV303", body("a", "c"), body("a", "b", "c", more=True), model=str(tiny_model))
    assert found.message.startswith("the tool set changed: b inserted as number 2 of 3: ")
    assert found.message.endswith("% of the earlier prompt is computed again")
    assert (found.severity, found.place.pointer) == ("error", "/tools/1")
    assert found.lost_tokens is not None
    assert found.lost_tokens > 64


def test_no_tools_for_the_last_step(tiny_model: Path) -> None:
    (found,) = findings("KV303", body("a", "c"), body(more=True), model=str(tiny_model))
    assert "all 2 tools are gone" in found.message
    assert found.hint is not None
    assert "tool_choice: none" in found.hint


def test_a_loss_within_the_limit_is_an_info(tiny_model: Path) -> None:
    before, after = body("a"), body("a", "b")
    (found,) = findings("KV303", before, after, model=str(tiny_model), options={"max-lost-tokens": 10_000})
    assert found.severity == "info"


@pytest.mark.parametrize("code", ["KV302", "KV303", "KV304", "KV305"])
def test_a_template_that_prints_no_tools_sees_nothing(code: str, model_folder: Folder) -> None:
    folder = model_folder("{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}")
    before, after = body("a", "b"), body("b", "a", "c", more=True)
    after["tools"][1]["function"]["description"] = "Another one."
    if code == "KV305":
        after = body("a", "b", more=True)
        after["tools"][0]["function"] = dict(reversed(after["tools"][0]["function"].items()))
    (found,) = findings(code, before, after, model=str(folder))
    assert (found.severity, found.lost_tokens) == ("info", 0)


def test_key_order_is_not_held_against_a_recorder_that_sorts() -> None:
    after = body("a")
    after["tools"][0]["function"] = dict(reversed(after["tools"][0]["function"].items()))
    assert len(findings("KV305", body("a"), after)) == 1
    with contexts.model() as opened:
        _, (pair,) = contexts.session(opened, body("a"), after)
        pair.after.turn = replace(pair.after.turn, request=replace(pair.after.request, key_order_kept=False))
        assert hits("KV305", pair) == []


@pytest.mark.parametrize(
    ("template", "note"),
    [
        (TEMPLATE, "this template does not print it, but strict servers refuse the request"),
        (PRINTS_CALLS, "this template prints it"),
    ],
)
def test_whether_a_template_prints_a_key(template: str, note: str, model_folder: Folder) -> None:
    folder = model_folder(template)
    (found,) = findings("KV306", body(made=call(call_id="c1")), model=str(folder))
    assert found.severity == "error"
    assert found.message == f'the call of "look" has a key that no API knows: "call_id"; {note}'


def test_no_such_note_for_an_approximation() -> None:
    (found,) = findings("KV306", body(made=call(call_id="c1")))
    assert found.message == 'the call of "look" has a key that no API knows: "call_id"'


def test_a_key_that_comes_and_is_printed_nowhere_stays_an_error(tiny_model: Path) -> None:
    bare = {"id": "c1", "function": call()["function"]}
    (found,) = findings("KV306", body(), body(made=bare, more=True), model=str(tiny_model))
    assert (found.severity, found.lost_tokens, found.identity) == ("error", 0, "type")


def test_a_known_key_that_comes_is_told_where_it_stands() -> None:
    bare = {"id": "c1", "function": call()["function"]}
    (found,) = findings("KV306", body(made=bare), body(made=call(), more=True))
    assert found.message == 'the call of "look" has "type", and had not in the request before'
    assert found.place.pointer == "/messages/1/tool_calls/0/type"


def test_spaces_in_arguments_that_an_engine_parses(tiny_model: Path) -> None:
    compact = call('{"at":1,"in":"sea"}')
    bodies = body(), body(made=compact, more=True)
    (parsed,) = findings("KV307", *bodies, model=str(tiny_model), engine="vllm")
    assert (parsed.severity, parsed.lost_tokens) == ("info", 0)
    assert "do not print it" in parsed.message
    (printed,) = findings("KV307", *bodies, model=str(tiny_model), engine="transformers")
    assert (printed.severity, printed.identity) == ("error", "other spaces")
    assert printed.message.endswith("this template prints the new text")
    assert printed.lost_tokens is not None
    assert printed.lost_tokens > 0


def test_ids_that_no_template_prints(tiny_model: Path) -> None:
    (found,) = findings("KV309", body(), body(made=call(name="c2"), more=True), model=str(tiny_model))
    assert (found.severity, found.lost_tokens) == ("info", 0)


def test_the_result_of_a_call_with_another_id_is_explained() -> None:
    with contexts.model() as opened:
        _, (pair,) = contexts.session(opened, body(), body(made=call(name="c2"), more=True))
        (hit,) = hits("KV309", pair)
        assert [span.pointer for span in hit.spans()] == ["/messages/1/tool_calls/0/id", "/messages/2/tool_call_id"]


def test_a_tool_that_was_changed_in_its_place_is_looked_at_again() -> None:
    tool: JsonObject = {"type": "function", "function": {"name": "look", "description": "Plain words."}}
    request = {"model": "m", "messages": [{"role": "user", "content": "Hello."}], "tools": [tool]}
    told = []
    for description in ("Plain words.", "The current time is 2026-01-15 12:34:56."):
        tool["function"]["description"] = description
        told.append([one.code for one in promptlint.check([request], model="builtin").findings])
    assert told == [[], ["KV107"]]
