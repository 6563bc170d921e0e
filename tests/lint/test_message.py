from __future__ import annotations

import pytest

from promptlint.lint.message import Name, Phrase, Saying, Words, fields_of, filled, redacted, shortened
from promptlint.redaction import mark


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


def test_a_redacted_message_shows_numbers_names_and_words_of_ours_alone() -> None:
    fields = {
        "text": "secret",
        "count": 12345,
        "name": Name("search"),
        "other": Name("a secret"),
        "how": Words("by day"),
    }
    template = "{text!r} {count} {name!r} {other!r} {how}"
    assert filled(template, fields, redact=True) == f'{mark("secret")} 12,345 "search" {mark("a secret")} by day'


def test_a_phrase_fills_its_own_fields() -> None:
    phrase = Phrase("{name} was {was}", {"name": Name("search"), "was": "secret"})
    assert str(phrase) == "search was secret"
    assert filled("so {how}", {"how": phrase}) == "so search was secret"
    assert filled("so {how}", {"how": phrase}, redact=True) == f"so search was {mark('secret')}"


def test_what_a_reader_says_loses_what_it_quotes() -> None:
    assert redacted(Saying('no role "secret"')) == f"no role {mark(chr(34) + 'secret' + chr(34))}"
