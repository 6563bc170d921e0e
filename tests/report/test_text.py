from __future__ import annotations

import io
from dataclasses import replace

import pytest

from promptlint.model import Difference, Pair, Report, TokenizerUse
from promptlint.report import Detail, View
from promptlint.report.pair_block import verdict
from promptlint.report.text import write
from promptlint.terminal import Terminal
from tests.report import example

WHOLE = """\
broken: 62 of 100,449 tokens are a common prefix; 100,384 lost

  █▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒░
  █ 62 kept   ▒ 100,384 lost   ░ 517 new

  before  100,449 tokens  before.json
  after   100,963 tokens  after.json
  common       62 tokens  kept 0.06 % of before, similarity 0.06 % of after

The prefix ends in the system prompt, at token 62: "1" before, "3" after.

  before  before.json:12:431  /messages/0/content
  12 │ - Local time: Friday, 20 November 2026, 09:14:07\\n\\n# Notes\\n- one
     │                                            ^
  after   after.json:12:431  /messages/0/content
  12 │ - Local time: Friday, 20 November 2026, 09:31:55\\n\\n# Notes\\n- one
     │                                            ^

Different in the requests (1):
  changed    /messages/0/content
    - "…09:14:07"
    + "…09:31:55"

Not modelled, so the numbers can be off:
  images are left out

KV601 prefix-too-short  error  after.json:12:431
  100,384 of 100,449 tokens are computed again
  costs 100,384 tokens
  before: before.json:12:431
  hint: repeat the earlier request

Tokenizer builtin, profile vllm: an approximation.
  exact with the model's own files: --model
  stands in for gpt-x
1 error
"""


def written(report: Report, terminal: Terminal | None = None, detail: Detail = "normal") -> str:
    stream = io.StringIO()
    write(report, stream, View(terminal or Terminal(), detail))
    return stream.getvalue()


def test_a_whole_report() -> None:
    shown = written(example.report())
    assert shown.splitlines() == WHOLE.splitlines()


def test_no_colour_without_a_terminal_and_the_same_text_with_it() -> None:
    coloured = written(example.report(), Terminal(colour=True))
    assert "\x1b[" in coloured
    plain = coloured
    for code in ("\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[1;31m", "\x1b[1;32m"):
        plain = plain.replace(code, "")
    assert plain == written(example.report())


def test_ascii_where_the_stream_cannot_show_blocks() -> None:
    pair = example.broken_pair(differences=(), limits=())
    assert written(example.report(pair), Terminal(unicode=False)).isascii()


def test_pictures_and_frames_are_as_wide_as_the_terminal() -> None:
    lines = written(example.report(), Terminal(width=50)).splitlines()
    assert len(next(line for line in lines if "█" in line)) == 48
    assert [len(line) for line in lines if "│" in line and "^" not in line] == [50, 50]


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        (example.PAIR, "broken: 62 of 100,449 tokens are a common prefix; 100,384 lost"),
        (
            example.EXTENSION,
            "extension: 2,563 of 2,564 tokens are a common prefix; the rest is the generation prompt",
        ),
        (
            replace(example.EXTENSION, common_prefix_tokens=2564),
            "extension: 2,564 of 2,564 tokens are a common prefix",
        ),
        (
            replace(example.EXTENSION, after_tokens=2564, common_prefix_tokens=2564, status="identical"),
            "identical: both prompts are the same 2,564 tokens",
        ),
        (example.REFUSED, "not compared: the chat template refuses a request"),
    ],
)
def test_verdict(pair: Pair, expected: str) -> None:
    assert verdict(pair, Terminal()) == expected


def test_a_template_that_rewrote_history_is_said() -> None:
    note = "The requests only grew: the chat template itself rewrote the earlier turns."
    assert note in written(example.report(example.broken_pair(json="extension")))
    assert note not in written(example.report())
    assert note not in written(example.report(example.EXTENSION))


def test_a_refused_request_has_no_numbers_and_no_picture() -> None:
    shown = written(example.report(example.REFUSED))
    assert "before  ? tokens" in shown
    assert "kept" not in shown


def test_places_that_are_not_exact_are_said_to_be_near() -> None:
    inexact = replace(example.DIVERGENCE, exact=False)
    assert "nearest ones" in written(example.report(example.broken_pair(divergence=inexact)))
    assert "nearest ones" not in written(example.report())


def test_quiet_is_verdict_findings_and_tokenizer() -> None:
    shown = written(example.report(), detail="quiet").splitlines()
    assert [line for line in shown if line] == [
        "broken: 62 of 100,449 tokens are a common prefix; 100,384 lost",
        "KV601 prefix-too-short  error  after.json:12:431",
        "  100,384 of 100,449 tokens are computed again",
        "Tokenizer builtin, profile vllm: an approximation.",
        "1 error",
    ]


def test_verbose_shows_every_difference() -> None:
    many = tuple(Difference(f"/messages/{number}", "changed", 1, 2) for number in range(20))
    pair = example.broken_pair(differences=many)
    assert "and 12 more: --verbose shows all" in written(example.report(pair))
    assert "/messages/19" in written(example.report(pair), detail="verbose")


def test_no_files_make_the_numbers_of_a_hosted_api_exact() -> None:
    advice = "exact with the model's own files: --model"
    assert advice in written(example.report())
    assert advice not in written(example.report(use=TokenizerUse("builtin", exact=False, profile="anthropic")))
    assert advice not in written(example.report(use=TokenizerUse("models/x", exact=False, profile="vllm")))


def test_exact_is_said() -> None:
    use = TokenizerUse("models/x", exact=True, profile="llama.cpp")
    assert "Tokenizer models/x, profile llama.cpp: exact.\n" in written(example.report(use=use))


def test_nothing_of_a_prompt_reaches_the_terminal_raw() -> None:
    hostile = "\x1b]0;gone\x07\u202e\u200b\x9b31m\n::error::x\n"
    far = replace(example.DIVERGENCE.before, before_text=hostile, text=hostile, token_text=hostile)
    pair = example.broken_pair(
        divergence=replace(example.DIVERGENCE, before=far, after=far),
        differences=(Difference(hostile, "changed", hostile, {hostile: hostile}),),
        limits=(hostile,),
    )
    finding = replace(
        example.FINDING, message=hostile, hint=hostile, place=replace(example.FINDING.place, path=hostile)
    )
    shown = written(
        example.report(pair, (finding,), TokenizerUse(hostile, exact=True, profile="vllm", notes=(hostile,)))
    )
    assert all(character.isprintable() for character in shown.replace("\n", ""))
    assert not any(line.strip().startswith("::") for line in shown.splitlines())
