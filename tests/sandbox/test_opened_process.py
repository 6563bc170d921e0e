"""Several children of one model: as many as are asked at once, and no more."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from promptlint.errors import StoppedError
from promptlint.sandbox import opened_process
from promptlint.sandbox.model_process import ModelProcess
from promptlint.sandbox.opened_process import OpenedProcesses
from promptlint.sandbox.process import Answer

NOW = datetime(2026, 1, 15, 12, 34, 56)
MESSAGES = {"messages": [{"role": "user", "content": "hi"}], "tools": None, "add_generation_prompt": True}


class Child:
    """Stands for a child: it answers with its number once the test lets it."""

    made: list[Child]
    let_go: threading.Barrier

    def __init__(self, *_: Any) -> None:
        self.number = len(self.made)
        self.busy = 0
        self.made.append(self)

    def start(self) -> None:
        raise AssertionError("nobody asked for that")

    def ask(self, *_: Any, seconds: float) -> Answer:
        self.busy += 1
        assert self.busy == 1, "asked while it was busy"
        self.let_go.wait(timeout=seconds)
        self.busy -= 1
        return Answer(self.number, ())


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> type[Child]:
    Child.made = []
    monkeypatch.setattr(opened_process, "OpenedProcess", Child)
    return Child


def test_who_asks_at_the_same_time_is_answered_by_another_one(children: type[Child]) -> None:
    children.let_go = threading.Barrier(3)  # answers come only when three are asked at once
    several = OpenedProcesses("templates", ("folder", "x", None), 3)
    with ThreadPoolExecutor(3) as pool:
        answers = [one.result() for one in [pool.submit(several.ask, "render", seconds=30) for _ in range(3)]]
    assert sorted(answer.value for answer in answers) == [0, 1, 2]


def test_who_asks_alone_is_always_answered_by_the_same_one(children: type[Child]) -> None:
    children.let_go = threading.Barrier(1)
    several = OpenedProcesses("templates", ("folder", "x", None), 3)
    assert [several.ask("render", seconds=30).value for _ in range(5)] == [0] * 5


def test_with_one_child_the_others_wait(children: type[Child]) -> None:
    children.let_go = threading.Barrier(1)
    several = OpenedProcesses("templates", ("folder", "x", None), 1)
    with ThreadPoolExecutor(4) as pool:
        answers = [one.result() for one in [pool.submit(several.ask, "render", seconds=30) for _ in range(20)]]
    assert [answer.value for answer in answers] == [0] * 20


def test_prompts_that_are_rendered_at_once_are_the_same(tiny_model: Path) -> None:
    process = ModelProcess("folder", str(tiny_model), None, renderers=3)
    try:
        with ThreadPoolExecutor(3) as pool:
            asked = [pool.submit(process.render, "default", MESSAGES, NOW, "transformers") for _ in range(12)]
            texts = {one.result() for one in asked}
    finally:
        process.close()
    assert texts == {"<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n"}


def test_what_was_known_of_a_model_is_known_while_its_child_is_busy_and_when_it_was_stopped(
    tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    endless = "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}"
    process = ModelProcess("folder", str(tiny_model), endless)
    try:
        assert process.files.templates == {"default": endless}
        monkeypatch.setattr("promptlint.sandbox.limits.RENDER_SECONDS", 2.0)
        with ThreadPoolExecutor(1) as pool:
            rendering = pool.submit(process.render, "default", MESSAGES, NOW, "transformers")
            assert process.files.templates == {"default": endless}
            assert not rendering.done()
            with pytest.raises(StoppedError):
                rendering.result()
        assert process.files.special_tokens["eos_token"] == "<|im_end|>"
    finally:
        process.close()
