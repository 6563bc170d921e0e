"""A message's content on its way to the template: rows 5, 6, 7 and 20 of the comparison of engines.

`format` is what the engine detected for the template: "string" wants one string, "openai" a list of parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from promptlint.model import JsonObject
from promptlint.render.profile.marks import unmarked
from promptlint.render.profile.media import content_parts, modality, placeholder
from promptlint.render.template_facts import ContentFormat

BILLING_HEADER = "x-anthropic-billing-header"

# The keys of every content part that vLLM's API declares; others travel on to the template.
_VLLM_PART_KEYS = frozenset(
    {
        *("type", "text", "refusal", "thinking", "closed", "name", "data", "file", "uuid", "prompt_cache_breakpoint"),
        *(
            "image_url",
            "image_embeds",
            "image_pil",
            "input_audio",
            "audio_url",
            "audio_embeds",
            "video_url",
            "video_embeds",
        ),
    }
)
_TEXT_KEY = {"text": "text", "input_text": "text", "output_text": "text", "thinking": "thinking", "refusal": "refusal"}


def without_billing_header(content: Any) -> Any:
    """System content without the line that Claude Code changes on every request; vLLM drops it for the cache's sake."""
    if isinstance(content, str):
        return _below_header(content)
    if not isinstance(content, list):
        return content
    kept = [part if _text(part) is None else _with_text(part, _below_header(_text(part) or "")) for part in content]
    return [part for part in kept if part is not None]


def vllm_content(content: Any, form: ContentFormat) -> str | list[JsonObject]:
    """Content as vLLM gives it to a template of either format."""
    parts = content if isinstance(content, list) else [] if content is None else [content]
    if form == "openai":
        return [wrapped for part in parts for wrapped in _vllm_wrapped(part)]
    # vLLM drops empty texts here, and puts the media of a message in front of its text.
    texts = [text for part in parts if (text := _vllm_text(part))]
    media = [shown for part in parts if (shown := _shown_medium(part))]
    return "\n".join([*media, *texts])


def vllm_tool_content(content: str | list[JsonObject]) -> str | list[JsonObject]:
    """A tool's content: vLLM joins texts even for templates that walk over parts."""
    if isinstance(content, list) and all(part.get("type") == "text" for part in content):
        return "\n".join(part["text"] for part in content)
    return content


def sglang_content(content: Any, form: ContentFormat, role: Any) -> str | list[JsonObject]:
    """Content as SGLang gives it to a template of either format."""
    if not isinstance(content, list):
        return content if isinstance(content, str) else ""
    if form == "openai":
        parts = [wrapped for part in content for wrapped in _sglang_wrapped(part)]
        joined = role == "tool" and all(part["type"] == "text" for part in parts)
        return " ".join(part["text"] for part in parts) if joined else parts
    return " ".join(text for part in content if (text := _sglang_text(part)) is not None)


def dropped_parts_limit(messages: Sequence[JsonObject], engine: str) -> str | None:
    """What to say of content parts of a type that the engine's API refuses."""
    known = {*_TEXT_KEY, "tool_reference"}
    kinds = (part.get("type") for part in content_parts(messages) if modality(part) is None)
    odd = sorted({str(kind) for kind in kinds if not (isinstance(kind, str) and kind in known)})
    return f"{engine} refuses content parts of type {', '.join(odd[:5])}; left out here" if odd else None


def dropped_media_limit(messages: Sequence[JsonObject], form: ContentFormat) -> str | None:
    """What to say of media that SGLang leaves out for a template that wants one string."""
    if form == "openai" or not any(map(modality, content_parts(messages))):
        return None
    return "SGLang leaves media out for this template, which takes text only"


def _below_header(text: str) -> str | None:
    """The text below a billing header, the text itself without one, None when nothing is left."""
    if not str(unmarked(text[: len(BILLING_HEADER) + 1])).startswith(BILLING_HEADER):
        return text
    return text.partition("\n")[2] or None


def _text(part: Any) -> str | None:
    text = part.get("text") if isinstance(part, dict) and part.get("type") == "text" else part
    return text if isinstance(text, str) else None


def _with_text(part: Any, text: str | None) -> Any:
    if text is None or isinstance(part, str):
        return text
    return {**part, "text": text}


def _vllm_wrapped(part: Any) -> list[JsonObject]:
    text = _vllm_text(part)
    if isinstance(part, str):
        return [{"type": "text", "text": part}]
    if not isinstance(part, dict):
        return []
    extra = {key: value for key, value in part.items() if key not in _VLLM_PART_KEYS}
    if part.get("type") == "tool_reference":
        return [{"type": "tool_reference", "name": part.get("name")}]
    if text is not None:
        return [{"type": "text", "text": text, **extra}]
    return _medium_and_hash(part, extra)


def _vllm_text(part: Any) -> str | None:
    if isinstance(part, str):
        return part
    if not isinstance(part, dict):
        return None
    kind = part.get("type")
    key = "name" if kind == "tool_reference" else _TEXT_KEY.get(kind) if isinstance(kind, str) else None
    text = part.get(key) if key else None
    return text if isinstance(text, str) else None


def _medium_and_hash(part: JsonObject, extra: JsonObject) -> list[JsonObject]:
    kind = modality(part)
    if kind is None:
        return []
    # The template prints its own marker for the medium, the same for all; only the hash tells one from another.
    return [{"type": kind, **extra}, {"type": "text", "text": placeholder(part, kind)}]


def _shown_medium(part: Any) -> str | None:
    kind = modality(part) if isinstance(part, dict) else None
    return placeholder(part, kind) if kind else None


def _sglang_wrapped(part: Any) -> list[JsonObject]:
    text = _sglang_text(part)
    if text is not None:
        return [{"type": "text", "text": text}]
    if isinstance(part, dict) and part.get("type") == "tool_reference":
        return [{"type": "tool_reference", "name": part.get("name")}]
    return _medium_and_hash(part, {}) if isinstance(part, dict) else []


def _sglang_text(part: Any) -> str | None:
    if not isinstance(part, dict) or part.get("type") not in ("text", "input_text"):
        return part if isinstance(part, str) else None
    text = part.get("text")
    return text if isinstance(text, str) else None
