"""The one step that all engines have: a prompt comes, and some of its tokens are in the cache already.

Which ones, each shape of rule says in a file of its own. A pair is two steps from an empty cache, a session is a fold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Any, Literal, NamedTuple

from promptlint.records import dataclass

Tokens = Sequence[int]
Options = Mapping[str, Any]  # names of `engine.OPTIONS`
Level = Literal["tools", "system", "messages"]


@dataclass(frozen=True, slots=True)
class Block:
    """A content block of a hosted API: where it ends, in tokens of the prompt, and whether a cache marker is on it."""

    end: int
    level: Level
    marked: bool = False
    lifetime: str | None = None  # as the marker says it: 5m, 1h
    closes: bool = False  # the end of a message where an API may write by itself


@dataclass(frozen=True, slots=True)
class Spans:
    """What is known of a prompt beside its tokens. Positions are numbers of tokens from its start."""

    user_starts: tuple[int, ...] = ()  # where user messages begin, role marker included
    blocks: tuple[Block, ...] = ()
    keys: Mapping[Level, str] = field(default_factory=dict)  # of the parameters that a hosted cache holds by level
    model: str | None = None
    reference: str | None = None  # to content that the API holds already, and the request leaves out


class Prediction(NamedTuple):
    """How many tokens of a prompt the engine reports as cached: one number, or a range where its rule is not known."""

    low: int
    high: int
    note: str = ""  # why it is less than the common prefix, in a few words


# The state after a request, and what of it came from the cache. A state of None is an empty cache.
Serve = Callable[[Any, Tokens, Tokens, Spans, Options], tuple[Any, Prediction]]


class Option(NamedTuple):
    """What can be said of an engine: its name in a config, the engine's own default, and what it is."""

    name: str
    default: int | float | bool | str
    about: str
    choices: tuple[str, ...] = ()
    least: int = 0  # of a number
    most: int = 2**31

    def of(self, options: Options) -> Any:
        """The value that was given, else the default."""
        return options.get(self.name, self.default)


class Served(NamedTuple):
    """A request as a server sees it."""

    prompt: Tokens
    generated: Tokens = ()  # sampled tokens, the last one too
    spans: Spans = Spans()


def reusable_tokens(serve: Serve, before: Served, after: Served, options: Options) -> Prediction:
    """What an engine gives back to `after`, right behind `before` on an empty cache."""
    state, _ = serve(None, before.prompt, before.generated, before.spans, options)
    return serve(state, after.prompt, after.generated, after.spans, options)[1]
