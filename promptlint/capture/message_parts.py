"""One chat message, gathered from a list of typed parts: the shape in which agents and traces keep messages."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from promptlint.dialect.draft import Draft, function_call, text_part
from promptlint.model import JsonObject


@dataclass(slots=True)
class MessageParts:
    """What the parts of a message say, each with the pointer where it stands."""

    said: list[tuple[JsonObject, str]] = field(default_factory=list)
    thought: list[tuple[str, str]] = field(default_factory=list)
    calls: list[tuple[JsonObject, str, str]] = field(default_factory=list)

    def say(self, text: str, pointer: str) -> None:
        """Add text that stands at `pointer`."""
        self.said.append((text_part(text), pointer))

    def show(self, part: JsonObject, pointer: str) -> None:
        """Add a part of the chat form."""
        self.said.append((part, pointer))

    def think(self, text: Any, pointer: str) -> None:
        """Add reasoning that stands at `pointer`."""
        self.thought.append((text if isinstance(text, str) else "", pointer))

    def call(self, part: JsonObject, origin: str, arguments: str) -> None:
        """Add a tool call with `id`, `name` and its arguments under the key `arguments`."""
        call = function_call(part.get("name"), argument_text(part.get(arguments)), part.get("id"))
        self.calls.append((call, origin, f"{origin}/{arguments}"))

    @property
    def is_empty(self) -> bool:
        return not (self.said or self.thought or self.calls)

    def add_to(self, draft: Draft, role: str, origin: str, **more: Any) -> str:
        """Append the message to a draft. Returns its pointer there."""
        message: JsonObject = {"role": role, "content": self._content(), **more}
        pointer = draft.add(message, origin)
        if isinstance(message["content"], str) and self.said:
            draft.origins[pointer + "/content"] = self.said[0][1]
        else:
            for number, (part, place) in enumerate(self.said):
                is_text = part.get("type") == "text"
                draft.origins[f"{pointer}/content/{number}{'/text' if is_text else ''}"] = place
        if self.thought:
            message["reasoning_content"] = "\n".join(text for text, _ in self.thought)
            draft.origins[pointer + "/reasoning_content"] = self.thought[0][1] if len(self.thought) == 1 else origin
        for call, place, arguments in self.calls:
            draft.add_call(message, pointer, call, place, arguments)
        return pointer

    def _content(self) -> str | list[JsonObject] | None:
        """As a client would send it: one text as such, nothing beside calls as null."""
        parts = [part for part, _ in self.said]
        if len(parts) == 1 and parts[0].get("type") == "text":
            return str(parts[0]["text"])
        return parts or (None if self.calls else "")


def argument_text(arguments: Any) -> str:
    """The arguments of a call as text; an object as clients write it, without spaces and in its order."""
    if isinstance(arguments, str):
        return arguments
    return json.dumps({} if arguments is None else arguments, ensure_ascii=False, separators=(",", ":"))
