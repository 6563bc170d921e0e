"""A llama.cpp server with all that it has, request by request under the caller's own numbers, as `slots.Slots` is."""

from __future__ import annotations

from dataclasses import replace

from promptlint.engine.llama_cpp import Server
from promptlint.engine.serving import Options, Serve, Spans, Tokens
from promptlint.engine.slots import Served
from promptlint.records import dataclass

END = -1  # the token that ends an answer: it is sampled, and never computed


@dataclass(frozen=True, slots=True)
class WholeServer:
    """The state between two requests, and how the server is run."""

    step: Serve  # of llama.cpp, or of what hands it its requests
    options: Options
    state: Server | None = None
    numbers: tuple[int, ...] = ()  # of the requests, in their order

    def serve(self, request: int, prompt: Tokens, generated: Tokens, spans: Spans) -> tuple[WholeServer, Served]:
        """The state after a request, and what it found. `generated` is without the last token that was sampled."""
        state, found = self.step(self.state, prompt, (*generated, END), spans, self.options)
        taken = next(at for at, slot in enumerate(state.slots) if slot.served == state.requests - 1)
        before = self.state.slots[taken].served if self.state else END
        after = replace(self, state=state, numbers=(*self.numbers, request))
        return after, Served(found.low, None if before < 0 else self.numbers[before])
