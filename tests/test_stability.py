from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import promptlint
from promptlint import assert_prefix_stable
from promptlint.errors import ModelError, UsageError
from promptlint.pytest_plugin import outgoing
from promptlint.pytest_plugin.recording import Recording

RULES = "Answer in one sentence and never guess what you can look up. " * 12
USER = {"role": "user", "content": "hi"}
ANSWER = {"role": "assistant", "content": "hello"}
TITLE = {"role": "system", "content": "Write a title of at most five words for the conversation that follows."}


def body(clock: str, *messages: dict[str, str]) -> dict[str, Any]:
    return {"model": "m", "messages": [{"role": "system", "content": f"It is {clock}. {RULES}"}, *messages]}


FIRST = body("09:14:07", USER)
GROWN = body("09:14:07", USER, ANSWER, USER)
BROKEN = body("09:14:31", USER, ANSWER, USER)
SIDE = {"model": "m", "messages": [TITLE, USER, ANSWER]}


def recorded(*bodies: dict[str, Any], breaks: dict[int, str] | None = None) -> Recording:
    recording = Recording("test_agent")
    for number, one in enumerate(bodies, 1):
        if breaks and number in breaks:
            recording.break_here(reason=breaks[number])
        sent = outgoing.Outgoing("POST", "http://llm.test/v1/chat/completions")
        recording.fill(recording.place(), sent, json.dumps(one).encode())
    return recording


def failure(requests: Any, **options: Any) -> str:
    with pytest.raises(AssertionError) as caught:
        assert_prefix_stable(requests, model="builtin", **options)
    return str(caught.value)


def test_a_conversation_that_grows_is_stable() -> None:
    assert_prefix_stable(recorded(FIRST, GROWN), model="builtin")


def test_a_title_in_between_is_a_conversation_of_its_own() -> None:
    assert_prefix_stable([FIRST, SIDE, GROWN], model="builtin")


def test_a_lost_prefix_is_shown_as_diff_shows_it() -> None:
    told = failure(recorded(FIRST, SIDE, BROKEN))
    assert told.startswith("the prompt prefix is not stable: 1 of 1 pair lost more than 64 tokens\n\nbroken: ")
    assert "before  test_agent-1:1:" in told
    assert "after   test_agent-3:1:" in told
    assert 'The prefix ends in the system prompt, at token 10: "07" before, "31" after.' in told
    assert "KV101 clock-in-system-prompt" in told
    assert "Tokenizer builtin" in told
    assert "\x1b" not in told


def test_the_limit_is_in_tokens() -> None:
    lost = promptlint.diff(FIRST, BROKEN, model="builtin").pairs[0].lost_tokens
    assert lost is not None
    assert_prefix_stable([FIRST, BROKEN], model="builtin", max_lost_tokens=lost)
    assert f"lost more than {lost - 1} tokens" in failure([FIRST, BROKEN], max_lost_tokens=lost - 1)


def test_bodies_have_names_by_their_numbers() -> None:
    told = failure([FIRST, BROKEN])
    assert "request-1" in told
    assert "request-2" in told


def test_paths_are_taken_as_check_takes_them(tmp_path: Path) -> None:
    for number, one in enumerate((FIRST, BROKEN), 1):
        (tmp_path / f"turn-{number}.json").write_text(json.dumps(one), encoding="utf-8")
    assert "turn-2.json:1:" in failure(tmp_path)
    assert "turn-2.json:1:" in failure([tmp_path / "turn-1.json", str(tmp_path / "turn-2.json")])


@pytest.mark.parametrize(
    ("requests", "why"),
    [
        ([], "no LLM request was recorded or given"),
        (FIRST, "there is only one request, and it takes two to lose a prefix"),
        ([FIRST, SIDE], "none of the 2 requests continues another one"),
    ],
)
def test_with_nothing_to_compare_nothing_is_stable(requests: Any, why: str) -> None:
    assert failure(requests) == f"nothing to compare: {why}"


def test_a_request_that_is_sent_again_is_stable() -> None:
    assert_prefix_stable([FIRST, FIRST], model="builtin", conversations=1)
    assert_prefix_stable([FIRST, GROWN, GROWN, SIDE, SIDE], model="builtin", conversations=2)


DROPPED = [USER, ANSWER, {"role": "user", "content": "and what about the weather in Lisbon?"}, ANSWER]
TRIMMED = body("09:14:07", *DROPPED[2:], {"role": "user", "content": "is it any better in Porto?"})


def test_a_history_that_is_thrown_away_is_one_conversation_too_many() -> None:
    requests = recorded(FIRST, body("09:14:07", *DROPPED[:3]), TRIMMED)
    assert_prefix_stable(requests, model="builtin")
    assert failure(requests, conversations=1) == (
        "2 conversations, and at most 1 expected: no earlier request is continued by test_agent-1, test_agent-3"
    )
    assert_prefix_stable(requests, model="builtin", conversations=2)


def test_a_conversation_behind_a_declared_break_is_expected() -> None:
    requests = recorded(FIRST, body("09:14:07", *DROPPED[:3]), TRIMMED, breaks={3: "compacted"})
    for _ in range(2):
        assert_prefix_stable(requests, model="builtin", conversations=1)
        assert requests.breaks.unneeded() == []
    assert failure(recorded(FIRST, body("09:14:07", *DROPPED[:3]), TRIMMED, breaks={2: "compacted"}), conversations=1)


def test_a_lost_prefix_says_how_much_was_compared_with_nothing() -> None:
    assert failure([FIRST, SIDE, BROKEN]).endswith("\ncompared with nothing before: 2 of 3 requests")
    assert "compared with nothing" not in failure([FIRST, BROKEN])


def test_an_empty_folder_is_nothing_to_compare(tmp_path: Path) -> None:
    assert failure(tmp_path).startswith("nothing to compare: ")


def test_a_declared_break_is_no_failure_and_is_needed() -> None:
    recording = recorded(FIRST, BROKEN, breaks={2: "another day"})
    assert_prefix_stable(recording, model="builtin")
    assert recording.breaks.unneeded() == []
    assert_prefix_stable(list(recording), model="builtin")  # the requests know their test


def test_a_break_of_the_config_is_one_too(tmp_path: Path) -> None:
    for number, one in enumerate((FIRST, BROKEN), 1):
        (tmp_path / f"turn-{number}.json").write_text(json.dumps(one), encoding="utf-8")
    config = tmp_path / "promptlint.yaml"
    config.write_text("breaks: [{after: turn-2.json, reason: another day}]\n", encoding="utf-8")
    assert_prefix_stable(tmp_path, model="builtin", config=config)


def test_a_break_elsewhere_excuses_nothing_and_is_not_needed() -> None:
    later = body("09:14:31", USER, ANSWER, USER, ANSWER, USER)
    recording = recorded(FIRST, BROKEN, later, breaks={3: "another day"})
    assert "1 of 2 pairs lost" in failure(recording)
    assert [one.before for one in recording.breaks.unneeded()] == [3]


def test_many_broken_pairs_are_named_and_the_first_are_shown() -> None:
    turns = [body(f"09:14:{10 + number}", *[USER, ANSWER] * number, USER) for number in range(6)]
    told = failure(recorded(*turns))
    assert told.count("broken: ") == 3
    assert "also lost: test_agent-5 → test_agent-6" in told


def test_a_template_that_refuses_a_request_is_a_failure(tmp_path: Path) -> None:
    template = tmp_path / "strict.jinja"
    template.write_text("{{ raise_exception('roles must alternate') }}", encoding="utf-8")
    told = failure([FIRST, GROWN], template=template)
    assert told.startswith("the prompt prefix is not stable: the chat template refuses 1 of 1 pair\n")
    assert "roles must alternate" in told


def test_what_is_no_request_is_said() -> None:
    with pytest.raises(UsageError, match=r"^int is no request\nhint: give recorded requests, bodies"):
        assert_prefix_stable([FIRST, 7])
    with pytest.raises(UsageError, match=r"^conversations=0 is no number from 1$"):
        assert_prefix_stable([FIRST, GROWN], conversations=0)
    with pytest.raises(ModelError, match=r"\nhint: "):
        assert_prefix_stable([FIRST, GROWN], model="/no/such/model")


def test_pytest_need_not_be_there() -> None:
    program = (
        "import sys; sys.modules['pytest'] = None; import promptlint; "
        f"promptlint.assert_prefix_stable([{FIRST!r}, {BROKEN!r}], model='builtin')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "AssertionError: the prompt prefix is not stable" in done.stderr
