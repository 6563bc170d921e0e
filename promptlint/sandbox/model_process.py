"""One model in one child process: open it, ask it, and open it again after it had to be stopped."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from promptlint.sandbox import limits
from promptlint.sandbox.process import Answer, Process, fresh


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What the child found in the model's files."""

    templates: Mapping[str, str]  # name → Jinja source
    special_tokens: Mapping[str, Any]
    add_bos: bool | None
    identity: str
    notes: tuple[str, ...]
    model_type: str | None
    names: frozenset[str]


class ModelProcess:
    """Reads the files of one model on first use, or from `start` on."""

    def __init__(self, kind: str, path: str, template: str | None) -> None:
        self._what = (kind, path, template)
        self._process: Process | None = None
        self._facts: ModelFacts | None = None

    def start(self) -> None:
        """Begin to read the files, without waiting."""
        if self._process is None or not self._process.alive:
            self._process, self._facts = fresh(), None
            self._process.send("open", *self._what, seconds=limits.OPEN_SECONDS)

    def close(self) -> None:
        """End the child."""
        if self._process is not None:
            self._process.close()
            self._process = None

    @property
    def files(self) -> ModelFacts:
        """What the files say; waits until they are read."""
        self.start()
        if self._facts is None:
            assert self._process is not None
            self._facts = _model_facts(self._process)
        return self._facts

    def template_facts(self, template: str) -> dict[str, Any]:
        """What vLLM and SGLang read out of a template, by name: the fields of render.template_facts.TemplateFacts."""
        value: dict[str, Any] = self._ask("facts", template, seconds=limits.RENDER_SECONDS).value
        return value

    def llama_cpp_facts(self, template: str) -> dict[str, Any]:
        """What llama.cpp finds out of it by trying: the fields of render.llama_cpp_facts.LlamaCppFacts."""
        value: dict[str, Any] = self._ask("llama_cpp_facts", template, seconds=limits.RENDER_SECONDS).value
        return value

    def render(self, template: str, variables: Mapping[str, Any], now: datetime, flavour: str) -> str:
        """The text of a template, by name."""
        answer = self._ask("render", template, variables, now.isoformat(), flavour, seconds=limits.RENDER_SECONDS)
        return answer.blobs[0].decode("utf-8", "surrogatepass")

    def encode(self, text: str) -> array[int]:
        """The ids of a text."""
        ids: array[int] = array("I")
        ids.frombytes(self._ask("encode", _utf8(text), seconds=_encode_seconds(text)).blobs[0])
        return ids

    def token_span(self, text: str, index: int) -> tuple[int, int]:
        """Offsets in `text` of the token at `index`; (len, len) behind the last one."""
        start, end = self._ask("span", _utf8(text), index, seconds=_encode_seconds(text)).value
        return start, end

    def pieces(self, ids: list[int]) -> list[str]:
        """The vocabulary's own spelling of each id."""
        return [str(piece) for piece in self._ask("pieces", ids, seconds=limits.ENCODE_SECONDS).value]

    def _ask(self, command: str, *arguments: Any, seconds: float) -> Answer:
        _ = self.files  # opened, and its answer read
        assert self._process is not None
        return self._process.ask(command, *arguments, seconds=seconds)


def _model_facts(process: Process) -> ModelFacts:
    try:
        value = process.receive("open", seconds=limits.OPEN_SECONDS).value
    except BaseException:
        process.close()  # the answer is used up: the next call must open again, not wait for a second one
        raise
    return ModelFacts(
        templates=value["templates"],
        special_tokens=value["special_tokens"],
        add_bos=value["add_bos"],
        identity=value["identity"],
        notes=tuple(value["notes"]),
        model_type=value["model_type"],
        names=frozenset(value["names"]),
    )


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _encode_seconds(text: str) -> float:
    return limits.ENCODE_SECONDS + limits.SECONDS_PER_MILLION_CHARACTERS * len(text) / 1_000_000
