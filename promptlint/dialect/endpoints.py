"""Which addresses are something else than a chat request, although they lie in the same recordings."""

from __future__ import annotations

import re

# Path → what is asked for there. The first that matches counts; the APIs that we read have their own patterns.
_OTHERS = {
    r"/threads/": "a thread of the Assistants API",
    r"/(?:count_tokens|input_tokens|tokenize|detokenize)$|:countTokens$": "a token count",
    r"/(?:embeddings?|embed)$|:(?:batchE|e)mbedContents?$": "an embedding",
    r":(?:streamG|g)enerateContent$": "a Gemini request, not supported yet",
    r"/converse(?:-stream)?$": "a Bedrock Converse request, not supported yet",
    r"/invoke(?:-with-response-stream)?$": "a Bedrock InvokeModel request, not supported yet",
    r":(?:streamRawP|rawP|p)redict$": "a Vertex AI prediction, not supported yet",
    r"/v[12]/chat$": "a Cohere request, not supported yet",
    r"(?<!/chat)/completions(?:/stream)?$": "a text completion, not supported yet",
    r"/api/generate$": "an Ollama text generation, not supported yet",
    r"/(?:messages|responses)/.": "another endpoint of the same API",
    r"/(?:models|files|batches|uploads|moderations|rerank|assistants)(?:/[^/]+)?$": "another endpoint",
    r"/(?:vector_stores|conversations|containers)(?:/[^/]+)?$": "another endpoint",
    r"/(?:images|audio|videos|fine_tuning|realtime)/": "another endpoint",
    r"/v1/(?:traces|metrics|logs)$": "telemetry",
}
_COMPILED = [(re.compile(pattern), what) for pattern, what in _OTHERS.items()]


def path_of(url: str) -> str:
    """The path of a URL, or of a bare path; never fails."""
    return re.sub(r"^[a-z]++://[^/]*+", "", re.split("[?#]", url, maxsplit=1)[0]).rstrip("/")


def other_endpoint(url: str) -> str | None:
    """What is asked for at this address, where that is no chat request of an API that we read."""
    path = path_of(url)
    return next((what for pattern, what in _COMPILED if pattern.search(path)), None)
