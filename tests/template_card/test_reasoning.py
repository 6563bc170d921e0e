"""Where a card finds the reasoning of an answer, and for how long."""

from __future__ import annotations

from pathlib import Path

from promptlint.template_card.facts import ReasoningFacts
from promptlint.template_card.reasoning import reasoning_facts
from tests.template_card.probes import PLAIN, probed, template

THOUGHT = "T:{{ message.reasoning_content }}"


def facts(folder: Path, text: str) -> ReasoningFacts:
    with probed(folder, text, "transformers") as probe:
        return reasoning_facts(probe)


def test_reasoning_that_stays(tmp_path: Path) -> None:
    assert facts(tmp_path, template(THOUGHT + "{{ message.content }}")) == ReasoningFacts(
        in_loop=True,
        older_in_loop=True,
        loop_after_turn=True,
        after_turn=True,
        inline_after_turn=True,
        second_name=True,
    )


def test_an_argument_that_keeps_the_reasoning_of_a_finished_loop(tmp_path: Path) -> None:
    last_user = "{%- set ns = namespace(at=0) -%}{%- for one in messages if one.role == 'user' -%}"
    count = f"{last_user}{{%- set ns.at = messages.index(one) -%}}{{%- endfor -%}}"
    kept = "{%- if loop.index0 > ns.at or clear_thinking == false -%}" + THOUGHT + "{%- endif -%}"
    found = facts(tmp_path, template(kept + "{{ message.content }}", front=count))
    assert (found.in_loop, found.older_in_loop, found.loop_after_turn) == (True, True, False)
    assert found.kept_by == ("clear_thinking",)


def test_an_argument_that_keeps_the_reasoning_of_a_plain_answer(tmp_path: Path) -> None:
    kept = "{%- if message.tool_calls or preserve_reasoning -%}" + THOUGHT + "{%- endif -%}"
    found = facts(tmp_path, template(kept + "{{ message.content }}"))
    assert (found.loop_after_turn, found.after_turn, found.kept_by) == (True, False, ("preserve_reasoning",))


def test_no_argument_helps_where_reasoning_is_never_printed(tmp_path: Path) -> None:
    found = facts(tmp_path, PLAIN)
    assert (found.in_loop, found.after_turn, found.kept_by, found.second_name) == (False, False, (), None)


def test_a_template_that_refuses_reasoning_leaves_it_open(tmp_path: Path) -> None:
    refusal = "{%- if message.reasoning_content -%}{{ raise_exception('no reasoning') }}{%- endif -%}"
    found = facts(tmp_path, template(refusal + "{{ message.content }}"))
    assert (found.in_loop, found.loop_after_turn, found.after_turn, found.second_name) == (None, None, None, None)
    assert found.kept_by == ()
