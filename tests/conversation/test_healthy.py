"""What looks like a change and is none: each keeps the parent that it has."""

from __future__ import annotations

from typing import Any

from promptlint.conversation import group
from promptlint.dialect import chat
from promptlint.model import JsonObject, Request, Turn
from tests.conversation.requests import links, turn

ASKED = ["u:weather?", "c:Oslo", "t:4 degrees", "a:It is cold.", "u:and tomorrow?"]
TITLE = "Write a title of at most five words for what the user wants. Reply with nothing else than the title itself."


def sent(dialect: str, **body: Any) -> Turn:
    request = Request("session.jsonl", None, "jsonl", dialect, body.get("model"), body)
    return Turn(request, chat(request))


def said(text: str, *, marked: bool = False, role: str = "user") -> JsonObject:
    part = {"type": "text", "text": text, **({"cache_control": {"type": "ephemeral"}} if marked else {})}
    return {"role": role, "content": [part]}


def test_a_mark_of_the_cache_that_rolls_on() -> None:
    first, answer, second = said("q", marked=True), said("a", role="assistant"), said("r", marked=True)
    turns = [sent("anthropic", model="claude-x", messages=[first])]
    turns += [sent("anthropic", model="claude-x", messages=[said("q"), answer, second])]
    turns += [
        sent("anthropic", model="claude-x", messages=[said("q"), answer, said("r"), answer, said("s", marked=True)])
    ]
    assert links(group(turns)) == [(0, 1), (1, 2)]


def test_a_text_that_becomes_one_part() -> None:
    turns = [turn("u:q", "a:b", "u:c"), turn(said("q"), said("b", role="assistant"), said("c"), "a:d", "u:e")]
    assert links(group(turns)) == [(0, 1)]
    assert links(group([turns[1], turn("u:q", "a:b", "u:c", "a:d", "u:e", "a:f", "u:g")])) == [(0, 1)]


def test_thoughts_that_are_left_out_later() -> None:
    thought = {"role": "assistant", "content": [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "b"}]}
    turns = [turn("u:q", thought, "u:c"), turn("u:q", "a:b", "u:c", "a:d", "u:e")]
    assert links(group(turns)) == [(0, 1)]


def test_one_conversation_again_for_each_parameter_of_a_test() -> None:
    run = [turn(*ASKED[:1]), turn(*ASKED[:3]), turn(*ASKED)]
    assert links(group(run * 3)) == [(0, 1), (1, 2), (3, 4), (4, 5), (6, 7), (7, 8)]


def test_each_request_of_a_test_again_before_the_next() -> None:
    once = [turn(*ASKED[:1]), turn(*ASKED[:3]), turn(*ASKED)]
    found = links(group([each for each in once for _ in range(3)]))
    assert found == [(2, 3), (2, 4), (2, 5), (5, 6), (5, 7), (5, 8)]


def test_a_request_that_is_sent_again_is_continued_in_its_last_copy() -> None:
    turns = [turn(*ASKED[:3]), turn(*ASKED[:3]), turn(*ASKED), turn(*ASKED), turn(*ASKED, "a:Warmer.", "u:thanks")]
    assert links(group(turns)) == [(1, 2), (1, 3), (3, 4)]


def test_a_changed_history_that_is_sent_again_continues_what_it_did() -> None:
    changed = [*ASKED[:2], "t:[result cleared]", *ASKED[3:], "a:Warmer.", "u:thanks"]
    assert links(group([turn(*ASKED), turn(*changed), turn(*changed)])) == [(0, 1), (0, 2)]


def test_side_requests_between_the_turns() -> None:
    turns = []
    for length, told in ((1, "Name it"), (3, "Is this a new topic?"), (5, "What may the user want next?")):
        turns += [turn("u:quota", system=None, model="gpt-5-nano"), turn(*ASKED[:length], tools="weather")]
        turns += [turn(f"u:{told} <text>{ASKED[length - 1]}</text>", system=TITLE)]
    turns.append(turn(*ASKED, "u:Name it", system=TITLE))
    assert links(group(turns)) == [(1, 4), (4, 7)]


def test_models_that_take_turns() -> None:
    models = ["gpt-4o", "o3", "gpt-4o", "gpt-5-mini"]
    turns = [turn(*ASKED[: 2 * number + 1], model=model) for number, model in enumerate(models[:3])]
    assert links(group(turns)) == [(0, 1), (1, 2)]
    gateways = ["us.anthropic.claude-sonnet-4-20250514-v1:0", "claude-opus-4-5", "anthropic/claude-haiku-4.5"]
    turns = [turn(*ASKED[: 2 * number + 1], model=model) for number, model in enumerate(gateways)]
    assert links(group(turns)) == [(0, 1), (1, 2)]


def test_a_message_that_moves_into_the_history() -> None:
    first = {"model": "command-r", "message": "q", "chat_history": []}
    then = [{"role": "USER", "message": "q"}, {"role": "CHATBOT", "message": "a"}]
    second = {"model": "command-r", "message": "r", "chat_history": then}
    assert links(group([sent("cohere", **first), sent("cohere", **second)])) == [(0, 1)]
