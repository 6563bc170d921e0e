"""What an engine has stored of earlier prompts, where nothing is dropped: the state of the rules without slots."""

from __future__ import annotations

from collections.abc import Sequence

from promptlint.common_prefix import common_prefix

Stored = tuple[tuple[int, ...], ...]  # sequences, of which none begins another


def longest(stored: Stored, prompt: Sequence[int]) -> int:
    """How many tokens a prompt shares with the sequence that it has most in common with."""
    return max((common_prefix(sequence, prompt) for sequence in stored), default=0)


def stored_with(stored: Stored, sequence: tuple[int, ...]) -> Stored:
    """What is stored once a sequence has been computed as well."""
    if any(one[: len(sequence)] == sequence for one in stored):
        return stored
    return (*(one for one in stored if sequence[: len(one)] != one), sequence)
