from __future__ import annotations

import pytest

from promptlint.capture.outcome import Outcome
from promptlint.errors import InputError
from promptlint.model import Place


@pytest.mark.parametrize(
    ("path", "where", "line", "column"),
    [
        ("a.json", "a.json:3:7", 3, 7),
        ("a.json", "a.json:3", 3, None),
        ("a.json", "a.json", None, None),
        ("a.json", None, None, None),
        ("turn:3", "turn:3:1:7", 1, 7),
        ("turn:3", None, None, None),
        ("a.json", "b.json:3:7", None, None),
    ],
)
def test_the_place_is_as_near_as_the_error_says(
    path: str, where: str | None, line: int | None, column: int | None
) -> None:
    outcome = Outcome(path, error=InputError("broken", where=where))
    assert outcome.place == Place(path, "", line, column)
