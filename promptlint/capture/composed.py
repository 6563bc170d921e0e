"""A body put together from several values of a document: traces keep messages, tools and parameters apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from promptlint.capture import json_text
from promptlint.capture.document import Document
from promptlint.dialect.draft import Draft
from promptlint.errors import InputError
from promptlint.model import JsonObject, Source
from promptlint.positions import step


@dataclass(slots=True)
class Composed:
    """A body in the making, with where each of its values stands in the document."""

    body: JsonObject = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    texts: dict[str, None] = field(default_factory=dict)

    def put(self, key: str, value: Any, pointer: str) -> None:
        """Give the body a member that stands at `pointer`; the first of a name stays."""
        if key not in self.body:
            self.body[key] = value
            self.moved[step(key)] = pointer

    def put_all(self, members: Any, pointer: str) -> None:
        """Give the body the members of an object; of anything else, none."""
        for key, value in members.items() if isinstance(members, Mapping) else ():
            self.put(key, value, pointer + step(key))

    def put_draft(self, draft: Draft) -> None:
        """Give the body the messages and tools of a draft whose origins are places in the document."""
        self.body["messages"] = draft.messages
        if draft.tools is not None:
            self.body["tools"] = draft.tools
        self.moved |= draft.origins

    def unpacked(self, value: Any, pointer: str) -> Any:
        """The value, or what it says where it is JSON text. Raises InputError for JSON text that is broken."""
        if not isinstance(value, str) or value.lstrip()[:1] not in ("{", "["):
            return value
        try:
            parsed = json_text.parse(value)
        except json_text.JsonError as error:
            raise InputError(f"not readable at character {error.offset + 1}: {error}") from None
        self.texts[pointer] = None
        return parsed

    def unpacked_if_json(self, value: Any, pointer: str) -> Any:
        """The same, where text that only begins like JSON stays text."""
        try:
            return self.unpacked(value, pointer)
        except InputError:
            return value

    def source(self, document: Document, pointer: str) -> Source:
        """Where the values lie; in YAML, only where the record at `pointer` begins."""
        found = document.source(pointer if document.is_yaml else "", "opaque")
        return replace(found, moved=self.moved, texts=tuple(self.texts))
