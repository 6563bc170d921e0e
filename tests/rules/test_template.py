"""The template rules on templates of our own: what they find lost, and when they hold their tongue."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from promptlint.lint import catalogue, rule_file
from promptlint.lint.renderings import MOST_RENDERINGS
from promptlint.lint.rule import Hit
from promptlint.lint.template_context import TemplateContext, templates
from tests.lint import contexts

RULES = Path(__file__).resolve().parents[2] / "rules" / "template"
CALL = {"id": "c1", "type": "function", "function": {"name": "look", "arguments": "{}"}}
CUSTOM = {"id": "c1", "type": "custom", "custom": {"name": "look", "input": "x"}}
ASKED = {"role": "user", "content": "Where is the kite?"}
CALLING = {"role": "assistant", "content": None, "tool_calls": [CALL]}
FOUND = {"role": "tool", "tool_call_id": "c1", "content": "In the tree."}
ALL = "{%- for m in messages %}<{{ m.role }}>{{ m.content or '' }}{% endfor %}"
WITH_CALLS = ALL.replace(
    "{% endfor %}", "{% for call in m.tool_calls or [] %}[{{ call | tojson }}]{% endfor %}{% endfor %}"
)
Folder = Callable[..., Path]


def hits(name: str, folder: Path, *messages: dict[str, Any], **more: Any) -> list[Hit]:
    """What a rule says of the template, as one request meets it."""
    check = catalogue.with_check(rule_file.read(RULES / f"{name}.yaml", "bundled")).check
    assert check is not None
    with contexts.model(str(folder), "transformers") as opened:
        request = contexts.request({"model": "tiny", "messages": list(messages), **more}, opened)
        return list(check(TemplateContext(opened, [request]), {}))


def dropped(folder: Path, *messages: dict[str, Any]) -> list[tuple[str, str]]:
    """Roles of which something is not printed, and what that is."""
    return [(hit.text, str(hit.fields["what"])) for hit in hits("template-drops-message", folder, *messages)]


def test_what_other_rules_have_rendered_leaves_no_less_for_these(model_folder: Folder) -> None:
    with contexts.model(str(model_folder(ALL)), "transformers") as opened:
        request = contexts.request({"model": "tiny", "messages": [ASKED]}, opened)
        changed = [request.with_message(0, {**ASKED, "content": str(number)}) for number in range(MOST_RENDERINGS + 1)]
        assert [request.render(chat) for chat in changed][-2:] == [f"<user>{MOST_RENDERINGS - 1}", None]
        [template] = templates([request])
        assert template.requests[0].number == request.number
        assert template.requests[0].render(changed[-1]) == f"<user>{MOST_RENDERINGS}"


def test_messages_of_a_role_that_is_not_printed_are_told_once(model_folder: Folder) -> None:
    folder = model_folder(ALL.replace("in messages", "in messages if m.role != 'tool'"))
    assert dropped(folder, ASKED, FOUND, FOUND, ASKED) == [("tool", "message")]


def test_calls_that_are_not_printed(model_folder: Folder) -> None:
    assert dropped(model_folder(ALL), ASKED, CALLING, FOUND) == [("assistant", "tool call")]


@pytest.mark.parametrize(
    "messages",
    [(ASKED, {**CALLING, "tool_calls": [call]}, FOUND) for call in (CALL, CUSTOM, {"id": "c1", "type": "function"})],
    ids=["as usual", "a call of another kind", "a call of nothing"],
)
def test_what_is_printed_is_not_told(messages: tuple[dict[str, Any], ...], model_folder: Folder) -> None:
    assert dropped(model_folder(WITH_CALLS), *messages) == []


def test_a_mark_that_changes_more_than_its_message_is_no_proof(model_folder: Folder) -> None:
    by_length = "{{ messages | map(attribute='content') | join | length }}" + ALL.replace("m.content or ''", "'x'")
    assert dropped(model_folder(by_length), ASKED) == []


TOOL = {"type": "function", "function": {"name": "look", "description": "Looks.", "parameters": {"type": "object"}}}
LISTED = "{% for tool in tools or [] %}{{ tool.function.name }};{% endfor %}"
REFUSES = "{% if m.tool_calls and not tools %}{{ raise_exception('calls without tools') }}{% endif %}"
LAST_USER = "{% if m.role == 'user' and loop.last %}" + LISTED + "{% endif %}"
SHOUTS_LAST = ALL.replace("{{ m.content or '' }}", "{{ (m.content or '') | upper if loop.last else m.content or '' }}")


@pytest.mark.parametrize(
    ("template", "moves"),
    [
        (ALL.replace("<{{ m.role }}>", REFUSES + LAST_USER + "<{{ m.role }}>"), True),
        (LISTED + SHOUTS_LAST.replace("<{{ m.role }}>", REFUSES + "<{{ m.role }}>"), False),
    ],
    ids=["the tools stand before the last question", "something else is not what it was"],
)
def test_a_template_that_refuses_calls_without_tools(template: str, moves: bool, model_folder: Folder) -> None:
    again = {"role": "user", "content": "Who has seen it?"}
    folder = model_folder(template)
    assert bool(hits("template-moves-tools", folder, ASKED, CALLING, FOUND, again, tools=[TOOL])) is moves


def test_a_template_that_refuses_the_request_drops_nothing(model_folder: Folder) -> None:
    assert dropped(model_folder("{{ raise_exception('no') }}"), ASKED) == []


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        (ALL, None),
        ("{{ strftime_now('%d %b') }}" + ALL, 1),
        ("{{ raise_exception('no') }}", None),
    ],
    ids=["no clock", "the day", "refused"],
)
def test_the_first_character_that_moves_with_the_clock(
    template: str, expected: int | None, model_folder: Folder
) -> None:
    with contexts.model(str(model_folder(template)), "transformers") as opened:
        request = contexts.request({"model": "tiny", "messages": [ASKED]}, opened)
        assert TemplateContext(opened, [request]).moves_with_clock(timedelta(days=1)) == expected
