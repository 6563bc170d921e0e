"""The table of a session, line by line."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from promptlint.cost import Step
from promptlint.model import Conversation, Region, Report, Request, RequestSummary
from promptlint.report import Detail, View
from promptlint.report.regions import REGIONS
from promptlint.report.session_table import MOST_TABLES, MOST_TURNS, session_lines
from promptlint.terminal import Terminal, columns
from tests.report import example

FILE = "sessions/one.jsonl"


def summary(path: str = FILE, number: int = 0, siblings: int = 9, observed: int | None = None) -> RequestSummary:
    request = Request(
        path, None, "jsonl", "openai_chat", "m", {}, observed_cached_tokens=observed, number=number, siblings=siblings
    )
    return RequestSummary(request, 1, 10, example.USE)


def step(number: int, lost: int | None = 0, cause: str | None = None, by: int | None = None, kept: int = 100) -> Step:
    first = number == 0
    return Step(
        number, None if first else number - 1, 100 + number, None if first else kept, None if first else lost, cause, by
    )


def report(*steps: Step, requests: list[RequestSummary] | None = None, source: str = "history") -> Report:
    summaries = requests or [summary(number=one.request) for one in steps]
    home = Conversation(tuple(one.request for one in steps), source, steps)  # type: ignore[arg-type]  # all are known
    return replace(example.report(), requests=tuple(summaries), conversations=(home,), command="check")


def lines(found: Report, detail: Detail = "normal", terminal: Terminal | None = None) -> list[str]:
    shown = list(session_lines(found, View(terminal or Terminal(), detail)))
    return "\n".join(shown).split("\n") if shown else []


def test_a_line_for_each_turn_and_the_total() -> None:
    found = report(step(0), step(1), step(2, lost=1_090, cause="KV101", kept=11))
    assert lines(found) == [
        "sessions/one.jsonl",
        "  turn  request  tokens  kept   lost  why",
        "     1  #0          100     -      -",
        "     2  #1          101   100      0",
        "     3  #2          102    11  1,090  KV101",
        "        total       303   111  1,090",
        "",
    ]


def test_what_the_provider_counted_stands_beside_it() -> None:
    requests = [summary(number=0), summary(number=1, observed=96)]
    assert lines(report(step(0), step(1), requests=requests))[1:5] == [
        "  turn  request  tokens  kept  lost  observed  why",
        "     1  #0          100     -     -         -",
        "     2  #1          101   100     0        96",
        "        total       201   100     0        96",
    ]


def test_a_count_of_nothing_is_a_count() -> None:
    requests = [summary(number=0, observed=0), summary(number=1, observed=0)]
    assert lines(report(step(0), step(1), requests=requests))[2].endswith("-         0")


def test_who_took_the_slot_is_named() -> None:
    steps = (step(0), step(2, lost=90, cause="KV603", by=1))
    requests = [summary(number=number) for number in range(3)]
    assert lines(report(*steps, requests=requests))[3].endswith("90  KV603, by #1")
    requests[1] = summary("side.json", siblings=1)
    assert lines(report(*steps, requests=requests))[3].endswith("90  KV603, by side.json")
    requests[1] = summary("sides.jsonl", number=4)
    assert lines(report(*steps, requests=requests))[3].endswith("90  KV603, by sides.jsonl#4")


def test_a_long_name_of_who_took_the_slot_stands_below() -> None:
    requests = [summary(), summary("a" * 70 + "/dump.json", siblings=1), summary(number=2)]
    found = lines(report(step(0), step(2, lost=90, cause="KV603", by=1), requests=requests))
    assert found[3].endswith("90  KV603")
    assert re.fullmatch(r" {8}by …a+/dump\.json", found[4])
    assert columns(found[4]) == 80


def test_requests_of_several_files_have_the_ends_of_their_names() -> None:
    requests = [summary(f"golden/{'deep/' * 9}turn-{number}.json", siblings=1) for number in range(2)]
    requests += [summary("b.jsonl", number=3)]
    found = lines(report(step(0), step(1), step(2), requests=requests))
    assert found[0].split()[:2] == ["turn", "request"]
    names = [line.split()[1] for line in found[1:4]]
    assert names == ["…/deep/deep/deep/turn-0.json", "…/deep/deep/deep/turn-1.json", "b.jsonl#3"]


@pytest.mark.parametrize("tokens", [1, 999_999, 123_456_789])
@pytest.mark.parametrize("name", ["n" * 90, "界" * 60, "e\u0301" * 60, "a.json"])
def test_no_line_is_wider_than_the_terminal(tokens: int, name: str) -> None:
    requests = [summary(f"{number}{name}", siblings=1, observed=tokens) for number in range(3)]
    steps = [Step(0, None, tokens, tokens, tokens), Step(2, 0, tokens, tokens, tokens, "KV603", 1)]
    found = lines(report(*steps, requests=requests))
    assert max(map(columns, found)) <= 80
    assert any("KV603" in line for line in found)


def parted(steps: list[Step], region: Region, name: str = "a.json") -> Report:
    """Two turns of which the second parts from the first in a region."""
    requests = [summary(f"{number}{name}", siblings=1, observed=12_345) for number in range(2)]
    pair = example.broken_pair(divergence=replace(example.DIVERGENCE, region=region))
    return replace(report(*steps, requests=requests), pairs=(pair,))


def test_where_no_rule_says_why_it_is_said_where() -> None:
    assert lines(parted([step(0), step(1, lost=90)], "system"))[2].endswith("90    12,345  in the system prompt")
    assert lines(parted([step(0), step(1)], "system"))[2].endswith("0    12,345")
    assert lines(report(step(0), step(1, lost=90)))[3].endswith("90  in the system prompt")
    refused = replace(report(step(0), step(1, lost=90)), pairs=(example.REFUSED,))
    assert lines(refused)[3].endswith("90")


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("name", ["n" * 90, "a.json"])
def test_a_long_place_stands_below(region: Region, name: str) -> None:
    found = lines(parted([step(0), step(1, lost=123_456_789)], region, name))
    assert max(map(columns, found)) <= 80
    assert REGIONS[region] in "\n".join(found)
    assert all(line == line.rstrip() for line in found)


def test_a_hostile_name_moves_nothing() -> None:
    for name in ("a\x1b[2J\nb", "x\u202ey", "::error::x", "\ud800"):
        found = lines(report(step(0), step(1), requests=[summary(name), summary(name, number=1)]))
        assert len(found) == 6
        assert all(line.isprintable() for line in found)
        apart = [summary(name, siblings=1), summary(f"{name}2", siblings=1)]
        assert all(line.isprintable() for line in lines(report(step(0), step(1), requests=apart)))


def test_a_terminal_without_the_ellipsis_gets_dots() -> None:
    requests = [summary("n" * 90, siblings=1), summary("m" * 90, siblings=1)]
    found = "".join(lines(report(step(0), step(1), requests=requests), terminal=Terminal(unicode=False)))
    assert "...n" in found
    assert found.isascii()


def test_causes_are_red_and_nothing_else_moves() -> None:
    found = report(step(0), step(1, lost=90, cause="KV101"))
    coloured = lines(found, terminal=Terminal(colour=True))
    assert "\x1b[31mKV101\x1b[0m" in coloured[3]
    assert [re.sub(r"\x1b\[\d*m", "", line) for line in coloured] == lines(found)


def test_a_turn_that_lost_nothing_has_no_cause() -> None:
    assert lines(report(step(0), step(1, cause="KV204")))[3].endswith("100     0")


def test_long_runs_of_turns_that_lost_nothing_are_left_out() -> None:
    steps = [step(number, lost=5 if number in (4, 6) else 0) for number in range(MOST_TURNS + 1)]
    found = lines(report(*steps))
    assert [line.split()[0] for line in found[2:-2]] == ["1", "3", "5", "6", "7", "5", "13"]
    assert found[3] == "  3 turns that lost nothing"
    assert found[7] == "  5 turns that lost nothing"
    assert found[-2].split()[-1] == "10"
    assert len(lines(report(*steps[:-1]))) == MOST_TURNS + 4


def test_verbose_leaves_no_turn_out() -> None:
    steps = [step(number) for number in range(MOST_TURNS + 8)]
    assert len(lines(report(*steps), "verbose")) == len(steps) + 4


def several(count: int) -> Report:
    """Sessions of two turns, of which each lost more than the one before it."""
    steps = [(step(0), Step(1, 0, 10, 5, lost)) for lost in range(count)]
    homes = tuple(Conversation((0, 1), "history", one) for one in steps)
    return replace(report(*steps[0]), conversations=homes)


def test_of_many_sessions_those_are_shown_that_lost_most() -> None:
    found = lines(several(MOST_TABLES + 2))
    totals = [line.split()[-1] for line in found if "total" in line]
    assert totals == [str(lost) for lost in range(2, MOST_TABLES + 2)]
    assert found[-2:] == ["2 more sessions: --verbose shows them all.", ""]
    assert lines(several(MOST_TABLES + 1))[-2:] == ["1 more session: --verbose shows them all.", ""]
    assert len([line for line in lines(several(MOST_TABLES + 2), "verbose") if "total" in line]) == MOST_TABLES + 2


def test_where_some_lost_anything_those_that_lost_nothing_are_left_out() -> None:
    found = lines(several(3))
    assert [line.split()[-1] for line in found if "total" in line] == ["1", "2"]
    assert found[-2:] == ["1 more session: --verbose shows them all.", ""]


def test_of_sessions_that_lost_alike_no_more_are_shown() -> None:
    same = several(MOST_TABLES + 2)
    same = replace(same, conversations=(same.conversations[0],) * (MOST_TABLES + 2))
    found = lines(same)
    assert len([line for line in found if "total" in line]) == MOST_TABLES


def test_quiet_shows_no_table() -> None:
    assert lines(report(step(0), step(1)), "quiet") == []


def test_what_is_no_session_has_no_table() -> None:
    assert lines(report(step(0))) == []
    assert lines(report(step(0), step(1), source="names")) == []
    bare = report(step(0), step(1))
    assert lines(replace(bare, conversations=(replace(bare.conversations[0], steps=()),))) == []
