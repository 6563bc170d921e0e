"""A message's reasoning and the effort asked for: rows 8 and 12 of the comparison of engines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from promptlint.model import JsonObject


def vllm_reasoning(message: JsonObject) -> JsonObject:
    """An assistant's reasoning under both of the names that vLLM writes; `thinking` is not read."""
    reasoning = message.get("reasoning")
    if reasoning is None:
        reasoning = message.get("reasoning_content")
    if reasoning is None or message["role"] != "assistant":
        return {}
    return {"reasoning": reasoning, "reasoning_content": reasoning}


def vllm_thinking(parameters: Mapping[str, Any], arguments: Mapping[str, Any]) -> JsonObject:
    """vLLM switches thinking by the effort, unless the request's own template arguments do."""
    effort = parameters.get("reasoning_effort")
    if effort is None or "enable_thinking" in arguments:
        return {}
    return {"enable_thinking": effort != "none"}


def sglang_effort(parameters: Mapping[str, Any]) -> Any:
    """The effort that SGLang reads, also out of the request's `reasoning` object."""
    reasoning = parameters.get("reasoning")
    effort = None
    if isinstance(reasoning, Mapping):
        effort = reasoning.get("effort")
        effort = reasoning.get("reasoning_effort") if effort is None else effort
    return parameters.get("reasoning_effort") if effort is None else effort


def sglang_thinking(parameters: Mapping[str, Any]) -> JsonObject:
    """SGLang's two switches for thinking, below the request's own template arguments."""
    effort = sglang_effort(parameters)
    if effort is not None:
        return {"thinking": effort != "none", "enable_thinking": effort != "none"}
    reasoning = parameters.get("reasoning")
    if not isinstance(reasoning, Mapping):
        return {}
    enabled = reasoning.get("enabled", reasoning.get("enable"))
    on = enabled.strip().lower() in ("1", "true", "yes", "y", "on") if isinstance(enabled, str) else bool(enabled)
    return {"thinking": True, "enable_thinking": True} if on else {}


def ignored_switch_limit(parameters: Mapping[str, Any], engine: str) -> str | None:
    """What to say of `enable_thinking` where the engine does not look for it."""
    if "enable_thinking" not in parameters:
        return None
    return f"{engine} ignores enable_thinking outside chat_template_kwargs"
