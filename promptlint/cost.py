"""What a broken pair costs: by cause, by engine, and turn by turn. Frozen, as all data of the pipeline is."""

from __future__ import annotations

from typing import Any

from promptlint.records import dataclass


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a pair is broken, and what that costs, in tokens. The numbers are None where a copy could not be rendered."""

    rule: str | None  # None: no rule tells of it
    code: str | None
    pointer: str  # in the body of `after`, or of `before` for what is gone
    where: str  # in words: line 3 of the system prompt
    before: Any
    after: Any
    lost_tokens: int | None  # of `before`, with all other causes repaired: what this one alone makes uncacheable
    reusable_tokens: int | None  # common prefix with this one alone repaired
    remaining_tokens: int | None  # lost with this one, and those in front of it, repaired
    sentence: str | None  # what would be reused without it
    redacted_where: str = ""  # the same two with prompt text as hashes
    redacted_sentence: str | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds or dollars, and the sentence that says what they rest on. None: not known, or not asked for."""

    seconds: float | None = None
    dollars: float | None = None
    assumption: str | None = None


NO_COST = Cost()


@dataclass(frozen=True, slots=True)
class Reuse:
    """What one engine, with one model, gives back of a pair. Numbers are None where its template refuses a request."""

    engine: str
    model: str  # the reference of the tokenizer and template
    before_tokens: int | None
    after_tokens: int | None
    common_prefix_tokens: int | None
    low: int | None
    high: int | None  # above `low` where the engine's rule is not published
    note: str | None = None  # why it is less than the common prefix
    cost: Cost = NO_COST  # seconds of what is computed, or dollars of the whole prompt

    @property
    def recomputed(self) -> int | None:
        """Tokens of `after` that are computed, at least."""
        return None if self.after_tokens is None or self.high is None else self.after_tokens - self.high


@dataclass(frozen=True, slots=True)
class Step:
    """A request of a conversation, as the view of the session shows it; None is what is not known."""

    request: int  # its number in the report
    before: int | None  # the request that it continues
    tokens: int | None
    kept: int | None  # what the cache can give back at most; with `slots` given, what its slot held
    lost: int | None  # of the request before, what is computed again
    cause: str | None = None  # the rule that tells why, the first one of several
    evicted_by: int | None = None  # the request that took its slot
