"""Cache markers, in the order of the prompt and nowhere that only looks like one."""

from __future__ import annotations

from promptlint.lint.cache_markers import CacheMarker, cache_markers
from promptlint.selection import request_of_body

MARK = {"type": "ephemeral"}
LONG = {"type": "ephemeral", "ttl": "1h"}


def test_markers_in_the_order_of_the_prompt() -> None:
    found = cache_markers(
        request_of_body(
            {
                "model": "claude-opus-5",
                "cache_control": MARK,
                "messages": [
                    {"role": "user", "content": "plain"},
                    {
                        "role": "user",
                        "content": [
                            {
                                "type": "tool_result",
                                "tool_use_id": "t",
                                "content": [{"type": "text", "text": "in", "cache_control": MARK}],
                                "cache_control": LONG,
                            },
                            {
                                "type": "document",
                                "source": {
                                    "type": "content",
                                    "content": [{"type": "text", "text": "a", "cache_control": MARK}],
                                },
                            },
                        ],
                    },
                ],
                "system": [{"type": "text", "text": "Be short.", "cache_control": LONG}],
                "tools": [{"name": "a", "input_schema": {}}, {"name": "b", "input_schema": {}, "cache_control": MARK}],
            }
        )
    )
    assert found == [
        CacheMarker("/tools/1/cache_control", "/tools/1", "5m"),
        CacheMarker("/system/0/cache_control", "/system/0", "1h"),
        CacheMarker("/messages/1/content/0/content/0/cache_control", "/messages/1/content/0/content/0", "5m"),
        CacheMarker("/messages/1/content/0/cache_control", "/messages/1/content/0", "1h"),
        CacheMarker(
            "/messages/1/content/1/source/content/0/cache_control", "/messages/1/content/1/source/content/0", "5m"
        ),
        CacheMarker("/cache_control", "", "5m"),
    ]


def test_a_document_may_have_text_beside_its_blocks() -> None:
    pages = ["Page one.", {"type": "text", "text": "Page two.", "cache_control": MARK}]
    document = {"type": "document", "source": {"type": "content", "content": pages}}
    body = {"model": "claude-opus-5", "messages": [{"role": "user", "content": [document]}]}
    place = "/messages/0/content/0/source/content/1"
    assert cache_markers(request_of_body(body)) == [CacheMarker(f"{place}/cache_control", place, "5m")]


def test_what_only_looks_like_a_marker() -> None:
    body = {
        "model": "claude-opus-5",
        "system": "cache_control",
        "tools": [{"name": "a", "input_schema": {"properties": {"cache_control": {"type": "object"}}}}],
        "messages": [
            {"role": "user", "content": [{"type": "text", "text": "x", "cache_control": None}]},
            {
                "role": "assistant",
                "content": [{"type": "tool_use", "id": "t", "name": "a", "input": {"cache_control": {"a": 1}}}],
            },
        ],
    }
    assert cache_markers(request_of_body(body)) == []


def test_chat_requests_have_none_that_count() -> None:
    messages = [{"role": "system", "content": [{"type": "text", "text": "x", "cache_control": MARK}]}]
    assert cache_markers(request_of_body({"model": "anthropic/claude-opus-5", "messages": messages})) == []
