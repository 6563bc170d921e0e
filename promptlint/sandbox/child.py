"""The child's side: a loop over commands, each a plain function on the one open model.

Nothing here trusts what it reads. A fault in a template or a tokenizer, up to a panic of the Rust library (a
BaseException), becomes an error that is sent up.
"""

from __future__ import annotations

import dataclasses
import json
import marshal
import os
import signal
import struct
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from importlib import import_module
from typing import IO, TYPE_CHECKING, Any

from promptlint.errors import ModelError, OutputTooLongError, TemplateError
from promptlint.sandbox import limits
from promptlint.tokens.cuts import SegmentKey
from promptlint.tokens.model_files import ModelFiles
from promptlint.tokens.segments import cut_tokens, encode_segments, token_span

if TYPE_CHECKING:
    from promptlint.render.environment import Flavour

LONGEST_MESSAGE = 100_000  # characters; a template's error can be as long as it likes
Result = tuple[Any, list[bytes]]


class OpenModel:
    """The model that this child was started for."""

    def __init__(self, kind: str, path: str, template: str | None) -> None:
        files = _read(kind, path)
        templates = dict(files.templates) if template is None else {"default": template}
        _check_size(path, templates)
        self.files = dataclasses.replace(files, templates=templates)

    def templates(self) -> Result:
        """What the files say beside the vocabulary."""
        files = self.files
        return {
            "templates": dict(files.templates),
            "special_tokens": dict(files.special_tokens),
            "notes": list(files.notes),
            "model_type": files.model_type,
            "names": sorted(files.names),
        }, []

    def vocabulary(self) -> Result:
        """Reads the tokenizer, and what only it can tell."""
        return {"add_bos": self.files.add_bos, "cuts": cut_tokens(self.files.tokenizer)}, []

    def render(self, name: str, variables: dict[str, Any], now: str, flavour: Flavour) -> Result:
        """The template's text."""
        from promptlint.render import environment

        source = self.files.templates[name]
        moment = datetime.fromisoformat(now)
        try:
            text = environment.render(source, variables, now=moment, flavour=flavour)
        except (MemoryError, OutputTooLongError):
            raise
        except Exception as error:
            raise TemplateError(str(error), kind=type(error).__name__, line=environment.template_line(error)) from error
        return None, [_utf8(text)]

    def facts(self, name: str) -> Result:
        """What vLLM and SGLang read out of a template's source."""
        from promptlint.render import template_scan

        return template_scan.facts(self.files.templates[name]).as_dict(), []

    def llama_cpp_facts(self, name: str) -> Result:
        """What a llama.cpp server finds out by trying a template."""
        from promptlint.render.llama_cpp_facts import llama_cpp_facts

        return dataclasses.asdict(llama_cpp_facts(self.files.templates[name], self.files.special_tokens)), []

    def encode(self, keys: list[tuple[str, str, str]]) -> Result:
        """The ids of segments as native 32-bit integers, and how many are of which."""
        found = encode_segments(self.files.tokenizer, [SegmentKey(*key) for key in keys])
        return [len(ids) for ids in found], [b"".join(ids.tobytes() for ids in found)]

    def span(self, key: tuple[str, str, str], index: int) -> Result:
        """Offsets of one token of a segment."""
        return list(token_span(self.files.tokenizer, SegmentKey(*key), index)), []

    def pieces(self, ids: list[int]) -> Result:
        """The vocabulary's own spelling of each id."""
        return [self.files.tokenizer.id_to_token(number) or f"<{number}>" for number in ids], []

    def texts(self, ids: list[int]) -> Result:
        """What each id stands for; a part of a character is shown as U+FFFD, an id of no token as its number."""
        return [self._text_of(number) for number in ids], []

    def _text_of(self, number: int) -> str:
        piece = self.files.tokenizer.id_to_token(number)
        if piece is None:
            return f"<{number}>"
        # Decoding one alone would drop the blank that a SentencePiece token begins with.
        if "\u2581" in piece:
            return str(piece.replace("\u2581", " "))
        return str(self.files.tokenizer.decode([number], skip_special_tokens=False))


def _check_size(path: str, templates: Mapping[str, str]) -> None:
    if len(templates) > limits.MOST_TEMPLATES:
        raise ModelError(f"{path} has more than {limits.MOST_TEMPLATES} chat templates")
    for name, source in templates.items():
        if len(source) > limits.TEMPLATE_LIMIT:
            raise ModelError(f"{path}: chat template {name[:80]!r} has more than {limits.TEMPLATE_LIMIT:,} characters")


def _read(kind: str, path: str) -> ModelFiles:
    if kind == "gguf":
        from promptlint.tokens.gguf import open_gguf

        return open_gguf(path)
    from promptlint.tokens.model_folder import open_folder

    return open_folder(path)


# These name the model to open; a child serves the one that was named first.
OPENING: dict[str, Callable[[OpenModel], Result]] = {
    "templates": OpenModel.templates,
    "vocabulary": OpenModel.vocabulary,
}
COMMANDS: dict[str, Callable[..., Result]] = {
    "facts": OpenModel.facts,
    "llama_cpp_facts": OpenModel.llama_cpp_facts,
    "render": OpenModel.render,
    "encode": OpenModel.encode,
    "span": OpenModel.span,
    "pieces": OpenModel.pieces,
    "texts": OpenModel.texts,
}


# What takes long to import, by what a child is started for: who renders needs no tokenizers, who encodes no templates.
NEEDED = {"templates": "promptlint.render.template_scan", "vocabulary": "tokenizers"}


def main(opening: str) -> None:
    """Serve the parent until it closes the pipe; with that command it will have a model opened."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business
    limits.apply_memory_limit()
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as output:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # whatever a library prints must not become an answer
        import_module(NEEDED[opening])
        _serve(sys.stdin.buffer, output)


def _serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    model: OpenModel | None = None
    while header := requests.read(8):
        command, seconds, arguments = marshal.loads(requests.read(struct.unpack("<Q", header)[0]))  # noqa: S302  ours
        limits.allow_seconds(seconds)
        try:
            if command in OPENING:
                model = model or OpenModel(*arguments)
                result = OPENING[command](model)
            else:
                result = COMMANDS[command](model, *arguments)
        except BaseException as error:
            _send(answers, None, [], _described(error))
        else:
            _send(answers, *result, None)
        limits.rest()


def _send(answers: IO[bytes], value: Any, blobs: list[bytes], error: dict[str, Any] | None) -> None:
    header = json.dumps({"value": value, "blobs": [len(blob) for blob in blobs], "error": error}).encode()
    answers.write(b"".join([struct.pack("<Q", len(header)), header, *blobs]))
    answers.flush()


def _described(error: BaseException) -> dict[str, Any]:
    message = (str(error) or type(error).__name__)[:LONGEST_MESSAGE]
    if isinstance(error, TemplateError):
        return {"kind": "template", "type": error.kind, "message": message, "line": error.line}
    if isinstance(error, ModelError):
        return {"kind": "model", "message": message, "hint": error.hint}
    if isinstance(error, MemoryError):
        message = f"needed more than {limits.MEMORY // 1024**3} GiB of memory and was stopped"
    elif not isinstance(error, OutputTooLongError):
        message = f"{type(error).__name__}: {message}"[:500]
    return {"kind": "fault", "message": message}


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
