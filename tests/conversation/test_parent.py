"""Who continues whom within one file; the decoys first."""

from __future__ import annotations

from typing import Any

import pytest

from promptlint.conversation import group
from promptlint.model import JsonObject, Turn
from tests.conversation.requests import links, message, turn

LONG = ["u:fix the parser", "c:a.py", "t:def parse(): pass", "a:it is empty", "u:write it then", "c:b.py", "t:grammar"]
TITLE = "Write a title of at most five words for what the user wants. Reply with nothing else than the title itself."


@pytest.mark.parametrize(
    "turns",
    [
        [turn("u:one"), turn("u:one")],
        [turn("u:one", system="a"), turn("u:one", system="b")],
        [turn("u:What is the weather in Paris?"), turn("u:What is the weather in London?", "a:mild", "u:why?")],
        [turn("u:one"), turn("u:one", "a:1", model="claude-opus-4")],
        [turn(*LONG), turn(*LONG[:3])],
        [turn(*LONG), turn("u:fix the parser")],
        [turn("u:q", "c:a", "t:1"), turn("u:q", "c:a", "t:2")],
        [turn("u:hi", "a:hello", "u:hi", "a:hello", "u:bye"), turn("u:hi", "a:hello")],
        [turn(*LONG), turn("u:Write a summary of the conversation so far", system=TITLE)],
        [turn(*LONG), turn("u:Write a summary of the conversation so far")],
        [turn("u:fix it", tools="read write"), turn("u:fix it", "a:done", "u:title?", system=TITLE)],
        [turn("u:fix it", system=TITLE), turn("u:fix it", "a:done", "u:thanks", tools="read write")],
        [turn("u:one", "a:1"), turn("u:two", "a:1", "u:more")],
        [turn(), turn("u:one")],
        [turn("u:Look up the weather"), turn("u:Look up the weather in Oslo", "a:cold", tools="weather")],
        [turn("u:one"), turn("u:one", "a:1", "u:2", previous_response_id="r1")],
        [turn("u:look", "c:a", "t:the same text"), turn("u:find", "c:a", "t:the same text", "a:x", "u:y")],
    ],
    ids=[
        "resent", "resent with another system", "same wording", "other family", "rewound", "started again",
        "other answer", "repeated words", "summary by another agent", "summary asked for", "title after",
        "title before", "other question, same answer", "nothing said", "other tools",
        "rest on the server", "other question, same call",
    ],
)  # fmt: skip  # laid out by hand, to be read as a table
def test_what_is_no_continuation(turns: list[Turn]) -> None:
    found = group(turns)
    assert links(found) == []
    assert [(one.requests, one.source) for one in found.conversations] == [((0,), "history"), ((1,), "history")]


@pytest.mark.parametrize(
    "after",
    [
        turn("u:one", "a:1"),
        turn("u:one", "a:1", "u:two", system="quite another text"),
        turn("u:one", "a:1", "u:two", system=None, tools="read"),
        turn("u:one", "a:1", model="gpt-5-mini"),
        turn("u:one", "a:1", model=None),
        turn("u: one \n", "a:1"),
        turn({"role": "user", "content": [{"type": "text", "text": "one", "cache_control": {"type": "x"}}]}, "a:1"),
        turn({"content": "one", "role": "user", "id": "m1"}, "a:1"),
        turn("s:late", "u:one", "a:1"),
    ],
)
def test_appended_whatever_else_breaks(after: Turn) -> None:
    assert links(group([turn("u:one"), after])) == [(0, 1)]


def with_arguments(arguments: Any, **extra: Any) -> JsonObject:
    call = {"id": "other", "type": "function", "function": {"name": "read", "arguments": arguments}, **extra}
    return {"role": "assistant", "content": "", "tool_calls": [call], "reasoning_content": "hm"}


@pytest.mark.parametrize("arguments", ['{"b":1,"a":[2]}', '{"a": [2], "b": 1}', {"b": 1, "a": [2]}])
def test_a_call_is_recognised_by_its_name_and_arguments(arguments: Any) -> None:
    first = with_arguments('{"a":[2],"b":1}')
    turns = [turn("u:q", first, "t:1"), turn("u:q", with_arguments(arguments, call_id="x"), "t:1", "a:2")]
    assert links(group(turns)) == [(0, 1)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (LONG, [*LONG[:2], "t:[Old tool result content cleared]", *LONG[3:], "a:done"]),
        (LONG, [*LONG[:3], "a:it was rewritten", *LONG[4:], "a:done"]),
        (LONG, ["u:something else", *LONG[1:], "a:done"]),
        (LONG, [*LONG[:1], *LONG[3:], "a:done"]),
        (LONG, [*LONG[2:], "a:done", "u:more"]),
        (LONG, [LONG[0], *LONG[5:], "a:done"]),
        (LONG, ["u:memory: likes tea", *LONG, "a:done"]),
        (LONG, [LONG[0], "u:memory: likes tea", "a:noted", *LONG[1:], "a:done"]),
        (LONG, [*LONG[:3], *LONG[5:], "a:done"]),
        (LONG, [LONG[0], "u:[CONTEXT COMPACTION] read the parser", "a:understood", *LONG[5:]]),
        (LONG, [LONG[0], "u:Summary of the work: the parser was read", "u:go on"]),
        (LONG, ["u:This session is being continued from a previous conversation: the parser was read", "u:go on"]),
        (["u:hello at 12:30"], ["u:hello at 12:31", "a:1"]),
        (["u:fix it, please, now\n<note>open: a.py</note>"], ["u:fix it, please, now", "a:1"]),
        (["u:q", "c:a", "t:" + "x" * 50], ["u:q", "c:a", "t:" + "x" * 20, "a:1"]),
    ],
    ids=[
        "pruned", "one rewritten", "first rewritten", "two dropped", "window", "window behind the first",
        "one in front", "two in between", "two out of the middle", "compacted",
        "summary", "handed on", "clock", "ephemeral", "cut",
    ],
)  # fmt: skip  # laid out by hand, to be read as a table
def test_changed_histories_are_still_found(old: list[str], new: list[str]) -> None:
    turns = [turn(LONG[0]), turn(*LONG[:3]), turn(*old), turn(*new)]
    assert links(group(turns))[-1] == (2, 3)
    assert links(group([turn(*old), turn("u:quota"), turn(*new)])) == [(0, 2)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (["u:<memory>short chapters</memory> where?", "a:At the lamp that is out.", "u:Write the next paragraph."],)
        * 2,
        ([{"role": "user", "content": [{"type": "text", "text": "who?"}, {"type": "image"}]}, "a:him", "u:open"],) * 2,
        (["u:plan", "a:January: frames", "u:go on"], ["u:plan", "a:[CONTEXT COMPACTION] of the plan", "u:and June?"]),
    ],
    ids=["recall moved", "image dropped", "compacted early"],
)
def test_short_histories_that_are_changed_at_the_start(old: list[Any], new: list[Any]) -> None:
    if old is new:
        text = "u:<memory>the ferry is white</memory> where?" if isinstance(old[0], str) else "u:who?"
        new = [text, *old[1:], "a:done", "u:thanks"]
    assert links(group([turn(*old), turn(*new)])) == [(0, 1)]


def test_runs_of_one_test_are_told_apart() -> None:
    turns = []
    for answer in ("12 degrees", "14 degrees", "12 degrees"):
        steps = ["u:weather?", f"c:{answer}", f"t:{answer}", "a:fine", "u:and tomorrow?", "a:" + answer, "u:thanks"]
        turns += [turn(*steps[:1]), turn(*steps[:3]), turn(*steps[:5]), turn(*steps)]
    assert links(group(turns)) == [(0, 1), (1, 2), (2, 3), (4, 5), (5, 6), (6, 7), (8, 9), (9, 10), (10, 11)]
    assert [one.requests for one in group(turns).conversations] == [(0, 1, 2, 3), (4, 5, 6, 7), (8, 9, 10, 11)]


def test_interleaved_runs_go_by_their_setting() -> None:
    turns = [turn("u:q", system=s, model=m) for s, m in (("be brief", "gpt-5"), ("be kind", "gpt-5"), ("", "gpt-4o"))]
    turns += [turn("u:q", "a:1", system=s, model=m) for s, m in (("be brief", "gpt-5"), ("be kind", "gpt-5"))]
    assert links(group(turns)) == [(0, 3), (1, 4)]


def test_a_fork_starts_from_where_both_agree() -> None:
    turns = [turn("u:q"), turn("u:q", "a:1", "u:x"), turn("u:q", "a:2", "u:y"), turn("u:q", "a:2", "u:y", "a:3", "u:z")]
    assert links(group(turns)) == [(0, 1), (0, 2), (2, 3)]
    assert [one.requests for one in group(turns).conversations] == [(0, 1, 2, 3)]


def test_side_requests_are_nobodys_parent_and_nobodys_child() -> None:
    asked = ["u:fix the parser", "a:done", "u:thanks"]
    turns = [
        turn("u:quota", system=None, model="gpt-5-nano"),
        turn(asked[0]),
        turn(asked[0], system=TITLE),
        turn(*asked[:2], "u:Name it", system="Is this a new topic? Say yes or no."),
        turn(*asked),
        turn(*asked, "a:welcome", "u:bye", system=SYSTEM_CHANGED),
    ]
    assert links(group(turns)) == [(1, 4), (4, 5)]


SYSTEM_CHANGED = "You are a careful assistant that edits files. Answer briefly, and never guess. It is 12:31 now."


def test_recalled_text_may_change_all_but_the_frame_of_the_system_text() -> None:
    frame = "Answer from these notes: {}"
    notes = ["the harbour opens at dawn and the ferry waits for nobody", "bees return late under heavy summer clouds"]
    turns = [turn("u:q", system=frame.format(notes[0])), turn("u:q", "a:1", system=frame.format(notes[1]))]
    assert links(group(turns)) == [(0, 1)]


def test_another_agent_with_other_tools_takes_over() -> None:
    turns = [
        turn("u:refund", system="You route requests to whoever knows.", tools="transfer_to_refunds"),
        turn("u:refund", "c:x", "t:ok", system="You are the refund desk of a shop.", tools="refund lookup"),
    ]
    assert links(group(turns)) == []


def test_another_api_is_another_conversation() -> None:
    one = turn("u:q")
    other = turn("u:q", "a:1")
    changed = Turn(other.request.__class__("session.jsonl", None, "jsonl", "ollama", "gpt-5", {}), other.chat)
    assert links(group([one, changed])) == []


def test_images_and_parts_without_text() -> None:
    image = {"type": "image_url", "image_url": {"url": "data:1"}}
    other = {"type": "image_url", "image_url": {"url": "data:2"}}
    text = {"type": "text", "text": "what is it?"}
    old = turn({"role": "user", "content": [text, image]})
    new = turn({"role": "user", "content": [text, other]}, message("a:a cat"))
    assert links(group([old, new])) == [(0, 1)]


@pytest.mark.parametrize(("unlike", "found"), [(23, [(0, 1)]), (24, [])])
def test_behind_many_other_messages_in_a_row_begins_another_history(unlike: int, found: list[tuple[int, int]]) -> None:
    kept = [f"{'ua'[number % 2]}:this is message number {number} of them" for number in range(100)]
    old = ["u:hello there", *(f"a:old {number}" for number in range(unlike)), *kept]
    new = ["u:hello there", *(f"a:new {number}" for number in range(unlike)), *(one + ", added" for one in kept), "u:x"]
    assert links(group([turn(*old), turn(*new)])) == found


class Text(str):
    """As some clients have in their bodies: a str that is more."""


def test_what_a_python_caller_has_for_a_text_is_that_text() -> None:
    first: JsonObject = {"role": "user", "content": Text("one")}
    assert links(group([turn(first), turn("u:one", "a:1")])) == [(0, 1)]
    assert links(group([turn(first), turn({"role": "user", "content": Text("two")}, "a:1")])) == []


def test_what_is_nested_too_deeply_to_be_compared_is_recognised_all_the_same() -> None:
    def deep() -> JsonObject:
        value: list[Any] = []
        for _ in range(1500):
            value = [value]
        return {"role": "user", "content": "one", "extra": value}

    assert links(group([turn(deep(), "a:1"), turn(deep(), "a:1", "u:two")])) == [(0, 1)]
