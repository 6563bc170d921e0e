"""The turns of a pair that changed, and how one is put back."""

from __future__ import annotations

from typing import Any

from promptlint.lint.turns import changed_system_messages, changed_turns, putting
from promptlint.model import Chat
from tests.lint import contexts

ASKED = {"role": "user", "content": "Where is the kite?"}
SAID = {"role": "assistant", "content": "In the old plane tree behind the lighthouse."}


def body(system: str, *messages: dict[str, Any]) -> dict[str, Any]:
    return {"model": "example", "messages": [{"role": "system", "content": system}, *messages]}


def test_changed_turns() -> None:
    marked = {**ASKED, "cache_control": {"type": "ephemeral"}}
    edited = {**SAID, "content": "In the new plane tree behind the lighthouse."}
    with contexts.model() as model:
        _, (grown, changed) = contexts.session(
            model, body("Be short.", ASKED), body("Be short.", marked, SAID), body("Be kind.", ASKED, edited, ASKED)
        )
    assert grown.grew
    assert list(changed_turns(grown)) == list(changed_system_messages(grown)) == []
    (turn,) = changed_turns(changed)
    assert (turn.old_at, turn.new_at, turn.role) == ("/messages/2", "/messages/2", "assistant")
    assert [(one.kind, one.old and one.old.text) for one in turn.content_changes()] == [("text", SAID["content"])]
    (system,) = changed_system_messages(changed)
    assert (system.before, system.after) == (0, 0)


def test_putting() -> None:
    chat = Chat([ASKED, SAID])
    assert putting(1, ASKED)(chat).messages == [ASKED, ASKED]
    assert putting(1, ASKED, instead_of=0)(chat).messages == [ASKED, ASKED, SAID]
    assert putting(1)(chat).messages == [ASKED]
