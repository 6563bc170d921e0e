"""The keys that a message of chat completions may have."""

from __future__ import annotations

from promptlint.lint.spelling import MARKER

# What any server reads, then what single ones do: reasoning, a prefix to continue, Ollama's own names.
ALLOWED = frozenset(
    f"role content name tool_calls function_call tool_call_id refusal audio annotations {MARKER} "
    "reasoning_content reasoning reasoning_details prefix thinking images tool_name".split()
)
