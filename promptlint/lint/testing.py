"""Runs the cases that rule files carry: what a rule must find, and what looks like it and must stay silent."""

from __future__ import annotations

import atexit
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from promptlint.capture import load_bytes
from promptlint.capture.outcome import Outcome
from promptlint.comparison.pair import compare, compare_structure
from promptlint.conversation import group
from promptlint.dialect import chat
from promptlint.errors import ConfigError, InputError
from promptlint.lint import catalogue
from promptlint.lint.context import FileContext, PairContext, RequestContext
from promptlint.lint.ignores import suppress
from promptlint.lint.option import effective
from promptlint.lint.rule import Case, Rule
from promptlint.lint.runner import Active, run
from promptlint.lint.session import sessions
from promptlint.lint.template_context import templates
from promptlint.local_model import DEFAULT_NOW, Model
from promptlint.model import Finding, Turn
from promptlint.model_choice import open_model
from promptlint.options import Ignore, LintOptions, Options, RuleOptions
from promptlint.records import dataclass
from promptlint.selection import request_of_body

GIVEN = {
    "request",
    "before",
    "after",
    "requests",
    "file",
    "recorded-at",
    "options",
    "template",
    "ignores",
    "slots",
    "engine",
}
EXPECTED = {"text", "pointer", "severity", "message", "at"}
USER = "Hello."
TODAY = date(2026, 6, 1)


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What came of the cases of some rules: how many ran, and a line for each problem."""

    cases: int
    problems: tuple[str, ...]


def run_cases(rules: Sequence[Rule], only: Case | None = None) -> Outcomes:
    """Run all cases of all rules, or one of them, with the builtin model."""
    cases = [(rule, case) for rule in rules for case in rule.cases if only is None or case is only]
    model = shared_builtin()
    return Outcomes(len(cases), tuple(line for rule, case in cases for line in _with_template(rule, case, model)))


@cache
def shared_builtin() -> Model:
    """The builtin model, opened once for all cases: a test for each of them shall not start a process for each."""
    model = open_model("builtin", Options())
    atexit.register(model.close)
    return model


def _with_template(rule: Rule, case: Case, model: Model) -> list[str]:
    """The problems of a case, under its own template if it brings one."""
    if "template" not in case.given:
        return list(case_problems(rule, case, model))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.jinja"
        path.write_text(str(case.given["template"]), encoding="utf-8")
        own = open_model("builtin", Options(template=str(path)))
        try:
            return list(case_problems(rule, case, own))
        finally:
            own.close()


def case_problems(rule: Rule, case: Case, model: Model) -> Iterator[str]:
    """What a case shows to be wrong with its rule, a line each: every finding more, or less, than it says."""
    left = list(case_findings(rule, case, model))
    for wanted in case.found:
        _refuse_unknown(case, wanted, EXPECTED)
        match = next((one for one in left if _fits(one, wanted)), None)
        if match is None:
            yield f"{case.where}: {rule.name}: {case.name!r} does not find {dict(wanted)}"
        else:
            left.remove(match)
    for one in left:
        place = f"{one.place.pointer} of request {one.request}"
        what = f"{one.identity!r} at {place}: {one.severity}: {one.message}"
        yield f"{case.where}: {rule.name}: {case.name!r} finds {what}"


def _fits(found: Finding, wanted: Mapping[str, Any]) -> bool:
    return (
        wanted.get("text", found.identity) == found.identity
        and wanted.get("pointer", found.place.pointer) == found.place.pointer
        and wanted.get("severity", found.severity) == found.severity
        and wanted.get("message", "") in found.message
        and wanted.get("at", found.request) in (found.request, {0: "before", 1: "after"}.get(found.request or 0))
    )


def case_findings(rule: Rule, case: Case, model: Model) -> list[Finding]:
    """What the rule alone reports of a case. `before` and `after` are a pair; each of `requests` continues the last.

    For a rule of whole sessions the requests may belong to several conversations, as they would in a file.
    """
    _refuse_unknown(case, case.given, GIVEN)
    values = case.given.get("options", {})
    active = [Active(rule, effective(rule, RuleOptions(values, {})))]
    if "config" in rule.scopes:
        return _exceptions(case)
    if "file" in case.given:
        return run([_file(case)], [], [], active, LintOptions())
    bodies = [case.given[name] for name in ("request", "before", "after") if name in case.given]
    bodies += case.given.get("requests", [])
    contexts = [_context(case, number, body, model) for number, body in enumerate(bodies)]
    if "session" in rule.scopes and "requests" in case.given:
        return _of_session(case, contexts, model, active)
    pairs = [_pair(before, after, model, before.number) for before, after in pairwise(contexts)]
    of_template = templates(contexts) if "template" in rule.scopes else ()
    return run([], contexts, pairs, active, LintOptions(), templates=of_template)


def _of_session(
    case: Case, contexts: Sequence[RequestContext], model: Model, active: Sequence[Active]
) -> list[Finding]:
    """The findings where the messages say which request continues which, in the order of the case."""
    grouped = group([context.turn for context in contexts])
    homes = {number: home for home, one in enumerate(grouped.conversations) for number in one.requests}
    pairs = [
        _pair(contexts[link.before], contexts[link.after], model, number, homes[link.after])
        for number, link in enumerate(grouped.links)
    ]
    found = sessions(grouped.sequences, contexts, pairs, case.given.get("slots"), case.given.get("engine"))
    return run([], contexts, pairs, active, LintOptions(), sessions=found)


def _refuse_unknown(case: Case, values: Mapping[str, Any], known: set[str]) -> None:
    from promptlint.config_checks import close_to

    for name in values:
        if name not in known:
            raise ConfigError(f"unknown key {name!r} in a case", where=case.where, hint=close_to(name, sorted(known)))


def _file(case: Case) -> FileContext:
    path = f"<{case.name}>"
    try:
        return FileContext(Outcome(path, capture=load_bytes(path, str(case.given["file"]).encode())))
    except InputError as error:
        return FileContext(Outcome(path, error=error))


def _exceptions(case: Case) -> list[Finding]:
    """KV002 of the case's ignores, held against what is wrong with its file."""
    file, entries = _file(case), case.given.get("ignores", [])
    reader = catalogue.with_check(catalogue.load()["KV001"])
    found = run([file], [], [], [Active(reader, {})], LintOptions())
    until = [date.fromisoformat(one["until"]) if "until" in one else None for one in entries]
    ignores = tuple(
        Ignore(tuple(one["rules"]), tuple(one.get("files", ())), one.get("path"), one["reason"], day, case.where)
        for one, day in zip(entries, until, strict=True)
    )
    return suppress(found, [], LintOptions(ignores=ignores), TODAY)[1]


def _context(case: Case, number: int, body: Any, model: Model) -> RequestContext:
    try:
        request = request_of_body(_expanded(body))
        recorded = case.given.get("recorded-at")
        if recorded is not None:
            request = replace(request, recorded_at=datetime.fromisoformat(str(recorded)))
        return RequestContext(Turn(request, chat(request)), number, model)
    except (InputError, ValueError) as error:
        raise ConfigError(f"the case {case.name!r} has no request: {error}", where=case.where) from None


def _expanded(body: Any) -> Any:
    """`{system: TEXT}` is short for a chat request with this system prompt, and `user`, `tools` beside it."""
    if not isinstance(body, dict) or not isinstance(body.get("system"), str) or "messages" in body:
        return body
    rest = {key: value for key, value in body.items() if key not in ("system", "user")}
    system, user = {"role": "system", "content": body["system"]}, {"role": "user", "content": body.get("user", USER)}
    return {"model": "example", **rest, "messages": [system, user]}


def _pair(
    before: RequestContext, after: RequestContext, model: Model, number: int, conversation: int = 0
) -> PairContext:
    before.paired = after.paired = True
    structure = compare_structure(before.chat, after.chat)
    now = before.capture_time or DEFAULT_NOW
    compared = compare(before.turn, after.turn, structure, model, now)
    pair = replace(compared.pair, before=before.number, after=after.number, conversation=conversation)
    return PairContext(before, after, replace(compared, pair=pair), number)
