"""Answers of text completions: llama.cpp, OpenAI's older endpoint, Ollama /api/generate, older models on Bedrock."""

from __future__ import annotations

from promptlint.answer.members import at, objects_at, text_at
from promptlint.model import JsonObject

Path = tuple[str | int, ...]
_TEXTS: tuple[Path, ...] = (
    ("content",),
    ("choices", 0, "text"),
    ("response",),  # Ollama
    ("completion",),  # Anthropic
    ("generation",),  # Llama on Bedrock
    ("outputs", 0, "text"),  # Mistral there
    ("results", 0, "outputText"),  # Titan
    ("outputText",),
)
_ENDS: tuple[Path, ...] = (
    ("stop",),
    ("tokens_evaluated",),  # llama.cpp counts them only at the end
    ("choices", 0, "finish_reason"),
    ("done",),
    ("stop_reason",),
    ("outputs", 0, "stop_reason"),
    ("results", 0, "completionReason"),
    ("completionReason",),
)
_LISTS = ("choices", "outputs", "results")


def body(documents: list[JsonObject]) -> JsonObject | None:
    """The text in one assistant message."""
    several = any(len(objects_at(one, key)) > 1 or at(one, key, 0, "index") for one in documents for key in _LISTS)
    if several or not any(at(one, *path) for one in documents for path in _ENDS):
        return None
    return {"messages": [{"role": "assistant", "content": "".join(map(_text, documents))}]}


def _text(document: JsonObject) -> str:
    return next((text for path in _TEXTS if (text := text_at(document, *path))), "")
