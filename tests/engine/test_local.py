"""The engines that people run themselves."""

from __future__ import annotations

import pytest

from promptlint.engine.local import ENGINES
from promptlint.engine.serving import reusable_tokens
from tests.engine.served import ids, request

FIRST = request(ids(1, 3000), ids(3, 5), user_starts=(2000,))
NEXT = request([*FIRST.prompt[:2500], *ids(2, 500)])


@pytest.mark.parametrize("name", [name for name in ENGINES if name != "transformers"])  # that one is no server
def test_an_engine_serves_with_its_defaults(name: str) -> None:
    engine = ENGINES[name]
    defaults = {option.name: option.default for option in engine.options}
    prediction = reusable_tokens(engine.serve, FIRST, NEXT, defaults)
    assert prediction == reusable_tokens(engine.serve, FIRST, NEXT, {})
    assert 2304 <= prediction.low == prediction.high <= 2500


@pytest.mark.parametrize("name", ENGINES)
def test_options_have_one_name_each_and_say_what_they_are(name: str) -> None:
    options = ENGINES[name].options
    assert len({option.name for option in options}) == len(options)
    assert all(option.about and (not option.choices or option.default in option.choices) for option in options)


def test_a_server_behind_ollama_knows_no_user_messages() -> None:
    hybrid = {"memory": "recurrent"}
    assert reusable_tokens(ENGINES["llama.cpp"].serve, FIRST, NEXT, hybrid).low == 2484
    assert reusable_tokens(ENGINES["ollama"].serve, FIRST, NEXT, hybrid).low == 2484
    early = request([*FIRST.prompt[:2100], *ids(2, 500)])
    assert reusable_tokens(ENGINES["llama.cpp"].serve, FIRST, early, hybrid).low == 2000
    assert reusable_tokens(ENGINES["ollama"].serve, FIRST, early, hybrid).low == 0
