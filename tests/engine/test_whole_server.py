"""The whole llama.cpp server under the caller's own numbers: what each request finds, and whose place it takes."""

from __future__ import annotations

from collections.abc import Sequence

from promptlint.engine.llama_cpp import serve
from promptlint.engine.serving import Options, Spans
from promptlint.engine.slots import Served
from promptlint.engine.whole_server import WholeServer
from tests.engine.served import ids

TALK = ids(1, 500)
AGAIN = [*TALK, *ids(2, 50)]


def served(options: Options, *prompts: Sequence[int]) -> list[Served]:
    server, found = WholeServer(serve, options), []
    for number, prompt in enumerate(prompts):
        server, one = server.serve(10 * number, prompt, (), Spans())
        found.append(one)
    return found


def test_an_unrelated_request_in_between_costs_nothing_with_copies_and_all_without() -> None:
    aside = ids(3, 40)
    assert served({"slots": 1}, TALK, aside, AGAIN) == [Served(0, None), Served(0, 0), Served(500, 10)]
    assert served({"slots": 1, "cache-ram": 0}, TALK, aside, AGAIN)[2] == Served(0, 10)


def test_a_short_one_with_the_same_beginning_costs_the_tail_even_so() -> None:
    aside = [*TALK[:300], *ids(3, 20)]
    for slots in (1, 2):
        assert served({"slots": slots}, TALK, aside, AGAIN) == [Served(0, None), Served(300, 0), Served(300, 10)]


def test_what_was_generated_is_kept() -> None:
    server, _ = WholeServer(serve, {}).serve(0, TALK, ids(2, 50), Spans())
    assert server.serve(1, [*AGAIN, 7], (), Spans())[1].kept == 550
