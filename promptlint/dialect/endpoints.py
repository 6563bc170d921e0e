"""Which addresses are something else than a chat request, although they lie in the same recordings."""

from __future__ import annotations

import re
from urllib.parse import unquote

# Path → what is asked for there. The first that matches counts; the APIs that we read have their own patterns.
_OTHERS = {
    r"/threads/": "a thread of the Assistants API",
    r"/(?:count_tokens|count-tokens|input_tokens|tokenize|detokenize)$|:countTokens$": "a token count",
    r"/(?:embeddings?|embed)$|:(?:batchE|e)mbedContents?$": "an embedding",
    r"/(?=[^/]*(?:embed|rerank|image|canvas|reel|stability|stable-))[^/]++/(?:async-)?invoke(?:-with-[a-z-]+)?$": (
        "a model that does not chat"
    ),
    r":(?!(?:streamG|g)enerateContent$|(?:streamRawP|rawP)redict$)[a-z][A-Za-z]++$": "another endpoint of Google's",
    r"/(?:cachedContents|fileSearchStores|tunedModels|operations|corpora)(?:/[^/:]+)?$": "another endpoint of Google's",
    r"/infill$": "an infill: the server makes its prompt of two pieces",
    r"/(?:messages|responses)/.": "another endpoint of the same API",
    r"/(?:models|files|batches|uploads|moderations|rerank|assistants)(?:/[^/:]+)?$": "another endpoint",
    r"/(?:vector_stores|conversations|containers|classify|apply-template)(?:/[^/]+)?$": "another endpoint",
    r"/(?:images|audio|videos|fine_tuning|realtime|predictions)/": "another endpoint",
    r"/predictions$": "another endpoint",
    r"/v1/(?:traces|metrics|logs)$": "telemetry",
}
_COMPILED = [(re.compile(pattern), what) for pattern, what in _OTHERS.items()]
# Where an address names the model that the body does not.
_MODELS = (
    re.compile(r"/model/(.{1,2048}?)/(?:converse(?:-stream)?|invoke(?:-with-[a-z-]+)?)$"),
    re.compile(r"/(?:models|tunedModels|endpoints)/([^/:]+):[A-Za-z]+$"),
    re.compile(r"/deployments/([^/]+)/"),
    re.compile(r"/engines/([^/]+)/"),
)


def path_of(url: str) -> str:
    """The path of a URL, or of a bare path; never fails."""
    return re.sub(r"^[a-z]++://[^/]*+", "", re.split("[?#]", url, maxsplit=1)[0]).rstrip("/")


def host_of(url: str) -> str | None:
    """The host of a URL, with its port; None for a bare path."""
    found = re.match(r"[a-z]++://(?:[^/@]*+@)?([^/?#@]++)", url)
    return None if found is None else found[1]


def other_endpoint(url: str) -> str | None:
    """What is asked for at this address, where that is no chat request of an API that we read."""
    path = path_of(url)
    return next((what for pattern, what in _COMPILED if pattern.search(path)), None)


def model_of(url: str) -> str | None:
    """The model that an address names: Gemini, Bedrock, Vertex AI and Azure have it there. Of an ARN the last part."""
    path = path_of(url)
    found = next((match[1] for pattern in _MODELS if (match := pattern.search(path))), None)
    return None if found is None else unquote(found).rpartition("/")[2] or None
