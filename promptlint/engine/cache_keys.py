"""Which request parameters a provider's cache key holds, beside the prompt's own text. As of 2026-11-21."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

AS_OF = "2026-11-21"

# Of these only one member counts.
MEMBERS: Mapping[str, str] = {"output_config": "effort"}

_MESSAGES = "its cache key holds it: the messages are computed again, tools and system stay"
_MOST = "its cache key holds it: the messages are computed again, and with some models tools and system too"
_ALL = "its cache key holds it: the whole prompt is computed again"
_ANTHROPIC: Mapping[str, str] = {
    "tool_choice": _MESSAGES,
    "thinking": _MOST,
    "output_config": _MOST,
    "speed": "its cache key holds it: system and messages are computed again, the tools stay",
}
_OPENAI: Mapping[str, str] = dict.fromkeys(
    (
        "context_management",
        "parallel_tool_calls",
        "prompt_cache_key",
        "reasoning_effort",
        "response_format",
        "verbosity",
    ),
    _ALL,
)

# Provider → parameter, by its chat name → what a change of it costs.
CACHE_KEYS: Mapping[str, Mapping[str, str]] = {
    "anthropic": _ANTHROPIC,
    "bedrock": _ANTHROPIC,
    "openai": _OPENAI,
    "azure": _OPENAI,
}
# Serving engines: what their own cache key holds beside the tokens.
LOCAL_CACHE_KEYS: Mapping[str, str] = {
    "cache_salt": "the engine's cache key holds it: the whole prompt is computed again"
}
# The first level that a change of a parameter loses, and with it all behind; of any other the whole prompt.
_LEVELS: Mapping[str, Literal["system", "messages"]] = {
    "tool_choice": "messages",
    "thinking": "messages",
    "output_config": "messages",
    "speed": "system",
}


def first_level(provider: str, parameter: str) -> Literal["tools", "system", "messages"]:
    """Where the cached prompt ends when a parameter of its key changes."""
    return _LEVELS.get(parameter, "tools") if CACHE_KEYS.get(provider) is _ANTHROPIC else "tools"
