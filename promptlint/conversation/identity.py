"""What a request says of itself: which conversation it belongs to, and whose model it is for."""

from __future__ import annotations

import json
import re
from typing import Any

from promptlint.model import JsonObject, Request

_NAMES = ("session_id", "prompt_cache_key", "gen_ai.conversation.id")
_IN_USER_ID = re.compile(r"session_[\w-]{8,}")
_FAMILIES = {
    "claude": "claude",
    "gpt": "gpt",
    "codex": "gpt",
    "gemini": "gemini",
    "gemma": "gemma",
    "qwen": "qwen",
    "qwq": "qwen",
    "llama": "llama",
    "mistral": "mistral",
    "mixtral": "mistral",
    "ministral": "mistral",
    "codestral": "mistral",
    "devstral": "mistral",
    "magistral": "mistral",
    "deepseek": "deepseek",
    "grok": "grok",
    "command": "command",
    "phi": "phi",
    "glm": "glm",
    "kimi": "kimi",
    "minimax": "minimax",
    "nova": "nova",
}
_FAMILY = re.compile("|".join(_FAMILIES))
_REASONER = re.compile(r"o[1-9](?![0-9a-z])")
_LEADING = re.compile(r"[a-z]+")


def session_id(request: Request) -> str | None:
    """The id of the conversation that a request carries; None where it has none."""
    body = request.body
    metadata = body.get("metadata")
    places: list[JsonObject] = [body, metadata] if isinstance(metadata, dict) else [body]
    given = [place.get(name) for place in places for name in _NAMES]
    found = next((value for value in given if isinstance(value, str) and value), None)
    if found is None and isinstance(metadata, dict):
        found = _in_user_id(metadata.get("user_id"))
    return found or _conversation(body.get("conversation")) or request.session


def _in_user_id(value: Any) -> str | None:
    """Claude Code puts its session into the user's id: at the end of it, or as a member of JSON text."""
    if not isinstance(value, str):
        return None
    try:
        inner = json.loads(value) if value.startswith("{") else None
    except (ValueError, RecursionError):
        return None
    if isinstance(inner, dict):
        given = inner.get("session_id")
        return given if isinstance(given, str) and given else None
    match = _IN_USER_ID.search(value)
    return match and match[0]


def _conversation(value: Any) -> str | None:
    """The conversation of the Responses API: an id, or an object with one."""
    given = value.get("id") if isinstance(value, dict) else value
    return given if isinstance(given, str) and given else None


def family(model: str | None) -> str | None:
    """The leading name of a model, without what gateways put before it; None where it is not known."""
    if not model:
        return None
    name = model.lower().rpartition("/")[2]
    known = _FAMILY.search(name)
    if known is not None:
        return _FAMILIES[known[0]]
    if _REASONER.match(name):
        return "gpt"
    leading = _LEADING.search(name)
    return leading[0] if leading else name


def same_family(one: str | None, other: str | None) -> bool:
    """May two models take turns in one conversation; one that is not known may be any."""
    return one is None or other is None or one == other
