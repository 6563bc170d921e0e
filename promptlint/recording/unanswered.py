"""Why a server gave no answer, in a few words."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from typing import Any

from aiohttp import (
    ClientConnectorCertificateError,
    ClientConnectorDNSError,
    ClientConnectorError,
    ClientHttpProxyError,
    ClientResponseError,
    ClientSSLError,
    ConnectionTimeoutError,
    ServerDisconnectedError,
)


def reason(error: Exception) -> str:
    """What the error of the library says."""
    return next((say(error) for kind, say in _KINDS.items() if isinstance(error, kind)), type(error).__name__)


def _of_a_certificate(error: Any) -> str:
    cause = error.certificate_error
    return f"its certificate is not accepted: {getattr(cause, 'verify_message', None) or cause}"


def _of_the_system(error: OSError) -> str:
    """Without the address, which the text of the library repeats."""
    if error.errno is not None and error.errno in errno.errorcode:
        return os.strerror(error.errno)
    return _words(error)


def _words(error: OSError) -> str:
    return error.strerror or type(error).__name__


_KINDS: dict[type[Exception], Callable[[Any], str]] = {  # the first that fits: the narrower ones stand before the wider
    ClientConnectorCertificateError: _of_a_certificate,
    ClientSSLError: lambda error: f"no TLS: {_words(error)}",
    ClientConnectorDNSError: lambda error: f"its name is not known: {_words(error)}",
    ClientConnectorError: _of_the_system,
    ConnectionTimeoutError: lambda _: "it does not take the connection",
    ServerDisconnectedError: lambda _: "it hung up",
    ClientHttpProxyError: lambda error: f"the proxy answers with {error.status}",
    ClientResponseError: lambda _: "what it sent is no HTTP that can be read",
    ValueError: lambda _: "a header that cannot be passed on",
}
