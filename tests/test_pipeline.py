"""The seams of the straight line: which clock, which model, which input, which limit."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from promptlint import pipeline
from promptlint.errors import StoppedError
from promptlint.model import Report
from promptlint.options import LintOptions, Options, RuleOptions

USER = {"role": "user", "content": "hi"}
OTHER = {"role": "user", "content": "words that differ from the first one on"}


def body(*messages: dict[str, Any], **rest: Any) -> dict[str, Any]:
    return {"model": "tiny", "messages": list(messages), **rest}


def dump(path: Path, stamp: str) -> str:
    request = {"method": "POST", "url": "http://x/v1/chat/completions", "body": body(USER)}
    document = {"timestamp": stamp, "session_id": "s", "reason": "preflight", "request": request}
    path.write_text(json.dumps(document), encoding="utf-8")
    return str(path)


def test_a_rendered_clock_is_that_of_the_capture(model_folder: Callable[..., Path], tmp_path: Path) -> None:
    model = str(model_folder("{{ strftime_now('%Y-%m-%d %H:%M') }}"))
    path = dump(tmp_path / "a.json", "2026-03-04T05:06:07")
    assert pipeline.render(path, None, Options(model=model)).prompt.text == "2026-03-04 05:06"
    ordered = Options(model=model, now=datetime(2030, 1, 2, 3, 4))
    assert pipeline.render(path, None, ordered).prompt.text == "2030-01-02 03:04"
    assert pipeline.render({"messages": [USER]}, None, Options(model=model)).prompt.text == "2026-01-15 12:34"


def test_a_pair_is_rendered_with_the_clock_of_the_first(model_folder: Callable[..., Path], tmp_path: Path) -> None:
    options = Options(model=str(model_folder("{{ 'x' * (strftime_now('%d') | int) }}")))
    third, ninth = dump(tmp_path / "a.json", "2026-03-03T00:00:00"), dump(tmp_path / "b.json", "2026-03-09T00:00:00")
    counts = [pipeline.diff(*pair, options).pairs[0].after_tokens for pair in ((third, ninth), (ninth, third))]
    assert counts == [len(pipeline.render(path, None, options).prompt.ids) for path in (third, ninth)]
    assert counts[0] != counts[1]


def profiles(report: Report) -> set[str]:
    return {summary.tokenizer.profile for summary in report.requests}


def test_builtin_follows_the_api_of_the_second_request_named_or_not() -> None:
    claude, chat = body(USER, system="Be brief."), body(USER, {"role": "tool", "tool_call_id": "c", "content": "x"})
    for options in (Options(), Options(model="builtin")):
        assert profiles(pipeline.diff(chat, claude, options)) == {"anthropic"}
        assert profiles(pipeline.diff(claude, chat, options)) == {"vllm"}


def test_one_file_is_one_input(tiny_model: Path, tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text("".join(f"{json.dumps(body(*turn))}\n" for turn in ([USER], [USER, OTHER])), encoding="utf-8")
    report = pipeline.diff(f"{path}#0", f"{path}#1", Options(model=str(tiny_model)))
    assert [(found.path, len(found.requests)) for found in report.inputs] == [(str(path), 2)]
    assert [summary.request.container for summary in report.requests] == ["0", "1"]


def test_the_limit_decides_what_is_a_finding(tiny_model: Path) -> None:
    limit = RuleOptions({"max-lost-tokens": 0}, {})
    only = LintOptions(select=("KV601",))
    options = Options(model=str(tiny_model), lint=replace(only, rule_options={"prefix-too-short": limit}))
    assert [found.code for found in pipeline.diff(body(USER), body(OTHER), options).findings] == ["KV601"]
    assert pipeline.diff(body(USER), body(OTHER), Options(model=str(tiny_model), lint=only)).findings == ()


def test_both_sides_are_named_where_the_template_refuses_them_in_other_words(model_folder: Callable[..., Path]) -> None:
    model = str(model_folder("{{ raise_exception('no ' + messages[0].content) }}"))
    options = Options(model=model, lint=LintOptions(select=("KV506",)))
    found = pipeline.diff(body(USER), body(OTHER), options).findings
    assert [(one.code, one.request) for one in found] == [("KV506", 0), ("KV506", 1)]
    (once,) = pipeline.diff(body(USER), body(USER, OTHER), options).findings
    assert once.request == 0


class Interrupting:
    """Somebody who presses Ctrl-C as soon as the pairs are compared."""

    def begin(self, what: str, total: int) -> None:
        if what == "checking":
            raise KeyboardInterrupt

    def advance(self, steps: int) -> None:
        pass

    def end(self) -> None:
        pass


def test_the_pairs_that_have_not_begun_are_left_out_after_ctrl_c(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[object] = []

    def slowly(*given: object) -> object:
        compared.append(given)
        time.sleep(0.1)
        raise StoppedError("late")

    monkeypatch.setattr("promptlint.examination.compare", slowly)
    turns = [body(USER, *[{"role": "user", "content": str(number)}] * number) for number in range(30)]
    with pytest.raises(KeyboardInterrupt):
        pipeline.check(turns, Options(model="builtin", jobs=1), progress=Interrupting())
    assert len(compared) < 29
