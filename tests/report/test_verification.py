"""A verification, printed: what is said where a server and a prediction, or a local model, differ."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO
from typing import Any

import pytest

from promptlint.engine.serving import Prediction
from promptlint.model import Request, TokenizerUse
from promptlint.report import View
from promptlint.report import verification as report
from promptlint.server.generation import Counted
from promptlint.terminal import Terminal
from promptlint.verification import Parting, Verification, Verified

LOCAL = TokenizerUse("models/example", exact=True, profile="vllm")


def side(name: str, cached: int) -> Verified:
    return Verified(Request(name, None, "json", "openai_chat", "m", {}), 40, Counted(40, cached, None))


FOUND = Verification(
    server=TokenizerUse("http://127.0.0.1:8000", exact=True, profile="vllm"),
    local=None,
    options={},
    before=side("before.json", 0),
    after=side("after.json", 32),
    common=35,
    prediction=Prediction(32, 32),
)


def shown(detail: Any = "normal", **changes: Any) -> list[str]:
    stream = StringIO()
    report.write_text(replace(FOUND, **changes), stream, View(Terminal(width=100), detail=detail))
    return stream.getvalue().splitlines()


def test_what_agrees_is_said_with_its_numbers() -> None:
    assert shown()[:3] == [
        "AGREES  32 cached tokens predicted, 32 reported",
        "  before  40 tokens (before.json)",
        "  after   40 tokens (after.json), the first 35 the same",
    ]


def test_a_quiet_verdict_has_no_numbers_behind_it() -> None:
    assert "before.json" not in "\n".join(shown("quiet"))


@pytest.mark.parametrize(
    ("options", "prediction", "expected"),
    [
        ({"block-size": 16}, Prediction(32, 32), "vllm with block-size=16"),
        ({}, Prediction(16, 32, "another salt"), "vllm (another salt)"),
        ({"slots": 2, "block-size": 1}, Prediction(32, 32, "why"), "vllm with block-size=1, slots=2 (why)"),
    ],
)
def test_the_rule_that_was_predicted_by(options: dict[str, Any], prediction: Prediction, expected: str) -> None:
    assert f"  rule    {expected}" in shown(options=options, prediction=prediction)


def test_a_range_is_a_prediction_too() -> None:
    assert shown(prediction=Prediction(16, 1600))[0] == "AGREES  16 to 1,600 cached tokens predicted, 32 reported"


@pytest.mark.parametrize(("cached", "expected"), [(0, "Does it serve others meanwhile?"), (39, "held one like it")])
def test_other_numbers_than_predicted_come_with_advice(cached: int, expected: str) -> None:
    lines = shown(after=side("after.json", cached))
    assert lines[0] == f"DIFFERS  32 cached tokens predicted, {cached} reported"
    assert expected in " ".join(lines)


def test_a_server_that_serves_another_prompt_than_it_shows() -> None:
    lines = shown(after=replace(FOUND.after, counted=Counted(38, 32, None)))
    assert lines[0] == "DIFFERS  32 cached tokens, as predicted, but the prompts are not the same"
    assert "after: the server rendered 40 tokens when asked, and served 38" in lines


def test_the_same_text_in_other_tokens_is_the_tokenizer() -> None:
    parting = Parting(None, 7, "", "", "", 11, None)
    lines = shown(local=LOCAL, after=replace(FOUND.after, parting=parting))
    assert "after: models/example parts from the server at token 7 (id 11 on the server, the end here)" in lines
    assert "  the text is the same: the tokenizers differ" in lines
    assert "before: models/example gives the server's 40 ids" in lines


def test_another_text_is_shown_on_both_sides() -> None:
    parting = Parting(19, 7, "<|im_start|>system", "\nBe short.", ": Be short.", 11, 12)
    lines = shown(local=LOCAL, before=replace(FOUND.before, parting=parting))
    at = next(number for number, line in enumerate(lines) if line.startswith("  server  "))
    assert lines[at].startswith("  server  <|im_start|>system")
    assert lines[at + 1] == "  local   <|im_start|>system: Be short."


def test_a_template_that_refuses_the_request_is_quoted() -> None:
    lines = shown(local=LOCAL, after=replace(FOUND.after, refused="no dogs"))
    assert "  after: the template of models/example refuses it: no dogs" in lines
