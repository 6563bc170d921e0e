"""What a document looks like that we do not read, so that the error can call it by its name."""

from __future__ import annotations

from typing import Any

_LATER = "not supported yet"
TRANSCRIPT = "it has no system prompt and no tools: capture the requests themselves"

_Shape = tuple[set[str], str, str]  # keys that are all there, a name, and what to do about it

# These have messages too and would pass for a request.
_LOGS: tuple[_Shape, ...] = (
    ({"stage", "messageFingerprints"}, "an openclaw cache trace", _LATER),
    ({"standard_logging_object"}, "a LiteLLM log", _LATER),
    ({"messages", "model_parameters"}, "a LiteLLM log", _LATER),
    ({"trace_id", "model_parameters"}, "a Langfuse export", _LATER),
)
# The first that fits counts.
_SHAPES: tuple[_Shape, ...] = (
    *_LOGS,
    ({"parentUuid", "sessionId"}, "a Claude Code transcript", TRANSCRIPT),
    ({"type", "summary", "leafUuid"}, "a Claude Code transcript", TRANSCRIPT),
    ({"type", "messageId", "snapshot"}, "a Claude Code transcript", TRANSCRIPT),
    ({"timestamp", "type", "payload"}, "a Codex rollout", TRANSCRIPT),
    ({"sessionID", "role"}, "an opencode transcript", TRANSCRIPT),
    ({"resourceSpans"}, "OpenTelemetry spans", _LATER),
    ({"http_interactions"}, "a Ruby VCR cassette (http_interactions)", _LATER),
    ({"interactions"}, "a cassette of another recorder than vcrpy", _LATER),
    ({"requests", "responses"}, "a cassette with two lists", _LATER),
    ({"custom_id", "body"}, "an OpenAI batch file", _LATER),
    ({"custom_id", "response"}, "the output of an OpenAI batch", "it holds no requests"),
    ({"request", "response", "logged_at"}, "a claude-trace log", _LATER),
    ({"request_body", "request_model"}, "a Helicone export", _LATER),
    ({"results", "version"}, "promptfoo results", _LATER),
    ({"httpRequest", "httpResponse"}, "a WireMock recording", _LATER),
    ({"choices"}, "a response, not a request", "give the body that was sent"),
    ({"role", "content", "stop_reason"}, "a response, not a request", "give the body that was sent"),
    ({"output", "usage"}, "a response, not a request", "give the body that was sent"),
    ({"message", "done"}, "a response, not a request", "give the body that was sent"),
    ({"content", "timings"}, "a response, not a request", "give the body that was sent"),
    ({"content", "tokens_evaluated"}, "a response, not a request", "give the body that was sent"),
    ({"contents"}, "a Gemini request", _LATER),
    ({"prompt", "n_predict"}, "a llama.cpp completion request", _LATER),
    ({"prompt", "max_tokens"}, "a text completion request", _LATER),
    ({"role", "content"}, "the messages of a transcript", TRANSCRIPT),
    ({"scope", "method", "path"}, "a nock recording", _LATER),
)


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
