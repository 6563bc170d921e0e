"""Boundaries, with blocks of made-up tokens: what is read, written and fresh, and what each change loses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zlib import crc32

import pytest

from promptlint.engine.hosted import STEPS
from promptlint.engine.marked_boundary import by_markers, by_messages, usage
from promptlint.engine.providers import facts
from promptlint.engine.serving import Block, Level, Prediction, Served, Spans, reusable_tokens

Part = tuple[str, int]  # a name, which stands for what the block says, and its tokens
OPUS, GPT = "claude-opus-5", "gpt-5.6"


@dataclass(frozen=True)
class Body:
    """A request in blocks; those with names in `marked` have a marker."""

    messages: tuple[Part, ...]
    marked: tuple[str, ...]
    tools: Part = ("tools", 3000)
    system: Part = ("system", 2000)
    keys: dict[Level, str] = field(default_factory=dict)
    model: str = OPUS
    closing: tuple[str, ...] = ()

    def served(self) -> Served:
        prompt: list[int] = []
        blocks = []
        parts: list[tuple[Level, Part]] = [("tools", self.tools), ("system", self.system)]
        parts += [("messages", part) for part in self.messages]
        for level, (name, tokens) in parts:
            prompt += [crc32(f"{name} {number}".encode()) for number in range(tokens)]
            blocks.append(Block(len(prompt), level, name in self.marked, closes=name in self.closing))
        return Served(prompt, (), Spans(blocks=tuple(blocks), keys=self.keys, model=self.model))


def predicted(before: Body, after: Body, engine: str = "anthropic", **options: Any) -> Prediction:
    return reusable_tokens(STEPS[engine], before.served(), after.served(), options)


def billed(before: Body, after: Body) -> tuple[int, int, int]:
    """Tokens read, written and fresh."""
    found, served = predicted(before, after), after.served()
    assert found.low == found.high
    known = facts("anthropic", after.model)
    bill = usage(len(served.prompt), found.low, served.spans, known, by_markers(served.spans, known))
    return bill.read, sum(tokens for _, tokens in bill.written), bill.fresh


FIRST = Body((("u1", 500), ("a1", 300), ("u2", 200)), marked=("u2",))
GROWN = replace(FIRST, messages=(*FIRST.messages, ("a2", 400), ("u3", 100)), marked=("u3",))


def appended(count: int) -> tuple[Part, ...]:
    return (*FIRST.messages, *((f"n{number}", 50) for number in range(1, count + 1)))


def test_a_turn_that_only_grew_reads_what_the_last_one_wrote() -> None:
    assert billed(FIRST, GROWN) == (6000, 500, 0)


def test_an_edit_of_the_first_message_leaves_a_marked_system_prompt() -> None:
    edited = (("u1 edited", 510), *GROWN.messages[1:])
    both = replace(FIRST, marked=("system", "u2")), replace(GROWN, messages=edited, marked=("system", "u3"))
    assert billed(*both) == (5000, 1510, 0)
    assert billed(FIRST, replace(GROWN, messages=edited)) == (0, 6510, 0)


def test_one_marker_does_not_reach_over_25_new_blocks() -> None:
    assert billed(FIRST, replace(FIRST, messages=appended(25), marked=("n25",))) == (0, 7250, 0)


def test_a_second_marker_half_way_does() -> None:
    assert billed(FIRST, replace(FIRST, messages=appended(25), marked=("n12", "n25"))) == (6000, 1250, 0)


@pytest.mark.parametrize(("count", "read"), [(20, 6000), (21, 0)])
def test_the_look_back_is_20_blocks(count: int, read: int) -> None:
    assert predicted(FIRST, replace(FIRST, messages=appended(count), marked=(f"n{count}",))).high == read


def test_one_changed_tool_description_loses_all() -> None:
    assert predicted(FIRST, replace(GROWN, tools=("other tools", 3000))).high == 0


def test_a_prefix_below_the_minimum_of_its_model_is_not_written() -> None:
    short = Body((("u1", 500),), ("u1",), ("tools", 1500), ("system", 1000), model="claude-opus-4-6")
    found = predicted(short, short)
    assert found == (0, 0, "shorter than the 4,096 tokens that this model caches")
    assert predicted(replace(short, model=OPUS), replace(short, model=OPUS)).high == 3000
    assert predicted(short, short, providers={"anthropic": {"opus-4-6": {"minimum": 1024}}}).high == 3000


def test_a_resend_reads_up_to_the_marker_and_to_the_last_token() -> None:
    assert billed(FIRST, FIRST) == (6000, 0, 0)
    longer = replace(FIRST, messages=(*FIRST.messages, ("tail", 40)))
    assert billed(longer, longer) == (6000, 0, 40)


def test_markers_are_no_part_of_the_key_and_a_marker_that_is_gone_reads_nothing() -> None:
    assert predicted(FIRST, replace(GROWN, marked=("u1", "u3"))).high == 6000
    assert predicted(FIRST, replace(GROWN, marked=())) == (0, 0, "no marker: nothing is cached")


@pytest.mark.parametrize(
    ("level", "read"), [("messages", 5000), ("system", 3000), ("tools", 0)], ids=["messages", "system", "tools"]
)
def test_a_parameter_loses_its_level_and_all_behind(level: Level, read: int) -> None:
    marked = ("tools", "system", "u2")
    before, after = replace(FIRST, marked=marked), replace(GROWN, marked=(*marked, "u3"), keys={level: "other"})
    assert predicted(before, after).high == read


def test_another_model_is_another_cache() -> None:
    assert predicted(FIRST, replace(GROWN, model="claude-opus-4-8")).high == 0


def test_each_stretch_is_written_for_the_lifetime_of_its_marker() -> None:
    blocks = (Block(3000, "tools", True, "1h"), Block(5000, "system"), Block(6000, "messages", True, "5m"))
    spans, known = Spans(blocks=blocks), facts("anthropic", OPUS)
    assert usage(6100, 0, spans, known, by_markers(spans, known)).written == (("1h", 3000), ("5m", 3000))


def gpt(last: str, *, marked: Sequence[str] = ()) -> Body:
    closing = ("developer", "history", last)
    return Body((("history", 10), (last, 100)), tuple(marked), ("tools", 0), ("developer", 6000), {}, GPT, closing)


def test_openai_reads_only_what_ended_a_message_before() -> None:
    assert predicted(gpt("one"), gpt("two"), "openai").high == 0
    assert predicted(gpt("one", marked=["developer"]), gpt("two", marked=["developer"]), "openai")[:2] == (6000, 6000)
    assert predicted(gpt("one"), gpt("one"), "openai")[:2] == (6110, 6110)


def test_openai_finds_the_end_of_an_earlier_message_on_its_own() -> None:
    before = gpt("one")
    after = replace(before, messages=(*before.messages, ("answer", 50), ("two", 9)), closing=(*before.closing, "two"))
    assert predicted(before, after, "openai")[:2] == (6110, 6110)
    assert predicted(before, after, "azure")[:2] == (6110, 6110)


def test_where_openais_documents_disagree_there_is_a_range() -> None:
    before = gpt("one")
    further = tuple((f"m{number}", 10) for number in range(30))
    closing = (*before.closing, *(name for name, _ in further))
    found = predicted(before, replace(before, messages=(*before.messages, *further), closing=closing), "openai")
    assert found[:2] == (0, 6110)


def test_openai_writes_at_four_places() -> None:
    blocks = tuple(Block(2000 + number, "messages", marked=number < 6, closes=number > 6) for number in range(9))
    assert by_messages(Spans(blocks=blocks), facts("openai", GPT)).writes == (3, 4, 5, 8)


def test_dashscope_and_bedrock_follow_their_markers() -> None:
    before, after = (replace(body, model="qwen3.8-max") for body in (FIRST, GROWN))
    assert predicted(before, after, "dashscope")[:2] == (6000, 6000)
    assert predicted(replace(before, marked=()), replace(after, marked=()), "dashscope")[:2] == (0, 6000)
    before, after = (replace(body, model="us.anthropic.claude-opus-5-v1:0") for body in (FIRST, GROWN))
    assert predicted(before, after, "bedrock").high == 6000
