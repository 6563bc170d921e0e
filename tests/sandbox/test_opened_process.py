"""Children of one model: opened when they are needed, as many as are asked at once, and no more."""

from __future__ import annotations

import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from promptlint.errors import StoppedError
from promptlint.sandbox import opened_process, process
from promptlint.sandbox.limits import OPEN_SECONDS
from promptlint.sandbox.model_process import ModelProcess
from promptlint.sandbox.opened_process import OpenedProcess, OpenedProcesses
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
    monkeypatch.setattr(opened_process, "START_SECONDS", 0.0)  # another one pays at once
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


class Scripted:
    """Stands for the child's process: it notes what it is told, and answers with how many were started before it."""

    started: list[Scripted]
    fails: BaseException | None = None

    def __init__(self, _: str) -> None:
        self.number = len(self.started)
        self.alive = True
        self.told: list[tuple[Any, ...]] = []
        self.started.append(self)

    def send(self, command: str, *arguments: Any, seconds: float) -> None:
        self.told.append((command, *arguments, seconds))

    def receive(self, command: str, *, seconds: float) -> Answer:
        self.told.append((f"answer to {command}", seconds))
        if self.fails is not None:
            raise self.fails
        return Answer({"opened": self.number}, ())

    def ask(self, command: str, *arguments: Any, seconds: float) -> Answer:
        self.told.append((command, *arguments, seconds))
        return Answer(self.number, (b"text",))

    def close(self) -> None:
        self.alive = False


OPENS: list[tuple[Any, ...]] = [("templates", "folder", "x", None, OPEN_SECONDS), ("answer to templates", OPEN_SECONDS)]


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> type[Scripted]:
    Scripted.started = []
    monkeypatch.setattr(Scripted, "fails", None)
    monkeypatch.setattr(process, "fresh", Scripted)
    return Scripted


@pytest.fixture
def one() -> OpenedProcess:
    return OpenedProcess("templates", ("folder", "x", None))


def test_a_child_opens_its_model_once_and_nobody_waits_for_that_before_it_is_asked(
    processes: type[Scripted], one: OpenedProcess
) -> None:
    assert processes.started == []
    one.start()
    one.start()
    [child] = processes.started
    assert child.told == OPENS[:1]
    assert [one.value, one.value] == [{"opened": 0}] * 2
    assert one.ask("render", "default", {"tools": None}, seconds=3) == Answer(0, (b"text",))
    assert child.told == [*OPENS, ("render", "default", {"tools": None}, 3)]
    assert len(processes.started) == 1


def test_a_child_that_has_died_is_replaced_by_one_that_opens_the_model_again(
    processes: type[Scripted], one: OpenedProcess
) -> None:
    assert one.value == {"opened": 0}
    processes.started[0].alive = False
    assert one.ask("render", seconds=3).value == 1
    assert processes.started[1].told == [*OPENS, ("render", 3)]
    assert one.value == {"opened": 1}


@pytest.mark.parametrize("error", [StoppedError("late"), KeyboardInterrupt()], ids=["late", "Ctrl-C"])
def test_a_child_whose_model_was_not_opened_is_not_asked_again(
    processes: type[Scripted], one: OpenedProcess, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    monkeypatch.setattr(Scripted, "fails", error)
    with pytest.raises(type(error)):
        _ = one.value
    assert not processes.started[0].alive
    monkeypatch.setattr(Scripted, "fails", None)
    assert one.value == {"opened": 1}


def test_a_child_that_was_ended_is_opened_again_when_it_is_asked(processes: type[Scripted], one: OpenedProcess) -> None:
    one.close()
    assert one.ask("render", seconds=3).value == 0
    one.close()
    one.close()
    assert not processes.started[0].alive
    assert one.ask("render", seconds=3).value == 1


def test_of_several_children_one_is_started_and_it_answers_first(processes: type[Scripted]) -> None:
    several = OpenedProcesses("templates", ("folder", "x", None), 3)
    several.start()
    assert [child.told for child in processes.started] == [OPENS[:1]]
    assert several.value == {"opened": 0}
    assert several.ask("render", "default", seconds=3) == Answer(0, (b"text",))
    assert [child.told for child in processes.started] == [[*OPENS, ("render", "default", 3)]]
    several.close()
    assert not processes.started[0].alive


def test_a_child_that_was_asked_in_vain_is_there_for_the_next(
    processes: type[Scripted], monkeypatch: pytest.MonkeyPatch
) -> None:
    several = OpenedProcesses("templates", ("folder", "x", None), 1)
    monkeypatch.setattr(Scripted, "fails", StoppedError("late"))
    with pytest.raises(StoppedError):
        several.ask("render", seconds=3)
    monkeypatch.setattr(Scripted, "fails", None)
    answers: list[Answer] = []
    asking = threading.Thread(target=lambda: answers.append(several.ask("render", seconds=3)), daemon=True)
    asking.start()
    asking.join(30)
    assert [answer.value for answer in answers] == [1]


@pytest.mark.parametrize(("cost", "used"), [(0.05, {0, 1}), (1000.0, {0})], ids=["pays", "does not pay"])
def test_another_one_is_started_when_as_long_was_waited_as_that_takes(
    children: type[Child], monkeypatch: pytest.MonkeyPatch, cost: float, used: set[int]
) -> None:
    def ask(self: Child, *_: Any, seconds: float) -> Answer:
        time.sleep(0.02)
        return Answer(self.number, ())

    monkeypatch.setattr(opened_process, "START_SECONDS", cost)
    monkeypatch.setattr(Child, "ask", ask)
    several = OpenedProcesses("templates", ("folder", "x", None), 2)
    assert several.ask("render", seconds=30).value == 0
    with ThreadPoolExecutor(2) as pool:
        answers = [one.result() for one in [pool.submit(several.ask, "render", seconds=30) for _ in range(20)]]
    assert {answer.value for answer in answers} == used


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


def test_who_waits_for_one_that_another_has_just_started_goes_on_waiting(processes: type[Scripted]) -> None:
    class Busy(queue.LifoQueue[OpenedProcess]):
        waited = 0

        def get(self, block: bool = True, timeout: float | None = None) -> OpenedProcess:
            self.waited += 1
            if self.waited == 1:
                several._unused.clear()  # another thread was faster
                raise queue.Empty
            return several._all[0]

    several = OpenedProcesses("templates", ("folder", "x", None), 2)
    several._idle = idle = Busy()
    assert several.ask("render", seconds=1).blobs == (b"text",)
    assert idle.waited == 2
    several.close()
