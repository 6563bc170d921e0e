"""Answers of Sourcegraph's completions, which Cody uses: pieces of text, or in older versions all the text so far."""

from __future__ import annotations

from promptlint.answer.members import text_at
from promptlint.model import JsonObject


def body(documents: list[JsonObject]) -> JsonObject | None:
    """The text in one assistant message."""
    ended = documents[-1:] == [{}] or any(text_at(one, "stopReason") for one in documents)  # `event: done` has no data
    if not ended or any("delta_tool_calls" in one for one in documents):
        return None
    so_far = [text_at(one, "completion") for one in documents if "completion" in one]
    text = so_far[-1] if so_far else "".join(text_at(one, "deltaText") for one in documents)
    return {"messages": [{"role": "assistant", "content": text}]}
