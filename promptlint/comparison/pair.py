"""Two requests and a model in, a compared pair out."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import cached_property

from promptlint.common_prefix import common_prefix
from promptlint.comparison.divergence import Parting, Rendered, divergence, find_parting
from promptlint.comparison.output import WITHOUT_GENERATION_PROMPT, held_tokens
from promptlint.comparison.prefix import PrefixResult
from promptlint.comparison.structure import JsonRelation, differences, json_relation
from promptlint.errors import TemplateError
from promptlint.local_model import Model, Rendering
from promptlint.model import Chat, Difference, Divergence, Pair, Prompt, Turn
from promptlint.positions import origin
from promptlint.records import dataclass
from promptlint.render.provenance import trace
from promptlint.token_ids import common_tokens


@dataclass(frozen=True, slots=True)
class Compared:
    """A pair with the tokens of its prompts, or the template's error where it refused a request.

    The prompts themselves are not kept: those of a long session are many times its requests.
    """

    pair: Pair
    before: int | TemplateError
    after: int | TemplateError


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
        left, right = _counted(model, texts[0]), _counted(model, texts[1])
        return Compared(_pair(structure, notes, texts, None, None), left, right)
    if texts[1].text.startswith(texts[0].text):
        prompts = model.encode(texts[0]), model.encode(texts[1])
        common = common_tokens(prompts[0].ids, prompts[1].ids)
        if common == len(prompts[0].ids):  # nothing is lost, whatever the generation prompt is
            kept = PrefixResult(common, len(prompts[1].ids), common, tail=0)
            pair = _pair(structure, notes, texts, kept, None, _reusable(before, model, kept, prompts, now))
            return Compared(pair, kept.before, kept.after)
    tail_start = _tail_start(model, before.chat, texts[0].text, now)
    place = _Place(model, now, (before, texts[0].text), (after, texts[1].text), tail_start)
    if common_prefix(texts[0].text, texts[1].text) < tail_start:  # surely broken
        _ = place.parting
    prompts = model.encode(texts[0]), model.encode(texts[1])
    prefix = _prefix(*prompts, model, tail_start)
    found = place.divergence(prefix.common, prompts) if prefix.status == "broken" else None
    pair = _pair(structure, notes, texts, prefix, found, _reusable(before, model, prefix, prompts, now))
    return Compared(pair, prefix.before, prefix.after)


def _reusable(before: Turn, model: Model, prefix: PrefixResult, prompts: tuple[Prompt, Prompt], now: datetime) -> int:
    """What a cache gives back to `after` at most: the common prefix, and of the recorded answer what came back."""
    if prefix.lost:
        return prefix.common
    return max(prefix.common, common_tokens(held_tokens(before, model, prompts[0], now), prompts[1].ids))


def _rendered(model: Model, chat: Chat, now: datetime) -> Rendering | TemplateError:
    try:
        return model.render(chat, now)
    except TemplateError as error:
        return error


def _counted(model: Model, text: Rendering | TemplateError) -> int | TemplateError:
    return text if isinstance(text, TemplateError) else len(model.encode(text).ids)


def _tail_start(model: Model, chat: Chat, text: str, now: datetime) -> int:
    """Offset of the generation prompt, which the next turn replaces by the answer; the end where there is none."""
    try:
        return common_prefix(text, model.render(chat, now, WITHOUT_GENERATION_PROMPT).text)
    except TemplateError:
        return len(text)


def _prefix(before: Prompt, after: Prompt, model: Model, tail_start: int) -> PrefixResult:
    tail = 0
    if tail_start < len(before.text):
        closed = model.encode(Rendering((before.text[:tail_start],)))
        tail = len(before.ids) - common_tokens(before.ids, closed.ids)
    return PrefixResult(len(before.ids), len(after.ids), common_tokens(before.ids, after.ids), tail)


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

    def divergence(self, token: int, prompts: tuple[Prompt, Prompt]) -> Divergence:
        """The place with its token."""
        before, after, parting = self.parting
        texts = self._token_text(before, prompts[0], token), self._token_text(after, prompts[1], token)
        return divergence(before, after, parting, token, texts)

    def _token_text(self, side: Rendered, prompt: Prompt, token: int) -> str:
        sent = side.chat.rendered
        if isinstance(sent, tuple):
            return "".join(self._model.id_texts(prompt.ids[token : token + 1]))
        bos = 0 if sent is None else len(side.text) - len(sent)  # encoded by itself
        if sent is None or not bos:
            return self._model.token_text(side.text, token)
        return self._model.token_text(sent, token - 1) if token else side.text[:bos]

    def _render(self, chat: Chat) -> str:
        return self._model.render(chat, self._now).text


def _pair(
    structure: Structure,
    notes: tuple[str, ...],
    texts: tuple[Rendering | TemplateError, Rendering | TemplateError],
    prefix: PrefixResult | None,
    divergence: Divergence | None,
    reusable: int | None = None,
) -> Pair:
    limits = [limit for side in texts if isinstance(side, Rendering) for limit in side.limits]
    return Pair(
        before=0,
        after=1,
        before_tokens=prefix.before if prefix else None,
        after_tokens=prefix.after if prefix else None,
        common_prefix_tokens=prefix.common if prefix else None,
        reusable_tokens=reusable,
        lost_tokens=prefix.lost if prefix else None,
        status=prefix.status if prefix else None,
        json=structure.json,
        divergence=divergence,
        differences=structure.differences,
        limits=tuple(dict.fromkeys([*notes, *limits])),
    )
