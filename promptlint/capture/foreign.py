"""What a document looks like that we do not read, so that the error can call it by its name."""

from __future__ import annotations

from typing import Any

_NO_HTTP = "only recorded HTTP requests are read: capture those"
TRANSCRIPT = "it has no system prompt and no tools: capture the requests themselves"

_Shape = tuple[set[str], str, str]  # keys that are all there, a name, and what to do about it

# These have messages too and would pass for a request.
_LOGS: tuple[_Shape, ...] = (
    ({"key", "messages", "updated"}, "a picoclaw session", TRANSCRIPT),
    ({"info", "messages"}, "an opencode transcript", TRANSCRIPT),
)
# The first that fits counts.
_SHAPES: tuple[_Shape, ...] = (
    *_LOGS,
    ({"parentUuid", "sessionId"}, "a Claude Code transcript", TRANSCRIPT),
    ({"type", "sessionId"}, "a Claude Code transcript", TRANSCRIPT),
    ({"type", "summary", "leafUuid"}, "a Claude Code transcript", TRANSCRIPT),
    ({"type", "messageId", "snapshot"}, "a Claude Code transcript", TRANSCRIPT),
    ({"type", "message", "session_id"}, "the output of Claude Code", TRANSCRIPT),
    ({"type", "subtype", "session_id"}, "the output of Claude Code", TRANSCRIPT),
    ({"timestamp", "type", "payload"}, "a Codex rollout", TRANSCRIPT),
    ({"id", "timestamp", "instructions"}, "a Codex rollout", TRANSCRIPT),
    ({"type", "thread_id"}, "the output of Codex", TRANSCRIPT),
    ({"sessionID", "role"}, "an opencode transcript", TRANSCRIPT),
    ({"sessionID", "messageID"}, "an opencode transcript", TRANSCRIPT),
    ({"sample_requests", "responses"}, "a gRPC cassette", _NO_HTTP),
    ({"interactions"}, "a cassette of something else than HTTP requests (WebSocket frames, outputs)", _NO_HTTP),
    ({"custom_id", "response"}, "the output of an OpenAI batch", "it holds no requests"),
    ({"custom_id", "result"}, "the results of an Anthropic batch", "they hold no requests"),
    ({"choices"}, "a response, not a request", "give the body that was sent"),
    ({"role", "content", "stop_reason"}, "a response, not a request", "give the body that was sent"),
    ({"output", "usage"}, "a response, not a request", "give the body that was sent"),
    ({"candidates", "usageMetadata"}, "a response, not a request", "give the body that was sent"),
    ({"message", "done"}, "a response, not a request", "give the body that was sent"),
    ({"content", "timings"}, "a response, not a request", "give the body that was sent"),
    ({"content", "tokens_evaluated"}, "a response, not a request", "give the body that was sent"),
    ({"role", "content"}, "the messages of a transcript", TRANSCRIPT),
    ({"role", "tool_calls"}, "the messages of a transcript", TRANSCRIPT),
)


def transcripts() -> tuple[str, ...]:
    """What is refused because it has no system prompt and no tools, by name."""
    return tuple(dict.fromkeys(name for _, name, hint in _SHAPES if hint == TRANSCRIPT))


def looks_like(data: Any) -> tuple[str, str] | None:
    """The name of a document that is no capture of ours, and a hint; None if nothing about it is known."""
    for part in _parts(data):
        for shape, name, hint in _SHAPES:
            if shape <= part.keys():
                return name, hint
    return None


def is_log(data: Any) -> bool:
    """Is it the record of a log, with a conversation in it but not the request."""
    return isinstance(data, dict) and any(shape <= data.keys() for shape, _, _ in _LOGS)


def _parts(data: Any) -> list[dict[str, Any]]:
    """The document itself, else what it lists: the first item, or the first of an export's records."""
    if isinstance(data, list):
        return [item for item in data[:1] if isinstance(item, dict)]
    if not isinstance(data, dict):
        return []
    return [data, *(value for key, value in data.items() if "/" in key and isinstance(value, dict))]
