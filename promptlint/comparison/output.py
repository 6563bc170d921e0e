"""What a cache holds when a request has been answered: its prompt, and what the model wrote behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from promptlint.answer.message import message
from promptlint.errors import TemplateError
from promptlint.local_model import Model, Rendering
from promptlint.model import Chat, JsonObject, Prompt, Turn

WITHOUT_GENERATION_PROMPT = {"add_generation_prompt": False}


def held_tokens(turn: Turn, model: Model, prompt: Prompt, now: datetime) -> Sequence[int]:
    """The tokens of the prompt and of the recorded answer; those of the prompt alone where no answer continues it.

    The token that ends the answer is sampled, and never computed; what the template sets behind it comes later. A
    template that writes an answer into the history in another way than the model wrote it (without its reasoning)
    shows nothing of what was generated: then it counts as nothing.
    """
    written = message(turn.request)
    if written is None:
        return prompt.ids
    text = _with_answer(turn.chat, written, model, now)
    if text is None or not text.startswith(prompt.text):
        return prompt.ids
    return model.encode(Rendering((_unended(text, model.end_of_answer),))).ids


def _unended(text: str, end: str) -> str:
    """The text without the end of the turn, where that is what the model ends an answer with."""
    spoken = text.rstrip()
    return spoken.removesuffix(end) if end and spoken.endswith(end) else text


def _with_answer(chat: Chat, written: JsonObject, model: Model, now: datetime) -> str | None:
    answered = replace(chat, messages=[*chat.messages, written])
    if isinstance(chat.rendered, str) and isinstance(written.get("content"), str):
        answered = replace(chat, rendered=chat.rendered + written["content"])
    try:
        return model.render(answered, now, WITHOUT_GENERATION_PROMPT).text
    except TemplateError:
        return None
