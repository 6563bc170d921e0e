from __future__ import annotations

import pytest

from promptlint.lint.message import fields_of, filled, shortened


def test_the_fields_of_a_message() -> None:
    assert fields_of("{text!r} stands {count} times in {place}") == ("text", "count", "place")


@pytest.mark.parametrize("message", ["{text.real}", "{0}", "{text!s}", "{text:>10}", "{", "{}", "{text"])
def test_what_is_no_field(message: str) -> None:
    with pytest.raises(ValueError, match="plain fields only"):
        fields_of(message)


def test_filled() -> None:
    fields = {"text": 'say "hi"', "count": 12345, "flag": True}
    assert filled("{text!r} {count} {flag} {other}", fields) == '"say "hi"" 12,345 True {other}'


def test_braces_in_a_value_stay_what_they_are() -> None:
    assert filled("{text} {count}", {"text": "{count}", "count": 1}) == "{count} 1"


def test_a_long_text_keeps_its_ends() -> None:
    assert shortened("a" * 100 + "b" * 100, 40) == "a" * 29 + "…" + "b" * 10
    assert shortened("short") == "short"
