"""Two requests and a model in, a compared pair out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from promptlint.comparison.divergence import Rendered, find_divergence
from promptlint.comparison.prefix import PrefixResult, common_prefix
from promptlint.comparison.structure import JsonRelation, differences, json_relation
from promptlint.errors import TemplateError
from promptlint.local_model import Model
from promptlint.model import Chat, Difference, Divergence, Pair, Prompt, Request
from promptlint.positions import origin
from promptlint.render.provenance import trace

WITHOUT_GENERATION_PROMPT = {"add_generation_prompt": False}


@dataclass(frozen=True, slots=True)
class Turn:
    """One request of a pair in its chat form."""

    request: Request
    chat: Chat


@dataclass(frozen=True, slots=True)
class Compared:
    """A pair with its prompts; a prompt is the template's error where it refused the request."""

    pair: Pair
    before: Prompt | TemplateError
    after: Prompt | TemplateError


@dataclass(frozen=True, slots=True)
class Structure:
    """What can be said of two requests before either is rendered."""

    json: JsonRelation
    differences: tuple[Difference, ...]


def compare_structure(before: Chat, after: Chat) -> Structure:
    """How the two bodies relate as JSON."""
    relation = json_relation(before, after)
    if relation != "changed":
        return Structure(relation, ())
    found = (
        replace(one, pointer=origin(one.pointer, (before if one.kind == "removed" else after).origins))
        for one in differences(before, after)
    )
    return Structure(relation, tuple(found))


def compare(
    before: Turn, after: Turn, structure: Structure, model: Model, now: datetime, notes: tuple[str, ...] = ()
) -> Compared:
    """Render both with one clock, count their common prefix, and find the place where it ends.

    `notes` go to the pair's limits, in front of those that rendering finds.
    """
    left, right = _prompt(model, before.chat, now), _prompt(model, after.chat, now)
    if isinstance(left, TemplateError) or isinstance(right, TemplateError):
        return Compared(_pair(structure, notes, left, right, None, None), left, right)
    tail_start = _tail_start(model, before.chat, left, now)
    prefix = _prefix(left, right, model, tail_start)
    divergence = None
    if prefix.status == "broken":
        divergence = _divergence(model, now, (before, left), (after, right), prefix.common, tail_start)
    return Compared(_pair(structure, notes, left, right, prefix, divergence), left, right)


def _prompt(model: Model, chat: Chat, now: datetime) -> Prompt | TemplateError:
    try:
        return model.chat_prompt(chat, now)
    except TemplateError as error:
        return error


def _tail_start(model: Model, chat: Chat, prompt: Prompt, now: datetime) -> int:
    """Offset of the generation prompt, which the next turn replaces by the answer; the end where there is none."""
    try:
        return common_prefix(prompt.text, model.render(chat, now, WITHOUT_GENERATION_PROMPT))
    except TemplateError:
        return len(prompt.text)


def _prefix(before: Prompt, after: Prompt, model: Model, tail_start: int) -> PrefixResult:
    ids = memoryview(before.ids).cast("B"), memoryview(after.ids).cast("B")  # type: ignore[arg-type]
    width = len(ids[0]) // len(before.ids) if len(before.ids) else 1
    closed = model.encode([before.text[:tail_start]])
    tail = len(before.ids) - common_prefix(before.ids, closed)
    return PrefixResult(len(before.ids), len(after.ids), common_prefix(*ids) // width, tail)


def _divergence(
    model: Model, now: datetime, before: tuple[Turn, Prompt], after: tuple[Turn, Prompt], token: int, tail_start: int
) -> Divergence:
    sides = []
    offset = common_prefix(before[1].text, after[1].text)
    for turn, prompt in (before, after):
        traced = trace(turn.chat, prompt.text, lambda chat: model.render(chat, now), offset)
        sides.append(Rendered(turn.request, turn.chat, traced, model.token_text(prompt.text, token)))
    return find_divergence(sides[0], sides[1], token, tail_start)


def _pair(
    structure: Structure,
    notes: tuple[str, ...],
    before: Prompt | TemplateError,
    after: Prompt | TemplateError,
    prefix: PrefixResult | None,
    divergence: Divergence | None,
) -> Pair:
    prompts = [side for side in (before, after) if isinstance(side, Prompt)]
    return Pair(
        before=0,
        after=1,
        before_tokens=prefix.before if prefix else None,
        after_tokens=prefix.after if prefix else None,
        common_prefix_tokens=prefix.common if prefix else None,
        lost_tokens=prefix.lost if prefix else None,
        status=prefix.status if prefix else None,
        json=structure.json,
        divergence=divergence,
        differences=structure.differences,
        limits=tuple(dict.fromkeys([*notes, *(limit for prompt in prompts for limit in prompt.limits)])),
    )
