"""The best earlier request that a request continues. The system region and the tools are what breaks: left out.

A hash of each start of a request finds what was simply appended to, however many and long the requests are; only
where there is something later than that are a few others looked at, those that share the most messages.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from promptlint.conversation.candidates import Candidates
from promptlint.conversation.forms import Earlier, Evidence, Numbers, evidence
from promptlint.conversation.identity import family, same_family
from promptlint.conversation.message import Messages
from promptlint.conversation.setting import Nearness, Settings
from promptlint.model import Turn

# What a request names instead of sending it: Responses, Gemini, Cohere, Ollama.
ON_THE_SERVER = (
    "previous_response_id",
    "conversation",
    "conversation_id",
    "context",
    "cachedContent",
    "cached_content",
)
MOST_SETTINGS = 16  # in which one and the same history was sent: the latest ones

Leading = tuple[int, dict[int, int]]  # how many messages a request begins with, and the latest ones that are just those


class Seen(NamedTuple):
    """A request as it is compared."""

    messages: Numbers
    dialect: str
    family: str | None
    setting: int
    on_server: bool  # what it shows is only the end of the prompt


class Parent(NamedTuple):
    """An earlier request, by its number, and how it is continued."""

    number: int
    form: str


class Lookup:
    """Numbers for messages and settings, shared by all conversations of a run."""

    def __init__(self) -> None:
        self.messages = Messages()
        self.settings = Settings()

    def seen(self, turn: Turn) -> Seen:
        """A request as it is compared."""
        request, chat = turn.request, turn.chat
        return Seen(
            self.messages.numbers(chat),
            request.dialect,
            family(request.model),
            self.settings.number(chat, request.model),
            any(request.body.get(name) is not None for name in ON_THE_SERVER),
        )


def parents(seen: Sequence[Seen], lookup: Lookup) -> list[Parent | None]:
    """The parent of each request, which stand in their order."""
    searches: dict[str, _Search] = {}
    found = []
    for number, one in enumerate(seen):
        search = searches.get(one.dialect)
        if search is None:
            search = searches[one.dialect] = _Search(seen, lookup)
        found.append(search.parent(number))
    aside = _asides(found, seen, lookup)
    return [None if number in aside else parent for number, parent in enumerate(found)]


def _asides(found: Sequence[Parent | None], seen: Sequence[Seen], lookup: Lookup) -> set[int]:
    """Requests about a conversation (title, summary), by another system text, where the conversation itself goes on."""
    by_parent: dict[int, list[int]] = {}
    for number, parent in enumerate(found):
        if parent is not None:
            by_parent.setdefault(parent.number, []).append(number)
    aside = set()
    for before, following in by_parent.items():
        near = {
            number: lookup.settings.nearness(seen[before].setting, seen[number].setting).system for number in following
        }
        if any(near.values()):
            aside |= {number for number, system in near.items() if not system}
    return aside


class _Search:
    """The requests of one API up to one: whole, and as candidates."""

    def __init__(self, seen: Sequence[Seen], lookup: Lookup) -> None:
        self._seen = seen
        self._lookup = lookup
        self._whole: dict[int, dict[int, int]] = {}  # hash of all messages → the latest request of each setting
        self._changed: dict[int, Parent | None] = {}
        self._candidates = Candidates(lookup.messages)

    def parent(self, number: int) -> Parent | None:
        """The parent of the next request."""
        one = self._seen[number]
        if not one.messages or one.on_server:
            return None
        *starts, whole = accumulate(one.messages, _hash, initial=0)
        leading = [(length, self._whole[start]) for length, start in enumerate(starts) if start in self._whole]
        appended = self._appended(number, leading)
        ended = self._whole.setdefault(whole, {})
        if one.setting not in ended or not self._leads(ended[one.setting], number):
            self._changed[number] = self._otherwise(number, leading, appended)
        else:  # sent again: what the first one continues
            self._changed[number] = self._changed[ended.pop(one.setting)]
        ended[one.setting] = number
        self._candidates.add(number, one.messages)
        return self._changed[number] or (appended and appended[0])

    def _appended(self, number: int, leading: Sequence[Leading]) -> tuple[Parent, int] | None:
        """The longest request that leads this one whole, and how many messages that are."""
        for length, ended in reversed(leading):
            latest = list(ended.values())[-MOST_SETTINGS:]
            fitting = [at for at in latest if self._leads(at, number) and self._may_follow(at, number)]
            if fitting:
                return Parent(max(fitting, key=lambda at: (self._nearness(at, number), at)), "append"), length
        return None

    def _leads(self, at: int, number: int) -> bool:
        """Two hashes may be equal by chance, or because somebody wants them to be."""
        old = self._seen[at].messages
        return self._seen[number].messages[: len(old)] == old

    def _otherwise(self, number: int, leading: Sequence[Leading], appended: tuple[Parent, int] | None) -> Parent | None:
        """A request later than all that lead this one whole, and sharing more with it: history was changed.

        Where one that leads it is later, a new run with the same start has begun, and the rest is that run's.
        """
        earliest, length = 0, 0
        if appended is not None:
            last, length = appended[0].number, appended[1]
            later = (at for _, ended in leading if (at := next(reversed(ended.values()))) > last)
            earliest = 1 + max((at for at in later if self._may_follow(at, number)), default=last)
        best: tuple[int, Nearness, int, str] | None = None
        for at in self._candidates.of(self._seen[number].messages, earliest) if earliest < number else ():
            within_reach = best is None or len(self._seen[at].messages) >= best[0]
            found = self._evidence(at, number, length) if within_reach else None
            if found is not None:
                key = (found.score, self._nearness(at, number), at, found.form)
                best = key if best is None or key > best else best
        return None if best is None else Parent(best[2], best[3])

    def _evidence(self, at: int, number: int, length: int) -> Evidence | None:
        old, new = self._seen[at], self._seen[number]
        if not self._may_follow(at, number):
            return None
        near = self._nearness(at, number)
        same_setting = near.differing_tools and near.system > 0
        return evidence(self._lookup.messages, Earlier(old.messages, same_setting), new.messages, length)

    def _may_follow(self, at: int, number: int) -> bool:
        old, new = self._seen[at], self._seen[number]
        return same_family(old.family, new.family) and not self._lookup.settings.another_agent(old.setting, new.setting)

    def _nearness(self, at: int, number: int) -> Nearness:
        return self._lookup.settings.nearness(self._seen[at].setting, self._seen[number].setting)


def _hash(start: int, message: int) -> int:
    return hash((start, message))
