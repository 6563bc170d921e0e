from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.errors import InputError
from tests.capture.calls import BODY, loaded, text_at

CLAUDE = {"model": "claude-x", "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}]}


def test_a_line_is_a_request_with_or_without_an_address(tmp_path: Path) -> None:
    found = loaded(
        tmp_path,
        {"custom_id": "a", "method": "POST", "url": "/v1/chat/completions", "body": BODY},
        {"custom_id": "b", "body": {"messages": BODY["messages"]}},
        {"custom_id": "c", "params": CLAUDE},
        {"custom_id": "d", "method": "POST", "url": "/v1/embeddings", "body": {"input": "x"}},
    )
    assert [one.dialect for one in found.requests] == ["openai_chat", "openai_chat", "anthropic"]
    assert found.requests[0].body == BODY
    assert [one.reason for one in found.skipped] == ['an embedding: "/v1/embeddings"']
    assert text_at(found.requests[1], "/messages/1/content", 5).startswith("hi")


def test_anthropic_takes_them_in_a_list(tmp_path: Path) -> None:
    found = loaded(tmp_path, {"requests": [{"custom_id": "a", "params": CLAUDE}, {"custom_id": "b"}]})
    assert [one.container for one in found.requests] == ["/requests/0/params"]
    assert [one.pointer for one in found.skipped] == ["/requests/1"]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ({"custom_id": "a", "response": {"body": {"choices": []}}, "error": None}, "the output of an OpenAI batch"),
        ({"custom_id": "a", "result": {"type": "succeeded", "message": {}}}, "the results of an Anthropic batch"),
    ],
)
def test_what_comes_back_is_called_by_its_name(line: object, name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=name):
        loaded(tmp_path, line, line)
