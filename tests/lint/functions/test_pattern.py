from __future__ import annotations

import pytest

from promptlint.errors import ConfigError
from promptlint.lint.functions import pattern
from promptlint.lint.functions.pattern import MOST_HITS
from tests.lint.functions.run import check, node, texts


def test_each_place_that_must_not_be_there() -> None:
    hits = check("pattern", [node("ship it, then Ship it")], not_match="ship it")
    assert [(hit.text, hit.span) for hit in hits] == [("ship it", ("/x", 0, 7))]
    hits = check("pattern", [node("ship it, then Ship it")], not_match="ship it", ignore_case=True)
    assert [hit.span.offset for hit in hits] == [0, 14]


def test_a_text_that_must_match() -> None:
    assert check("pattern", [node("You are a cook.")], match="^You are") == []
    assert texts(check("pattern", [node("I am a cook.")], match="^You are")) == [("/x", "I am a cook.")]


def test_values_without_text_are_passed_over() -> None:
    assert check("pattern", [node(None), node(3), node(["ship it"])], not_match="ship it") == []


def test_no_flood() -> None:
    assert len(check("pattern", [node("a" * 1000)], not_match="a")) == MOST_HITS


def test_a_hostile_pattern_is_stopped_and_named() -> None:
    with pytest.raises(ConfigError) as caught:
        check("pattern", [node("a" * 40 + "b")], not_match="(a|aa)+$")
    assert "the pattern '(a|aa)+$' was stopped" in str(caught.value)
    assert "possessive" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("expression", "refused"),
    [
        ("(?:(?:(?:a{1000}){1000}){1000})", True),
        ("((((((a{99}){99}){99}){99}){99}){99})", True),
        (r"[a-z]{1,500}\d{4}(x(y{10}){20}){30}", False),
        (r"\(a\){3}[){9}]{4}(?i:b){2,}", False),
    ],
)
def test_repeats_of_repeats_are_bounded_before_they_are_compiled(expression: str, refused: bool) -> None:
    if refused:
        with pytest.raises(ValueError, match="would take all memory"):
            pattern.compiled(expression, False)
    else:
        assert pattern.compiled(expression, False).pattern == expression
