"""A rule of data as a check: what `given` finds goes through the functions of `then`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.errors import ConfigError
from promptlint.lint.context import PairContext, RequestContext
from promptlint.lint.functions import function
from promptlint.lint.given import Node, member, nodes
from promptlint.lint.rule import Check, Hit, Options, Rule, Then

SCOPES = {"request", "pair"}


def declarative_check(rule: Rule) -> Check:
    """The check of a rule with a `then`. Raises ConfigError where a function cannot do what its scope asks for."""
    if not rule.given or not set(rule.scopes) <= SCOPES:
        problem = "has a then but no given" if not rule.given else "is declarative: its scope is request or pair"
        raise ConfigError(f"{rule.name} {problem}", where=rule.path)
    for then in rule.then:
        for scope, method in (("request", "check"), ("pair", "compare")):
            if scope in rule.scopes and not hasattr(function(then.function), method):
                hint = "see promptlint/lint/functions for what each can do"
                raise ConfigError(
                    f"{rule.name}: {then.function} does not look at a {scope}", where=rule.path, hint=hint
                )

    written = [(then, then.options) for then in rule.then]

    def check(context: RequestContext | PairContext, options: Options) -> Iterator[Hit]:
        for then, own in written:
            yield from _applied(rule, then, _merged(own, options), context)

    return check


def _merged(own: Options, options: Options) -> Options:
    """The options in the rule file, under those of the config."""
    return {**own, **{name: value for name, value in options.items() if value is not None and name in own}}


def _applied(rule: Rule, then: Then, options: Options, context: RequestContext | PairContext) -> Iterator[Hit]:
    module = function(then.function)
    if isinstance(context, RequestContext):
        yield from module.check(_given(rule, then, context), options, context)
    else:
        before, after = (_given(rule, then, side) for side in (context.before, context.after))
        yield from module.compare(before, after, options, context)


def _given(rule: Rule, then: Then, context: RequestContext) -> Iterator[Node]:
    for given in rule.given:
        for node in nodes(given, context):
            if then.field is None:
                yield node
            elif isinstance(node.value, dict):
                yield member(node, then.field)
