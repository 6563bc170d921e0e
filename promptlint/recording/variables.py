"""The environment variables by which clients are told where their API is, and what they are set to for one command.

A client that does not read one of them is not recorded. Bedrock is not here: its requests are signed together with
the name of the host.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from promptlint.errors import UsageError
from promptlint.recording.routes import Base, Routes, base
from promptlint.records import dataclass


class Variable(NamedTuple):
    """A variable that clients read; `end` is how far into the API's own path its value reaches."""

    name: str
    provider: str
    public: str | None  # where requests go without it; None: nowhere, so it is set only where it was set before
    end: str = ""


# As of openai 3.57, anthropic 2.14, google-genai 3.6, cohere 7.3, groq 1.7, ollama 0.6. OPENAI_API_BASE is LiteLLM's.
VARIABLES = (
    Variable("OPENAI_BASE_URL", "openai", "https://api.openai.com/v1", "/v1"),
    Variable("OPENAI_API_BASE", "openai", "https://api.openai.com/v1", "/v1"),
    Variable("ANTHROPIC_BASE_URL", "anthropic", "https://api.anthropic.com"),
    Variable("GOOGLE_GEMINI_BASE_URL", "gemini", "https://generativelanguage.googleapis.com"),
    Variable("GOOGLE_VERTEX_BASE_URL", "vertex", None),
    Variable("AZURE_OPENAI_ENDPOINT", "azure", None),
    Variable("CO_API_URL", "cohere", "https://api.cohere.com"),
    Variable("GROQ_BASE_URL", "groq", "https://api.groq.com"),
    Variable("OLLAMA_HOST", "ollama", "http://127.0.0.1:11434"),
)
_OURS = "127.0.0.1,localhost"


@dataclass(frozen=True, slots=True)
class Detour:
    """One variable, the name of its route, and the base that it stands for."""

    variable: str
    route: str
    base: Base


def detours(environment: Mapping[str, str], upstream: str | None) -> tuple[Detour, ...]:
    """What each variable stands for: `upstream`, else what it says already, else the provider's public address.

    Where one variable of a provider is set, the others stay unset: with them a client could go elsewhere than before.
    """
    found: list[Detour] = []
    for variable, url in _urls(environment, upstream):
        what = "--upstream" if upstream is not None else variable.name
        found.append(_detour(variable, base(url, what), found))
    return tuple(found)


def routes(taken: tuple[Detour, ...]) -> Routes:
    """The way back, from the name of a route to its server."""
    return Routes({one.route: one.base.origin for one in taken})


def redirected(environment: Mapping[str, str], taken: tuple[Detour, ...], port: int) -> dict[str, str]:
    """The environment in which a command sends its requests to us, and no proxy stands between."""
    ours = {one.variable: f"http://127.0.0.1:{port}/{one.route}{one.base.path}" for one in taken}
    direct = {name: ",".join(filter(None, (environment.get(name), _OURS))) for name in ("no_proxy", "NO_PROXY")}
    return {**environment, **ours, **direct}


def _urls(environment: Mapping[str, str], upstream: str | None) -> Iterator[tuple[Variable, str]]:
    if upstream is not None:
        server = upstream.rstrip("/").removesuffix("/v1")
        yield from ((variable, server + variable.end) for variable in VARIABLES)
        return
    told = {variable.provider for variable in VARIABLES if environment.get(variable.name)}
    for variable in VARIABLES:
        if environment.get(variable.name):
            yield variable, _said(variable, environment[variable.name])
        elif variable.public is not None and variable.provider not in told:
            yield variable, variable.public


def _said(variable: Variable, value: str) -> str:
    """The URL that a variable holds. Ollama's is that of its server too, which may have but a host, or a port."""
    if variable.name != "OLLAMA_HOST" or "://" in value:
        return value
    found = re.fullmatch(r"(?P<host>\[[^\]]*\]|[^:/]*)(?::(?P<port>\d+))?(?P<path>/.*)?", value)
    if found is None:
        raise UsageError(f"{variable.name}: {value!r} is no address of a server", hint="write http://HOST:PORT")
    return f"http://{found['host'] or '127.0.0.1'}:{found['port'] or 11434}{found['path'] or ''}"


def _detour(variable: Variable, target: Base, before: list[Detour]) -> Detour:
    """A route for each server: one that two variables of a provider name is the same."""
    target = Base(target.origin.replace("//0.0.0.0", "//127.0.0.1"), target.path)
    same = [one for one in before if one.route.startswith(variable.provider)]
    known = next((one.route for one in same if one.base.origin == target.origin), None)
    number = f"-{len(same) + 1}" if same else ""
    return Detour(variable.name, known or f"{variable.provider}{number}", target)
