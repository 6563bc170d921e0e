"""A chat form in the making: messages and tools, each with the pointers of the body that it came from."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from promptlint.model import JsonObject
from promptlint.positions import step

_HUMP = re.compile(r"(?<=[a-z0-9])[A-Z]")


@dataclass(slots=True)
class Draft:
    """What the reading of one body has found so far."""

    messages: list[JsonObject] = field(default_factory=list)
    tools: list[JsonObject] | None = None
    origins: dict[str, str] = field(default_factory=dict)
    _limits: dict[str, None] = field(default_factory=dict)

    def add(self, message: JsonObject, origin: str, **moved: str) -> str:
        """Append a message that stands at `origin`; `moved` says where its keys stand. Returns its pointer."""
        pointer = f"/messages/{len(self.messages)}"
        self.messages.append(message)
        self.move(pointer, origin, **moved)
        return pointer

    def move(self, pointer: str, origin: str, **moved: str) -> None:
        """Note where a value of the chat form, and some of its members, stand in the body."""
        self.origins[pointer] = origin
        for key, member in moved.items():
            self.origins[f"{pointer}/{key}"] = member

    def limit(self, sentence: str) -> None:
        """Note, once, something that the chat form cannot hold."""
        self._limits[sentence] = None

    @property
    def limits(self) -> tuple[str, ...]:
        return tuple(self._limits)

    def add_call(self, message: JsonObject, pointer: str, call: JsonObject, origin: str, arguments: str) -> None:
        """Append a tool call to an assistant message at `pointer`; `arguments` says where the arguments stand."""
        # Its parts stand side by side in the body, one level up from where the chat form has them.
        calls = message.setdefault("tool_calls", [])
        place = f"{pointer}/tool_calls/{len(calls)}"
        calls.append(call)
        self.move(place, origin, function=origin)
        self.origins[place + "/function/arguments"] = arguments

    def add_tool(self, function: JsonObject, origin: str, **moved: str) -> None:
        """Append a function tool that stands flat at `origin`."""
        self.tools = [] if self.tools is None else self.tools
        pointer = f"/tools/{len(self.tools)}"
        self.tools.append({"type": "function", "function": function})
        self.move(pointer, origin)
        self.move(pointer + "/function", origin, **moved)

    def add_hosted_tool(self, tool: JsonObject, origin: str) -> None:
        """Append a tool that the provider runs. It has no schema: its settings stand in, so that a change is seen."""
        kind = str(tool.get("type", "unknown"))
        self.limit(f"a tool of type {kind} has no schema: its settings stand in for text that is not known")
        function = {"name": str(tool.get("name", kind)), "description": as_text(tool)}
        self.add_tool({**function, "parameters": {"type": "object", "properties": {}}}, origin, description=origin)


def text_part(text: str) -> JsonObject:
    """A text part of the chat form."""
    return {"type": "text", "text": text}


def image_part(url: Any) -> JsonObject:
    """An image part of the chat form."""
    return {"type": "image_url", "image_url": {"url": url}}


def function_call(name: Any, arguments: Any, call_id: Any = None) -> JsonObject:
    """A tool call of the chat form; ids are left out where the API has none."""
    call: JsonObject = {} if call_id is None else {"id": call_id}
    return {**call, "type": "function", "function": {"name": name, "arguments": arguments}}


def as_text(value: JsonObject) -> str:
    """What the chat form cannot hold, as JSON text: a stand-in that at least changes when the value does."""
    kept = {key: member for key, member in value.items() if key != "cache_control"}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def fingerprint(what: str, value: Any) -> str:
    """What stands for content that is no text: the same for the same content. Half a MB of base64 is no prompt text."""
    content = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return f"[{what} {hashlib.sha256(content.encode('utf-8', 'replace')).hexdigest()[:16]}]"


def settings(draft: Draft, values: Mapping[str, Any], origin: str) -> JsonObject:
    """Parameters that stand together at `origin`, by their chat names: `topP` is `top_p`."""
    found = {}
    for key, value in values.items():
        name = _HUMP.sub(lambda hump: "_" + hump[0].lower(), key)
        found[name] = value
        draft.origins[step(name)] = origin + step(key)
    return found
