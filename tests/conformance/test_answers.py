"""Recorded answers: the index says where something came from a cache, the next request what the model wrote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from promptlint.answer.message import message
from promptlint.conversation.message import Message, recognised
from promptlint.dialect import chat
from promptlint.model import Capture
from tests.conformance.test_recordings import loaded, recordings

pytestmark = pytest.mark.conformance
LEAST_EQUAL = 0.86  # the others sent what their client made of it: a result for a call, quotes for quotes


def test_the_files_with_cached_tokens_are_those_of_the_index(data: Path) -> None:
    differences, found = [], 0
    for entry, path in recordings(data):
        capture = loaded(path)
        cached = any(request.observed_cached_tokens for request in capture.requests) if capture else False
        found += cached
        differences += [] if cached == entry["has_cached_usage"] else [entry["path"]]
    assert differences == []
    assert found == 44


def test_what_the_client_sends_back_is_what_the_model_wrote(data: Path) -> None:
    seen = Counter(same for _, path in recordings(data) for same in _sent_back(loaded(path)))
    assert sum(seen.values()) > 240
    assert seen[True] >= LEAST_EQUAL * sum(seen.values())


def _sent_back(capture: Capture | None) -> Iterator[bool]:
    """For each request that a later one of the file goes on with: is the rebuilt message the one that was sent."""
    requests = capture.requests if capture else ()
    turns = [(request, _messages(list(map(recognised, chat(request).messages)))) for request in requests]
    for number, (request, before) in enumerate(turns):
        later = (after for other, after in turns[number + 1 :] if other.dialect == request.dialect)
        next_one = next((after for after in later if _goes_on(before, after)), None)
        if next_one is not None:
            written = message(request)
            yield written is not None and recognised(written) == next_one[len(before)]


def _messages(all_of_them: list[Message]) -> list[Message]:
    return [one for one in all_of_them if one.role not in ("system", "developer")]


def _goes_on(before: list[Message], after: list[Message]) -> bool:
    return after[: len(before)] == before and len(after) > len(before) and after[len(before)].role == "assistant"
