"""What each fault of a pair costs, whatever it is and whoever tells of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import promptlint
from promptlint.comparison.causes import MOST_FAULTS, MOST_RENDERINGS, prices
from promptlint.cost import Cause
from promptlint.local_model import DEFAULT_NOW, Rendering
from promptlint.model import Chat, Pair, Prompt, Report
from tests.conftest import write_model

TEMPLATE = """line
{% for tool in tools or [] %}{{ tool | tojson }}
{% endfor %}{% for message in messages %}<{{ message.role }}>
{{- '[reasoning ' + message.reasoning + ']' if message.reasoning }}
{{- '[thought ' + message.reasoning_content + ']' if message.reasoning_content }}
{%- for call in message.tool_calls or [] %}{{ call | tojson }}{% endfor %}{{ message.content or '' }}{% endfor %}"""
ASK = {"role": "user", "content": "Which orders are open?"}
MORE = [{"role": "assistant", "content": "None."}, {"role": "user", "content": "Thank you."}]
CALL = {"id": "c1", "type": "function", "function": {"name": "orders", "arguments": "{}"}}
RESULT = {"role": "tool", "tool_call_id": "c1", "content": "4711"}


def system(text: str) -> dict[str, Any]:
    return {"role": "system", "content": text}


def body(*messages: dict[str, Any], **rest: Any) -> dict[str, Any]:
    return {"model": "m", "messages": list(messages), **rest}


def tool(name: str) -> dict[str, Any]:
    return {"type": "function", "function": {"name": name, "description": f"It {name}s.", "parameters": {}}}


@pytest.fixture(scope="module")
def compare(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Report]:
    folder = write_model(tmp_path_factory.mktemp("model"), TEMPLATE)
    return lambda before, after, **more: promptlint.diff(before, after, model=folder, engine="transformers", **more)


def causes(report: Report) -> tuple[Cause, ...]:
    return report.pairs[0].causes


def codes(report: Report) -> list[str | None]:
    return [one.code for one in causes(report)]


def test_three_faults_of_a_reload_have_three_prices(compare: Callable[..., Report]) -> None:
    answer = {"role": "assistant", "content": "4711 on Monday.", "reasoning": "It has a date."}
    before = body(
        ASK, {"role": "assistant", "tool_calls": [CALL]}, RESULT, {"role": "assistant", "content": "One.\n\n"}, ASK,
        answer, ASK,
    )  # fmt: skip  # laid out by hand, to be read as a table
    renamed = {"role": "assistant", "content": "4711 on Monday.", "reasoning_content": "It has a date."}
    call = {**CALL, "call_id": "c1", "response_item_id": "fc_1"}
    after = body(
        ASK, {"role": "assistant", "tool_calls": [call]}, RESULT, {"role": "assistant", "content": "One."}, ASK,
        renamed, ASK, *MORE,
    )  # fmt: skip  # laid out by hand, to be read as a table
    report = compare(before, after)
    assert codes(report) == ["KV306", "KV401", "KV403"]
    prices = [one.lost_tokens or 0 for one in causes(report)]
    assert prices[0] == report.pairs[0].lost_tokens
    assert prices[0] > prices[1] > prices[2] > 0
    # With the first k repaired, what is lost is what the next one costs alone.
    assert [one.remaining_tokens for one in causes(report)] == [*prices[1:], 0]
    told = {one.code: one.lost_tokens for one in report.findings if one.pair is not None}
    assert (told["KV401"], told["KV403"]) == (prices[1], prices[2])


def test_the_sentence_says_what_would_be_reused(compare: Callable[..., Report]) -> None:
    text = "You sort the orders.\nNever guess.\nIt is now 2026-05-17 15:4{}."
    report = compare(body(system(text.format(1)), ASK), body(system(text.format(2)), ASK, *MORE))
    (pair,), (cause,) = report.pairs, causes(report)
    assert (cause.code, cause.where) == ("KV101", "line 3 of the system prompt")
    assert cause.reusable_tokens == pair.before_tokens
    assert cause.sentence == (
        f"with date-only in line 3 of the system prompt {pair.before_tokens} of {pair.before_tokens} tokens would be "
        f"reused; now {pair.common_prefix_tokens}"
    )


def test_what_no_rule_tells_of_is_a_cause(compare: Callable[..., Report]) -> None:
    report = compare(
        {"model": "m", "max_tokens": 9, "prompt": "You sort. Go on."},
        {"model": "m", "max_tokens": 9, "prompt": "You tidy. Go on. Yes."},
    )
    (cause,) = causes(report)
    assert (cause.rule, cause.code, cause.before, cause.after) == (None, None, "sort.", "tidy.")
    assert (cause.lost_tokens, cause.remaining_tokens) == (report.pairs[0].lost_tokens, 0)


def test_what_the_prompt_does_not_show_is_no_cause(compare: Callable[..., Report]) -> None:
    before, after = body(system("You sort."), ASK), body(system("You tidy."), {**ASK, "name": "Ada"}, *MORE)
    assert codes(compare(before, after)) == ["KV109"]


def test_tools_are_put_back_whatever_happened_to_them(compare: Callable[..., Report]) -> None:
    a, b, c = map(tool, ("add", "bill", "close"))
    changed = {"type": "function", "function": {**c["function"], "description": "It shuts."}}
    report = compare(body(ASK, tools=[a, b, c]), body(ASK, *MORE, tools=[changed, a, tool("drop")]))
    assert {"KV302", "KV303", "KV304"} <= set(codes(report))
    assert causes(report)[-1].remaining_tokens == 0


def test_a_template_that_rewrites_earlier_turns_is_the_cause(tmp_path: Path) -> None:
    template = (
        "line\n{% for m in messages %}<{{ m.role }}>{{ m.content if loop.last else m.content | upper }}{% endfor %}"
    )
    model = write_model(tmp_path, template)
    report = promptlint.diff(body(ASK), body(ASK, *MORE), model=model, engine="transformers")
    (cause,) = causes(report)
    assert (cause.code, cause.where, cause.remaining_tokens) == (None, "the chat template", 0)


def test_no_pair_is_rendered_without_end(compare: Callable[..., Report]) -> None:
    names = [f"key_{number}" for number in range(MOST_FAULTS + 4)]
    turns = [{"role": "user", "content": f"Order {number} of {name}."} for number, name in enumerate(names)]
    report = compare(
        body(*turns, ASK), body(*({**one, "content": f"Nr. {one['content']}"} for one in turns), ASK, *MORE)
    )
    assert len(causes(report)) <= MOST_FAULTS


class Counting:
    """A model that counts; each fault that is there makes the end of its prompt another one."""

    def __init__(self) -> None:
        self.renderings = 0

    def render(self, chat: Chat, _now: datetime) -> Rendering:
        self.renderings += 1
        return Rendering((str(chat.rendered),))

    def encode(self, rendering: Rendering) -> Prompt:
        return Prompt(rendering.text, [ord(character) for character in rendering.text])


@pytest.mark.parametrize("faults", [2, MOST_FAULTS, MOST_FAULTS + 4])
def test_faults_are_priced_up_to_a_number_and_so_are_their_renderings(faults: int) -> None:
    whole = "".join(map(chr, range(100, 100 + faults + 1)))  # a character for each fault, and one for the growth

    def undone(numbers: frozenset[int]) -> Chat:
        there = [whole[one] if one in numbers else "!" for one in range(faults)]
        return Chat([], rendered="".join(there) + (whole[faults] if -1 in numbers else "!"))

    pair = Pair(0, 1, faults + 1, faults + 1, 0, faults + 1, "broken", "changed")
    model: Any = Counting()
    found = prices(model, Chat([], rendered=whole), DEFAULT_NOW, pair, range(faults), undone, growth=-1)
    priced = [*range(min(faults, MOST_FAULTS)), -1]
    assert {one.fault: one.lost for one in found.prices} == {one: faults + 1 - one % (faults + 1) for one in priced}
    assert (found.complete, found.unexplained) == (faults <= MOST_FAULTS, 0)
    assert model.renderings <= 3 * len(priced) <= MOST_RENDERINGS


def test_what_cannot_be_rendered_without_the_other_fault_has_no_price(tmp_path: Path) -> None:
    template = """line
{{ raise_exception('no tools for those who sort') if tools and messages[0].content == 'You sort.' }}
{%- for tool in tools or [] %}{{ tool | tojson }}{% endfor %}
{%- for message in messages %}<{{ message.role }}>{{ message.content }}{% endfor %}"""
    model = write_model(tmp_path, template)
    before, after = body(system("You sort."), ASK), body(system("You tidy."), ASK, *MORE, tools=[tool("add")])
    report = promptlint.diff(before, after, model=model, engine="transformers")
    wording, tools = causes(report)
    assert (wording.code, tools.code) == ("KV109", "KV303")
    assert (wording.reusable_tokens, wording.sentence) == (None, None)  # with the tools, and the old wording
    assert tools.lost_tokens is None
    assert tools.sentence is not None
    assert tools.remaining_tokens == 0


def test_pairs_that_are_whole_have_no_causes(compare: Callable[..., Report]) -> None:
    assert causes(compare(body(ASK), body(ASK, *MORE))) == ()
