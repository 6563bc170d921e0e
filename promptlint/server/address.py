"""The address of a server, as a user writes it."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from promptlint.errors import ModelError

HINT = "write http://HOST:PORT"
_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[\w.-]+|[0-9a-f:.]+(%\w+)?")
_PATH = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@%/-]*")  # as it goes over the wire
_API = "/v1"  # people name the base of the OpenAI API; the engines' own endpoints are beside it


class Address(NamedTuple):
    """Where requests go: `path` stands in front of every endpoint, without a slash at its end."""

    scheme: str
    host: str
    port: int
    path: str

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}{self.path}"


def parse(url: str) -> Address:
    """The address that a URL names. Raises ModelError for what could send a prompt elsewhere than it looks."""
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme.lower(), parts.hostname, parts.port
    except ValueError:
        raise ModelError(f"{_shown(url)!r} is no address of a server", hint=HINT) from None
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        hint = "a key in an address ends up in logs; put the server where none is needed"
        raise ModelError("the address of a server must not hold a name or a password", hint=hint)
    if scheme not in _PORTS or not host or not _HOST.fullmatch(host) or port == 0 or not url.isprintable():
        raise ModelError(f"{_shown(url)!r} is no address of a server", hint=HINT)
    if parts.query or parts.fragment or not _PATH.fullmatch(parts.path):
        raise ModelError(f"{_shown(url)!r} is more than the address of a server", hint=HINT)
    path = parts.path.rstrip("/").removesuffix(_API).rstrip("/")
    return Address(scheme, host, port or _PORTS[scheme], path)


def _shown(url: str) -> str:
    return url if len(url) <= 100 else url[:100] + "…"
