"""Rules of whole sessions: what they are given, what becomes of their hits, and slots that requests lose."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import promptlint
from promptlint.errors import ConfigError
from promptlint.lint.context import PairContext
from promptlint.lint.rule import Hit, Options, Rule, Span
from promptlint.lint.runner import Active, run
from promptlint.lint.session import SessionContext, SessionHit, sessions
from promptlint.model import Finding, Report
from promptlint.options import LintOptions
from tests.lint import contexts

SYSTEM = (
    "You look after the boats of a rowing club. Each boat has a name, a number of seats and a place in the hall. "
    "Say which boat is free, never promise one that is being repaired, and answer in full sentences."
)
ASK = {"role": "user", "content": "Which boats with four seats are free on Saturday morning?"}
ANSWER = {"role": "assistant", "content": "The Heron is free until noon; the Otter is being repaired."}
MORE = {"role": "user", "content": "Then keep the Heron for us. Who had it last?"}
REPLY = {"role": "assistant", "content": "The youth crew had it on Thursday."}
LAST = {"role": "user", "content": "Good. And the oars?"}
TITLE_TASK = "Write a title of at most five words for the talk below. Nothing else."


def main_request(turn: int = 1, **more: Any) -> dict[str, Any]:
    """The first, second or third request of the conversation."""
    messages = [ASK, ANSWER, MORE, REPLY, LAST][: 2 * turn - 1]
    return {"model": "heron-8b", "messages": [{"role": "system", "content": SYSTEM}, *messages], **more}


def title(**more: Any) -> dict[str, Any]:
    task = {"role": "system", "content": TITLE_TASK}
    return {"model": "heron-8b", "max_tokens": 20, "messages": [task, {"role": "user", "content": "Boats?"}], **more}


def other_request(turn: int = 1) -> dict[str, Any]:
    """The first or second request of another conversation, which has nothing in common with the first one."""
    system = {
        "role": "system",
        "content": "Translate what follows into Danish, word by word, with notes on grammar. " * 6,
    }
    said = [{"role": "user", "content": "Good night."}, {"role": "assistant", "content": "God nat."}, LAST]
    return {"model": "heron-8b", "messages": [system, *said[: 2 * turn - 1]]}


def log(folder: Path, *bodies: dict[str, Any]) -> str:
    path = folder / "log.jsonl"
    path.write_text("".join(f"{json.dumps(body)}\n" for body in bodies), encoding="utf-8")
    return str(path)


def check(*paths: str | Path, slots: int | None = None, **given: Any) -> Report:
    options = None if slots is None else {"slots": slots}
    return promptlint.check([str(path) for path in paths], model="builtin", engine_options=options, **given)


def evictions(report: Report) -> list[Finding]:
    return [one for one in report.active if one.code == "KV603"]


def steps(report: Report) -> list[list[tuple[int, int | None, str | None, int | None]]]:
    """Of each conversation: request, lost, cause, and who took the slot."""
    return [[(s.request, s.lost, s.cause, s.evicted_by) for s in one.steps] for one in report.conversations]


@pytest.fixture(autouse=True)
def no_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)


def test_with_one_slot_a_title_in_between_costs_the_next_request_everything(tmp_path: Path) -> None:
    path = log(tmp_path, main_request(), title(), main_request(2))
    report = check(path, slots=1)
    (found,) = evictions(report)
    first, last = report.conversations[0].steps
    assert (found.severity, found.request, found.conversation) == ("error", 2, 0)
    assert f"a title or summary request ({path}#1) came in between" in found.message
    assert "out of the only slot" in found.message
    assert (found.place.line, found.related and found.related.line) == (3, 2)
    assert found.lost_tokens == last.lost == (first.tokens or 0) - (last.kept or 0)
    assert (last.kept or 0) < 10 < 60 < (last.lost or 0)
    assert (last.cause, last.evicted_by) == ("KV603", 1)
    assert not report.ok


def test_with_two_slots_there_is_room_for_both(tmp_path: Path) -> None:
    report = check(log(tmp_path, main_request(), title(), main_request(2), title(), main_request(3)), slots=2)
    assert evictions(report) == []
    assert report.ok
    assert [(one[1], one[3]) for one in steps(report)[0]] == [(None, None), (0, None), (0, None)]
    kept = [step.kept for step in report.conversations[0].steps]
    assert kept[1:] == [pair.reusable_tokens for pair in report.pairs]


def test_a_side_request_that_goes_on_from_the_conversation_is_not_the_one_that_took_its_slot(tmp_path: Path) -> None:
    """It is served from the slot, and leaves there all that it found."""
    aside = main_request(2, max_tokens=20)
    aside["messages"] = [*aside["messages"][:-1], {"role": "user", "content": "Name this talk in five words."}]
    path = log(tmp_path, main_request(), aside, other_request(), main_request(2))
    (found,) = evictions(check(path, slots=1))
    assert (found.request, f"({path}#2) came in between" in found.message) == (3, True)


def test_nobody_said_how_many_slots_there_are(tmp_path: Path) -> None:
    report = check(log(tmp_path, main_request(), title(), main_request(2), title(), main_request(3)))
    (found,) = evictions(report)
    assert (found.severity, found.request, found.lost_tokens) == ("warning", 2, None)
    assert "a server with one slot" in found.message


def test_each_title_costs_again(tmp_path: Path) -> None:
    path = log(tmp_path, main_request(), title(), main_request(2), title(), main_request(3))
    found = evictions(check(path, slots=1))
    assert [(one.request, one.related and one.related.line) for one in found] == [(2, 2), (4, 4)]


def test_conversations_that_take_turns_in_one_file_take_the_slot_from_each_other(tmp_path: Path) -> None:
    path = log(tmp_path, main_request(), other_request(), main_request(2), other_request(2))
    report = check(path, slots=1)
    assert [one.requests for one in report.conversations] == [(0, 2), (1, 3)]
    assert [(one.request, one.severity) for one in evictions(report)] == [(2, "error"), (3, "error")]
    assert [[one[3] for one in table] for table in steps(report)] == [[None, 1], [None, 2]]
    assert "another request" in evictions(report)[0].message
    assert evictions(check(path, slots=2)) == []


def test_a_folder_of_numbered_files_is_one_sequence(tmp_path: Path) -> None:
    folder = tmp_path / "golden"
    folder.mkdir()
    for number, body in enumerate((main_request(), title(), main_request(2)), 9):
        (folder / f"turn-{number}.json").write_text(json.dumps(body), encoding="utf-8")
    (found,) = evictions(check(folder, slots=1))
    assert found.place.path.endswith("turn-11.json")
    assert "turn-10.json" in found.message
    assert evictions(check(folder, slots=2)) == []


def told(path: str, **options: int) -> list[tuple[int | None, int | None]]:
    """Request and loss of each turn that lost its place, on a server of which all this is known."""
    report = promptlint.check([path], model="builtin", engine="llama.cpp", engine_options=options)
    return [(one.request, one.lost_tokens) for one in evictions(report)]


def test_copies_in_host_memory_bring_the_conversation_back_where_somebody_spoke_of_them(tmp_path: Path) -> None:
    path = log(tmp_path, main_request(), title(), main_request(2))
    assert told(path, **{"slots": 1, "cache-ram": 8192}) == []
    assert told(path, **{"slots": 1, "cache-ram": 0}) == told(path, slots=1) != []


@pytest.mark.parametrize("slots", [1, 2])
def test_a_short_request_with_the_same_system_prompt_costs_the_tail_even_so(tmp_path: Path, slots: int) -> None:
    long = {"role": "user", "content": ASK["content"] * 12}
    first = {"model": "heron-8b", "messages": [{"role": "system", "content": SYSTEM}, long]}
    aside = {**first, "max_tokens": 20, "messages": [first["messages"][0], {"role": "user", "content": "A title?"}]}
    path = log(tmp_path, first, aside, {**first, "messages": [*first["messages"], ANSWER, MORE]})
    ((request, lost),) = told(path, **{"slots": slots, "cache-ram": 8192})
    assert request == 2
    assert 100 < (lost or 0) < 300


def hermes(folder: Path, name: str, session: str, second: int, body: dict[str, Any], host: str = "box:8080") -> None:
    request = {"method": "POST", "url": f"http://{host}/v1/chat/completions", "headers": {}, "body": body}
    document = {"timestamp": f"2026-05-04T10:00:{second:02}", "session_id": session, "reason": "preflight"}
    (folder / name).write_text(json.dumps({**document, "request": request}), encoding="utf-8")


def test_dumps_of_two_sessions_in_one_folder_came_to_one_server(tmp_path: Path) -> None:
    # Their names sort by session; only the times tell that the title came in between.
    hermes(tmp_path, "dump_a_1.json", "a", 1, main_request())
    hermes(tmp_path, "dump_a_2.json", "a", 3, main_request(2))
    hermes(tmp_path, "dump_b_1.json", "b", 2, title())
    (found,) = evictions(check(tmp_path, slots=1))
    assert found.place.path.endswith("dump_a_2.json")
    assert "dump_b_1.json" in found.message
    assert evictions(check(tmp_path, slots=2)) == []


def test_a_title_before_or_after_the_two_takes_nothing(tmp_path: Path) -> None:
    hermes(tmp_path, "dump_a_1.json", "a", 2, main_request())
    hermes(tmp_path, "dump_a_2.json", "a", 3, main_request(2))
    hermes(tmp_path, "dump_b_1.json", "b", 1, title())
    hermes(tmp_path, "dump_b_2.json", "b", 4, title())
    assert evictions(check(tmp_path, slots=1)) == []


def test_another_host_is_another_server(tmp_path: Path) -> None:
    hermes(tmp_path, "dump_a_1.json", "a", 1, main_request())
    hermes(tmp_path, "dump_a_2.json", "a", 3, main_request(2))
    hermes(tmp_path, "dump_b_1.json", "b", 2, title(), host="elsewhere:8080")
    assert evictions(check(tmp_path, slots=1)) == []


def test_a_conversation_that_moved_to_another_server_lost_no_slot(tmp_path: Path) -> None:
    hermes(tmp_path, "dump_a_1.json", "a", 1, main_request())
    hermes(tmp_path, "dump_a_2.json", "a", 3, main_request(2), host="elsewhere:8080")
    hermes(tmp_path, "dump_b_1.json", "b", 2, title())
    assert evictions(check(tmp_path, slots=1)) == []


def test_what_took_the_slot_later_is_not_the_reason(tmp_path: Path) -> None:
    # The second turn has less than a tenth of the first, so it goes to the free slot; then a third one comes.
    short = {"model": "heron-8b", "messages": [{"role": "user", "content": "Boats?"}]}
    long = {"model": "heron-8b", "messages": [{"role": "user", "content": SYSTEM}]}
    for name, body in (("a.json", short), ("b.json", long), ("c.json", other_request())):
        (tmp_path / name).write_text(json.dumps(body), encoding="utf-8")
    (tmp_path / "promptlint.yaml").write_text("sessions: [[a.json, b.json, c.json]]\n", encoding="utf-8")
    report = promptlint.check(["a.json", "b.json", "c.json"], model="builtin", engine_options={"slots": 2})
    assert [one.evicted_by for step in report.conversations for one in step.steps] == [None, None, None]
    assert evictions(report) == []


def test_a_request_that_the_template_refuses_has_reached_no_slot(
    tmp_path: Path, model_folder: Callable[..., Path]
) -> None:
    template = "{% for m in messages %}{{ raise_exception('no') if 'title' in m.content else m.content }}\n{% endfor %}"
    path = log(tmp_path, main_request(), title(), main_request(2))
    report = promptlint.check([path], model=model_folder(template), engine_options={"slots": 1})
    assert evictions(report) == []
    assert report.conversations[1].steps[0].kept is None


def test_the_recorded_answer_is_in_the_slot_too(tmp_path: Path) -> None:
    answer = {"choices": [{"index": 0, "message": ANSWER, "finish_reason": "stop"}]}
    calls = [
        {"request": {"url": "http://box/v1/chat/completions", "body": main_request(turn)}, "response": {"body": answer}}
        for turn in (1, 2)
    ]
    path = log(tmp_path, *calls)
    report = check(path, slots=1)
    step = report.conversations[0].steps[1]
    assert (step.kept or 0) > (report.pairs[0].common_prefix_tokens or 0) + 5


def of_sessions(check: Callable[..., Iterator[Any]], **changes: Any) -> Rule:
    values: dict[str, Any] = {"scopes": ("session",), "severity": "warning", "message": "{text}", **changes}
    return Rule("KV921", "of-sessions", "", why="", instead="Do that.", check=check, **values)


def findings(*rules: Rule, bodies: tuple[dict[str, Any], ...] = ()) -> list[Finding]:
    with contexts.model() as opened:
        bodies = bodies or (main_request(), main_request(2), main_request(3))
        requests, pairs = contexts.session(opened, *bodies)
        whole = sessions([range(len(requests))], requests, pairs, None, None)
        return run([], requests, pairs, [Active(one, {}) for one in rules], LintOptions(), sessions=whole)


def last_pair(context: SessionContext, _options: Options) -> Iterator[SessionHit]:
    yield SessionHit(context.pairs[-1], Hit(Span("/model"), f"{len(context.requests)} requests"))


def test_a_hit_of_a_session_is_a_finding_of_the_second_request_of_its_pair() -> None:
    (found,) = findings(of_sessions(last_pair))
    assert (found.code, found.severity, found.message) == ("KV921", "warning", "3 requests")
    assert (found.request, found.pair, found.place.pointer) == (2, 1, "/model")


def test_a_hit_may_have_a_severity_of_its_own() -> None:
    def check(context: SessionContext, options: Options) -> Iterator[SessionHit]:
        for one in last_pair(context, options):
            yield replace(one, hit=replace(one.hit, severity="info"))

    (found,) = findings(of_sessions(check))
    assert found.severity == "info"


def both(context: PairContext | SessionContext, _options: Options) -> Iterator[Hit | SessionHit]:
    """Of each pair, and of a session one that sums up the first two."""
    if isinstance(context, SessionContext):
        hit = Hit(Span("/messages/1"), "summed up", identity="sum")
        yield SessionHit(context.pairs[0], hit, (context.pairs[0].number, context.pairs[1].number))
    else:
        yield Hit(Span("/messages/0"), f"pair {context.number}", identity=str(context.number))


def test_what_sums_up_replaces_what_the_same_rule_says_of_those_pairs() -> None:
    bodies = (*(main_request(turn) for turn in (1, 2, 3)), main_request(3, seed=1))
    sums = of_sessions(both, scopes=("pair", "session"))
    assert sorted(one.message for one in findings(sums, bodies=bodies)) == ["pair 2", "summed up"]


def test_what_sums_up_leaves_other_rules_alone() -> None:
    sums, alone = of_sessions(both, scopes=("pair", "session")), of_sessions(both, scopes=("pair",))
    alone = replace(alone, code="KV922", name="alone", message="alone {text}")
    found = sorted(one.message for one in findings(sums, alone))
    assert found == ["alone pair 0", "alone pair 1", "summed up"]


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (3, "a check of scope session yields SessionHit(pair, Hit(…))"),
        (Hit(Span("")), "a check of scope session yields SessionHit(pair, Hit(…))"),
        (SessionHit("pair", Hit(Span(""))), "a check of scope session yields SessionHit(pair, Hit(…))"),  # type: ignore[arg-type]  # a mistake
        (SessionHit, "a check of scope session yields SessionHit(pair, Hit(…))"),
    ],
)
def test_what_a_strangers_rule_yields_is_checked(said: Any, message: str) -> None:
    def check(_context: Any, _options: Options) -> Iterator[Any]:
        yield said

    with pytest.raises(ConfigError) as caught:
        findings(of_sessions(check, source="config", path="rules/mine.py"))
    assert str(caught.value) == f"the rule of-sessions failed: TypeError: {message}"
    assert caught.value.where == "rules/mine.py"


@pytest.mark.parametrize(
    "change",
    [{"hit": "text"}, {"hit": Hit(Span(3))}, {"sums_up": 3}, {"sums_up": ("0",)}, {"sums_up": None}],  # type: ignore[arg-type]  # a mistake
)
def test_what_a_hit_of_a_session_is_made_of_is_checked(change: dict[str, Any]) -> None:
    def check(context: SessionContext, options: Options) -> Iterator[Any]:
        yield replace(next(last_pair(context, options)), **change)

    with pytest.raises(ConfigError, match="the rule of-sessions failed: TypeError"):
        findings(of_sessions(check, source="config"))


@pytest.mark.parametrize("scope", ["request", "pair", "session"])
def test_a_strangers_rule_that_yields_no_hits_is_an_error_of_that_rule(scope: Any) -> None:
    def check(_context: Any, _options: Options) -> Iterator[Any]:
        yield "a text"

    with pytest.raises(ConfigError, match="the rule of-sessions failed: TypeError"):
        findings(of_sessions(check, scopes=(scope,), source="config"))


def test_a_rule_that_breaks_down_is_an_error_of_that_rule() -> None:
    def check(_context: Any, _options: Options) -> Iterator[Any]:
        raise SystemExit(0)
        yield

    with pytest.raises(ConfigError, match="the rule of-sessions failed: SystemExit"):
        findings(of_sessions(check, source="config"))


def test_a_rule_of_sessions_sees_no_request_that_stands_alone() -> None:
    assert findings(of_sessions(last_pair), bodies=(main_request(),)) == []


def test_the_pairs_of_a_session_stand_by_conversation_with_what_came_between(tmp_path: Path) -> None:
    seen: list[Any] = []

    def check(context: SessionContext, _options: Options) -> Iterator[SessionHit]:
        seen.append([[pair.number for pair in pairs] for pairs in context.conversations()])
        seen.append([[one.number for one in context.between(pair)] for pair in context.pairs])
        yield from ()

    findings(of_sessions(check))
    assert seen == [[[0, 1]], [[], []]]
