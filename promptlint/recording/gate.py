"""Which requests are not passed on: those that are not meant for us, and those that cannot pass as they are."""

from __future__ import annotations

from typing import NamedTuple

from aiohttp import web
from multidict import CIMultiDictProxy

_ELSEWHERE = {"cross-site", "same-site"}
_PASSED_CODINGS = {"", "chunked", "identity"}


class Refusal(NamedTuple):
    """The status of an answer, and the plain line in it."""

    status: int
    why: str


def refusal(request: web.BaseRequest, hosts: frozenset[str]) -> Refusal | None:
    """Why a request is not passed on; None for one that is. `hosts` is what we are called, in lower case."""
    if not _is_for_us(request, hosts):
        return Refusal(403, "only requests to this machine's own address are passed on")
    if _is_of_a_page(request, hosts):
        return Refusal(403, "a request of a web page from elsewhere is not passed on")
    if request.method == "CONNECT":
        return Refusal(501, "a tunnel is not recorded, and not passed on: give this address as that of the API")
    if request.headers.get("Upgrade", "").lower() == "websocket":
        # The nearest there is: the fault lies in the protocol, so trying again is of no use.
        return Refusal(426, "a websocket is not recorded, and not passed on: use plain HTTP")
    if has_foreign_coding(request.headers):
        return Refusal(501, "a Transfer-Encoding other than chunked is not passed on")
    return None


def has_foreign_coding(headers: CIMultiDictProxy[str]) -> bool:
    """Does a body come in another transfer coding than the one that the library reads and writes."""
    return ",".join(headers.getall("Transfer-Encoding", ())).strip().lower() not in _PASSED_CODINGS


def _is_for_us(request: web.BaseRequest, hosts: frozenset[str]) -> bool:
    named = request.headers.getall("Host", [])
    return len(named) == 1 and named[0].lower() in hosts


def _is_of_a_page(request: web.BaseRequest, hosts: frozenset[str]) -> bool:
    """Does a browser send it for a page that is none of this address: such a page needs no leave to send text."""
    sites = {site.strip().lower() for site in request.headers.getall("Sec-Fetch-Site", ())}
    ours = {f"http://{host}" for host in hosts}
    return bool(sites & _ELSEWHERE) or any(
        origin.lower() not in ours for origin in request.headers.getall("Origin", ())
    )
