"""Where a request goes that came to us: by the beginning of its path, to one server or another."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from promptlint.errors import ModelError, UsageError
from promptlint.records import dataclass
from promptlint.server import address

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Routes:
    """Addresses by the first part of a path, "" being any: what follows it is appended as it came."""

    addresses: Mapping[str, str]

    def target(self, path: str) -> str | None:
        """The address for a path with its query; None where no route has this beginning."""
        if not path.startswith("/"):
            return None
        if "" in self.addresses:
            return self.addresses[""] + path
        name, slash, rest = path[1:].partition("/")
        base = self.addresses.get(name)
        return f"{base}/{rest}" if base is not None and slash else None


@dataclass(frozen=True, slots=True)
class Base:
    """The base address of an API, as people name it: the server, and a path without a slash at its end."""

    origin: str
    path: str

    def __str__(self) -> str:
        return self.origin + self.path


def base(url: str, what: str) -> Base:
    """The base that a URL names. Raises UsageError, which calls it `what`, for what cannot be one."""
    try:
        parsed = address.parse(url)
    except ModelError as error:
        raise UsageError(f"{what}: {error}", hint=error.hint) from None
    host = f"[{parsed.host}]" if ":" in parsed.host else parsed.host
    port = "" if parsed.port == _PORTS[parsed.scheme] else f":{parsed.port}"
    return Base(f"{parsed.scheme}://{host}{port}", urlsplit(url).path.rstrip("/"))
