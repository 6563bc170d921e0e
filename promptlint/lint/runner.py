"""Runs the selected rules over requests and pairs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from itertools import islice
from typing import Any, TypeVar

from promptlint.errors import ConfigError, PromptlintError
from promptlint.lint.catalogue import Catalogue, with_check
from promptlint.lint.causes import Explained, explained
from promptlint.lint.context import FileContext, PairContext, RequestContext
from promptlint.lint.finding import finding, placed, redacted
from promptlint.lint.hits import Found, Key, gathered, left_to_templates, told_once, weighed
from promptlint.lint.option import effective
from promptlint.lint.rule import Hit, Options, Rule, Scope, Span
from promptlint.lint.selection import selected, severity_of
from promptlint.lint.session import SessionContext, SessionHit
from promptlint.lint.template_context import TemplateContext
from promptlint.model import Finding, Place
from promptlint.options import LintOptions
from promptlint.progress import UNWATCHED, Progress
from promptlint.records import dataclass

MOST_HITS = 500  # of one rule in one request or pair
Said = TypeVar("Said")


@dataclass(frozen=True, slots=True)
class Active:
    """A rule that runs, with its options."""

    rule: Rule
    options: Options


def active_rules(catalogue: Catalogue, options: LintOptions) -> tuple[Active, ...]:
    """The selected rules, their checks loaded. Raises ConfigError for selectors and options that fit no rule."""
    known = {rule.name for rule in catalogue.values()} | set(catalogue)
    for name, configured in options.rule_options.items():
        if name not in known:
            from promptlint.config_checks import close_to

            where = next(iter(configured.origins.values()), None)
            raise ConfigError(
                f"options for a rule that is not there: {name}", where=where, hint=close_to(name, sorted(known))
            )
    codes = selected([(rule.code, rule.name) for rule in catalogue.values()], options)
    found = []
    for rule in catalogue.values():
        values = effective(rule, options.rule_options.get(rule.name) or options.rule_options.get(rule.code))
        if rule.code in codes:
            found.append(Active(with_check(rule), values))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Judged:
    """All that the rules have found, each occurrence of a fault by itself, with its finding."""

    found: tuple[Found, ...]
    of_files: tuple[Finding, ...]
    keys: Mapping[int, Set[Key]]  # what each request has, by its number, whoever tells it
    pairs: tuple[PairContext, ...]  # of requests that were both asked for
    explained: Mapping[int, Explained]  # the broken pairs by their numbers, with what they cost

    @property
    def findings(self) -> list[Finding]:
        """Those of requests and pairs, then those of files."""
        return [*(one.finding for one in self.found if one.finding), *self.of_files]


def of_requests(
    requests: Sequence[RequestContext], active: Sequence[Active], progress: Progress = UNWATCHED
) -> list[Found]:
    """What the rules say of each request alone."""
    found: list[Found] = []
    for context in requests:
        found += _of_request(context, active)
        progress.advance(1)
    return found


def of_templates(templates: Iterable[TemplateContext], active: Sequence[Active]) -> list[Found]:
    """What the rules say of the templates."""
    return [one for template in templates for one in _of_template(template, active)]


def judge(
    files: Sequence[FileContext],
    requests: Sequence[RequestContext],
    alone: Sequence[Found],
    pairs: Sequence[PairContext],
    active: Sequence[Active],
    options: LintOptions,
    reported: frozenset[int] | None = None,
    sessions: Sequence[SessionContext] = (),
    of_template: Sequence[Found] = (),
) -> Judged:
    """Run the rules on files and pairs, and weigh what they say with what they say of requests and templates.

    `alone` is what they say of each request, `of_template` of the templates. `pairs`, and those of the `sessions`, are
    without declared breaks. `reported` are the numbers of the requests that were asked for, None being all: the others
    are there as evidence.
    """
    asked = frozenset(context.number for context in requests) if reported is None else reported
    keys: dict[int, set[Key]] = {}
    by_request: dict[int, list[Found]] = {}
    for one in alone:
        keys.setdefault(one.request.number, set()).add(one.key)
        by_request.setdefault(one.request.number, []).append(one)
    of_pair = {pair.number: list(_of_pair(pair, active, by_request)) for pair in pairs}
    causes = _explained(pairs, of_pair, by_request)
    paired = _with_sessions([one for found in of_pair.values() for one in found], sessions, active)
    paired = left_to_templates(paired, of_template)
    kept = [one for one in weighed(alone, paired, pairs) if one.request.number in asked]
    kept += [one for one in paired if one.pair and asked & {one.pair.before.number, one.pair.after.number}]
    kept += of_template
    of_files = [
        _of_file(context, one, hit) for context in files for one in active for hit in _hits(one, "file", context)
    ]
    return Judged(
        tuple(replace(one, finding=_configured(finding(one, _price(one, causes)), options)) for one in kept),
        tuple(_configured(one, options) for one in of_files),
        keys,
        tuple(pair for pair in pairs if pair.before.number in asked),
        causes,
    )


def _explained(
    pairs: Sequence[PairContext], of_pair: Mapping[int, Sequence[Found]], alone: Mapping[int, Sequence[Found]]
) -> dict[int, Explained]:
    """The causes of the broken pairs. Of a value that moved the pair tells more than `after` does by itself."""
    causes = {}
    for pair in pairs:
        if pair.pair.status == "broken":
            newly = list(_newly_wrong(pair, alone))
            moved = [one for one in newly if one.rule.evidence]
            faults = [one for one in newly if not one.rule.evidence]
            causes[pair.number] = explained(pair, [*faults, *of_pair[pair.number], *moved])
    return causes


def _price(one: Found, causes: Mapping[int, Explained]) -> int | None:
    of_pair = None if one.pair is None else causes.get(one.pair.number)
    return None if of_pair is None else of_pair.price(one.hit)


def told(judged: Judged, marked: Sequence[Finding | None]) -> list[Finding]:
    """What is shown, each fault once. `marked` are the findings after the exceptions, None for what is left out.

    What is excepted in one place tells nothing of another: so the exceptions come first.
    """
    found = [replace(one, finding=mark) for one, mark in zip(judged.found, marked, strict=False) if mark is not None]
    every = _keys_of(judged.found)
    shown: list[Finding] = []
    for suppressed in (False, True):
        some = [one for one in found if one.finding and (one.finding.suppressed is not None) is suppressed]
        own = _keys_of(some)
        # What a request has is told there unless all of it is excepted; what a pair tells counts as told.
        known = {n: (keys - every.get(n, set())) | own.get(n, set()) for n, keys in judged.keys.items()}
        shown += [placed(one) for one in gathered(told_once(some, known, judged.pairs))]
    return shown + [one for one in marked[len(judged.found) :] if one is not None]


def _keys_of(found: Iterable[Found]) -> dict[int, set[Key]]:
    keys: dict[int, set[Key]] = {}
    for one in found:
        keys.setdefault(one.request.number, set()).add(one.key)
    return keys


def run(
    files: Sequence[FileContext],
    requests: Sequence[RequestContext],
    pairs: Sequence[PairContext],
    active: Sequence[Active],
    options: LintOptions,
    reported: frozenset[int] | None = None,
    sessions: Sequence[SessionContext] = (),
    templates: Sequence[TemplateContext] = (),
) -> list[Finding]:
    """The findings where nothing is excepted, each fault once, in no order."""
    alone = of_requests(requests, active)
    judged = judge(files, requests, alone, pairs, active, options, reported, sessions, of_templates(templates, active))
    return told(judged, judged.findings)


def _of_request(context: RequestContext, active: Sequence[Active]) -> Iterator[Found]:
    for one in active:
        for hit in _hits(one, "request", context):
            yield Found(one.rule, hit, context, severity=hit.severity or one.rule.severity)


def _of_pair(pair: PairContext, active: Sequence[Active], alone: Mapping[int, Sequence[Found]]) -> Iterator[Found]:
    """The specific rules first: what they explain is told to the general ones."""
    pair.claimed.extend(span for one in _newly_wrong(pair, alone) for span in one.hit.spans())
    for general in (False, True):
        pair.claimed_by_specific = tuple(pair.claimed)
        for one in active:
            if one.rule.general is not general:
                continue
            for hit in _hits(one, "pair", pair):
                pair.claim(hit)
                severity = hit.severity or ("error" if one.rule.evidence else one.rule.severity)
                yield Found(one.rule, hit, pair.before if hit.in_before else pair.after, pair, severity)


def _with_sessions(
    paired: Sequence[Found], sessions: Sequence[SessionContext], active: Sequence[Active]
) -> list[Found]:
    """What pairs say, and what whole sessions say, which may sum up what the same rule says of their pairs."""
    found, told = [], set()
    for session in sessions:
        for one in active:
            for said in _said(one, "session", session, _checked_in_session):
                pair, hit = said.pair, said.hit
                severity = hit.severity or one.rule.severity
                found.append(Found(one.rule, hit, pair.after, pair, severity, sums_up=said.sums_up))
                told |= {(one.rule.code, number) for number in said.sums_up}
    kept = [one for one in paired if one.pair is None or (one.rule.code, one.pair.number) not in told]
    return kept + found


def _of_template(template: TemplateContext, active: Sequence[Active]) -> Iterator[Found]:
    for one in active:
        for hit in _said(one, "template", template, _checked):
            yield Found(one.rule, hit, template.requests[0], severity=hit.severity or one.rule.severity)


def _newly_wrong(pair: PairContext, alone: Mapping[int, Sequence[Found]]) -> Iterator[Found]:
    """Errors that `after` has by itself and `before` has not."""
    known = {one.key for one in alone.get(pair.before.number, ())}
    for one in alone.get(pair.after.number, ()):
        if one.key not in known and (one.severity == "error" or one.rule.evidence):
            yield one


def _hits(one: Active, scope: Scope, context: FileContext | RequestContext | PairContext) -> Iterator[Hit]:
    return _said(one, scope, context, _checked)


def _said(one: Active, scope: Scope, context: Any, checked: Callable[[Any], Said]) -> Iterator[Said]:
    """What a check yields; whatever it raises, or yields instead of hits, ends the run as an error of that rule."""
    if scope not in one.rule.scopes or one.rule.check is None:
        return
    try:
        yield from map(checked, islice(one.rule.check(context, one.options), MOST_HITS))
    except PromptlintError as error:
        if error.where is None:
            error.where = one.rule.path
        raise
    except (Exception, SystemExit) as error:  # no rule of whomever ends the run as if all were well
        if one.rule.source == "bundled":
            raise
        raise ConfigError(
            f"the rule {one.rule.name} failed: {type(error).__name__}: {error}", where=one.rule.path
        ) from error


def _checked(hit: Any) -> Hit:
    """What a check has yielded. Raises TypeError for what is no hit: rules come from others too."""
    if not isinstance(hit, Hit) or not isinstance(hit.span, Span) or not isinstance(hit.span.pointer, str):
        raise TypeError("a check yields Hit(Span(pointer, …), …)")
    if not isinstance(hit.text, str) or not isinstance(hit.message, str | None):
        raise TypeError("text and message of a Hit are strings")
    return hit


def _checked_in_session(said: Any) -> SessionHit:
    if not isinstance(said, SessionHit) or not isinstance(said.pair, PairContext):
        raise TypeError("a check of scope session yields SessionHit(pair, Hit(…))")
    if not isinstance(said.sums_up, tuple) or not all(isinstance(number, int) for number in said.sums_up):
        raise TypeError("sums_up of a SessionHit are the numbers of pairs, in a tuple")
    _checked(said.hit)
    return said


def _of_file(context: FileContext, one: Active, hit: Hit) -> Finding:
    from promptlint.lint.message import filled

    return Finding(
        code=one.rule.code,
        rule=one.rule.name,
        severity=hit.severity or one.rule.severity,
        message=filled(hit.message or one.rule.message, {"text": hit.text, **hit.fields}),
        hint=str(hit.hint or one.rule.hint),
        redacted=redacted(one.rule, hit),
        place=hit.place or Place(context.outcome.path, "", None, None),
        url=one.rule.url,
        identity=hit.text,
    )


def _configured(found: Finding, options: LintOptions) -> Finding:
    wanted = severity_of(found.code, found.rule, options)
    return found if wanted is None else replace(found, severity=wanted)
