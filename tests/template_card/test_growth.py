"""What a card finds gone or moved in conversations that only grow."""

from __future__ import annotations

from pathlib import Path

from promptlint.template_card.facts import Step
from promptlint.template_card.growth import growth
from tests.template_card.probes import PLAIN, probed, template


def steps(folder: Path, text: str) -> dict[tuple[str, str], Step]:
    with probed(folder, text) as probe:
        return {(step.conversation, step.step): step for step in growth(probe)}


def test_reasoning_that_is_dropped_once_the_user_speaks(tmp_path: Path) -> None:
    thought = "{%- if message.reasoning_content and messages[-1].role != 'user' -%}T:{{ message.reasoning_content }}"
    found = steps(tmp_path, template(thought + "{%- endif -%}{{ message.content }}"))
    turn = found["tools with reasoning", "a new user turn"]
    assert (turn.moved, turn.stable) == ("reasoning gone", False)
    assert turn.tokens is not None
    assert turn.kept is not None
    assert turn.kept < turn.tokens - turn.tail
    assert found["tools with reasoning", "a second call"].stable


def test_what_is_written_in_front_of_a_message_that_stays(tmp_path: Path) -> None:
    found = steps(tmp_path, template("{{ loop.revindex }} {{ message.content }}"))
    assert found["chat", "a turn"].moved == "text before system"


def test_what_stands_behind_all_messages(tmp_path: Path) -> None:
    found = steps(tmp_path, PLAIN.replace("{%- if add_generation", "{{ messages | length }}{%- if add_generation"))
    assert found["chat", "a turn"].moved == "text behind the last message"


def test_a_step_that_is_refused_has_no_numbers(tmp_path: Path) -> None:
    refusal = "{%- if message.role == 'tool' -%}{{ raise_exception('no tools') }}{%- endif -%}"
    found = steps(tmp_path, template(refusal + "{{ message.content }}"))
    assert found["tools", "a call"] == Step("tools", "a call", None, None, error="no tools")
    assert found["tools", "a call"].stable is None
    assert found["chat", "a turn"].stable


def test_no_system_messages_are_added_where_none_are_taken(tmp_path: Path) -> None:
    refusal = "{%- if message.role == 'system' -%}{{ raise_exception('no system') }}{%- endif -%}"
    found = steps(tmp_path, template("{{ message.content }}", first=refusal))
    assert {conversation for conversation, _ in found} == {
        "chat",
        "chat without thinking",
        "chat with reasoning",
        "tools",
        "tools with reasoning",
    }
