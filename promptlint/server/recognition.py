"""Which engine answers at an address."""

from __future__ import annotations

from typing import Any

from promptlint.errors import ModelError
from promptlint.server import llama_cpp, sglang, vllm
from promptlint.server.api import Engine, Server
from promptlint.server.connection import Connection
from promptlint.server.probe import probed

ENGINES: dict[str, Engine] = {"llama.cpp": llama_cpp, "sglang": sglang, "vllm": vllm}
_OWNERS = {"llamacpp": "llama.cpp", "vllm": "vllm", "sglang": "sglang"}  # `owned_by` of their models
_MOST_MODELS = 1000


def recognise(connection: Connection) -> Server:
    """What answers there. Raises ModelError where nothing does, or something else."""
    listed = _listed(connection)
    models = tuple(one["id"] for one in listed if isinstance(one.get("id"), str) and one["id"])
    owner = str(listed[0].get("owned_by", "")).lower() if listed else ""
    named = _OWNERS.get(owner)
    first = [engine for name, engine in ENGINES.items() if name == named]
    for engine in (*first, *(engine for engine in ENGINES.values() if engine not in first)):
        server = engine.recognise(connection, models)
        if server is not None:
            return server
    if named is not None:  # its own endpoints are hidden, by a proxy
        return Server(named, None, models)
    raise ModelError(f"{connection.address} is no llama.cpp, vLLM or SGLang server", hint=_instead(owner))


def _listed(connection: Connection) -> list[dict[str, Any]]:
    data = probed(connection, "/v1/models").get("data")
    return [one for one in data[:_MOST_MODELS] if isinstance(one, dict)] if isinstance(data, list) else []


def _instead(owner: str) -> str:
    if owner:
        return f"its models are owned by {owner[:60]!r}, which gives no tokens: name the model's files instead"
    return "check the address, and name the model's files where another engine serves it"
