"""Questions by which a server is recognised: most of them are wrong for any one server, and that is no error."""

from __future__ import annotations

from promptlint.model import JsonObject
from promptlint.server.api import NOT_NOW, expected
from promptlint.server.connection import Connection


def probed(connection: Connection, path: str) -> JsonObject:
    """What an endpoint says; nothing where there is none. Raises ModelError where a key is wanted, or some patience."""
    answer = connection.get(path)
    return expected(connection, path, answer) if answer.status in NOT_NOW else answer.fields
