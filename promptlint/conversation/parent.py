"""The best earlier request that a request continues. The system region and the tools are what breaks: left out.

A trie of message numbers finds what was simply appended to, however many and long the requests are; only where there
is something later than that are the latest requests looked at one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from promptlint.conversation.forms import Earlier, Evidence, Numbers, evidence
from promptlint.conversation.identity import family, same_family
from promptlint.conversation.message import Messages
from promptlint.conversation.setting import Nearness, Settings
from promptlint.model import Turn

MOST_CANDIDATES = 50  # the latest ones: a parent that is further back was appended to, or is lost


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
            any(request.body.get(name) is not None for name in ("previous_response_id", "conversation")),
        )


def parents(seen: Sequence[Seen], lookup: Lookup) -> list[Parent | None]:
    """The parent of each request, which stand in their order."""
    search = _Search(seen, lookup)
    found = [search.parent(number) for number in range(len(seen))]
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
    """The requests up to one, by the messages that they begin with."""

    def __init__(self, seen: Sequence[Seen], lookup: Lookup) -> None:
        self._seen = seen
        self._lookup = lookup
        self._steps: dict[tuple[int, int], int] = {}  # node, message → node
        self._roots: dict[str, int] = {}
        self._nodes = 0
        self._ended: dict[int, list[int]] = {}  # node → requests whose messages end there

    def parent(self, number: int) -> Parent | None:
        """The parent of the next request."""
        one = self._seen[number]
        if not one.messages or one.on_server:
            return None
        *path, last = self._path(one)
        appended = self._appended(number, path)
        found = self._otherwise(number, path, appended)
        self._ended.setdefault(last, []).append(number)
        return found if found is not None else appended and appended[0]

    def _path(self, one: Seen) -> Iterator[int]:
        node = self._roots.get(one.dialect)
        if node is None:
            node = self._roots[one.dialect] = self._new_node()
        for message in one.messages:
            step = (node, message)
            following = self._steps.get(step)
            node = self._steps[step] = self._new_node() if following is None else following
            yield node

    def _new_node(self) -> int:
        self._nodes += 1
        return self._nodes

    def _appended(self, number: int, path: Sequence[int]) -> tuple[Parent, int] | None:
        """The longest request that leads this one whole, and how many messages that are."""
        for length in range(len(path), 0, -1):
            if path[length - 1] not in self._ended:
                continue
            fitting = [at for at in self._ending(path[length - 1]) if self._may_follow(at, number)]
            if fitting:
                return Parent(max(fitting, key=lambda at: (self._nearness(at, number), at)), "append"), length
        return None

    def _ending(self, node: int) -> list[int]:
        return self._ended.get(node, [])[-MOST_CANDIDATES:]

    def _otherwise(self, number: int, path: Sequence[int], appended: tuple[Parent, int] | None) -> Parent | None:
        """A request later than all that lead this one whole, and sharing more with it: history was changed.

        Where one that leads it is later, a new run with the same start has begun, and the rest is that run's.
        """
        earliest = max(0, number - MOST_CANDIDATES)
        if appended is not None and appended[0].number < number - 1:
            ended = (self._ended[node][-1] for node in path if node in self._ended)
            leading = (at for at in ended if self._may_follow(at, number))
            earliest = max(earliest, appended[0].number + 1, 1 + max(leading, default=-1))
        elif appended is not None:
            return None
        length = 0 if appended is None else appended[1]
        best: tuple[int, Nearness, int, str] | None = None
        for at in range(number - 1, earliest - 1, -1):
            within_reach = best is None or len(self._seen[at].messages) >= best[0]
            found = self._evidence(at, number, length) if within_reach else None
            if found is not None:
                key = (found.score, self._nearness(at, number), at, found.form)
                best = key if best is None or key > best else best
        return None if best is None else Parent(best[2], best[3])

    def _evidence(self, at: int, number: int, length: int) -> Evidence | None:
        old, new = self._seen[at], self._seen[number]
        if old.dialect != new.dialect or old.on_server or not old.messages or not self._may_follow(at, number):
            return None
        near = self._nearness(at, number)
        same_setting = near.differing_tools and near.system > 0
        return evidence(self._lookup.messages, Earlier(old.messages, same_setting), new.messages, length)

    def _may_follow(self, at: int, number: int) -> bool:
        old, new = self._seen[at], self._seen[number]
        return same_family(old.family, new.family) and not self._lookup.settings.another_agent(old.setting, new.setting)

    def _nearness(self, at: int, number: int) -> Nearness:
        return self._lookup.settings.nearness(self._seen[at].setting, self._seen[number].setting)
