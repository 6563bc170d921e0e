"""What a run reads: the files asked for, those of the same conversations beside them, other revisions and folders."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from promptlint import git, positions
from promptlint.capture import load, load_bytes
from promptlint.capture.outcome import Outcome
from promptlint.capture.sharing import Sharing
from promptlint.collection import Collected, asked_for, collect
from promptlint.companions import companions
from promptlint.conversation import Grouped, Link
from promptlint.dialect import chat
from promptlint.errors import InputError, NoRequestError
from promptlint.globs import any_matches
from promptlint.model import Capture, Conversation, Request, Turn
from promptlint.options import LintOptions
from promptlint.progress import UNWATCHED, Portion, Progress
from promptlint.records import dataclass
from promptlint.selection import capture_and_request

HALF = re.compile(r"\\u[dD][89a-fA-F]")  # how JSON spells half a character, or one half of a whole one


@dataclass(frozen=True, slots=True)
class Read:
    """Files with what came of each, all their requests, and the numbers of those whose findings are wanted."""

    outcomes: tuple[Outcome, ...]
    turns: tuple[Turn, ...]
    reported: frozenset[int]
    complete: bool = False  # all captures that the config names were looked at


def read_all(
    paths: Sequence[Any], options: LintOptions, *, swept: bool = False, progress: Progress = UNWATCHED
) -> Read:
    """The files that were asked for, or those that the config names, and the rest of the conversations they are in.

    A turn that is checked alone still has its evidence in the turns beside it; those are read, not reported.
    """
    handed = [what for what in paths if not isinstance(what, str | Path)]
    names = [str(what) for what in paths if isinstance(what, str | Path)]
    files = asked_for(names if paths else None, options)
    progress.begin("reading", sum(_size(one.path) for one in files))
    sharing = Sharing()
    outcomes = [_outcome(one.path, sharing, named=_is_meant(one, options, swept), progress=progress) for one in files]
    outcomes += [_handed(what) for what in handed]
    beside = [
        _outcome(path, sharing, named=False) for path in companions([one.path for one in files], options.sessions)
    ]
    turns = [turn for one in outcomes for turn in _turns(one)]
    others = [turn for one in beside for turn in _turns(one)]
    return Read(
        tuple(outcomes), (*turns, *others), frozenset(range(len(turns))), complete=not paths and _is_all(options)
    )


def _is_all(options: LintOptions) -> bool:
    """Is a run without paths about all that the config is about: it names that, or stands in the working folder."""
    return bool(options.captures or options.sessions) or Path(options.folder).samefile(".")


def _is_meant(file: Collected, options: LintOptions, swept: bool) -> bool:
    """Is it a fault if this file is no capture: somebody named it, on the command line or in the config."""
    return (file.named and not swept) or any_matches(file.path, options.captures, options.folder)


def _size(path: str) -> int:
    try:
        return Path(path).stat().st_size
    except OSError:
        return 0


def _outcome(path: str, sharing: Sharing, *, named: bool, progress: Progress = UNWATCHED) -> Outcome:
    portion = Portion(progress, _size(path))
    try:
        return _encodable(Outcome(path, load(path, portion, sharing), named=named))
    except InputError as error:
        return Outcome(path, error=error, named=named)
    finally:
        portion.end()


def _encodable(outcome: Outcome) -> Outcome:
    """Without requests that no tokenizer takes; that one of them is there is a fault of the file."""
    found = outcome.capture
    texts: dict[int, bool] = {}  # the text of a whole file stands behind each of its requests
    wrong = [one for one in found.requests if _has_half_a_character(one, texts)] if found is not None else []
    if found is None or not wrong:
        return outcome
    kept = replace(found, requests=tuple(one for one in found.requests if one not in wrong))
    where = positions.place(wrong[0], "")
    error = InputError(
        "half of a surrogate pair stands in a string: no tokenizer takes that",
        where=outcome.path if where.line is None else f"{outcome.path}:{where.line}:{where.column}",
        hint="a text was cut in the middle of a character, such as \\ud83d; cut it between two",
    )
    return Outcome(outcome.path, kept if kept.requests else None, error, named=True)


def _has_half_a_character(request: Request, texts: dict[int, bool]) -> bool:
    source = request.source
    if source is not None and source.stretch is not None and not source.stretch.may_hold_halves:
        return False
    if source is not None and source.stretch is None:
        if id(source.text) not in texts:
            texts[id(source.text)] = HALF.search(source.text) is not None
        if not texts[id(source.text)]:
            return False
    try:
        json.dumps(request.body, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def _handed(what: Any) -> Outcome:
    found, _ = capture_and_request(what)
    return Outcome(found.path, found)


def _turns(outcome: Outcome) -> Iterator[Turn]:
    for request in outcome.capture.requests if outcome.capture is not None else ():
        yield Turn(request, chat(request))


def focused(read: Read, grouped: Grouped) -> tuple[Read, Grouped]:
    """Without the conversations in which nothing was asked for."""
    kept = [one for one in grouped.conversations if read.reported.intersection(one.requests)]
    numbers = sorted({number for one in kept for number in one.requests})
    if len(numbers) == len(read.turns):
        return read, grouped
    new = {old: number for number, old in enumerate(numbers)}
    links = [Link(new[one.before], new[one.after], one.explicit) for one in grouped.links if one.after in new]
    conversations = [replace(one, requests=tuple(new[old] for old in one.requests)) for one in kept]
    reported = frozenset(new[old] for old in read.reported)
    turns = tuple(read.turns[old] for old in numbers)
    sequences = tuple(tuple(new[old] for old in one if old in new) for one in grouped.sequences)
    return Read(read.outcomes, turns, reported, read.complete), Grouped(tuple(conversations), tuple(links), sequences)


def against(read: Read, revision: str) -> tuple[Read, Grouped]:
    """Each request and itself as of a git revision; one that was not there then stands alone."""
    turns = list(read.turns[: len(read.reported)])
    links: list[Link] = []
    conversations = []
    outcomes = {one.path: _at_revision(one, revision) for one in read.outcomes if one.capture is not None}
    for number, turn in enumerate(list(turns)):
        then = _same(turn.request, read.outcomes, outcomes[turn.request.path])
        if then is None:
            conversations.append(Conversation((number,), "explicit"))
            continue
        links.append(Link(len(turns), number, explicit=True))
        conversations.append(Conversation((len(turns), number), "explicit"))
        turns.append(Turn(then, chat(then)))
    return Read(read.outcomes, tuple(turns), read.reported), Grouped(tuple(conversations), tuple(links))


def _at_revision(outcome: Outcome, revision: str) -> Capture | None:
    raw = git.file_at(revision, outcome.path)
    if raw is None:
        return None
    try:
        return load_bytes(f"{revision}:{outcome.path}", raw)
    except InputError:
        return None  # what cannot be read there says nothing of what can be read here


def _same(request: Request, outcomes: Sequence[Outcome], then: Capture | None) -> Request | None:
    """The request that had the same place in the file."""
    if then is None:
        return None
    # A line that was put in on top moves all the others: what has not changed is found wherever it stands.
    equal = next((one for one in then.requests if one.body == request.body), None)
    if equal is not None:
        return equal
    taken = [one.body for outcome in outcomes for one in (outcome.capture.requests if outcome.capture else ())]
    return next((one for one in then.requests if one.container == request.container and one.body not in taken), None)


def folders(before: Any, after: Any) -> tuple[Read, Grouped] | None:
    """Files of the same names in two folders as pairs; None where these are no two folders."""
    if not all(isinstance(what, str | Path) and Path(what).is_dir() for what in (before, after)):
        return None
    old, new = (_by_name(Path(what)) for what in (before, after))
    shared = [name for name in old if name in new]
    if not shared:
        hint = "files with the same names in both are compared"
        raise NoRequestError("the folders have no capture in common", where=f"{before} {after}", hint=hint)
    sharing = Sharing()
    outcomes = [_outcome(path, sharing, named=False) for name in shared for path in (old[name], new[name])]
    read, grouped = _pairs_of(outcomes)
    refuse_empty(read)
    return read, grouped


def _by_name(folder: Path) -> dict[str, str]:
    """The files of a folder. Raises InputError where a folder in it cannot be listed."""
    found = collect([str(folder)])
    for one in found:
        if one.named:
            load(one.path)
    return {Path(one.path).relative_to(folder).as_posix(): one.path for one in found}


def _pairs_of(outcomes: Sequence[Outcome]) -> tuple[Read, Grouped]:
    """The requests of each two files, by their number in the file."""
    turns: list[Turn] = []
    links: list[Link] = []
    for old, new in zip(outcomes[::2], outcomes[1::2], strict=True):
        for before, after in zip(_turns(old), _turns(new), strict=False):
            links.append(Link(len(turns), len(turns) + 1, explicit=True))
            turns += [before, after]
    conversations = tuple(Conversation((link.before, link.after), "explicit") for link in links)
    return Read(tuple(outcomes), tuple(turns), frozenset(range(len(turns)))), Grouped(conversations, tuple(links))


def refuse_empty(read: Read) -> None:
    """Raises NoRequestError where nothing was found to look at, and nothing is wrong with any file that was named."""
    if read.reported or any(one.is_broken and one.named for one in read.outcomes):
        return
    where = ", ".join(dict.fromkeys(one.path for one in read.outcomes[:3])) or None
    hint = "captures are files with recorded LLM requests: see README.md; --allow-empty makes this 0"
    raise NoRequestError("no request found", where=where, hint=hint)


def passed_over(outcomes: Iterable[Outcome]) -> int:
    """How many files that nobody named are no captures."""
    return sum(one.error is not None and not one.named for one in outcomes)
