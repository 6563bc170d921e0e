"""A whole llama.cpp server: slots, copies in host memory, and what the model's layers can take back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.common_prefix import common_prefix
from promptlint.engine.llama_cpp import serve
from promptlint.engine.serving import Prediction, Spans
from promptlint.engine.slots import Slots
from tests.engine.served import found, ids, pair, predictions, request

LONG = pair(28_950, 30_050, 30_000)
A, B = ids(1, 1000), ids(2, 1000)


def test_layers_that_keep_everything_give_the_common_prefix() -> None:
    assert found(serve, LONG) == [0, 28_950]
    assert found(serve, pair(1, 100, 100)) == [0, 1]


def test_one_token_at_least_is_computed() -> None:
    assert found(serve, pair(1000, 1000, 1000)) == [0, 999]
    assert found(serve, pair(40, 40, 1000)) == [0, 39]
    assert found(serve, pair(1, 1, 1)) == [0, 0]
    assert found(serve, [request([]), request([])]) == [0, 0]


def test_the_last_token_of_an_answer_is_not_in_the_slot() -> None:
    answer = ids(3, 5)
    assert found(serve, [request(A, answer), request([*A, *answer, 7])]) == [0, 1004]


def test_a_request_without_cache_prompt_leaves_its_text_all_the_same() -> None:
    state, _ = serve(None, A, (), Spans(), {})
    state, second = serve(state, A, (), Spans(), {"cache-prompt": False})
    _, third = serve(state, A, (), Spans(), {})
    assert second == Prediction(0, 0, "cache_prompt is false: nothing is reused")
    assert third.low == 999


def test_an_unrelated_request_between_costs_nothing_with_copies_in_memory() -> None:
    requests = [request(A), request(B), request([*A, 7]), request([*B, 7])]
    assert found(serve, requests) == [0, 0, 1000, 1000]
    assert found(serve, requests, cache_ram=0) == [0, 0, 0, 0]


def test_copies_are_dropped_where_their_room_is_known() -> None:
    requests = [request(A), request(B), request(ids(3, 1000)), request(A)]
    assert found(serve, requests)[-1] == 999
    assert found(serve, requests, cache_ram=1, bytes_per_token=1024)[-1] == 0
    assert found(serve, requests, cache_ram=-1, bytes_per_token=1024)[-1] == 999


def test_a_short_fork_hides_the_copy_of_the_whole() -> None:
    # The fork keeps all of itself in the slot: so no copy is looked at, although one holds everything.
    fork = [*A[:300], *ids(3, 20)]
    assert found(serve, [request(A), request(fork), request(A)]) == [0, 300, 300]


def test_a_side_request_with_the_same_beginning_costs_the_tail() -> None:
    text = ids(1, 317)
    side = [*text[:223], *ids(3, 60)]
    for options in ({}, {"slots": 2}, {"slots": 2, "kv_unified": True}, {"slots": -1}):
        assert found(serve, [request(text), request(side), request(text)], **options)[2] == 223


def test_a_copy_that_was_put_back_is_gone_from_memory() -> None:
    state, _ = serve(None, A, (), Spans(), {})
    state, _ = serve(state, B, (), Spans(), {})
    assert [one.tokens for one in state.copies] == [tuple(A)]
    state, _ = serve(state, A, (), Spans(), {})
    assert [one.tokens for one in state.copies] == [tuple(B)]


def test_a_little_in_common_is_nothing_with_a_second_slot() -> None:
    little = [*A[:100], *ids(3, 900)]
    assert found(serve, [request(A), request(little)]) == [0, 100]
    assert found(serve, [request(A), request(little)], slots=2) == [0, 0]


def test_idle_slots_that_share_one_cache_are_copied_and_emptied() -> None:
    state, _ = serve(None, A, (), Spans(), {"slots": -1})
    state, _ = serve(state, B, (), Spans(), {"slots": -1})
    assert [len(slot.tokens) for slot in state.slots] == [0, 0, 1000, 0]
    assert [one.tokens for one in state.copies] == [tuple(A)]
    assert serve(state, A, (), Spans(), {"slots": -1})[1].low == 999


def test_idle_slots_with_a_cache_of_their_own_stay() -> None:
    state, _ = serve(None, A, (), Spans(), {"slots": 2})
    state, _ = serve(state, B, (), Spans(), {"slots": 2})
    assert [len(slot.tokens) for slot in state.slots] == [1000, 1000]
    assert len(state.copies) == 1
    alone, _ = serve(None, A, (), Spans(), {"slots": 2, "cache-idle-slots": False})
    assert serve(alone, B, (), Spans(), {"slots": 2, "cache-idle-slots": False})[0].copies == ()


def test_without_similarity_the_slot_that_rested_longest_is_taken() -> None:
    requests = [request(A), request(B), request([*B, 7])]
    off = {"slots": 2, "cache_ram": 0}
    assert found(serve, requests, **off)[2] == 1000
    assert found(serve, requests, slot_prompt_similarity=0, **off)[2] == 0


@pytest.mark.parametrize("memory", ["recurrent", "window"])
def test_an_edit_near_the_end_costs_everything_without_a_checkpoint(memory: str) -> None:
    assert found(serve, LONG, memory=memory) == [0, 0]
    note = predictions(serve, LONG, {"memory": memory})[1].note
    assert note == (
        "this model cannot go back to the middle, and has no checkpoint in the first 28,950 tokens: all is computed"
    )


@pytest.mark.parametrize(("memory", "reused"), [("recurrent", 28_900), ("window", 28_899)])
def test_it_goes_back_to_the_user_message_where_there_is_one(memory: str, reused: int) -> None:
    first = request(LONG[0].prompt, user_starts=(28_900,))
    assert predictions(serve, [first, LONG[1]], {"memory": memory})[1] == Prediction(
        reused, reused, f"this model cannot go back to the middle: from the last checkpoint, at {reused:,}"
    )


def test_a_recurrent_model_goes_on_from_its_end_alone() -> None:
    answer = ids(3, 10)
    longer = request([*A, *answer[:-1], 7, 8])
    assert found(serve, [request(A, answer), longer], memory="recurrent") == [0, 1009]
    assert found(serve, [request(A, answer), longer], memory="recurrent", ctx_checkpoints=0) == [0, 1009]
    assert found(serve, [request(A), request(A)], memory="recurrent", ctx_checkpoints=0) == [0, 0]


def test_a_recurrent_model_sends_the_same_again_to_its_last_checkpoint() -> None:
    prompt = ids(1, 3050)
    assert found(serve, [request(prompt)] * 2, memory="recurrent") == [0, 3046]


def test_within_its_window_even_an_appended_message_goes_through_a_checkpoint() -> None:
    prompt, answer = ids(1, 596), ids(3, 30)
    assert found(serve, [request(prompt, answer), request([*prompt, *answer[:-1], 7])], memory="window") == [0, 591]


def test_beyond_its_window_a_ring_gives_what_it_still_holds() -> None:
    assert found(serve, pair(1500, 2100, 2000), memory="window") == [0, 1500]
    assert found(serve, pair(1400, 2100, 2000), memory="window") == [0, 0]
    assert found(serve, pair(1400, 2100, 2000), memory="window", swa_full=True) == [0, 1400]


PROMPTS = st.lists(st.integers(0, 2), max_size=12)


@given(count=st.integers(1, 4), calls=st.lists(st.tuples(PROMPTS, PROMPTS), max_size=10))
def test_without_copies_it_is_a_server_of_slots(count: int, calls: list[tuple[list[int], list[int]]]) -> None:
    slots, state, options = Slots(count), None, {"slots": count, "cache-ram": 0}
    for number, (prompt, generated) in enumerate(calls):
        slots, served = slots.serve(number, prompt, generated)
        state, prediction = serve(state, prompt, [*generated, 9], Spans(), options)
        assert prediction.low == prediction.high == served.kept


@given(
    calls=st.lists(st.tuples(PROMPTS, PROMPTS), max_size=8),
    memory=st.sampled_from(["full", "recurrent", "window"]),
    slots=st.integers(-1, 2).filter(bool),
)
def test_nothing_is_given_back_that_was_never_there(
    calls: list[tuple[list[int], list[int]]], memory: str, slots: int
) -> None:
    state = None
    seen: list[list[int]] = [[]]
    options = {"memory": memory, "slots": slots, "window": 4, "ubatch-size": 4, "batch-size": 8}
    for prompt, generated in calls:
        state, prediction = serve(state, prompt, [*generated, 9], Spans(user_starts=(1, 3)), options)
        most = max(common_prefix(one, prompt) for one in seen)
        assert 0 <= prediction.low <= max(0, min(most, len(prompt) - 1))
        seen.append([*prompt, *generated])


def test_a_slot_that_is_too_unlike_is_told_of() -> None:
    unlike = pair(100, 2000, 150)
    off = {"slots": 2, "cache-ram": 0}
    assert predictions(serve, unlike, off)[1] == Prediction(
        0, 0, "a slot holds 100 of 2,000 tokens, no more than the 10% that it takes to be chosen"
    )
    assert predictions(serve, unlike, {**off, "slots": 1})[1] == Prediction(100, 100, "")
    assert predictions(serve, pair(0, 2000, 150), off)[1].note == ""
    assert predictions(serve, unlike, {**off, "cache-prompt": False})[1].note.startswith("cache_prompt is false")
