"""Batch files: OpenAI's, which others took over without method and url, and Anthropic's with `params`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from promptlint.capture.about import About
from promptlint.capture.document import Document
from promptlint.capture.exchange import Exchange, request_or_skipped
from promptlint.model import Request, Skipped

ABOUT = About("batch files of OpenAI, Mistral, Together, Anthropic", cached_tokens=False)


def accepts(document: Document) -> bool:
    """A request with the id under which its answer comes back, or a list of them."""
    return any(_is_request(one) for _, one in _listed(document.data))


def read(document: Document, name: str) -> Iterator[Request | Skipped]:
    """The requests in the order of the file."""
    for pointer, one in _listed(document.data):
        if _is_request(one):
            yield from request_or_skipped(document, name, _exchange(one, pointer))
        else:
            yield Skipped(document.container(pointer) or "", "an item of the batch without a request")


def _listed(data: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(data, dict) and isinstance(data.get("requests"), list):
        yield from ((f"/requests/{number}", one) for number, one in enumerate(data["requests"]))
    elif isinstance(data, list):
        yield from ((f"/{number}", one) for number, one in enumerate(data))
    else:
        yield "", data


def _is_request(one: Any) -> bool:
    return isinstance(one, dict) and "custom_id" in one and isinstance(one.get("body", one.get("params")), dict)


def _exchange(one: dict[str, Any], pointer: str) -> Exchange:
    method, url = one.get("method"), one.get("url")
    key = "body" if "body" in one else "params"
    return Exchange(
        f"{pointer}/{key}",
        one[key],
        method if isinstance(method, str) else None,
        url if isinstance(url, str) else None,
        dialect="anthropic" if key == "params" else None,
    )
