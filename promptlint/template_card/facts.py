"""What a card says of a template. None: it could not be asked, since the template refuses all of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from promptlint.records import dataclass

Outcome = Literal["in place", "hoisted", "postponed", "dropped", "replaces", "refused"]
Home = Literal["system", "first user", "last user", "end", "nowhere"]
Arguments = Literal["parsed", "text", "object only", "not printed"]


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a message; `taken_as` is another role that gives the same prompt, `error` the refusal.

    One that replaces is there instead of an earlier message.
    """

    outcome: Outcome
    taken_as: str | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class ToolFacts:
    """Where the tool list is printed, and what of it is."""

    home: Home
    own_block: bool  # it stands beside the message, not inside of it
    sorts_properties: bool | None = None
    prints_extra_keys: bool | None = None  # `strict` in a function


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What of a call and its result reaches the prompt."""

    printed: bool | None
    arguments: Arguments | None = None
    keeps_key_order: bool | None = None
    keeps_number_spelling: bool | None = None  # 60.0 stays 60.0
    prints_ids: bool | None = None
    takes_long_ids: bool | None = None  # ids other than of nine letters and digits
    prints_extra_keys: bool | None = None
    parallel: Outcome | None = None
    keeps_result_order: bool | None = None  # two results, swapped, are another prompt


@dataclass(frozen=True, slots=True)
class TextFacts:
    """Whose outer blanks are cut, and which keys of a message are printed."""

    trims: tuple[str, ...]  # system, user, assistant, tool, reasoning
    encodes_results: bool | None = None  # the text of a result is printed as a JSON string
    prints_name: bool | None = None
    prints_extra_keys: bool | None = None


@dataclass(frozen=True, slots=True)
class ReasoningFacts:
    """Where the reasoning of an answer is still printed. All false: never."""

    in_loop: bool | None  # the last call's, while its result is the last message
    older_in_loop: bool | None  # that of an earlier step of the same loop
    loop_after_turn: bool | None  # a loop's, once the user has spoken again
    after_turn: bool | None  # a plain answer's, once the user has spoken again
    inline_after_turn: bool | None  # <think> in the content
    kept_by: tuple[str, ...] = ()  # template arguments that keep it after a new turn
    second_name: bool | None = None  # `reasoning` is read as `reasoning_content` is


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """Which step of the clock another prompt comes from, and the template arguments that stop it."""

    step: Literal["none", "day", "minute"]
    stopped_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GenerationFacts:
    """What stands behind the last message, asking for the answer."""

    prompt: str | None
    without_thinking: str | None  # the same with enable_thinking=false
    repeated: bool | None  # history has it too, so the answer that was written behind it can be kept
    repeated_without_thinking: bool | None


@dataclass(frozen=True, slots=True)
class Step:
    """A conversation that grew by a turn: tokens of the earlier prompt, and how many of them are kept.

    `tail` are those of its generation prompt. `moved` is the first thing that is no longer where it was.
    """

    conversation: str
    step: str
    tokens: int | None
    kept: int | None
    tail: int = 0
    moved: str | None = None
    error: str = ""

    @property
    def stable(self) -> bool | None:
        """Is all of the earlier prompt kept, but for its generation prompt."""
        if self.tokens is None or self.kept is None:
            return None
        return self.moved is None


@dataclass(frozen=True, slots=True)
class Card:
    """All of it. Tokens are exact only where the vocabulary is the model's own."""

    reference: str
    template: str | None  # of a file that replaces the model's own
    profile: str
    exact_tokens: bool
    layout: tuple[str, ...]  # system, tools, two user messages and an answer, in the order of the prompt
    needs_tools: bool  # it refuses a request without any; all the conversations have them then
    merges_system: bool | None  # the system text stands inside the user message
    roles: Mapping[str, Fate]  # by situation, in words
    tools: ToolFacts | None
    calls: CallFacts
    text: TextFacts
    reasoning: ReasoningFacts
    clock: ClockFacts
    parameters: tuple[str, ...]  # of the request, that change the prompt
    generation: GenerationFacts
    growth: tuple[Step, ...]
    limits: tuple[str, ...]
    renderings: int

    @property
    def stable(self) -> bool | None:
        """Does no conversation of the set lose anything by growing; None where none could be rendered."""
        known = [step.stable for step in self.growth if step.stable is not None]
        return all(known) if known else None
