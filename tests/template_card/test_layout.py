"""Where a card finds the system text, the tools and each role."""

from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.template_card.facts import ToolFacts
from promptlint.template_card.layout import layout, merges_system, roles, tool_facts
from tests.template_card.probes import PLAIN, probed, template

TOOLS = "{%- if tools -%}[TOOLS]{{ tools | tojson }}[/TOOLS]{%- endif -%}"
CONTENT = "{{ message.content }}"
NO_SYSTEM = "{%- if message.role == 'system' -%}{{ raise_exception('no system') }}{%- endif -%}"


def when(condition: str, text: str) -> str:
    return f"{{%- if {condition} -%}}{text}{{%- endif -%}}"


SYSTEM, USER = "message.role == 'system'", "message.role == 'user'"
FIRST_USER = f"{USER} and (loop.first or loop.previtem.role == 'system')"
LAST_USER = f"{USER} and loop.last"


@pytest.mark.parametrize(
    ("text", "home", "own_block"),
    [
        (PLAIN, "nowhere", False),
        (template(CONTENT, behind=TOOLS), "end", True),
        (template(f"{when(LAST_USER, TOOLS)}{CONTENT}"), "last user", False),
        (template(CONTENT, first=when(LAST_USER, TOOLS)), "last user", True),
        (template(f"{when(FIRST_USER, TOOLS)}{CONTENT}"), "first user", False),
        (template(f"{CONTENT}{when(SYSTEM, TOOLS)}"), "system", False),
        (template(f"{when(SYSTEM, TOOLS)}{CONTENT}"), "system", False),
        (template(CONTENT, front=TOOLS), "system", True),
        (template(CONTENT, first=when(FIRST_USER, TOOLS)), "system", True),
        (template(f"{when(FIRST_USER, TOOLS)}{CONTENT}", first=NO_SYSTEM), "first user", False),
        (template(CONTENT, front=TOOLS, first=NO_SYSTEM), "system", True),
    ],
    ids=[
        "not printed",
        "behind all",
        "in the last user message",
        "in front of the last user message",
        "in the first user message",
        "in the system message, behind its text",
        "in the system message, in front of its text",
        "in front of all",
        "between the system message and the first user message",
        "in the first user message, where no system message is taken",
        "in front of all, where no system message is taken",
    ],
)
def test_the_home_of_the_tools(text: str, home: str, own_block: bool, tmp_path: Path) -> None:
    with probed(tmp_path, text) as probe:
        found = tool_facts(probe)
    assert found is not None
    assert (found.home, found.own_block) == (home, own_block)


def test_what_of_a_tool_is_printed(tmp_path: Path) -> None:
    with probed(tmp_path, template(CONTENT, front=TOOLS), "transformers") as probe:
        assert tool_facts(probe) == ToolFacts("system", own_block=True, sorts_properties=False, prints_extra_keys=True)
    names = "{{ tools[0].function.name }} {{ tools[0].function.description }}"
    with probed(tmp_path, template(CONTENT, front=when("tools", names)), "transformers") as probe:
        assert tool_facts(probe) == ToolFacts("system", own_block=True, sorts_properties=True, prints_extra_keys=False)


def test_a_template_that_refuses_tools_has_a_layout_without_them(tmp_path: Path) -> None:
    with probed(tmp_path, template(CONTENT, front=when("tools", "{{ raise_exception('no tools') }}"))) as probe:
        assert tool_facts(probe) is None
        assert layout(probe) == ("system", "first user", "answer", "second user")


def test_a_template_without_a_system_role(tmp_path: Path) -> None:
    with probed(tmp_path, template(CONTENT, first=NO_SYSTEM)) as probe:
        assert layout(probe) == ("first user", "answer", "second user")
        assert merges_system(probe) is None
        first = roles(probe)["system first"]
    assert (first.outcome, first.error) == ("refused", "no system")


def test_a_system_text_inside_the_first_user_message(tmp_path: Path) -> None:
    merged = f"{{{{ messages[0].content ~ ' ' if {FIRST_USER} and not loop.first }}}}{CONTENT}"
    text = template(merged).replace(
        "{%- for message in messages -%}", "{%- for message in messages -%}" + "{%- if message.role != 'system' -%}"
    )
    with probed(tmp_path, text.replace("{%- endfor -%}", "{%- endif -%}{%- endfor -%}")) as probe:
        assert merges_system(probe) is True
    with probed(tmp_path, PLAIN) as probe:
        assert merges_system(probe) is False


def test_a_later_system_message_that_stands_for_the_first(tmp_path: Path) -> None:
    last = "(messages | selectattr('role', 'equalto', 'system') | list)[-1:]"
    others = "{%- for message in messages if message.role != 'system' -%}"
    one = f"<|{{{{ message.role }}}}|>{CONTENT}{{%- endfor -%}}"
    with probed(tmp_path, f"{{%- for message in {last} -%}}{one}{others}{one}") as probe:
        assert roles(probe)["two system messages"].outcome == "replaces"


def test_a_system_message_that_is_printed_behind_what_follows_it(tmp_path: Path) -> None:
    others = template(f"{{{{ message.content if not ({SYSTEM}) or loop.first }}}}")
    late = "{%- for message in messages[1:] if message.role == 'system' -%}<|late|>{{ message.content }}{%- endfor -%}"
    with probed(tmp_path, others + late) as probe:
        assert roles(probe)["system in the middle"].outcome == "postponed"
