"""What the runner makes of hits: evidence, one fault told once, severity, lost tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from promptlint.capture.outcome import Outcome
from promptlint.errors import ConfigError
from promptlint.lint import catalogue, runner
from promptlint.lint.context import FileContext, PairContext, RequestContext
from promptlint.lint.rule import Hit, Options, Rule, Span
from promptlint.lint.runner import Active, active_rules, judge, of_requests, run
from promptlint.lint.session import SessionContext, SessionHit, sessions
from promptlint.lint.template_context import TemplateContext
from promptlint.model import Finding, Place, Severity, Suppressed
from promptlint.options import LintOptions, RuleOptions
from tests.lint import contexts, rules

HELLO = {"role": "assistant", "content": "Hello."}


def rule(code: str, check: Any, **changes: Any) -> Rule:
    values = {"scopes": ("request",), "severity": "error", "message": "says {text!r}", **changes}
    return Rule(code, f"rule-{code.lower()}", "", why="", instead="Do that. Or not.", check=check, **values)


def shouting(context: RequestContext | PairContext, _options: Options) -> Iterator[Hit]:
    """Every word in capitals of the system prompt of a request; in a pair those that changed."""
    if isinstance(context, RequestContext):
        for word in context.system.text.split():
            if word.isupper():
                yield Hit(context.system.span(at := context.system.text.index(word), at + len(word)), word)
        return
    for hunk in context.system_hunks:
        word = context.after.system.text[hunk.after_start : hunk.after_end]
        if word.isupper():
            yield Hit(
                context.after.system.span(hunk.after_start, hunk.after_end),
                word,
                context.before.system.span(hunk.before_start, hunk.before_end),
            )


LOUD = rule("KV911", shouting, scopes=("request", "pair"), evidence=True)


def findings(*bodies: dict[str, Any], active: tuple[Rule, ...] = (LOUD,), reported: Any = None) -> list[Finding]:
    with contexts.model() as opened:
        requests, pairs = contexts.session(opened, *bodies)
        return run([], requests, pairs, [Active(one, {}) for one in active], LintOptions(), reported)


def told(found: list[Finding]) -> list[tuple[Severity, int | None, int | None, str]]:
    return [(one.severity, one.request, one.pair, one.message) for one in found]


def test_alone_it_is_what_the_table_says() -> None:
    assert told(findings(contexts.chat_body("We say STOP here."))) == [("error", 0, None, 'says "STOP"')]


def test_what_stays_the_same_is_lowered_and_told_once() -> None:
    body = contexts.chat_body("We say STOP here.")
    grown = {**body, "messages": [*body["messages"], HELLO, {"role": "user", "content": "More."}]}
    more = {**grown, "messages": [*grown["messages"], HELLO]}
    assert told(findings(body, grown, more)) == [("warning", 0, None, 'says "STOP"')]


def test_what_moved_is_one_error_of_the_pair_with_its_price() -> None:
    (found,) = findings(contexts.chat_body("We say STOP here."), contexts.chat_body("We say WAIT here."))
    assert (found.severity, found.request, found.pair, found.message) == ("error", 1, 0, 'says "WAIT"')
    assert found.place.pointer == found.related.pointer == "/messages/0/content" if found.related else False
    assert found.lost_tokens
    assert found.hint == "Do that."


def test_what_came_new_is_an_error_of_the_request_and_belongs_to_the_pair() -> None:
    (found,) = findings(contexts.chat_body("We say so here."), contexts.chat_body("We say so here. STOP"))
    assert (found.severity, found.request, found.pair) == ("error", 1, 0)


def test_evidence_counts_where_the_other_request_was_not_asked_for() -> None:
    body = contexts.chat_body("We say STOP here.")
    grown = {**body, "messages": [*body["messages"], HELLO]}
    assert told(findings(body, grown, reported=frozenset([1]))) == [("warning", 1, None, 'says "STOP"')]


@pytest.mark.parametrize(
    ("excepted", "still", "hidden"),
    [
        ([], [0, None, None], []),
        ([0], [1, None, None], [0]),
        ([1], [0, None, None], [1]),
        ([0, 1], [2, None, None], [0]),
        ([0, 1, 2, None], [], [0, None, None]),
    ],
)
def test_what_is_excepted_in_one_request_is_told_of_the_next(
    excepted: list[int | None], still: list[int | None], hidden: list[int | None]
) -> None:
    def unread(_context: FileContext, _options: Options) -> Iterator[Hit]:
        yield Hit(Span(""), "cut off")
        yield Hit(Span(""), "too long")

    active = [Active(LOUD, {}), Active(rule("KV914", unread, scopes=("file",)), {})]
    body = contexts.chat_body("We say STOP here.")
    bodies = [{**body, "messages": [*body["messages"], *[HELLO] * number]} for number in range(3)]
    with contexts.model() as opened:
        requests, pairs = contexts.session(opened, *bodies)
        files, alone = [FileContext(Outcome("a.json"))], of_requests(requests, active)
        judged = judge(files, requests, alone, pairs, active, LintOptions())
    left_out = [None if one.request in excepted else one for one in judged.findings]
    assert [one.request for one in runner.told(judged, left_out)] == still
    known = Suppressed("config", "known")
    marked = [replace(one, suppressed=known) if one.request in excepted else one for one in judged.findings]
    shown = runner.told(judged, marked)
    assert [one.request for one in shown if one.suppressed is None] == still
    assert [one.request for one in shown if one.suppressed == known] == hidden


def general(context: PairContext, _options: Options) -> Iterator[Hit]:
    for hunk in context.system_hunks:
        span = context.after.system.span(hunk.after_start, hunk.after_end)
        if not context.is_claimed(span):
            yield Hit(span, context.after.system.text[hunk.after_start : hunk.after_end])


ANY = rule("KV912", general, scopes=("pair",), general=True)


def test_a_general_rule_leaves_to_the_specific_what_it_explains() -> None:
    bodies = contexts.chat_body("We say STOP here and then go."), contexts.chat_body("We say WAIT here and then come.")
    found = findings(*bodies, active=(ANY, LOUD))
    assert [(one.code, one.identity) for one in found] == [("KV911", "WAIT"), ("KV912", "come")] or [
        (one.code, one.identity) for one in found
    ] == [("KV912", "come"), ("KV911", "WAIT")]
    assert [one.identity for one in findings(*bodies, active=(ANY,))] == ["WAIT", "come"]


@pytest.mark.parametrize(("severity", "codes"), [("error", ["KV911"]), ("warning", ["KV911", "KV912"])])
def test_a_general_rule_leaves_to_an_error_of_a_request_what_came_with_it(severity: Severity, codes: list[str]) -> None:
    loud = replace(LOUD, scopes=("request",), evidence=False, severity=severity)
    bodies = contexts.chat_body("We say so here."), contexts.chat_body("We say so here. STOP it.")
    found = findings(*bodies, active=(ANY, loud))
    assert sorted(one.code for one in found) == codes


def test_what_general_rules_explain_is_told_apart_from_what_the_specific_ones_do() -> None:
    def seen(context: PairContext, _options: Options) -> Iterator[Hit]:
        told_by = {"specific": context.claimed_by_specific, "all": context.claimed}
        text = context.after.system.text
        for who, spans in told_by.items():
            words = {text[one.offset : one.offset + one.length] for one in spans if one.offset is not None}
            yield Hit(Span("/messages/0"), f"{who}: {' '.join(sorted(words))}")

    bodies = contexts.chat_body("We say STOP here and then go."), contexts.chat_body("We say WAIT here and then come.")
    found = findings(*bodies, active=(LOUD, ANY, rule("KV920", seen, scopes=("pair",), general=True)))
    assert [one.identity for one in found if one.code == "KV920"] == ["specific: WAIT", "all: WAIT come"]


def test_what_was_wrong_before_explains_no_change() -> None:
    loud = replace(LOUD, scopes=("request",), evidence=False)
    bodies = contexts.chat_body("STOP and then go home."), contexts.chat_body("and then go home. STOP")
    found = findings(*bodies, active=(ANY, loud))
    assert [one.request for one in found if one.code == "KV911"] == [0]
    assert "STOP" in " ".join(one.identity for one in found if one.code == "KV912")


def test_a_rule_without_a_check_says_nothing() -> None:
    assert findings(contexts.chat_body("STOP"), active=(rule("KV919", None),)) == []


@pytest.mark.parametrize(("evidence", "code"), [(True, "KV912"), (False, "KV911")])
def test_a_cause_goes_by_the_fault_of_the_request_but_for_a_value_that_moved(evidence: bool, code: str) -> None:
    def changed(context: PairContext, _options: Options) -> Iterator[Hit]:
        for hunk in context.system_hunks:
            yield Hit(context.after.system.span(hunk.after_start, hunk.after_end), "changed")

    loud = replace(LOUD, scopes=("request",), evidence=evidence)
    active = [Active(loud, {}), Active(rule("KV912", changed, scopes=("pair",)), {})]
    with contexts.model() as opened:
        requests, pairs = contexts.session(
            opened, contexts.chat_body("We say so here."), contexts.chat_body("We say STOP here.")
        )
        judged = judge([], requests, of_requests(requests, active), pairs, active, LintOptions())
    (cause,) = judged.explained[0].causes
    assert (cause.code, cause.before, cause.after) == (code, "so", "STOP")
    assert {one.lost_tokens for one in judged.findings if one.pair == 0} == {cause.lost_tokens}


def test_each_that_differs_has_its_own_price() -> None:
    bodies = contexts.chat_body("We say STOP here and then go."), contexts.chat_body("We say WAIT here and then come.")
    prices = {one.identity: one.lost_tokens for one in findings(*bodies, active=(ANY, LOUD))}
    assert prices["WAIT"]
    assert 0 < (prices["come"] or 0) < prices["WAIT"]


def test_many_of_one_kind_are_one_finding() -> None:
    (found,) = findings(contexts.chat_body("STOP it. STOP it now."))
    assert found.message == 'says "STOP", and 1 more like it'


def test_a_hit_that_is_told_once_for_a_run() -> None:
    def check(context: RequestContext, _options: Options) -> Iterator[Hit]:
        yield Hit(Span("/messages/0"), f"request {context.number}", once="same")

    with contexts.model() as opened:
        requests = [contexts.request(contexts.chat_body("a"), opened, number) for number in range(3)]
        found = run([], requests, [], [Active(rule("KV913", check), {})], LintOptions())
    assert [one.request for one in found] == [0]


def test_a_pair_rule_is_no_error_where_the_conversation_only_grew() -> None:
    def check(_context: PairContext, _options: Options) -> Iterator[Hit]:
        yield Hit(Span("/messages/0"), "x")

    body = contexts.chat_body("a")
    grown = {**body, "messages": [*body["messages"], HELLO]}
    assert told(findings(body, grown, active=(rule("KV914", check, scopes=("pair",)),))) == [
        ("warning", 1, 0, 'says "x"')
    ]


def test_a_finding_of_a_session_names_the_pairs_that_it_sums_up() -> None:
    def check(context: SessionContext, _options: Options) -> Iterator[SessionHit]:
        yield SessionHit(context.pairs[1], Hit(Span("/model"), "x"), (0, 1))

    body = contexts.chat_body("a")
    bodies = [{**body, "messages": [*body["messages"], *[HELLO] * number]} for number in range(3)]
    active = [Active(rule("KV916", check, scopes=("session",)), {})]
    with contexts.model() as opened:
        requests, pairs = contexts.session(opened, *bodies)
        whole = sessions([range(3)], requests, pairs, None, None)
        (found,) = run([], requests, pairs, active, LintOptions(), sessions=whole)
    assert (found.request, found.pair, found.sums_up) == (2, 1, (0, 1))


def test_what_a_template_does_is_told_of_the_first_request_that_meets_it_in_place_of_short_prefixes() -> None:
    def check(_context: TemplateContext, _options: Options) -> Iterator[Hit]:
        yield Hit(Span("/messages"), "x")
        yield Hit(Span("/messages"), "y", severity="info")

    def short(_context: PairContext, _options: Options) -> Iterator[Hit]:
        yield Hit(Span("/messages/0"), "z")

    bodies = contexts.chat_body("a"), contexts.chat_body("a", HELLO)
    general = Active(rule("KV917", short, scopes=("pair",), general=True), {})
    active = [Active(rule("KV918", check, scopes=("template",)), {}), general]
    with contexts.model() as opened:
        requests, pairs = contexts.session(opened, *bodies)
        alone = run([], requests, pairs, active, LintOptions())
        found = run([], requests, pairs, active, LintOptions(), templates=[TemplateContext(opened, requests)])
    assert [(one.code, one.message) for one in alone] == [("KV917", 'says "z"')]
    assert told(found) == [("error", 0, None, 'says "x"'), ("info", 0, None, 'says "y"')]


def test_a_rule_of_templates_that_yields_no_hit_is_named() -> None:
    def check(_context: TemplateContext, _options: Options) -> Iterator[Any]:
        yield "a text"

    active = [Active(rule("KV918", check, scopes=("template",), source="folder", path="rules/mine.yaml"), {})]
    with contexts.model() as opened:
        requests = [contexts.request(contexts.chat_body("a"), opened)]
        templates = [TemplateContext(opened, requests)]
        with pytest.raises(ConfigError, match="rule-kv918 failed: TypeError: a check yields Hit") as caught:
            run([], requests, [], active, LintOptions(), templates=templates)
    assert caught.value.where == "rules/mine.yaml"


@pytest.mark.parametrize(("code", "severity"), [("KV499", "info"), ("KV199", "error")])
def test_what_an_exact_template_does_not_print_is_an_info(tiny_model: Path, code: str, severity: Severity) -> None:
    def check(_context: PairContext, _options: Options) -> Iterator[Hit]:
        yield Hit(Span("/messages/2/name", 0, 1), "b", Span("/messages/2/name", 0, 1))

    def body(name: str) -> dict[str, Any]:
        return contexts.chat_body("a", {**HELLO, "name": name})

    with contexts.model(str(tiny_model), "transformers") as opened:
        requests, pairs = contexts.session(opened, body("a"), body("b"))
        active = [Active(rule(code, check, scopes=("pair",)), {})]
        (found,) = run([], requests, pairs, active, LintOptions())
    assert (found.severity, found.lost_tokens) == (severity, 0)
    assert ("does not" in found.message or "do not print it" in found.message) == (code == "KV499")


def test_what_it_costs_is_not_known_where_the_template_refuses(model_folder: Callable[..., Path]) -> None:
    def check(_context: PairContext, _options: Options) -> Iterator[Hit]:
        yield Hit(Span("/messages/0/content"), "x")

    with contexts.model(str(model_folder("{{ raise_exception('no') }}")), "transformers") as opened:
        requests, pairs = contexts.session(opened, contexts.chat_body("a"), contexts.chat_body("b"))
        (found,) = run([], requests, pairs, [Active(rule("KV914", check, scopes=("pair",)), {})], LintOptions())
    assert (found.pair, found.lost_tokens) == (0, None)


def test_the_config_has_the_last_word_on_severity() -> None:
    with contexts.model() as opened:
        requests = [contexts.request(contexts.chat_body("STOP"), opened)]
        (found,) = run([], requests, [], [Active(LOUD, {})], LintOptions(severity={"rule-kv911": "info"}))
    assert found.severity == "info"


def test_selected_rules_have_their_options(tmp_path: Path) -> None:
    rules.write(tmp_path)
    known = catalogue.load([str(tmp_path)])
    limit = RuleOptions({"ignore-case": True}, {"ignore-case": "promptlint.yaml:3"})
    options = LintOptions(select=("KV901",), rule_options={"no-shipping": limit})
    (active,) = active_rules(known, options)
    assert (active.rule.name, active.options["ignore-case"]) == ("no-shipping", True)
    assert active_rules(known, replace(options, rule_options={"KV901": limit})) == (active,)
    wrong = LintOptions(rule_options={"no-shipping": RuleOptions({"ignore_case": True}, {"ignore_case": "p.yaml:3"})})
    with pytest.raises(ConfigError, match="no-shipping: unknown option 'ignore_case'") as caught:
        active_rules(known, wrong)
    assert (caught.value.where, caught.value.hint) == ("p.yaml:3", "did you mean 'ignore-case'?")
    with pytest.raises(ConfigError, match=r"^options for a rule that is not there: no-shiping$") as caught:
        active_rules(known, LintOptions(rule_options={"no-shiping": limit}))
    assert (caught.value.where, caught.value.hint) == ("promptlint.yaml:3", "did you mean 'no-shipping'?")
    with pytest.raises(ConfigError) as caught:
        active_rules(known, LintOptions(rule_options={"no-shiping": RuleOptions({}, {})}))
    assert caught.value.where is None


def test_no_more_hits_of_a_rule_than_the_limit_and_each_request_is_told_of() -> None:
    def check(_context: RequestContext, _options: Options) -> Iterator[Hit]:
        for number in range(600):
            yield Hit(Span("/messages/0"), str(number))

    seen: list[int] = []

    class Counted:
        def begin(self, what: str, total: int) -> None:
            seen.append(-total)

        def advance(self, steps: int) -> None:
            seen.append(steps)

        def end(self) -> None:
            pass

    with contexts.model() as opened:
        requests = [contexts.request(contexts.chat_body("a"), opened, number) for number in range(2)]
        found = of_requests(requests, [Active(rule("KV913", check), {})], Counted())
        judged = judge([], requests, found, [], [], LintOptions())
    assert [one.hit.text for one in found] == [str(number) for number in range(500)] * 2
    assert seen == [1, 1]
    assert len(judged.findings) == 1000
    left_out = replace(judged, found=(replace(judged.found[0], finding=None), *judged.found[1:]))
    assert left_out.findings == judged.findings[1:]


def test_a_rule_of_files_says_where_it_stands() -> None:
    place = Place("other.json", "/a", 3, 4)

    def check(context: FileContext, _options: Options) -> Iterator[Hit]:
        yield Hit(Span(""), f"{context.outcome.path} is cut off")
        yield Hit(Span(""), "b", message="{text}, {n}", fields={"n": 5}, severity="info", hint="Mend it.", place=place)

    active, files = [Active(rule("KV914", check, scopes=("file",)), {})], [FileContext(Outcome("a.json"))]
    plain, own = run(files, [], [], active, LintOptions())
    assert (plain.code, plain.rule, plain.severity, plain.message) == (
        "KV914",
        "rule-kv914",
        "error",
        'says "a.json is cut off"',
    )
    assert (plain.place, plain.hint, plain.identity) == (
        Place("a.json", "", None, None),
        "Do that.",
        "a.json is cut off",
    )
    assert (own.severity, own.message, own.hint, own.place) == ("info", "b, 5", "Mend it.", place)
    assert plain.redacted is not None
    assert "cut off" not in plain.redacted.message
    found = run(files, [], [], active, LintOptions(severity={"KV914": "warning"}))
    assert [one.severity for one in found] == ["warning", "warning"]


def test_of_a_pair_that_nobody_asked_for_nothing_is_told() -> None:
    bodies = contexts.chat_body("We say STOP here."), contexts.chat_body("We say WAIT here."), contexts.chat_body("NO.")
    assert [one.pair for one in findings(*bodies, reported=frozenset([0]))] == [0]
    assert [one.pair for one in findings(*bodies, reported=frozenset([2]))] == [1]
    assert {one.pair for one in findings(*bodies, reported=frozenset([1]))} == {0, 1}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("yield 1 / 0", "ZeroDivisionError"),
        ("raise SystemExit(0); yield", "SystemExit"),
        ("yield 5", "TypeError: a check yields Hit"),
        ("from promptlint.lint.rule import Hit; yield Hit(5)", "TypeError: a check yields Hit"),
        ("from promptlint.lint.rule import Hit, Span; yield Hit(Span(''), 5)", "TypeError: text and message"),
        ("from promptlint.lint.rule import Hit, Span; yield Hit(Span(5))", "TypeError: a check yields Hit"),
        ("from promptlint.lint.rule import Hit, Span; yield Hit(Span(''), message=5)", "TypeError: text and message"),
    ],
)
def test_a_rule_of_somebody_that_fails_is_named(tmp_path: Path, line: str, message: str) -> None:
    path = rules.write(tmp_path, python=f"def check(context, options):\n    {line}\n", then=None, given=None)
    known = catalogue.load([str(tmp_path)], allow_code=True)
    active = active_rules(known, LintOptions(select=("KV901",)))
    with (
        contexts.model() as opened,
        pytest.raises(ConfigError, match=f"the rule no-shipping failed: {message}") as caught,
    ):
        run([], [contexts.request(contexts.chat_body("a"), opened)], [], active, LintOptions())
    assert caught.value.where == str(path)


@pytest.mark.parametrize(("where", "named"), [("lock.txt:3", "lock.txt:3"), (None, "rules/mine.yaml")])
def test_what_a_rule_cannot_read_is_named_where_it_says(where: str | None, named: str) -> None:
    def check(_context: RequestContext, _options: Options) -> Iterator[Hit]:
        raise ConfigError("no such order", where=where)
        yield

    active = [Active(rule("KV913", check, path="rules/mine.yaml"), {})]
    with contexts.model() as opened, pytest.raises(ConfigError, match="no such order") as caught:
        run([], [contexts.request(contexts.chat_body("a"), opened)], [], active, LintOptions())
    assert caught.value.where == named


def test_a_rule_of_our_own_that_fails_is_a_fault_of_ours() -> None:
    def check(_context: RequestContext, _options: Options) -> Iterator[Hit]:
        yield Hit(Span("/messages/0"), str(1 / 0))

    active = [Active(rule("KV913", check), {})]
    with contexts.model() as opened, pytest.raises(ZeroDivisionError):
        run([], [contexts.request(contexts.chat_body("a"), opened)], [], active, LintOptions())


def test_a_pattern_without_end_is_stopped_and_named(tmp_path: Path) -> None:
    then = {"function": "pattern", "options": {"not-match": "(a|aa)+$"}}
    path = rules.write(tmp_path, then=then)
    active = active_rules(catalogue.load([str(tmp_path)]), LintOptions(select=("KV901",)))
    body = contexts.chat_body("x", user="a" * 60 + "b")
    with contexts.model() as opened, pytest.raises(ConfigError, match=r"'\(a\|aa\)\+\$' was stopped") as caught:
        run([], [contexts.request(body, opened)], [], active, LintOptions())
    assert caught.value.where == str(path)
