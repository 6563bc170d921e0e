"""Every name that `--engine` takes has a step, and every option a name of its own."""

from __future__ import annotations

import pytest

from promptlint.engine import ENGINES
from promptlint.engine.registry import OPTIONS, STEPS
from promptlint.engine.serving import reusable_tokens
from tests.engine.served import pair


def test_every_engine_has_a_step_and_no_step_is_of_an_unknown_engine() -> None:
    assert set(STEPS) == set(ENGINES)


@pytest.mark.parametrize("engine", ENGINES)
def test_no_step_gives_back_more_than_there_is(engine: str) -> None:
    for common, after, before in ((0, 1, 1), (1, 1, 1), (3000, 3000, 3000), (2990, 3100, 3000), (0, 3100, 3000)):
        first, second = pair(common, after, before)
        found = reusable_tokens(STEPS[engine], first, second, {})
        assert 0 <= found.low <= found.high <= common


def test_options_are_found_by_their_names() -> None:
    assert all(name == option.name and option.about for name, option in OPTIONS.items())
    assert all(option.default in option.choices for option in OPTIONS.values() if option.choices)


@pytest.mark.parametrize("name", [name for name, option in OPTIONS.items() if type(option.default) is int])
@pytest.mark.parametrize("engine", ENGINES)
def test_every_step_takes_the_least_that_an_option_may_be(engine: str, name: str) -> None:
    first, second = pair(40, 60, 50)
    found = reusable_tokens(STEPS[engine], first, second, {name: OPTIONS[name].least})
    assert 0 <= found.low <= found.high
