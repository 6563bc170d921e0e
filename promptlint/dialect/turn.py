"""A turn of an API that lists what was said, called and answered as blocks of one message."""

from __future__ import annotations

from dataclasses import dataclass, field

from promptlint.dialect.draft import Draft
from promptlint.model import JsonObject


@dataclass(slots=True)
class Turn:
    """Sorts the blocks of one message, in their order: what was said, thought and called; results stand alone."""

    draft: Draft
    role: str
    origin: str  # of the message
    blocks: str  # of the list of its blocks
    _open: tuple[JsonObject, str] | None = None
    _begun: bool = False
    _parts: list[JsonObject] = field(default_factory=list)

    def say(self, part: JsonObject, origin: str, **moved: str) -> None:
        """A part of the content; `moved` says where its members stand, those of an image being its `url`."""
        message, pointer = self._message()
        if "tool_calls" in message:
            self.draft.limit("text behind a tool call of the same message is shown before it")
        place = f"{pointer}/content/{len(self._parts)}"
        self._parts.append(part)
        message["content"] = self._parts
        inner = "/image_url" if "image_url" in part else ""
        self.draft.move(place, origin)
        for key, member in moved.items():
            self.draft.origins[f"{place}{inner}/{key}"] = member

    def think(self, thought: str, origin: str) -> None:
        """A thought. Of joined ones no single block is the origin: the content as a whole is."""
        message, pointer = self._message()
        earlier = message.get("reasoning_content")
        if earlier is not None:
            self.draft.limit("several thinking blocks of one message are joined")
        message["reasoning_content"] = thought if earlier is None else f"{earlier}\n{thought}"
        self.draft.origins[f"{pointer}/reasoning_content"] = origin if earlier is None else self.blocks

    def call(self, call: JsonObject, origin: str, arguments: str, call_id: str) -> None:
        """A tool call, whose name stands at `origin`."""
        message, pointer = self._message()
        self.draft.add_call(message, pointer, call, origin, arguments)
        self.draft.origins[f"{pointer}/tool_calls/{len(message['tool_calls']) - 1}/id"] = call_id

    def answer(self, result: JsonObject, origin: str, **moved: str) -> str:
        """The result of a call, a message of its own, which ends the message that was begun. Returns its pointer."""
        self._open, self._begun = None, True
        return self.draft.add({"role": "tool", **result}, origin, **moved)

    def end(self) -> None:
        """A turn without any block is a message too."""
        if not self._begun:
            self.draft.add({"role": self.role, "content": []}, self.origin, content=self.blocks)

    def _message(self) -> tuple[JsonObject, str]:
        if self._open is None:
            message: JsonObject = {"role": self.role, "content": None}
            pointer = self.draft.add(message, self.origin, content=self.blocks)
            self._open, self._begun, self._parts = (message, pointer), True, []
        return self._open
