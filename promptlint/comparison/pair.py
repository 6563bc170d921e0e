"""Two requests and a model in, a compared pair out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from promptlint.comparison.divergence import Rendered, find_divergence
from promptlint.comparison.prefix import PrefixResult, common_prefix
from promptlint.comparison.structure import JsonRelation, differences, json_relation
from promptlint.errors import TemplateError
from promptlint.local_model import Model, Rendering
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
    # All that needs no vocabulary first: it is still being read.
    texts = _rendered(model, before.chat, now), _rendered(model, after.chat, now)
    tail_start = 0 if isinstance(texts[0], TemplateError) else _tail_start(model, before.chat, texts[0].text, now)
    left, right = _encoded(model, texts[0]), _encoded(model, texts[1])
    if isinstance(left, TemplateError) or isinstance(right, TemplateError):
        return Compared(_pair(structure, notes, texts, None, None), left, right)
    prefix = _prefix(left, right, model, tail_start)
    divergence = None
    if prefix.status == "broken":
        divergence = _divergence(model, now, (before, left), (after, right), prefix.common, tail_start)
    return Compared(_pair(structure, notes, texts, prefix, divergence), left, right)


def _rendered(model: Model, chat: Chat, now: datetime) -> Rendering | TemplateError:
    try:
        return model.render(chat, now)
    except TemplateError as error:
        return error


def _encoded(model: Model, text: Rendering | TemplateError) -> Prompt | TemplateError:
    return text if isinstance(text, TemplateError) else model.encode(text)


def _tail_start(model: Model, chat: Chat, text: str, now: datetime) -> int:
    """Offset of the generation prompt, which the next turn replaces by the answer; the end where there is none."""
    try:
        return common_prefix(text, model.render(chat, now, WITHOUT_GENERATION_PROMPT).text)
    except TemplateError:
        return len(text)


def _prefix(before: Prompt, after: Prompt, model: Model, tail_start: int) -> PrefixResult:
    closed = model.encode(Rendering((before.text[:tail_start],)))
    tail = len(before.ids) - common_prefix(before.ids, closed.ids)
    return PrefixResult(len(before.ids), len(after.ids), common_prefix(before.ids, after.ids), tail)


def _divergence(
    model: Model, now: datetime, before: tuple[Turn, Prompt], after: tuple[Turn, Prompt], token: int, tail_start: int
) -> Divergence:
    def render(chat: Chat) -> str:
        return model.render(chat, now).text

    sides = []
    offset = common_prefix(before[1].text, after[1].text)
    for turn, prompt in (before, after):
        traced = trace(turn.chat, prompt.text, render, offset)
        sides.append(Rendered(turn.request, turn.chat, traced, model.token_text(prompt.text, token)))
    return find_divergence(sides[0], sides[1], token, tail_start, render)


def _pair(
    structure: Structure,
    notes: tuple[str, ...],
    texts: tuple[Rendering | TemplateError, Rendering | TemplateError],
    prefix: PrefixResult | None,
    divergence: Divergence | None,
) -> Pair:
    limits = [limit for side in texts if isinstance(side, Rendering) for limit in side.limits]
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
        limits=tuple(dict.fromkeys([*notes, *limits])),
    )
