"""The history rules: their cases, one rule for each fault, and what they say of an exact model's own template."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from promptlint.lint import catalogue, rule_file
from promptlint.lint.option import effective
from promptlint.lint.rule import Span
from promptlint.lint.runner import Active, run
from promptlint.lint.testing import run_cases
from promptlint.local_model import Model
from promptlint.model import Finding
from promptlint.options import LintOptions, RuleOptions
from tests.conftest import TEMPLATE
from tests.lint import contexts

FOLDER = Path(__file__).resolve().parents[2] / "rules"
MINE = [*sorted((FOLDER / "history").glob("*.yaml")), FOLDER / "layout" / "extra-message-keys.yaml"]
TOOLS = sorted((FOLDER / "tools").glob("*.yaml"))
RULES = {
    rule.code: catalogue.with_check(rule) for path in [*MINE, *TOOLS] for rule in [rule_file.read(path, "bundled")]
}
CODES = [rule.code for path in MINE for rule in [rule_file.read(path, "bundled")]]
UNSEEN = "this template and engine do not print it: no token is lost"
PRINTS_REASONING = TEMPLATE.replace(
    "{%- if message.content %}",
    "{%- if message.reasoning_content is defined %}{{ '<think>' + message.reasoning_content + '</think>' }}{% endif %}"
    "{%- if message.content %}",
)
TRIMS = TEMPLATE.replace("{{ message.content }}", "{{ message.content | trim }}")
PARTS = TEMPLATE.replace(
    "{{ message.content }}",
    "{% if message.content is string %}{{ message.content }}"
    "{% else %}{% for part in message.content %}[{{ part.text }}]{% endfor %}{% endif %}",
)
SHARED: list[Model] = []
Folder = Callable[..., Path]
Message = dict[str, Any]

ASKED: Message = {"role": "user", "content": "Where is the kite that flew over the harbour wall this morning?"}
SAID: Message = {"role": "assistant", "content": "It hangs in the old plane tree behind the lighthouse."}
MORE: Message = {"role": "user", "content": "Who has seen it since, and is the string still on it?"}
NEXT: tuple[Message, ...] = (
    {"role": "assistant", "content": "The keeper has, and it is."},
    {"role": "user", "content": "Fetch it."},
)
CALL = {"id": "c1", "type": "function", "function": {"name": "look", "arguments": '{"at": "tree"}'}}


def body(*messages: Message, **more: Any) -> dict[str, Any]:
    return {"model": "example", "messages": list(messages), **more}


@pytest.fixture(scope="module", autouse=True)
def builtin() -> Iterator[None]:
    """One model for all tests that need no template of their own: to start it takes longer than they do."""
    with contexts.model() as opened:
        SHARED.append(opened)
        yield
    SHARED.clear()


@contextmanager
def opened_model(reference: str, engine: str | None) -> Iterator[Model]:
    if reference == "builtin":
        yield SHARED[0]
    else:
        with contexts.model(reference, engine) as opened:
            yield opened


def findings(
    *bodies: dict[str, Any], codes: list[str] | None = None, model: str = "builtin", engine: str | None = None
) -> list[Finding]:
    wanted = sorted(codes or [*CODES, *(code for code in RULES if code.startswith("KV30"))])
    active = [Active(RULES[code], effective(RULES[code], RuleOptions({}, {}))) for code in wanted]
    with opened_model(model, engine) as opened:
        requests, pairs = contexts.session(opened, *bodies)
        found = run([], requests, pairs, active, LintOptions())
    return [one for one in found if one.code != "KV402"]


def told(*bodies: dict[str, Any], **more: Any) -> list[tuple[str, str, str]]:
    return [(one.code, one.severity, one.place.pointer) for one in findings(*bodies, **more)]


def edited(old: Message, new: Message) -> tuple[dict[str, Any], dict[str, Any]]:
    """A message of the history as it was, and as it is sent one turn later."""
    return body(ASKED, old, MORE), body(ASKED, new, MORE, *NEXT)


def test_a_message_with_very_many_unknown_keys_is_told_of_some() -> None:
    found = told(body({**ASKED, **{f"x_{number}": number for number in range(25)}}), codes=["KV203"])
    assert found == [("KV203", "error", f"/messages/0/x_{number}") for number in range(20)]


def test_arguments_that_are_no_json_any_more_are_not_told_as_another_call() -> None:
    before, after = (
        {**SAID, "tool_calls": [{**CALL, "function": {"name": "look", "arguments": arguments}}]}
        for arguments in ('{"at": "tree"}', '{"at": "tr')
    )
    assert told(*edited(before, after), codes=["KV310", "KV405"]) == [
        ("KV310", "error", "/messages/1/tool_calls/0/function/arguments")
    ]


def test_all_rules_are_here() -> None:
    assert sorted(CODES) == ["KV203", "KV204", "KV401", "KV402", "KV403", "KV404", "KV405", "KV406", "KV407", "KV408"]


@pytest.mark.parametrize("code", sorted(CODES))
def test_cases(code: str) -> None:
    assert run_cases([RULES[code]]).problems == ()


@pytest.mark.parametrize("code", sorted(CODES))
def test_each_has_its_decoys_and_its_report(code: str) -> None:
    rule = RULES[code]
    assert sum(case.valid for case in rule.cases) >= 3
    assert sum(not case.valid for case in rule.cases) >= 2
    assert rule.url is not None


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (SAID, {**SAID, "content": SAID["content"] + "\n"}, [("KV401", "error", "/messages/1/content")]),
        (
            {**SAID, "content": [{"type": "text", "text": SAID["content"] + "\n"}]},
            SAID,
            [("KV401", "error", "/messages/1/content")],
        ),
        ({**SAID, "reasoning": "Hm."}, SAID, [("KV403", "error", "/messages/1")]),
        (
            {**SAID, "content": "<think>Hm.</think>" + SAID["content"]},
            SAID,
            [("KV403", "error", "/messages/1/content")],
        ),
        (
            {**SAID, "tool_calls": [CALL]},
            {**SAID, "tool_calls": [{**CALL, "id": "c2"}]},
            [("KV309", "error", "/messages/1/tool_calls/0/id")],
        ),
        (SAID, {**SAID, "timestamp": 1}, [("KV203", "error", "/messages/1/timestamp")]),
        (SAID, {**SAID, "name": "keeper"}, [("KV204", "error", "/messages/1/name")]),
        (
            {"role": "assistant", "content": None, "tool_calls": [CALL]},
            {"role": "assistant", "content": "", "tool_calls": [CALL]},
            [("KV204", "error", "/messages/1/content")],
        ),
        (
            SAID,
            {**SAID, "content": "It hangs in the new plane tree behind the lighthouse."},
            [("KV405", "error", "/messages/1/content")],
        ),
        (
            {**SAID, "tool_calls": [CALL]},
            {**SAID, "tool_calls": [CALL, {**CALL, "id": "c2"}]},
            [("KV405", "error", "/messages/1/tool_calls/1")],
        ),
        ({**SAID, "tool_calls": [CALL]}, SAID, [("KV405", "error", "/messages/1")]),
        (SAID, {**SAID, "role": "user"}, [("KV405", "error", "/messages/1")]),
    ],
    ids=[
        "spaces",
        "spaces in another form",
        "reasoning",
        "thoughts in the text",
        "id",
        "extra key",
        "key",
        "null",
        "word",
        "call more",
        "call less",
        "role",
    ],
)
def test_one_rule_tells_of_it(old: Message, new: Message, expected: list[tuple[str, str, str]]) -> None:
    found = told(*edited(old, new))
    assert [one for one in found if one[0] != "KV306"][: len(expected)] == expected
    assert {code for code, _, _ in found} == {code for code, _, _ in expected}


def test_two_faults_of_one_message_are_two_findings() -> None:
    old = {**SAID, "reasoning": "Hm."}
    new = {**SAID, "content": "It hangs in the new plane tree behind the lighthouse."}
    assert told(*edited(old, new)) == [("KV403", "error", "/messages/1"), ("KV405", "error", "/messages/1/content")]


def test_the_place_is_the_first_character_that_differs() -> None:
    check = RULES["KV405"].check
    assert check is not None
    new = {**SAID, "content": "It hangs in the new plane tree behind the lighthouse."}
    _, (pair,) = contexts.session(SHARED[0], *edited(SAID, new))
    (hit,) = check(pair, {})
    assert hit.span == hit.related == Span("/messages/1/content", len("It hangs in the "), 3)
    assert (hit.fields["was"], hit.text) == ("old", "new")


def test_a_session_that_only_grows_is_silent() -> None:
    thinking = {**SAID, "reasoning": "Hm. "}
    bodies = [body(ASKED), body(ASKED, thinking, MORE), body(ASKED, thinking, MORE, *NEXT)]
    assert told(*bodies, bodies[-1]) == []


def test_a_window_is_told_on_every_turn_and_explains_all_behind_it() -> None:
    turns = [
        ASKED,
        SAID,
        MORE,
        *NEXT,
        {"role": "assistant", "content": "Here it is. "},
        {"role": "user", "content": "Fly it."},
    ]
    bodies = [body(*turns[start : start + 3]) for start in (0, 2, 4)]
    assert told(*bodies) == [("KV406", "error", "/messages/0")] * 2


def test_a_summary_is_an_info_and_the_turns_behind_it_grow_again() -> None:
    summary = {"role": "user", "content": "[CONTEXT COMPACTION] A kite hangs in a tree. The keeper has seen it."}
    bodies = [body(ASKED, SAID, MORE, *NEXT), body(summary, NEXT[1]), body(summary, NEXT[1], SAID, MORE)]
    assert told(*bodies) == [("KV407", "info", "/messages/0/content")]


def test_an_answer_taken_back_and_another_question() -> None:
    other = {"role": "user", "content": "What else is new in town today?"}
    (found,) = findings(body(ASKED, SAID, MORE, *NEXT), body(ASKED, SAID, other))
    assert (found.code, found.place.pointer) == ("KV405", "/messages/2/content")
    assert found.message.endswith("; and the 2 behind it are not sent again")


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("KV401", {**SAID, "content": SAID["content"] + "\n"}, SAID),
        ("KV403", {**SAID, "reasoning": "Hm."}, SAID),
        ("KV403", {**SAID, "reasoning": "Hm."}, {**SAID, "thinking": "Hm."}),
        ("KV204", SAID, {**SAID, "name": "keeper"}),
    ],
    ids=["trimmed", "reasoning", "renamed", "key"],
)
def test_what_the_template_does_not_print_is_an_info(
    code: str, old: Message, new: Message, model_folder: Folder
) -> None:
    (found,) = findings(*edited(old, new), codes=[code], model=str(model_folder(TRIMS)))
    assert (found.severity, found.lost_tokens) == ("info", 0)
    assert found.message.endswith(UNSEEN)


def test_reasoning_that_the_template_prints_costs_what_is_behind_it(model_folder: Folder) -> None:
    pair = edited({**SAID, "reasoning_content": "It must be in the tree."}, SAID)
    (found,) = findings(*pair, model=str(model_folder(PRINTS_REASONING)))
    assert (found.code, found.severity, found.place.pointer) == ("KV403", "error", "/messages/1")
    assert found.lost_tokens is not None
    assert found.lost_tokens > 20


@pytest.mark.parametrize(
    ("engine", "expected"),
    [("vllm", []), ("sglang", [("KV403", "error")]), ("llama.cpp", [("KV403", "error")])],
)
def test_the_serving_profile_says_which_name_is_read(
    engine: str, expected: list[tuple[str, str]], model_folder: Folder
) -> None:
    pair = edited({**SAID, "reasoning_content": "Hm."}, {**SAID, "reasoning": "Hm."})
    found = findings(*pair, codes=["KV403"], model=str(model_folder(PRINTS_REASONING)), engine=engine)
    assert [(one.code, one.severity) for one in found] == expected


def test_a_name_that_the_profile_does_not_read(model_folder: Folder) -> None:
    folder, asked = str(model_folder(PRINTS_REASONING)), body(ASKED, {**SAID, "reasoning": "Hm."}, MORE)
    (found,) = findings(asked, codes=["KV404"], model=folder, engine="sglang")
    assert (found.severity, found.place.pointer) == ("warning", "/messages/1/reasoning")
    assert found.message == 'reasoning is sent as "reasoning", and sglang reads "reasoning_content" alone'
    assert findings(asked, codes=["KV404"], model=folder, engine="vllm") == []


def test_a_name_that_nobody_prints_anyway(tiny_model: Path) -> None:
    asked = body(ASKED, {**SAID, "reasoning": "Hm."}, MORE)
    assert findings(asked, codes=["KV404"], model=str(tiny_model), engine="sglang") == []


def test_extra_keys_stay_errors_where_nobody_prints_them(tiny_model: Path) -> None:
    (found,) = findings(body(ASKED, {**SAID, "finish_reason": "stop"}), model=str(tiny_model))
    assert (found.code, found.severity) == ("KV203", "error")
    assert found.message.endswith("; this template does not print it, strict servers refuse the request")


def test_one_part_in_place_of_a_string_is_what_the_template_makes_of_it(model_folder: Folder) -> None:
    pair = edited(SAID, {**SAID, "content": [{"type": "text", "text": SAID["content"]}]})
    assert told(*pair) == []  # nobody knows what the template makes of it: most make the same
    assert told(*pair, model=str(model_folder(PARTS)), engine="transformers") == [
        ("KV204", "error", "/messages/1/content")
    ]
    assert told(*pair, model=str(model_folder())) == []


def test_many_trimmed_answers_are_one_finding() -> None:
    turns = [message for _ in range(20) for message in (ASKED, {**SAID, "content": SAID["content"] + "\n"})]
    after = [{**message, "content": message["content"].strip()} for message in turns]
    (found,) = findings(body(*turns), body(*after, MORE))
    assert found.message.endswith(", and 19 more like it")


def test_keys_of_a_call_that_come_together_are_one_finding_of_each_rule() -> None:
    extra = {**CALL, "call_id": "c1", "response_item_id": "fc_1"}
    found = findings(*edited({**SAID, "tool_calls": [CALL]}, {**SAID, "tool_calls": [extra]}))
    at = "/messages/1/tool_calls/0/call_id"
    assert [(one.code, one.place.pointer, one.message) for one in found] == [
        ("KV306", at, 'the call of "look" has keys that no API knows: "call_id", "response_item_id"'),
        (
            "KV204",
            at,
            'the call of "look" has the keys "call_id", "response_item_id" now, which it had not in the request before',
        ),
    ]


def test_every_hint_is_a_sentence() -> None:
    moved = findings(body(ASKED, SAID, MORE, *NEXT), body(ASKED, MORE, SAID, *NEXT), codes=["KV405"])
    for rule in RULES.values():
        assert rule.hint[0].isupper()
        assert rule.hint.endswith(".")
    assert [one.hint for one in moved] == [
        "Keep each message at the place where it was first sent, and append what is new."
    ]
