"""What a template does with a message or with the tools, found out with small templates."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from promptlint.lint import renderings as module
from promptlint.lint.context import RequestContext
from promptlint.lint.experiments import Fate, fate, marked, tokens_of_tools_behind
from promptlint.model import JsonObject
from tests.lint import contexts

TEXT = "{{ m.content if m.content is string else m.content | map(attribute='text') | join }}"
IN_PLACE = f"{{%- for m in messages %}}<{{{{ m.role }}}}>{TEXT}\n{{% endfor %}}"
LAST_FIRST = IN_PLACE.replace("in messages", "in messages | reverse")
TOOLS = "{%- for tool in tools or [] %}{{ tool | tojson }}\n{% endfor %}"
BEHIND = "<system>{{ messages[0].content }}\n" + TOOLS + IN_PLACE.replace("in messages", "in messages[1:]")
TOOL = {"type": "function", "function": {"name": "count_boxes", "description": "Counts.", "parameters": {}}}
SYSTEM: JsonObject = {"role": "system", "content": "You count."}
USER: JsonObject = {"role": "user", "content": "How many?"}
CALLING: JsonObject = {"role": "assistant", "content": None, "tool_calls": []}
LATER: JsonObject = {"role": "system", "content": "Be short."}
Folder = Callable[..., Path]


@contextmanager
def request(folder: Path, *messages: JsonObject, **more: Any) -> Iterator[RequestContext]:
    with contexts.model(str(folder), "transformers") as opened:
        yield contexts.request({"model": "tiny", "messages": list(messages), **more}, opened)


@pytest.mark.parametrize(
    ("template", "messages", "number", "outcome"),
    [
        (IN_PLACE, (SYSTEM, USER, LATER), 2, "in place"),
        (IN_PLACE, (SYSTEM, LATER, USER), 1, "in place"),
        (IN_PLACE, (SYSTEM, USER), 0, "in place"),
        (LAST_FIRST, (SYSTEM, USER, LATER), 2, "hoisted"),
        (IN_PLACE.replace("in messages", "in messages[:2]"), (SYSTEM, USER, LATER), 2, "dropped"),
        ("{{ messages | length }}" + IN_PLACE, (SYSTEM, USER, LATER), 2, "hoisted"),
        (IN_PLACE.replace("in messages", "in messages[2:]"), (SYSTEM, USER, LATER), 2, "in place"),
    ],
    ids=[
        "behind a user's",
        "behind a system message",
        "the first",
        "before what was earlier",
        "not printed",
        "it changes what is in front",
        "none of the earlier is printed",
    ],
)
def test_what_becomes_of_a_message(
    template: str, messages: tuple[JsonObject, ...], number: int, outcome: str, model_folder: Folder
) -> None:
    with request(model_folder(template), *messages) as found:
        told = fate(found, number)
    assert told is not None
    assert told.outcome == outcome


def test_nothing_is_known_of_a_message_without_text(model_folder: Folder) -> None:
    with request(model_folder(IN_PLACE.replace(TEXT, "{{ m.content or '' }}")), USER, CALLING, LATER) as found:
        assert fate(found, 1) is None


def test_nothing_is_known_of_a_template_that_is_not_the_own_one() -> None:
    with contexts.model() as opened:
        assert fate(contexts.request({"model": "tiny", "messages": [SYSTEM, USER, LATER]}, opened), 2) is None


def test_nothing_is_known_where_the_copy_is_refused(model_folder: Folder) -> None:
    short = "{%- if messages[-1].content | length > 12 %}{{ raise_exception('too long') }}{% endif %}"
    with request(model_folder(short + IN_PLACE), SYSTEM, USER, LATER) as found:
        assert fate(found, 2) is None


def test_a_message_that_the_template_cannot_do_without_is_in_place(model_folder: Folder) -> None:
    three = "{%- if messages | length < 3 %}{{ raise_exception('three') }}{% endif %}"
    with request(model_folder(three + IN_PLACE), SYSTEM, USER, LATER) as found:
        told = fate(found, 2)
    assert told is not None
    assert told.outcome == "in place"


def test_a_refusal_is_blamed_on_the_message_that_brings_it_about(model_folder: Folder) -> None:
    refused = "{%- for m in messages[1:] if m.role == 'system' %}{{ raise_exception('system first') }}{% endfor %}"
    with request(model_folder(refused + IN_PLACE), SYSTEM, USER, LATER, USER, LATER) as found:
        assert fate(found, 2) == Fate("raises", error="system first")  # up to the one before it all is well
        assert fate(found, 4) is None


def test_a_budget_that_is_used_up_is_no_refusal(model_folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_RENDERINGS", 1)
    with request(model_folder(IN_PLACE), SYSTEM, USER, LATER) as found:
        assert found.render(found.with_message(2, None)) is not None
        assert fate(found, 2) is None


def test_tools_are_lost_with_the_system_text_only_where_they_stand_behind_it(model_folder: Folder) -> None:
    with request(model_folder(BEHIND), SYSTEM, USER, tools=[TOOL]) as found:
        tokens = tokens_of_tools_behind(found)
        own, bare = found.render(found.chat), found.render(contexts.request(bare_body(), found.model).chat)
        assert own is not None
        assert bare is not None
        assert tokens == found.count_tokens(own) - found.count_tokens(bare) > 0


def bare_body() -> dict[str, Any]:
    return {"model": "tiny", "messages": [SYSTEM, USER]}


@pytest.mark.parametrize(
    ("template", "messages", "tools"),
    [
        (BEHIND, (SYSTEM, USER), None),
        (BEHIND, (USER,), [TOOL]),
        (BEHIND, (SYSTEM, USER), [{"type": "web_search"}]),
        (TOOLS + IN_PLACE, (SYSTEM, USER), [TOOL]),
        (IN_PLACE, (SYSTEM, USER), [TOOL]),
        ("{%- if not tools %}{{ raise_exception('tools') }}{% endif %}" + BEHIND, (SYSTEM, USER), [TOOL]),
        (
            "{%- if 'qz' in messages[0].content %}{{ raise_exception('no such word') }}{% endif %}" + BEHIND,
            (SYSTEM, USER),
            [TOOL],
        ),
    ],
    ids=["no tools", "no system text", "no name", "in front", "not printed", "wanted", "copy refused"],
)
def test_nothing_is_said_of_other_tools(
    template: str, messages: tuple[JsonObject, ...], tools: Any, model_folder: Folder
) -> None:
    with request(model_folder(template), *messages, tools=tools) as found:
        assert tokens_of_tools_behind(found) is None


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("Hello.", "Hello. x"),
        ([{"text": "a"}, {"text": "b"}, {"type": "image"}], [{"text": "a"}, {"text": "b x"}, {"type": "image"}]),
    ],
    ids=["a text", "parts"],
)
def test_a_mark_stands_behind_the_last_text(content: Any, expected: Any) -> None:
    assert marked({"role": "user", "content": content}, "x") == {"role": "user", "content": expected}


@pytest.mark.parametrize("content", [None, "", [], [{"type": "image"}], ["text"], 7])
def test_what_has_no_text_has_no_mark(content: Any) -> None:
    assert marked({"role": "user", "content": content}, "x") is None
