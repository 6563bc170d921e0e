"""Images, sound and video: what stands for them in a prompt, since we neither decode nor count them.

The engines put as many tokens as the model's own processor says, and their caches compare the content. So each medium
is shown as a short text with the hash of its content: the same image keeps the prefix, another one ends it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from promptlint.model import JsonObject
from promptlint.render.profile.marks import unmarked

Modality = Literal["image", "audio", "video"]

MODALITIES: Mapping[str, Modality] = {
    "image_url": "image",
    "input_image": "image",
    "image_embeds": "image",
    "image_pil": "image",
    "image": "image",
    "audio_url": "audio",
    "input_audio": "audio",
    "audio_embeds": "audio",
    "audio": "audio",
    "video_url": "video",
    "video_embeds": "video",
    "video": "video",
}


FILES = ("file", "input_file")


def modality(part: JsonObject) -> Modality | None:
    """What kind of medium a content part holds; by its keys when it has no type."""
    kind = part.get("type")
    if kind is not None:
        return MODALITIES.get(kind) if isinstance(kind, str) else None
    return next((MODALITIES[key] for key in part if key in MODALITIES), None)


def placeholder(part: JsonObject, kind: Modality | Literal["file"]) -> str:
    """The text that stands for a medium: the same for the same content, whatever else the part says."""
    content = next((part[key] for key in part if MODALITIES.get(key) == kind), part)
    canonical = json.dumps(_without_marks(_location(content)), sort_keys=True)
    return f"<{kind}:{hashlib.sha256(canonical.encode()).hexdigest()[:12]}>"


def with_placeholders(messages: Sequence[Any]) -> list[Any]:
    """The messages with a text in place of each medium, for a template that would print its data."""
    return [_with_placeholders(message) if isinstance(message, dict) else message for message in messages]


def _with_placeholders(message: JsonObject) -> JsonObject:
    content = message.get("content")
    return {**message, "content": [_shown(part) for part in content]} if isinstance(content, list) else message


def _shown(part: Any) -> Any:
    if not isinstance(part, dict):
        return part
    kind = modality(part) or ("file" if part.get("type") in FILES else None)
    return {"type": "text", "text": placeholder(part, kind)} if kind else part


def media_limit(messages: Sequence[JsonObject]) -> str | None:
    """What a report says of a conversation with media."""
    kinds = sorted({kind for part in content_parts(messages) if (kind := modality(part))})
    if not kinds:
        return None
    return f"{' and '.join(kinds)} tokens are not counted: a short placeholder by content hash stands for each"


def content_parts(messages: Sequence[JsonObject]) -> Iterable[JsonObject]:
    """All content parts of a conversation that are objects."""
    for message in messages:
        content = message.get("content")
        if isinstance(content, list):
            yield from (part for part in content if isinstance(part, dict))


def _location(content: Any) -> Any:
    return content["url"] if isinstance(content, dict) and "url" in content else content


def _without_marks(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_marks(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_without_marks(item) for item in value]
    return unmarked(value)
