from __future__ import annotations

import errno
import socket
import ssl

import pytest

pytest.importorskip("aiohttp", reason="the extra `record` is not installed")

from aiohttp import RequestInfo
from aiohttp import client_exceptions as errors
from aiohttp.client_reqrep import ConnectionKey
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from promptlint.recording.unanswered import reason

KEY = ConnectionKey("api.example", 443, True, True, None, None, None)


def certificate() -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed (_ssl.c:1)")
    error.verify_message = "self-signed certificate"
    return error


REQUEST = RequestInfo(URL("https://api.example"), "POST", CIMultiDictProxy(CIMultiDict()))


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (
            errors.ClientConnectorCertificateError(KEY, certificate()),
            "its certificate is not accepted: self-signed certificate",
        ),
        (errors.ClientConnectorSSLError(KEY, ssl.SSLError(1, "wrong version number")), "no TLS: wrong version number"),
        (
            errors.ClientConnectorDNSError(KEY, socket.gaierror(-2, "Name or service not known")),
            "its name is not known: Name or service not known",
        ),
        (
            errors.ClientConnectorError(KEY, OSError(errno.ECONNREFUSED, "Connect call failed ('10.0.0.1', 443)")),
            "Connection refused",
        ),
        (errors.ClientConnectorError(KEY, OSError(None, "several things")), "several things"),
        (errors.ConnectionTimeoutError(), "it does not take the connection"),
        (errors.ServerDisconnectedError(), "it hung up"),
        (errors.ClientHttpProxyError(REQUEST, (), status=407), "the proxy answers with 407"),
        (errors.ClientResponseError(REQUEST, (), status=400), "what it sent is no HTTP that can be read"),
        (ValueError("a\r\nb"), "a header that cannot be passed on"),
        (errors.ClientPayloadError("secret"), "ClientPayloadError"),
    ],
)
def test_a_reason_is_a_few_words(error: Exception, why: str) -> None:
    assert reason(error) == why
