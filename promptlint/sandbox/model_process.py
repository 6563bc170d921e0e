"""One model behind its child processes: opened on first use, and again after one had to be stopped.

Two children read one model folder: one has the templates, the other the vocabulary, which takes a quarter of a second
to load and holds Python's lock for it. Meanwhile the first one renders. A GGUF file is read once, by one child.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import accumulate
from typing import Any

from promptlint.records import dataclass
from promptlint.sandbox import limits
from promptlint.sandbox.opened_process import OpenedProcess, OpenedProcesses, Opening
from promptlint.tokens.cuts import SegmentKey


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What the files of a model say beside the vocabulary."""

    templates: Mapping[str, str]  # name → Jinja source
    special_tokens: Mapping[str, Any]
    notes: tuple[str, ...]
    model_type: str | None
    names: frozenset[str]


class ModelProcess:
    """Reads the files of one model on first use, or from `start` on. `renderers`: how many prompts at once, at most."""

    def __init__(self, kind: str, path: str, template: str | None, renderers: int = 1) -> None:
        self._opening: Opening = (kind, path, template)
        is_one_file = kind == "gguf"
        self._renderer = OpenedProcesses("templates", self._opening, 1 if is_one_file else renderers)
        self._encoder = self._renderer if is_one_file else OpenedProcess("vocabulary", self._opening)

    def start(self) -> None:
        """Begin to read the files without the vocabulary, without waiting."""
        self._renderer.start()

    def start_encoder(self) -> None:
        """Begin to read the vocabulary, without waiting."""
        self._encoder.start()

    def close(self) -> None:
        """End the children."""
        self._encoder.close()
        self._renderer.close()

    @property
    def files(self) -> ModelFacts:
        """What the files say; waits until they are read."""
        value = self._renderer.value
        return ModelFacts(
            templates=value["templates"],
            special_tokens=value["special_tokens"],
            notes=tuple(value["notes"]),
            model_type=value["model_type"],
            names=frozenset(value["names"]),
        )

    @property
    def vocabulary(self) -> dict[str, Any]:
        """What only the vocabulary can tell; waits until it is read."""
        value = self._encoder.ask("vocabulary", *self._opening, seconds=limits.OPEN_SECONDS).value
        return {"add_bos": bool(value["add_bos"]), "cuts": value["cuts"]}

    def template_facts(self, template: str) -> dict[str, Any]:
        """What vLLM and SGLang read out of a template, by name: the fields of render.template_facts.TemplateFacts."""
        value: dict[str, Any] = self._renderer.ask("facts", template, seconds=limits.RENDER_SECONDS).value
        return value

    def llama_cpp_facts(self, template: str) -> dict[str, Any]:
        """What llama.cpp finds out of it by trying: the fields of render.llama_cpp_facts.LlamaCppFacts."""
        value: dict[str, Any] = self._renderer.ask("llama_cpp_facts", template, seconds=limits.RENDER_SECONDS).value
        return value

    def render(self, template: str, variables: Mapping[str, Any], now: datetime, flavour: str) -> str:
        """The text of a template, by name."""
        arguments = (template, variables, now.isoformat(), flavour)
        answer = self._renderer.ask("render", *arguments, seconds=limits.RENDER_SECONDS)
        return answer.blobs[0].decode("utf-8", "surrogatepass")

    def encode_segments(self, keys: Sequence[SegmentKey]) -> list[array[int]]:
        """The ids of segments."""
        seconds = _encode_seconds(keys)
        answer = self._encoder.ask("encode", [tuple(key) for key in keys], seconds=seconds)
        ids: array[int] = array("I")
        ids.frombytes(answer.blobs[0])
        ends = list(accumulate(answer.value))
        return [ids[end - count : end] for end, count in zip(ends, answer.value, strict=True)]

    def token_span(self, key: SegmentKey, index: int) -> tuple[int, int]:
        """Offsets of a segment's token; 0 is where its gap begins."""
        start, end = self._encoder.ask("span", tuple(key), index, seconds=_encode_seconds([key])).value
        return start, end

    def pieces(self, ids: list[int]) -> list[str]:
        """The vocabulary's own spelling of each id."""
        return [str(piece) for piece in self._encoder.ask("pieces", ids, seconds=limits.ENCODE_SECONDS).value]

    def texts(self, ids: list[int]) -> list[str]:
        """What each id stands for, as text."""
        return [str(text) for text in self._encoder.ask("texts", ids, seconds=limits.ENCODE_SECONDS).value]


def _encode_seconds(keys: Sequence[SegmentKey]) -> float:
    length = sum(len(part) for key in keys for part in key)
    return limits.ENCODE_SECONDS + limits.SECONDS_PER_MILLION_CHARACTERS * length / 1_000_000
