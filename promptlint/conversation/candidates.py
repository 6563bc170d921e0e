"""Which earlier requests a request can have come from by a change: few of many, found by the messages they share."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import chain, repeat

from promptlint.conversation.forms import LEAST_HANDED_ON, LONGEST_HEAD, Numbers
from promptlint.conversation.message import Messages

_MOST_HOLDERS = 4  # the latest requests with one message; an older one has been continued, or is lost
_MOST_CANDIDATES = 6  # of those that share the most messages
_MOST_HANDED_ON = 16  # the latest conversations that a summary may be of

Latest = tuple[int, ...]


class Candidates:
    """The requests up to one, by their messages, and by how their first message begins and ends."""

    def __init__(self, messages: Messages) -> None:
        self._messages = messages
        self._holders: dict[Hashable, Latest] = {}
        self._opened: dict[Hashable, Latest] = {}
        self._long: deque[int] = deque(maxlen=_MOST_HANDED_ON)

    def add(self, number: int, said: Numbers) -> None:
        """Remember a request, later than all before it."""
        _remember(self._holders, set(said), number)
        _remember(self._opened, self._messages.edges(said[0]), number)
        if len(said) >= LEAST_HANDED_ON:
            self._long.append(number)

    def of(self, said: Numbers, earliest: int) -> Sequence[int]:
        """The requests from `earliest` on that are worth a closer look, the most promising first."""
        votes: Counter[int] = Counter(chain.from_iterable(map(self._holders.get, said, repeat(()))))
        sharing = sorted((number for number in votes if number >= earliest), key=lambda one: (-votes[one], -one))
        others = [*_found(self._opened, self._messages.edges(said[0])), *self._handed_on(said)]
        return list(dict.fromkeys([*sharing[:_MOST_CANDIDATES], *(one for one in others if one >= earliest)]))

    def _handed_on(self, said: Numbers) -> Sequence[int]:
        """Nothing need be left of a conversation whose summary opens the next one."""
        return self._long if any(map(self._messages.hands_on, said[:LONGEST_HEAD])) else ()


def _remember(latest: dict[Hashable, Latest], keys: Iterable[Hashable], number: int) -> None:
    for key in keys:
        latest[key] = (number, *latest.get(key, ())[: _MOST_HOLDERS - 1])


def _found(latest: Mapping[Hashable, Latest], keys: Iterable[Hashable]) -> Iterable[int]:
    return chain.from_iterable(latest.get(key, ()) for key in keys)
