"""KV602: a parameter beside the messages differs, and the prompt or the provider's cache key holds it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from promptlint.comparison.structure import NEVER_A_CHANGE
from promptlint.engine.cache_keys import CACHE_KEYS, LOCAL_CACHE_KEYS, MEMBERS
from promptlint.lint.context import PairContext
from promptlint.lint.message import Name, Words
from promptlint.lint.provider import provider
from promptlint.lint.rule import Hit, Options, Span
from promptlint.lint.spelling import meaning, spelled
from promptlint.model import Chat, Severity
from promptlint.positions import keys, place, step

# They have a rule of their own, name the request, or shape the answer alone; many are new in every healthy request.
NOT_LOOKED_AT = NEVER_A_CHANGE | frozenset(
    name
    for line in (
        "model functions anthropic_version anthropic_beta betas diagnostics client_metadata safety_identifier include",
        "background max_tool_calls truncation request_id session_id trace_id extra_body extra_query prediction",
        "n_predict min_tokens best_of ignore_eos length_penalty typical_p mirostat mirostat_eta mirostat_tau samplers",
        "provider n_probs id_slot cache_prompt priority return_token_ids container conversation",
    )
    for name in line.split()
)
DEFAULTS: Mapping[str, tuple[Any, ...]] = {
    "tool_choice": ("auto", {"type": "auto"}, {"auto": {}}),
    "function_call": ("auto",),
    "parallel_tool_calls": (True,),
}
UNPRINTED = "this template does not print it: no token is lost"
UNKNOWN = "no prompt or cache key is known to hold it"
PRINTED_OR_NOT = "whether the template prints it is not known here"
PROVIDERS = {"anthropic": "Anthropic", "bedrock": "Bedrock", "openai": "OpenAI", "azure": "Azure"}


class Verdict(NamedTuple):
    """How severe a change is, and why."""

    severity: Severity
    note: str | None = None


def check(context: PairContext, options: Options) -> Iterator[Hit]:
    """One hit for each parameter; another model is another cache, whatever else differs."""
    names = (context.before.request.model, context.after.request.model)
    if None not in names and names[0] != names[1]:
        return
    before, after = context.before.chat.parameters, context.after.chat.parameters
    for name in dict.fromkeys([*before, *after]):
        if name in NOT_LOOKED_AT or name in options["also-ignored"]:
            continue
        old, new = _value(before, name), _value(after, name)
        verdict = None if spelled(old) == spelled(new) else _verdict(context, name, old, new)
        if verdict is not None:
            yield _hit(context, name, verdict)


def _value(parameters: Mapping[str, Any], name: str) -> Any:
    """The value; None where it is not set, or set to what it is anyway."""
    value = parameters.get(name)
    return None if value in DEFAULTS.get(name, ()) else value


def _verdict(context: PairContext, name: str, old: Any, new: Any) -> Verdict | None:
    if name in LOCAL_CACHE_KEYS:
        return Verdict("error", LOCAL_CACHE_KEYS[name])
    if context.exact:
        prints = context.after.prints_change(_put_back(context, name)(context.after.chat))
        if prints or context.parts_in([Span(step(name))], [Span(step(name))]):
            return Verdict("error")
        if meaning(old) == meaning(new):
            return None
        return Verdict("info", UNPRINTED if prints is False else UNKNOWN)
    if meaning(old) == meaning(new):  # in which order the provider takes the keys is not known
        return None
    if name == "chat_template_kwargs":
        return Verdict("info", PRINTED_OR_NOT)
    named = provider(context.after)
    note = CACHE_KEYS.get(named, {}).get(name)
    if note is not None and name in MEMBERS:
        old, new = (value.get(MEMBERS[name]) if isinstance(value, dict) else None for value in (old, new))
        note = note if old != new else None
    if note is None:
        return Verdict("info", UNKNOWN)
    return Verdict("error", f"{PROVIDERS.get(named, named)}'s {note.removeprefix('its ')}")


def _put_back(context: PairContext, name: str) -> Callable[[Chat], Chat]:
    """Gives a copy of `after` the value of `before`."""
    before = context.before.chat.parameters

    def repaired(after: Chat) -> Chat:
        old = {name: before[name]} if name in before else {}
        return replace(after, parameters={key: value for key, value in after.parameters.items() if key != name} | old)

    return repaired


def _hit(context: PairContext, name: str, verdict: Verdict) -> Hit:
    before, after = context.before.chat.parameters, context.after.chat.parameters
    return Hit(
        Span(step(name)),
        _shown(after, name),
        related=Span(step(name)) if name in before else None,
        fields={"parameter": Name(_spelled(context, name)), "before": _shown(before, name)},
        note=verdict.note,
        severity=verdict.severity,
        repair=_put_back(context, name),
        place=None if name in after else place(context.after.request, ""),
        identity=name,
    )


def _shown(parameters: Mapping[str, Any], name: str) -> str:
    """The value; one that is no text, and holds none, says nothing that has to be hidden."""
    if name not in parameters:
        return Words("nothing")
    value = parameters[name]
    return spelled(value) if isinstance(value, str | dict | list) else Words(spelled(value))


def _spelled(context: PairContext, name: str) -> str:
    """As the body has it: reasoning.effort."""
    side = context.after if name in context.after.chat.parameters else context.before
    return ".".join(keys(side.body_pointer(step(name))))
