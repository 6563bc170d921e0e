"""`continue_final_message`: render up to inside the last message, so that the model goes on with it.

Source: transformers 5.23 `utils/chat_template_utils.py`; the error texts are its own, because callers match on them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from promptlint.errors import TemplateError
from promptlint.model import JsonObject

TAG = "CONTINUE_FINAL_MESSAGE_TAG "
REASONING_NAMES = ("reasoning_content", "thinking", "reasoning")


def render_continued(
    messages: Sequence[JsonObject],
    which: bool | str,
    source: str,
    render: Callable[[list[JsonObject]], str],
) -> str:
    """The prompt cut behind the final message's `which` field (True: its content); `source` is the template's text."""
    name = which if isinstance(which, str) else "content"
    final = messages[-1].get(name) if messages else None
    if final is None:
        raise _error(
            f'continue_final_message is set but the final message has no "{name}" to continue!'
            if messages
            else "continue_final_message is set but the conversation is empty!"
        )
    fields = [name]
    if name in REASONING_NAMES:
        fields = [field for field in REASONING_NAMES if messages[-1].get(field) == final]
    if not any(field in source for field in fields):
        raise _error(
            f'continue_final_message is set to "{name}" but this is not an accepted field in the chat_template'
        )
    text, tagged = _tagged(messages[-1], final, fields)
    return _cut(render([*messages[:-1], tagged]), text)


def _error(message: str) -> TemplateError:
    return TemplateError(message, kind="ValueError")


def _tagged(message: JsonObject, final: Any, fields: list[str]) -> tuple[str, JsonObject]:
    """The text to continue, and the message with the tag behind it."""
    if not isinstance(final, list):
        return final, message | {field: message[field] + TAG for field in fields}
    for number in reversed(range(len(final))):
        if "text" in final[number]:
            part = final[number] | {"text": final[number]["text"] + TAG}
            return final[number]["text"], message | {fields[0]: [*final[:number], part, *final[number + 1 :]]}
    raise _error("continue_final_message is set but we could not find any text to continue in the final message!")


def _cut(rendered: str, text: str) -> str:
    if text.strip() not in rendered or TAG.strip() not in rendered:
        raise _error(
            "continue_final_message is set but the final message does not appear in the chat after "
            "applying the chat template! This can happen if the chat template deletes portions of "
            "the final message. Please verify the chat template and final message in your chat to "
            "ensure they are compatible."
            f"Final message to continue: {text.strip()}\nRendered chat:\n{rendered}"
        )
    at = rendered.rindex(TAG.strip())
    # Without the space behind it, the template trimmed the message: trim what stands before the tag as well.
    return rendered[:at] if rendered.startswith(TAG, at) else rendered[:at].rstrip()
