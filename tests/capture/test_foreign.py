from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from promptlint.capture.foreign import TRANSCRIPT
from promptlint.errors import InputError
from tests.capture.calls import MESSAGES, loaded

CLAUDE = {
    "parentUuid": None,
    "sessionId": "s",
    "type": "user",
    "message": {"role": "user", "content": "hi"},
    "uuid": "u",
}
CODEX = {"timestamp": "t", "type": "response_item", "payload": {"type": "message", "role": "user", "content": []}}
ITEM = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "hi"}]}


@pytest.mark.parametrize(
    ("records", "name"),
    [
        ([CLAUDE, CLAUDE], "a Claude Code transcript"),
        ([{"type": "summary", "summary": "x", "leafUuid": "u"}, CLAUDE], "a Claude Code transcript"),
        ([{"type": "file-history-snapshot", "messageId": "m", "snapshot": {}}, CLAUDE], "a Claude Code transcript"),
        ([{"type": "queue-operation", "operation": "enqueue", "sessionId": "s"}, CLAUDE], "a Claude Code transcript"),
        ([{"something": "new"}, CLAUDE], "a Claude Code transcript"),
        (
            [{"type": "system", "subtype": "init", "session_id": "s", "tools": []}, {"type": "result"}],
            "the output of Claude Code",
        ),
        ([{"timestamp": "t", "type": "session_meta", "payload": {}}, CODEX], "a Codex rollout"),
        ([{"id": "i", "timestamp": "t", "instructions": None}, {"record_type": "state"}, ITEM], "a Codex rollout"),
        ([{"type": "thread.started", "thread_id": "t"}, {"type": "turn.started"}], "the output of Codex"),
        ([{"id": "m", "sessionID": "s", "role": "assistant", "modelID": "x"}], "an opencode transcript"),
        ([{"id": "p", "messageID": "m", "sessionID": "s", "type": "text", "text": "hi"}], "an opencode transcript"),
        ([{"info": {"id": "s"}, "messages": [{"info": {"role": "user"}, "parts": []}]}], "an opencode transcript"),
        ([*MESSAGES], "the messages of a transcript"),
        ([MESSAGES[2], MESSAGES[3]], "the messages of a transcript"),
        ([{"key": "k", "messages": MESSAGES, "created": "t", "updated": "t"}], "a picoclaw session"),
    ],
)
def test_transcripts_are_refused_by_their_names(records: list[Any], name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=name) as caught:
        loaded(tmp_path, *records)
    assert caught.value.hint == TRANSCRIPT
