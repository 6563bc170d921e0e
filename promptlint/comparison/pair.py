"""Two requests and a model in, a compared pair out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from promptlint.comparison.divergence import Parting, Rendered, divergence, find_parting
from promptlint.comparison.prefix import PrefixResult, common_prefix
from promptlint.comparison.structure import JsonRelation, differences, json_relation
from promptlint.errors import TemplateError
from promptlint.local_model import Model, Rendering
from promptlint.model import Chat, Difference, Divergence, Pair, Prompt, Turn
from promptlint.positions import origin
from promptlint.render.provenance import trace

WITHOUT_GENERATION_PROMPT = {"add_generation_prompt": False}


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
    if isinstance(texts[0], TemplateError) or isinstance(texts[1], TemplateError):
        left, right = _encoded(model, texts[0]), _encoded(model, texts[1])
        return Compared(_pair(structure, notes, texts, None, None), left, right)
    if texts[1].text.startswith(texts[0].text):
        prompts = model.encode(texts[0]), model.encode(texts[1])
        common = common_prefix(prompts[0].ids, prompts[1].ids)
        if common == len(prompts[0].ids):  # nothing is lost, whatever the generation prompt is
            kept = PrefixResult(common, len(prompts[1].ids), common, tail=0)
            return Compared(_pair(structure, notes, texts, kept, None), *prompts)
    tail_start = _tail_start(model, before.chat, texts[0].text, now)
    place = _Place(model, now, (before, texts[0].text), (after, texts[1].text), tail_start)
    if common_prefix(texts[0].text, texts[1].text) < tail_start:  # surely broken
        _ = place.parting
    prompts = model.encode(texts[0]), model.encode(texts[1])
    prefix = _prefix(*prompts, model, tail_start)
    found = place.divergence(prefix.common) if prefix.status == "broken" else None
    return Compared(_pair(structure, notes, texts, prefix, found), *prompts)


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


class _Place:
    """Where two texts part: looked for once, when it is clear that somebody needs it."""

    def __init__(
        self, model: Model, now: datetime, before: tuple[Turn, str], after: tuple[Turn, str], tail_start: int
    ) -> None:
        self._model, self._now, self._tail_start = model, now, tail_start
        self._turns = before, after
        self._offset = common_prefix(before[1], after[1])

    @cached_property
    def parting(self) -> tuple[Rendered, Rendered, Parting]:
        """Both sides and the place, found by rendering marked copies."""
        before, after = (
            Rendered(turn.request, turn.chat, trace(turn.chat, text, self._render, self._offset))
            for turn, text in self._turns
        )
        return before, after, find_parting(before, after, self._tail_start, self._render)

    def divergence(self, token: int) -> Divergence:
        """The place with its token; waits for the vocabulary."""
        before, after, parting = self.parting
        texts = self._model.token_text(before.text, token), self._model.token_text(after.text, token)
        return divergence(before, after, parting, token, texts)

    def _render(self, chat: Chat) -> str:
        return self._model.render(chat, self._now).text


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
