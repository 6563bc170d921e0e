"""KV301: the names of the tools are in no order that a program would make again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

from promptlint.errors import ConfigError
from promptlint.lint.context import PairContext, RequestContext
from promptlint.lint.message import Name, Phrase
from promptlint.lint.order import Misplaced, misplaced
from promptlint.lint.rule import Hit, Options, Span
from promptlint.lint.tools import shared_order, tool_list

MOST_SHOWN = 200  # characters of the sorted list
MOST_LOCKED = 2000  # characters of the lockfile line: it is there to be copied whole


def check(context: RequestContext | PairContext, options: Options) -> Iterator[Hit]:
    """One hit for the list, told once in the run for each distinct list."""
    if isinstance(context, PairContext):
        if options["order"] == "stable":
            yield from _seen_in_two_orders(context, options)
        return
    found = tool_list(context.chat)
    wrong = _misplaced(found.names, options)
    if wrong is not None:
        yield _hit(found.pointer, found.names, wrong, options)


def _misplaced(names: Sequence[str], options: Options) -> Misplaced | None:
    if options["order"] == "stable":
        return None
    if options["order"] == "sorted":
        return misplaced(names, segments=options["segments"])
    if not options["lockfile"]:
        hint = "options: {unsorted-tools: {order: lockfile, lockfile: [first-tool, second-tool]}}"
        raise ConfigError("order: lockfile of unsorted-tools needs a lockfile: the names in their order", hint=hint)
    wanted = _locked(names, options["lockfile"])
    at = next((number for number, name in enumerate(names) if name != wanted[number]), None)
    if at is None:
        return None
    # What stands at this place belongs behind the one that should stand there.
    late = names.index(wanted[at], at)
    return Misplaced(late, wanted[at], names[late - 1])


def _locked(names: Sequence[str], lockfile: Sequence[str]) -> list[str]:
    """As the lockfile has them; tools that it does not name yet come behind, sorted."""
    places = {name: number for number, name in enumerate(lockfile)}
    return sorted(names, key=lambda name: (places.get(name, len(places)), name if name not in places else ""))


def _seen_in_two_orders(context: PairContext, options: Options) -> Iterator[Hit]:
    before, after = tool_list(context.before.chat), tool_list(context.after.chat)
    old, new = shared_order(before, after)
    at = next((number for number, name in enumerate(new) if name != old[number]), None)
    if at is not None:
        late = new.index(old[at])
        yield _hit(after.pointer, after.names, Misplaced(late, new[late], new[late - 1]), options)


def _hit(pointer: str, names: Sequence[str], wrong: Misplaced, options: Options) -> Hit:
    listed = ", ".join(names)
    wanted = _locked(names, options["lockfile"]) if options["order"] == "lockfile" else sorted(names)
    hint = Phrase(
        "Send them as {wanted}; an order that is meant is pinned with options: "
        "{unsorted-tools: {order: lockfile, lockfile: [{listed}]}}, "
        "or made a warning with severity: {unsorted-tools: warning}.",
        {"wanted": Name(_beginning(wanted)), "listed": Name(listed)},
        MOST_LOCKED,
    )
    fields = {"name": Name(wrong.name), "behind": Name(wrong.behind), "number": len(names)}
    return Hit(Span(pointer), Name(listed), fields=fields, hint=hint, once=listed)


def _beginning(names: Sequence[str]) -> str:
    """As many as there is room for, at least one, and how many more there are."""
    ends = accumulate(len(name) + len(", ") for name in names)
    shown = max(1, sum(end - len(", ") <= MOST_SHOWN for end in ends))
    more = f" and {len(names) - shown} more" if shown < len(names) else ""
    return ", ".join(names[:shown]) + more
