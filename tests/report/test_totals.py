"""What a run lost in all."""

from __future__ import annotations

from promptlint.cost import Step
from promptlint.model import Conversation, Pair, Report
from promptlint.report.totals import lost_tokens


def pair(lost: int | None) -> Pair:
    return Pair(0, 1, 90, 95, 80, lost, "broken", "changed")


def report(*pairs: Pair, steps: tuple[Step, ...] = ()) -> Report:
    return Report((), (Conversation((0, 1), "history", steps),), (), pairs, ())


def test_without_steps_the_pairs_tell_what_was_lost() -> None:
    assert lost_tokens(report(pair(10), pair(None), pair(7))) == 17


def test_a_slot_that_was_taken_counts_though_the_two_prompts_of_the_pair_lost_nothing() -> None:
    steps = (Step(0, None, 90, 0, None), Step(1, 0, 95, 3, 87, "KV603", 2))
    assert lost_tokens(report(pair(0), steps=steps)) == 87
