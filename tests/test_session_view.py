"""The steps of conversations, as `check` fills them in."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import promptlint
from promptlint.cost import Step
from promptlint.model import Conversation, Finding, Pair, Place, Report
from promptlint.session_view import with_steps
from tests.lint import contexts

SYSTEM = "You sort the post of a small town and know every street. Answer in one sentence, and name the street."
ASK = {"role": "user", "content": "Where does the letter for the mill go?"}
ANSWER = {"role": "assistant", "content": "To Mill Lane, behind the old bridge."}
MORE = {"role": "user", "content": "And the parcel?"}


def body(*messages: dict[str, Any], system: str = SYSTEM, **more: Any) -> dict[str, Any]:
    return {"model": "post-8b", "messages": [{"role": "system", "content": system}, *messages], **more}


def check(folder: Path, *bodies: Any, **given: Any) -> Report:
    path = folder / "log.jsonl"
    path.write_text("".join(f"{json.dumps(one)}\n" for one in bodies), encoding="utf-8")
    return promptlint.check([str(path)], model="builtin", **given)


@pytest.fixture(autouse=True)
def no_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)


def test_each_request_is_a_step_and_the_first_has_nothing_to_lose(tmp_path: Path) -> None:
    report = check(tmp_path, body(ASK), body(ASK, ANSWER, MORE))
    (pair,), (conversation,) = report.pairs, report.conversations
    assert conversation.steps == (
        Step(0, None, pair.before_tokens, None, None),
        Step(1, 0, pair.after_tokens, pair.reusable_tokens, 0),
    )
    assert pair.reusable_tokens == pair.before_tokens


def test_a_step_that_lost_something_has_its_cause(tmp_path: Path) -> None:
    first, second = (f"{SYSTEM} It is {hour}:15:07 now." for hour in (9, 10))
    report = check(tmp_path, body(ASK, system=first), body(ASK, ANSWER, MORE, system=second))
    (pair,), step = report.pairs, report.conversations[0].steps[1]
    assert (step.lost, step.kept, step.cause) == (pair.lost_tokens, pair.common_prefix_tokens, "KV101")
    assert step.lost


def test_with_slots_the_first_request_has_found_something_too(tmp_path: Path) -> None:
    report = check(tmp_path, body(ASK), body(ASK, ANSWER, MORE), engine_options={"slots": 1})
    assert [step.kept for step in report.conversations[0].steps] == [0, report.pairs[0].before_tokens]


def test_a_request_that_nothing_is_compared_with_has_no_tokens(tmp_path: Path) -> None:
    report = check(tmp_path, body(ASK))
    assert [one.steps for one in report.conversations] == [(Step(0, None, None, None, None),)]


def test_a_diff_has_no_steps() -> None:
    report = promptlint.diff(body(ASK), body(ASK, ANSWER), model="builtin")
    assert [one.steps for one in report.conversations] == [()]


def test_the_report_for_machines_has_the_steps(tmp_path: Path) -> None:
    report = check(tmp_path, body(ASK), body(ASK, ANSWER, MORE))
    (conversation,) = report.to_dict()["conversations"]
    assert conversation["steps"][1] == {
        "request": 1,
        "before": 0,
        "tokens": report.pairs[0].after_tokens,
        "kept": report.pairs[0].reusable_tokens,
        "lost": 0,
        "cause": None,
        "evicted_by": None,
    }


def finding(code: str, lost: int | None = None, pair: int | None = 0) -> Finding:
    return Finding(code, "a-rule", "warning", "so it is", Place("a", "", 1, 1), pair=pair, lost_tokens=lost)


def cause(*findings: Finding, lost: int = 30) -> str | None:
    """What is told as the cause of a pair that has lost tokens."""
    with contexts.model() as opened:
        _, (context,) = contexts.session(opened, body(ASK), body(ASK, ANSWER))
    pair = Pair(0, 1, 90, 80, 60, lost, "broken" if lost else "extension", "changed")
    compared = context.compared.__class__(pair, 90, 80)
    found = with_steps(
        [Conversation((0, 1), "history")],
        [context.__class__(context.before, context.after, compared, 0)],
        [],
        findings,
        {},
        {},
    )
    return found[0].steps[1].cause


def test_the_cause_is_what_costs_as_much_as_the_pair_lost() -> None:
    assert cause(finding("KV201"), finding("KV101", lost=30), finding("KV301", lost=4)) == "KV101"
    assert cause(finding("KV201"), finding("KV301")) == "KV201"


def test_that_the_prefix_is_short_is_no_cause_where_another_is_known() -> None:
    assert cause(finding("KV601"), finding("KV201")) == "KV201"
    assert cause(finding("KV601", lost=30)) == "KV601"
    assert cause(finding("KV601", lost=30), finding("KV101", lost=30)) == "KV101"


def test_what_is_told_once_for_several_turns_is_the_cause_in_each_of_them() -> None:
    assert cause(replace(finding("KV406", pair=7), sums_up=(7, 0))) == "KV406"
    assert cause(replace(finding("KV406", pair=7), sums_up=(7, 8))) is None


def test_a_sliding_window_is_the_cause_of_every_turn_that_it_costs(tmp_path: Path) -> None:
    said = [
        {"role": role, "content": f"Letter {n} of the {role}, for the lane behind the old bridge number {n * n}."}
        for n in range(8)
        for role in ("user", "assistant")
    ]
    report = check(tmp_path, *(body(*said[2 * turn : 2 * turn + 7]) for turn in range(4)))
    assert [one.code for one in report.findings] == ["KV406"]
    assert [step.cause for step in report.conversations[0].steps] == [None, "KV406", "KV406", "KV406"]


def test_where_nothing_is_lost_nothing_is_the_cause() -> None:
    assert cause(finding("KV201"), lost=0) is None
    assert cause(finding("KV201", pair=None), finding("KV201", pair=7)) is None
