"""Which request continues which: a name or an id says it, or the messages do; the order of files only proposes it."""

from __future__ import annotations

from collections.abc import Sequence

from promptlint.conversation.parent import Lookup, parents
from promptlint.conversation.proposal import Proposal, proposals, sequences
from promptlint.model import Conversation, Turn
from promptlint.records import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """Two requests to compare, by their numbers in the given sequence."""

    before: int
    after: int
    explicit: bool  # compared unconditionally: the config or the names of the files say that they are a pair


@dataclass(frozen=True, slots=True)
class Grouped:
    """Conversations, and the pairs in them, in the order of `after`: one for each conversation that it is in.

    `sequences` are the requests in the order in which they came to a server, whatever conversations they belong to.
    """

    conversations: tuple[Conversation, ...]
    links: tuple[Link, ...]
    sequences: tuple[tuple[int, ...], ...] = ()


def group(turns: Sequence[Turn], sessions: Sequence[Sequence[str]] = ()) -> Grouped:
    """The conversations that requests belong to, and which earlier request each one continues.

    `sessions` are lists of files, or FILE#N, whose requests are one conversation in that order. Otherwise files named
    before and after are pairs; requests with the id of one session belong together; the requests of a file, and those
    of files numbered alike, have an order. In it, a request continues the best earlier one that fits, or none.
    """
    lookup = Lookup()
    requests = [turn.request for turn in turns]
    conversations: list[Conversation] = []
    links: dict[tuple[int, int], Link] = {}
    proposed = proposals(requests, sessions)
    for proposal in proposed:
        found = _links(proposal, turns, lookup)
        for link in found:
            links.setdefault((link.after, link.before), link)
        conversations += _conversations(proposal, found)
    conversations.sort(key=lambda one: min(one.requests))
    return Grouped(tuple(conversations), tuple(links[key] for key in sorted(links)), sequences(requests, proposed))


def _links(proposal: Proposal, turns: Sequence[Turn], lookup: Lookup) -> list[Link]:
    requests = proposal.requests
    if proposal.source == "names":
        return [Link(requests[0], requests[1], explicit=True)]
    if len(requests) == 1:
        return []
    explicit = proposal.source == "explicit"
    found = parents([lookup.seen(turns[number]) for number in requests], lookup)
    places = [parent.number if parent else number - 1 if explicit else -1 for number, parent in enumerate(found)]
    return [Link(requests[before], requests[after], explicit) for after, before in enumerate(places) if before >= 0]


def _conversations(proposal: Proposal, links: Sequence[Link]) -> list[Conversation]:
    """The proposal whole where a name or an id vouches for it; else what hangs together by its links."""
    if proposal.source != "history":
        return [Conversation(proposal.requests, proposal.source)]
    before = {link.after: link.before for link in links}
    found: dict[int, list[int]] = {}
    roots: dict[int, int] = {}
    for number in proposal.requests:
        roots[number] = roots[before[number]] if number in before else number
        found.setdefault(roots[number], []).append(number)
    return [Conversation(tuple(numbers), "history") for numbers in found.values()]
