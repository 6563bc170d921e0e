"""A llama.cpp server: its slots, the copies in host memory, and what a model's layers can take back.

Measured against a real server, request by request. Source: llama.cpp tools/server/server-context.cpp, read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Self

from promptlint.common_prefix import common_prefix
from promptlint.engine.checkpoints import Memory, Schedule, computed, restored
from promptlint.engine.ram_cache import Kept, better, fitting, saved
from promptlint.engine.serving import Option, Options, Prediction, Spans, Tokens
from promptlint.engine.shifting import with_shifted
from promptlint.engine.sliding_window import Window, ring_size
from promptlint.engine.slots import LEAST_SIMILARITY, choice
from promptlint.records import dataclass

_MEBIBYTE = 1024 * 1024
NO_WAY_BACK = "this model cannot go back to the middle"

MEMORY = Option(
    "memory", "full", "what the model's layers keep; a hybrid is recurrent", ("full", "window", "recurrent")
)
WINDOW = Option("window", 1024, "tokens that a sliding window looks back", least=1)
SWA_FULL = Option("swa-full", False, "a sliding window is kept whole (--swa-full)")
SLOTS = Option("slots", 1, "how many requests the server keeps at a time (--parallel)", least=1, most=256)
UNIFIED = Option("kv-unified", False, "all slots share one cache (--kv-unified)")
SIMILARITY = Option("slot-prompt-similarity", LEAST_SIMILARITY, "share of a request that a slot must hold to be taken")
CACHE_RAM = Option("cache-ram", 8192, "MiB for copies of slots in host memory; 0 keeps none, -1 any number", least=-1)
TOKEN_BYTES = Option("bytes-per-token", 0, "what a token takes in host memory; 0: not known, copies are never dropped")
IDLE = Option("cache-idle-slots", True, "idle slots are copied to host memory (--cache-idle-slots)")
REUSE = Option("cache-reuse", 0, "tokens that a moved piece must have to be reused (--cache-reuse); 0 moves none")
CHECKPOINTS = Option("ctx-checkpoints", 32, "checkpoints of a slot (--ctx-checkpoints)")
STEP = Option("checkpoint-min-step", 8192, "tokens between checkpoints at user messages (--checkpoint-min-step)")
BATCH = Option("batch-size", 2048, "tokens of a batch (--batch-size)", least=1)
UBATCH = Option("ubatch-size", 512, "tokens computed at once (--ubatch-size)", least=1)
CACHE_PROMPT = Option("cache-prompt", True, "as the request says it; false computes everything")
OPTIONS = (
    MEMORY,
    WINDOW,
    SWA_FULL,
    SLOTS,
    UNIFIED,
    SIMILARITY,
    CACHE_RAM,
    TOKEN_BYTES,
    IDLE,
    REUSE,
    CHECKPOINTS,
    STEP,
    BATCH,
    UBATCH,
    CACHE_PROMPT,
)


@dataclass(frozen=True, slots=True)
class Whole:
    """Layers that keep every token: any prefix can be gone on from."""

    length: int = 0

    @property
    def lowest(self) -> int:
        return 0 if self.length else -1

    @property
    def highest(self) -> int:
        return self.length - 1

    def truncated(self, length: int) -> Self:
        return type(self)(min(self.length, length))

    def extended(self, end: int, ubatch: int) -> Self:  # noqa: ARG002  one signature for all memories
        return type(self)(end)

    def saved(self) -> Self:
        return self


class Recurrent(Whole):
    """Layers that have only their present state."""

    __slots__ = ()

    @property
    def lowest(self) -> int:
        return self.length - 1


@dataclass(frozen=True, slots=True)
class Slot:
    """What a slot holds, and the number of the request that it served last."""

    held: Kept
    served: int = -1

    @property
    def tokens(self) -> tuple[int, ...]:
        return self.held.tokens


@dataclass(frozen=True, slots=True)
class Server:
    """The state between two requests."""

    slots: tuple[Slot, ...]
    copies: tuple[Kept, ...] = ()
    requests: int = 0


@dataclass(frozen=True, slots=True)
class _Setup:
    """The options, and what follows from them."""

    options: Options
    memory: str
    slots: int
    unified: bool
    copies: bool
    room: int | None  # tokens
    window: int
    schedule: Schedule

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> _Setup:
        slots, ram, token = SLOTS.of(options), CACHE_RAM.of(options), TOKEN_BYTES.of(options)
        whole = MEMORY.of(options) == "window" and SWA_FULL.of(options)
        memory = "full" if whole else MEMORY.of(options)
        most = 0 if memory == "full" else CHECKPOINTS.of(options)
        return cls(
            options,
            memory,
            4 if slots < 0 else slots,
            slots < 0 or UNIFIED.of(options),
            ram != 0,
            ram * _MEBIBYTE // token if ram > 0 and token else None,
            WINDOW.of(options) if memory == "window" else 0,
            Schedule(most, STEP.of(options), BATCH.of(options), UBATCH.of(options)),
        )

    def empty(self) -> Memory:
        if self.memory == "window":
            sequences = self.slots if self.unified else 1
            return Window.empty(self.window, ring_size(self.window * sequences, self.schedule.ubatch))
        return Recurrent() if self.memory == "recurrent" else Whole()


def serve(
    state: Server | None, prompt_ids: Tokens, generated_ids: Tokens, spans: Spans, options: Options
) -> tuple[Server, Prediction]:
    """One request to a llama.cpp server."""
    setup = _Setup.of(options)
    server = state or Server((Slot(Kept((), setup.empty())),) * setup.slots)
    prompt = tuple(prompt_ids)
    chosen = choice(server.slots, prompt, SIMILARITY.of(options))
    held, copies = server.slots[chosen.number].held, server.copies
    if setup.copies and (not chosen.similar or chosen.kept < 0.5):
        held, copies = _exchanged(held, copies, prompt, setup)
    others = server.slots[: chosen.number] + server.slots[chosen.number + 1 :]
    if setup.copies and IDLE.of(options):
        others, copies = _rested(others, copies, setup)
    held, prediction = _answered(held, prompt, tuple(generated_ids[:-1]), spans, setup, server.requests)
    if not chosen.similar and len(server.slots) > 1 and CACHE_PROMPT.of(options):
        prediction = _told_of_similarity(prediction, server.slots, prompt, options)
    slot = Slot(held, server.requests)
    slots = (*others[: chosen.number], slot, *others[chosen.number :])
    return Server(slots, copies, server.requests + 1), prediction


def _exchanged(
    held: Kept, copies: tuple[Kept, ...], prompt: tuple[int, ...], setup: _Setup
) -> tuple[Kept, tuple[Kept, ...]]:
    """A slot's text goes to host memory; a copy that fits the request better leaves it for the slot."""
    copies = saved(copies, held)
    found = better(copies, held, prompt)
    if found is not None:
        held, copies = found, tuple(copy for copy in copies if copy is not found)
    return held, fitting(copies, setup.room)


def _rested(
    others: tuple[Slot, ...], copies: tuple[Kept, ...], setup: _Setup
) -> tuple[tuple[Slot, ...], tuple[Kept, ...]]:
    """Idle slots are copied; where all share one cache they make room as well."""
    for slot in others:
        copies = fitting(saved(copies, slot.held), setup.room)
    if setup.unified:
        others = tuple(replace(slot, held=Kept((), setup.empty())) for slot in others)
    return others, copies


def _answered(
    held: Kept, prompt: tuple[int, ...], generated: tuple[int, ...], spans: Spans, setup: _Setup, request: int
) -> tuple[Kept, Prediction]:
    common = _common(held, prompt, setup)
    start = restored(held.memory, held.checkpoints, common, len(prompt), setup.window)
    memory, made = computed(start, len(prompt), spans.user_starts, setup.schedule, request)
    memory = memory.extended(len(prompt) + len(generated), 1)
    note = _note(start.tokens, common, len(prompt), setup)
    return Kept((*prompt, *generated), memory, made), Prediction(start.tokens, start.tokens, note)


def _common(held: Kept, prompt: tuple[int, ...], setup: _Setup) -> int:
    if not CACHE_PROMPT.of(setup.options):
        return 0
    common, least = common_prefix(held.tokens, prompt), REUSE.of(setup.options)
    return with_shifted(held.tokens, prompt, common, least) if least and setup.memory == "full" else common


def _note(reused: int, common: int, length: int, setup: _Setup) -> str:
    if not CACHE_PROMPT.of(setup.options):
        return "cache_prompt is false: nothing is reused"
    if reused >= min(common, length - 1):
        return ""
    if not reused:
        return f"{NO_WAY_BACK}, and has no checkpoint in the first {common:,} tokens: all is computed"
    return f"{NO_WAY_BACK}: from the last checkpoint, at {reused:,}"


def _told_of_similarity(
    found: Prediction, slots: tuple[Slot, ...], prompt: tuple[int, ...], options: Options
) -> Prediction:
    """With a note where a slot held more of a request, but too small a share of it to be taken."""
    least = SIMILARITY.of(options)
    common = max(common_prefix(slot.tokens, prompt) for slot in slots)
    if not least or found.low >= min(common, len(prompt) - 1):
        return found
    note = f"a slot holds {common:,} of {len(prompt):,} tokens, no more than the {least:.0%} that it takes to be chosen"
    return found._replace(note=note)
