"""The headers that go on, as they came."""

from __future__ import annotations

from multidict import CIMultiDict, CIMultiDictProxy

# What is said between two neighbours, and to nobody else (RFC 9110, 7.6.1).
_HOP_BY_HOP = {
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
}
OURS_TO_SAY = frozenset({"host", "expect"})


def passed_on(headers: CIMultiDictProxy[str], dropped: frozenset[str] = frozenset()) -> CIMultiDict[str]:
    """The headers without those that end here."""
    named = {name.strip().lower() for value in headers.getall("Connection", ()) for name in value.split(",")}
    not_passed = _HOP_BY_HOP | named | dropped
    return CIMultiDict((name, text(value)) for name, value in headers.items() if name.lower() not in not_passed)


def text(value: str) -> str:
    """A value in Latin-1 as what it says: the library writes nothing but UTF-8, and leaves other bytes out."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode(errors="surrogateescape").decode("latin-1")
    return value
