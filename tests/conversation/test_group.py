"""What proposes that requests belong together: the config, names, ids, files and their numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from promptlint.conversation import Grouped, Link, group
from promptlint.model import Conversation, JsonObject, Turn
from tests.conversation.requests import links, turn


def sources(grouped: Grouped) -> list[tuple[tuple[int, ...], str]]:
    return [(one.requests, one.source) for one in grouped.conversations]


def files(*paths: str) -> list[Turn]:
    """A conversation of which each file holds one more turn."""
    said = [f"{'ua'[number % 2]}:message {number}" for number in range(2 * len(paths))]
    return [turn(*said[: 2 * number + 1], path=path) for number, path in enumerate(paths)]


def test_nothing_and_one() -> None:
    assert group([]) == Grouped((), ())
    assert sources(group([turn("u:a")])) == [((0,), "history")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a/before.json", "a/after.json"),
        ("a/X.before.json", "a/X.after.json"),
        ("X_before.yaml", "X_after.json"),
        ("X-before.jsonl.gz", "X-after.jsonl.gz"),
        ("./a/7.before.har", "a/7.after.har"),
    ],
)
def test_before_and_after_are_compared_whatever_they_hold(before: str, after: str) -> None:
    turns = [turn("u:this", path=after), turn("u:that", model="claude", path=before)]
    assert group(turns) == Grouped((Conversation((1, 0), "names"),), (Link(1, 0, explicit=True),))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a/before.json", "b/after.json"),
        ("X.before.json", "Y.after.json"),
        ("X.before.json", "X-after.json"),
        ("before-release.json", "after-release.json"),
        ("thereafter.json", "therebefore.json"),
        ("X.before.json", "X.json"),
    ],
)
def test_names_that_make_no_pair(one: str, other: str) -> None:
    assert group([turn("u:a", path=one), turn("u:a", "a:b", path=other)]).links == ()


def test_requests_of_before_and_after_are_paired_by_their_number() -> None:
    turns = [turn("u:1", path="x.before.jsonl"), turn("u:2", path="x.before.jsonl"), turn("u:3", path="x.before.jsonl")]
    turns += [turn("u:1", path="x.after.jsonl"), turn("u:2", path="x.after.jsonl")]
    found = group(turns)
    assert links(found) == [(0, 3), (1, 4)]
    assert sources(found) == [((0, 3), "names"), ((1, 4), "names"), ((2,), "history")]


@pytest.mark.parametrize(
    "paths",
    [
        ("turn-1.json", "turn-2.json", "turn-10.json"),
        ("1.json", "2.json", "03.json"),
        ("g/2026-05-17T09-59-00.json", "g/2026-05-17T10-00-00.json", "g/2026-05-17T10-00-00.5.json"),
        tuple(f"request_dump_20260404_203455_328112_20260404_{time}_857461.json" for time in (203455, 203501, 210000)),
        ("log.jsonl", "log.jsonl", "log.jsonl"),
    ],
)
def test_numbers_and_times_in_names_give_an_order(paths: tuple[str, ...]) -> None:
    turns = files(*paths)
    found = group(turns)
    assert sources(found) == [((0, 1, 2), "history")]
    assert found.links == (Link(0, 1, explicit=False), Link(1, 2, explicit=False))
    if len(set(paths)) == len(paths):
        assert links(group(turns[::-1])) == [(1, 0), (2, 1)]


def test_files_without_a_number_or_of_another_series_stand_alone() -> None:
    turns = files("a.json", "b.json", "b-1.json", "c-2.json", "d/b-3.json")
    assert group(turns).links == ()
    assert len(group(turns).conversations) == 5


def test_times_come_before_names_where_all_have_one() -> None:
    times = [datetime(2026, 1, 1, 12, minute, tzinfo=UTC) for minute in (2, 1)]
    turns = [turn("u:a", "a:b", path="t-1.json", at=times[0]), turn("u:a", path="t-2.json", at=times[1])]
    assert links(group(turns)) == [(1, 0)]
    naive = [Turn(one.request, one.chat) for one in turns]
    naive[1] = turn("u:a", path="t-2.json", at=datetime(2026, 1, 1))
    assert links(group(naive)) == []


def test_files_of_one_folder_that_say_only_when_they_were_sent_are_one_order() -> None:
    times = [datetime(2026, 1, 1, 12, minute, tzinfo=UTC) for minute in (2, 1, 3)]
    one, other, late = files("aa.json", "zz.json", "mm.json")
    turns = [turned(other, times[0]), turned(one, times[1]), turned(late, times[2])]
    assert links(group(turns)) == [(1, 0), (0, 2)]
    assert links(group([*turns[:2], turned(late, datetime(2026, 1, 1, 12, 3))])) == [(1, 0)]
    many = [Turn(replace(each.request, siblings=2), each.chat) for each in turns]
    assert links(group(many)) == []
    elsewhere = Turn(replace(turns[2].request, path="other/mm.json"), turns[2].chat)
    assert links(group([*turns[:2], elsewhere])) == [(1, 0)]


def turned(one: Turn, at: datetime) -> Turn:
    return Turn(replace(one.request, recorded_at=at), one.chat)


@pytest.mark.parametrize(
    "members",
    [
        {"session_id": "s"},
        {"prompt_cache_key": "s"},
        {"metadata": {"session_id": "s"}},
        {"metadata": {"gen_ai.conversation.id": "s"}},
        {"metadata": {"user_id": "user_1f_account__session_0b5c2a7e-1d2f"}},
        {"metadata": {"user_id": '{"device_id":"d","session_id":"s"}'}},
    ],
)
def test_an_id_holds_a_conversation_together(members: JsonObject) -> None:
    turns = [turn("u:a", path="one.json", **members), turn("u:a", "a:b", path="two.json", **members)]
    turns += [turn("u:title", path="three.json", **members), turn("u:a", "a:b", path="d/four.json", **members)]
    found = group(turns)
    assert links(found) == [(0, 1)] or links(found) == [(1, 0)]
    # A key of a cache that nothing else has names no conversation.
    assert {source for requests, source in sources(found)} == (
        {"id", "history"} if "prompt_cache_key" in members else {"id"}
    )
    assert sorted(len(requests) for requests, _ in sources(found)) == [1, 3]


def test_two_ids_in_one_file_are_two_conversations() -> None:
    turns = [turn("u:a", session_id="1"), turn("u:a", "a:b", session_id="2"), turn("u:a", "a:b", "u:c", session_id="1")]
    assert links(group(turns)) == [(0, 2)]
    assert sources(group(turns)) == [((0, 2), "id"), ((1,), "id")]


def test_a_cache_key_that_is_new_on_every_request_is_no_conversation() -> None:
    assert links(group([turn("u:a", prompt_cache_key="1"), turn("u:a", "a:b", prompt_cache_key="2")])) == [(0, 1)]


@pytest.mark.parametrize("value", [None, "", 7, ["s"], {}])
def test_what_is_no_id(value: Any) -> None:
    members = {"session_id": value, "metadata": {"user_id": value}, "conversation": value}
    assert sources(group([turn("u:a", **members)])) == [((0,), "history")]


def test_a_container_names_the_session_beside_the_request() -> None:
    turns = [Turn(replace(one.request, session="s-1"), one.chat) for one in files("first.json", "second.json")]
    assert sources(group(turns)) == [((0, 1), "id")]


def test_sessions_of_the_config_are_compared_in_their_order() -> None:
    turns = [turn("u:other", path="c.json"), *files("b.json", "x/a.json"), turn("u:lone", path="d.json")]
    found = group(turns, [["b.json", "./c.json", "x/../x/a.json", "gone.json"], ["gone.json"]])
    assert sources(found) == [((1, 0, 2), "explicit"), ((3,), "history")]
    assert found.links == (Link(1, 0, explicit=True), Link(1, 2, explicit=True))


def test_sessions_name_single_requests_and_may_begin_alike() -> None:
    turns = [turn("u:a", path="a.jsonl"), turn("u:a", "a:b", "u:c", path="a.jsonl"), turn("u:x", path="b.json")]
    found = group(turns, [["a.jsonl#0", "a.jsonl#-1"], ["a.jsonl#0", "b.json"]])
    assert sources(found) == [((0, 1), "explicit"), ((0, 2), "explicit")]
    assert found.links == (Link(0, 1, explicit=True), Link(0, 2, explicit=True))
