"""Where each string of a request stands in the prompt, for templates that print, trim, cut, test and re-spell."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from promptlint.comparison.location import Location, locate
from promptlint.errors import StoppedError, TemplateError
from promptlint.model import Chat
from promptlint.render.environment import render
from promptlint.render.provenance import Provenance, trace
from tests.conftest import TEMPLATE

NOW = datetime(2026, 1, 15)
CHAT = Chat(
    messages=[
        {"role": "system", "content": "  You are helpful.\n\n"},
        {"role": "user", "content": 'Say "hé"\tplease'},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {
                    "id": "call_123456",
                    "type": "function",
                    "function": {"name": "read", "arguments": '{"path": "a\\u00e9.py",  "n": 12}'},
                }
            ],
        },
        {"role": "tool", "tool_call_id": "call_123456", "content": "text of the file"},
    ],
    tools=[
        {
            "type": "function",
            "function": {
                "name": "read",
                "description": 'Read a "file"\nnow',
                "parameters": {"type": "object", "properties": {"path": {"type": "string"}, "n": {"type": "integer"}}},
            },
        }
    ],
)


def renderer(template: str) -> Callable[[Chat], str]:
    def run(chat: Chat) -> str:
        variables = {"messages": list(chat.messages), "tools": chat.tools, "add_generation_prompt": True}
        try:
            return render(template, variables, now=NOW)
        except Exception as error:
            raise TemplateError(str(error), kind=type(error).__name__) from error

    return run


def traced(template: str, chat: Chat = CHAT) -> Provenance:
    run = renderer(template)
    return trace(chat, run(chat), run)


def found(provenance: Provenance, needle: str, shift: int = 0, chat: Chat = CHAT) -> Location:
    return locate(chat, provenance, provenance.text.index(needle) + shift)


def value_at(chat: Chat, pointer: str) -> Any:
    value: Any = {"messages": chat.messages, "tools": chat.tools}
    for step in pointer.split("/")[1:]:
        value = value[int(step)] if isinstance(value, (list, tuple)) else value[step]
    return value


@pytest.mark.parametrize(
    ("needle", "shift", "pointer", "offset"),
    [
        ("You are", 0, "/messages/0/content", 2),
        ("  You are", 0, "/messages/0/content", 0),
        ("\n\n<|im_end|>", 1, "/messages/0/content", 19),
        ('"hé"', 1, "/messages/1/content", 5),
        ("é.py", 0, "/messages/2/tool_calls/0/function/arguments", 11),
        ("read ", 0, "/messages/2/tool_calls/0/function/name", 0),
        ("of the file", 0, "/messages/3/content", 5),
        ('file\\"\\nnow', 4, "/tools/0/function/description", 12),
        ("\\nnow", 0, "/tools/0/function/description", 13),
        ("\\nnow", 2, "/tools/0/function/description", 14),
    ],
)
def test_values(needle: str, shift: int, pointer: str, offset: int) -> None:
    template = TEMPLATE.replace("arguments if arguments is string else", "")  # arguments re-spelled as JSON
    provenance = traced(template)
    if pointer.endswith("arguments"):
        needle = "a\\\\u00e9.py" if needle not in provenance.text else needle
    location = found(provenance, needle, shift)
    assert (location.pointer, location.exact) == (pointer, True)
    if not pointer.endswith("arguments"):
        assert location.offset == offset


def test_argument_text_printed_raw() -> None:
    location = found(traced(TEMPLATE), "\\u00e9.py")
    pointer = "/messages/2/tool_calls/0/function/arguments"
    assert location == Location(pointer, value_at(CHAT, pointer).index("\\u00e9"), key=False, exact=True)


def test_arguments_printed_from_their_parsed_form() -> None:
    pointer = "/messages/2/tool_calls/0/function/arguments"

    def run(chat: Chat) -> str:
        return "".join(
            f"<{call['function']['name']} {json.loads(call['function']['arguments'])['path']}>"
            for message in chat.messages
            for call in message.get("tool_calls", ())
        )

    provenance = trace(CHAT, run(CHAT), run)
    assert provenance.text == "<read aé.py>"
    raw = value_at(CHAT, pointer)
    assert found(provenance, "é") == Location(pointer, raw.index("\\u00e9"), key=False, exact=True)
    assert found(provenance, ".py") == Location(pointer, raw.index(".py"), key=False, exact=True)


@pytest.mark.parametrize(
    ("needle", "pointer", "key"),
    [
        ("user\nSay", "/messages/1/role", False),
        ("assistant\n<call>", "/messages/2/role", False),
        ('properties": {"path', "/tools/0/function/parameters/properties", True),
        ('"n": {"type": "integer', "/tools/0/function/parameters/properties/n", True),
        ('integer"}', "/tools/0/function/parameters/properties/n/type", False),
    ],
)
def test_between_values(needle: str, pointer: str, key: bool) -> None:
    provenance = traced(TEMPLATE)
    location = found(provenance, needle, 1 if needle.startswith('"') else 0)
    assert (location.pointer, location.key) == (pointer, key)


def test_what_leads_in_a_value_belongs_to_it() -> None:
    location = found(traced(TEMPLATE), "<call>")
    assert location.pointer == "/messages/2/tool_calls/0/function/name"


def test_the_turn_that_begins_at_a_tag() -> None:
    location = found(traced(TEMPLATE), "<|im_start|>tool\n")
    assert location.pointer == "/messages/3"


def test_a_template_that_tests_strings_falls_back_to_fewer_marks() -> None:
    template = TEMPLATE.replace(
        "{{- '<|im_end|>",
        "{%- if message.tool_call_id and message.tool_call_id|length != 11 %}BAD{% endif %}{{- '<|im_end|>",
    )
    provenance = traced(template)
    assert provenance.complete
    assert found(provenance, "of the file") == Location("/messages/3/content", 5, key=False, exact=True)


def test_one_text_that_is_tested_does_not_hide_the_others() -> None:
    template = TEMPLATE.replace(
        "{%- if message.content %}",
        "{%- if message.content and message.content|length == 16 %}[16]{% endif %}{%- if message.content %}",
    )
    provenance = traced(template)
    assert "[16]text of the file" in provenance.text
    assert provenance.complete
    assert found(provenance, "You are").exact
    assert found(provenance, "of the file") == Location("/messages/3/content", 5, key=False, exact=False)


def test_a_mark_whose_other_half_is_not_printed_tells_of_no_place() -> None:
    template = "{% for m in messages %}{{ (m.content or '').split(' of ')[-1] }}\n{% endfor %}"
    provenance = traced(template)
    assert "\nthe file\n" in provenance.text
    assert [span.leaf.pointer for span in provenance.spans] == ["/messages/0/content", "/messages/1/content"]
    assert all(span.exact for span in provenance.spans)


def test_a_request_without_text_is_not_rendered_again() -> None:
    def run(_chat: Chat) -> str:
        raise AssertionError("nothing can be marked")

    assert trace(Chat([{"role": "user", "content": " "}]), "user: ", run) == Provenance("user: ", (), complete=True)


def test_argument_text_that_is_no_json_is_not_marked() -> None:
    function = {"name": "read", "arguments": '{"path": "the cut'}
    calling = {"role": "assistant", "content": "I read it.", "tool_calls": [{"type": "function", "function": function}]}
    chat = Chat([calling])
    provenance = traced("{{ messages[0].content }}{{ messages[0].tool_calls[0].function | tojson }}", chat)
    assert [span.leaf.text for span in provenance.spans] == ["I read it.", "read"]


def test_search_is_called_approximate() -> None:
    template = "{% for m in messages %}{{ (m.content or '')|length }} {{ m.content }}{% endfor %}"
    provenance = traced(template)
    assert not any(span.exact for span in provenance.spans)
    location = found(provenance, "of the file")
    assert (location.pointer, location.exact) == ("/messages/3/content", False)


def test_private_use_characters_in_the_request_do_not_confuse() -> None:
    chat = Chat([{"role": "user", "content": "a\U000f0000b\U00100001c and more"}])
    provenance = traced(TEMPLATE, chat)
    assert found(provenance, "and more", chat=chat).pointer == "/messages/0/content"


def test_a_template_that_refuses_marked_text_is_still_traced() -> None:
    refusal = "{% if '\U000f0000' in (m.content or '') %}{{ raise_exception('no') }}{% endif %}"
    template = "{% for m in messages %}" + refusal + "{{ m.content }}{% endfor %}"
    assert found(traced(template), "of the file").pointer == "/messages/3/content"


def test_a_template_that_hangs_on_marks_is_tried_once() -> None:
    tried = 0

    def hang(_chat: Chat) -> str:
        nonlocal tried
        tried += 1
        raise StoppedError("the chat template took longer than 10 seconds and was stopped")

    found = trace(CHAT, 'Say "hé"\tplease', hang)
    assert tried == 1
    assert not found.complete
    assert [span.exact for span in found.spans] == [False]
