"""The parent's side: start the child, ask it, wait so long and no longer.

Requests go down as marshal (we wrote them); answers come up as JSON and raw bytes (a stranger may have had a hand in
them). A child that is late, dies or breaks the protocol is killed, and the next call starts a fresh one.
"""

from __future__ import annotations

import contextlib
import json
import marshal
import os
import queue
import struct
import subprocess
import sys
import threading
import weakref
from pathlib import Path
from typing import IO, Any, NoReturn

from promptlint.errors import ModelError, StoppedError, TemplateError, UsageError
from promptlint.records import dataclass
from promptlint.sandbox import limits

ANSWER_LIMIT = 512 * 1024**2  # bytes; four for each of the most characters that a template may print are half of it
PASSED_ON = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LANG", "LC_ALL")  # and nothing else: no secrets
NO_ROOM = "too many processes, threads or open files (ulimit -a)"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the child answered: a JSON value and the bytes that go with it."""

    value: Any
    blobs: tuple[bytes, ...]


class Process:
    """One child, started at once so that it gets ready for the command `opening` while the parent does other work."""

    def __init__(self, opening: str) -> None:
        self._popen = _started(opening)
        assert self._popen.stdin is not None
        assert self._popen.stdout is not None
        self._input = self._popen.stdin
        self._answers: queue.SimpleQueue[Answer | dict[str, Any] | None] = queue.SimpleQueue()
        self._ended = threading.Event()
        self.close = weakref.finalize(self, _end, self._popen)
        arguments = (self._popen.stdout, self._answers, self._ended)
        try:
            threading.Thread(target=_read_answers, args=arguments, daemon=True).start()
        except RuntimeError as error:  # no more threads
            self._popen.stdout.close()
            self._give_up(f"the model's process cannot be started: {error}", NO_ROOM)

    def ask(self, command: str, *arguments: Any, seconds: float) -> Answer:
        """The answer to one command; raises the child's error as ours, or StoppedError after `seconds`."""
        self.send(command, *arguments, seconds=seconds)
        return self.receive(command, seconds=seconds)

    def send(self, command: str, *arguments: Any, seconds: float) -> None:
        """Hand over a command without waiting for its answer; one at a time."""
        try:
            message = marshal.dumps((command, seconds, arguments))
        except ValueError:
            hint = "a template's variables are what JSON knows: texts, numbers, lists, dicts"
            raise UsageError(f"{_what(command)}: a value that cannot be handed over", hint=hint) from None
        try:
            self._input.write(struct.pack("<Q", len(message)) + message)
            self._input.flush()
        except OSError:
            self._give_up(f"{_what(command)}: its process has ended", None)

    def receive(self, command: str, *, seconds: float) -> Answer:
        """Wait for the answer to the command sent last."""
        try:
            answer = self._answers.get(timeout=seconds)
        except queue.Empty:
            self._give_up(f"{_what(command)} took longer than {seconds:.0f} seconds and was stopped", None)
        except BaseException:  # Ctrl-C in a notebook: the answer to come must not be taken for a later one
            self.close()
            raise
        if answer is None:
            self._give_up(*_why_it_died(command, self._popen))
        if isinstance(answer, Answer):
            return answer
        raise _as_error(command, answer)

    @property
    def alive(self) -> bool:
        return bool(self.close.alive) and not self._ended.is_set()  # asking the system takes half a millisecond

    def _give_up(self, message: str, hint: str | None) -> NoReturn:
        self.close()
        _stopped.append(message)
        raise StoppedError(message, hint=hint or "the model's files or this request are hostile, broken or far too big")


_stopped: list[str] = []
_spare: dict[str, Process] = {}
_begun: dict[tuple[Any, ...], Process] = {}


def _leave_to_the_parent() -> None:
    """After a fork: the pipes are shared, and only one of the two may write to them."""
    _spare.clear()
    _begun.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_to_the_parent)


def was_any_stopped() -> bool:
    """Did a child take too long, or die: how a busy machine looks, so that another run may find out more."""
    return bool(_stopped)


def prestart(command: str) -> None:
    """Start a child now for the next `fresh` to take: its imports then run beside ours."""
    if command not in _spare:
        _spare[command] = Process(command)


def fresh(command: str) -> Process:
    """A child that has not been asked anything yet."""
    spare = _spare.pop(command, None)
    return spare if spare is not None and spare.alive else Process(command)


def opening(command: str, *model: str | None) -> Process:
    """A child that has been told to open a model; its answer is still to come."""
    child = fresh(command)
    child.send(command, *model, seconds=limits.OPEN_SECONDS)
    return child


def begin(command: str, *model: str | None) -> None:
    """Let a child open a model before anybody needs it, for `begun` to hand out."""
    _begun[command, *model] = opening(command, *model)


def begun(command: str, *model: str | None) -> Process | None:
    """The child that was let open a model in this way, once."""
    child = _begun.pop((command, *model), None)
    return child if child is not None and child.alive else None


def _started(opening: str) -> subprocess.Popen[bytes]:
    pipe, command = subprocess.PIPE, _command(opening)
    try:
        return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=_environment())
    except OSError as error:
        _stopped.append(str(error.strerror))
        raise StoppedError(f"the model's process cannot be started: {error.strerror}", hint=NO_ROOM) from error


def _import_path() -> list[str]:
    """Where the child finds modules: as we do, but not in the working folder, which may be a stranger's repository."""
    own = str(Path(__file__).resolve().parents[2])
    here = os.path.realpath(os.curdir)
    path = [entry for entry in sys.path if entry and (entry == own or os.path.realpath(entry) != here)]
    return path if own in path else [own, *path]


def _command(opening: str) -> list[str]:
    # -S and the parent's own path: reading site-packages' start-up files again would double the start-up time.
    path = _import_path()
    start = f"import sys; sys.path[:] = {path!r}; from promptlint.sandbox.child import main; main({opening!r})"
    return [sys.executable, "-I", "-S", "-c", start]


def _environment() -> dict[str, str]:
    passed = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    # Arenas and pool threads count as address space, and a machine with 64 cores would use up the limit on them.
    return passed | {
        "RAYON_NUM_THREADS": str(limits.THREADS),
        "TOKENIZERS_PARALLELISM": "true",
        "MALLOC_ARENA_MAX": "4",
    }


def _read_answers(
    stream: IO[bytes], answers: queue.SimpleQueue[Answer | dict[str, Any] | None], ended: threading.Event
) -> None:
    """Frames from the child into the queue; None at the end or at the first broken frame."""
    try:
        while header := stream.read(8):
            value = json.loads(_exactly(stream, struct.unpack("<Q", header)[0]))
            blobs = tuple(_exactly(stream, length) for length in value["blobs"])
            answers.put(Answer(value["value"], blobs) if value["error"] is None else value["error"])
    except (OSError, ValueError, KeyError, TypeError, struct.error, RecursionError, MemoryError):
        pass
    finally:
        stream.close()
        ended.set()
        answers.put(None)


def _exactly(stream: IO[bytes], length: int) -> bytes:
    if not 0 <= length <= ANSWER_LIMIT:
        raise ValueError(length)
    data = stream.read(length)
    if len(data) != length:
        raise ValueError(length)
    return data


def _end(popen: subprocess.Popen[bytes]) -> None:
    popen.kill()
    popen.wait()
    assert popen.stdin is not None
    with contextlib.suppress(OSError):  # what was buffered has no reader any more
        popen.stdin.close()


READING = "reading the model's files"


def _what(command: str) -> str:
    return {"templates": READING, "vocabulary": READING, "render": "the chat template", "encode": "the tokenizer"}.get(
        command, f"the template's {command}"
    )


def _why_it_died(command: str, popen: subprocess.Popen[bytes]) -> tuple[str, str | None]:
    try:
        code = popen.wait(timeout=1)
    except subprocess.TimeoutExpired:
        return f"{_what(command)}: its process broke the protocol and was stopped", None
    return f"{_what(command)}: its process ended (exit {code}), most likely out of memory or processor time", None


def _as_error(command: str, error: dict[str, Any]) -> Exception:
    message = str(error.get("message"))
    match error.get("kind"):
        case "template":
            line = error.get("line")
            return TemplateError(message, kind=str(error.get("type")), line=line if isinstance(line, int) else None)
        case "model":
            return ModelError(message, hint=error.get("hint"))
        case _:
            _stopped.append(message)
            return StoppedError(f"{_what(command)}: {message}", hint=error.get("hint"))
