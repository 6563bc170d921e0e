"""Messages that say the same in another form, and media in the history: which form is told, and where."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from promptlint.lint import catalogue, rule_file
from promptlint.lint.option import effective
from promptlint.lint.runner import Active, run
from promptlint.local_model import Model
from promptlint.options import LintOptions, RuleOptions
from tests.lint import contexts

FOLDER = Path(__file__).resolve().parents[2] / "rules" / "history"
Message = dict[str, Any]

SYSTEM: Message = {"role": "system", "content": "Be short."}
ASKED: Message = {"role": "user", "content": "Where is the kite that flew over the harbour wall this morning?"}
SAID: Message = {"role": "assistant", "content": "It hangs in the old plane tree behind the lighthouse."}
MORE: Message = {"role": "user", "content": "Who has seen it since?"}
TEXT = {"type": "text", "text": SAID["content"]}
NOTED = {**TEXT, "annotations": []}
IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}
CALL = {"id": "c1", "type": "function", "function": {"name": "look", "arguments": '{"at": "tree"}'}}


@pytest.fixture(scope="module")
def opened() -> Iterator[Model]:
    with contexts.model() as model:
        yield model


def told(name: str, opened: Model, old: list[Message], new: list[Message], **more: Any) -> list[tuple[str, str]]:
    """What a rule says of an earlier request and of one that goes on from it: place and message."""
    return told_of(name, opened, *({"messages": messages, **more} for messages in (old, [*new, SAID, MORE])))


def told_of(name: str, opened: Model, *bodies: dict[str, Any]) -> list[tuple[str, str]]:
    rule = catalogue.with_check(rule_file.read(FOLDER / f"{name}.yaml", "bundled"))
    active = [Active(rule, effective(rule, RuleOptions({}, {})))]
    requests, pairs = contexts.session(opened, *({"model": "example", **body} for body in bodies))
    found = run([], requests, pairs, active, LintOptions())
    return [(one.place.pointer, one.message) for one in found]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            {"content": [TEXT]},
            {"content": [NOTED]},
            ("/content/0", 'a part of {} has another form: "type, text, annotations", and was "type, text"'),
        ),
        (
            {"content": [TEXT, TEXT]},
            {"content": [TEXT, NOTED]},
            ("/content/1", 'a part of {} has another form: "type, text, annotations", and was "type, text"'),
        ),
        (
            {"content": [SAID["content"]]},
            {"content": [TEXT]},
            ("/content/0", 'a part of {} has another form: "type, text", and was "a string"'),
        ),
        (
            {"content": None, "tool_calls": [CALL]},
            {"content": "", "tool_calls": [CALL]},
            ("/content", "the content of {} is an empty string now, and was null"),
        ),
        (
            {"content": [], "tool_calls": [CALL]},
            {"tool_calls": [CALL]},
            ("", "the content of {} is null now, and was an empty list"),
        ),
        (
            {"tool_calls": [{**CALL, "call_id": "c1"}]},
            {"tool_calls": [CALL]},
            ("/tool_calls/0", 'the call of "look" has lost the key "call_id"'),
        ),
        (
            {"tool_calls": [{**CALL, "function": {**CALL["function"], "strict": True, "more": 1}}]},  # type: ignore[dict-item]  # a dict of dicts
            {"tool_calls": [CALL]},
            ("/tool_calls/0/function", 'the call of "look" has lost the keys "strict", "more"'),
        ),
        ({"name": "keeper"}, {}, ("", '{} has lost the key "name"')),
    ],
    ids=["a key", "the second part", "a string", "null", "gone", "a key of a call", "keys of a function", "a name"],
)
def test_an_answer_in_another_form(old: Message, new: Message, expected: tuple[str, str], opened: Model) -> None:
    pointer, message = expected
    history = [[ASKED, {**SAID, **one}, MORE] for one in (old, new)]
    if "content" in old and "content" not in new:
        del history[1][1]["content"]
    found = told("message-shape-drift", opened, *history)
    assert found[:1] == [(f"/messages/1{pointer}", message.format("an earlier assistant message"))]
    assert len(found) == 1


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        ({**SYSTEM, "name": "boss"}, [("/messages/0/name", 'an earlier system message has the key "name" now')]),
        ({**SYSTEM, "content": [{"type": "text", "text": "Be "}, {"type": "text", "text": "short."}]}, []),
        ({**SYSTEM, "content": "Be brief."}, []),
    ],
    ids=["a key", "in two parts, which the system rules tell of", "another text, which they tell of too"],
)
def test_the_system_message_in_another_form(new: Message, expected: list[tuple[str, str]], opened: Model) -> None:
    assert told("message-shape-drift", opened, [SYSTEM, ASKED, SAID], [new, ASKED, SAID]) == expected


def test_the_form_of_translated_messages_is_not_the_senders(opened: Model) -> None:
    old, new = ([ASKED, {**SAID, "content": [part]}, MORE] for part in (TEXT, NOTED))
    assert told("message-shape-drift", opened, old, new, system="Be short.", max_tokens=9) == []


def test_the_form_of_a_system_text_that_is_no_message_is_not_the_senders(opened: Model) -> None:
    texts = ("Be short.", [{"type": "text", "text": "Be short."}, {"type": "text", "text": "Be kind."}])
    bodies = ({"system": text, "messages": [ASKED, SAID, MORE], "max_tokens": 9} for text in texts)
    assert told_of("message-shape-drift", opened, *bodies) == []


def test_a_part_of_media_is_told_of_by_its_own_rule(opened: Model) -> None:
    detailed = {**IMAGE, "image_url": {**IMAGE["image_url"], "detail": "low"}}  # type: ignore[dict-item]  # a dict of dicts
    old, new = ([{**ASKED, "content": [TEXT, part]}, SAID, MORE] for part in (IMAGE, detailed))
    assert told("message-shape-drift", opened, old, new) == []
    assert [pointer for pointer, _ in told("image-drift", opened, old, new)] == ["/messages/0/content/1"]


@pytest.mark.parametrize("old", [ASKED, {**ASKED, "content": [{"type": "text", "text": ASKED["content"]}]}])
def test_an_image_that_was_not_there(old: Message, opened: Model) -> None:
    new = {**ASKED, "content": [{"type": "text", "text": ASKED["content"]}, IMAGE]}
    ((pointer, message),) = told("image-drift", opened, [old, SAID, MORE], [new, SAID, MORE])
    assert pointer == "/messages/0/content/1"
    assert message == "there is a new image in an earlier user message"


def test_an_image_in_place_of_a_note(opened: Model) -> None:
    old, new = (
        [{**ASKED, "content": [TEXT, part]}, SAID, MORE] for part in ({"type": "text", "text": "[gone]"}, IMAGE)
    )
    ((pointer, message),) = told("image-drift", opened, old, new)
    assert pointer == "/messages/0/content/1"
    assert message == "there is a new image in an earlier user message"


def test_other_bytes_in_a_block_of_anthropic(opened: Model) -> None:
    def asked(data: str) -> Message:
        source = {"type": "base64", "media_type": "image/png", "data": data}
        return {"role": "user", "content": [{"type": "image", "source": source}]}

    old, new = ([asked(data), SAID, MORE] for data in ("iVBORw0KGgo=", "iVBORw0KGgp="))
    ((pointer, _),) = told("image-drift", opened, old, new, system="Be short.", max_tokens=9)
    assert pointer == "/messages/0/content/0"


def test_other_words_in_a_system_text_are_no_spaces(opened: Model) -> None:
    other = {**SYSTEM, "content": "Be brief."}
    assert told("whitespace-drift", opened, [SYSTEM, ASKED, SAID], [other, ASKED, SAID]) == []
    spaced = {**SYSTEM, "content": "Be short.\n"}
    ((pointer, _),) = told("whitespace-drift", opened, [SYSTEM, ASKED, SAID], [spaced, ASKED, SAID])
    assert pointer == "/messages/0/content"


def test_reasoning_that_is_no_text_is_compared_whole(opened: Model) -> None:
    old, new = ([ASKED, {**SAID, "reasoning": [text]}, MORE] for text in ("a", "b"))
    message = 'the reasoning of an earlier answer changed: "["a"]" became "["b"]"'
    assert told("reasoning-field-drift", opened, old, new) == [("/messages/1/reasoning", message)]


def test_another_value_of_a_key_is_another_message(opened: Model) -> None:
    old, new = ([ASKED, {**SAID, "name": name}, MORE] for name in ("a", "b"))
    message = 'an earlier assistant message is another one (rewritten): "a" became "b"'
    assert told("history-rewritten", opened, old, new) == [("/messages/1/name", message)]
