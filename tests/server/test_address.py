"""Which URLs are the address of a server."""

from __future__ import annotations

import pytest

from promptlint.errors import ModelError
from promptlint.server.address import parse


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("HTTP://localhost:8080/", "http://localhost:8080"),
        ("https://gpu.example", "https://gpu.example:443"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://host:1/v1", "http://host:1"),
        ("http://host:1/v1/", "http://host:1"),
        ("http://host:1/llama/v1", "http://host:1/llama"),
        ("http://host:1/llama/", "http://host:1/llama"),
    ],
)
def test_a_server_is_a_host_a_port_and_perhaps_a_path(url: str, address: str) -> None:
    assert str(parse(url)) == address


@pytest.mark.parametrize(
    "url", ["http://me:secret@host:1", "http://secret@host", "https://:secret@host", "http://@host"]
)
def test_a_name_or_a_password_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(ModelError, match="name or a password") as caught:
        parse(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://host",
        "http://",
        "http://:80",
        "http://host:0",
        "http://host:99999",
        "http://host:port",
        "http://[::1",
        "http://ho st",
        "http://host\\nx",
        "http://host/?model=x",
        "http://host/#x",
        "http://host/a b",
        "http://host/\r\nX: y",
        "http://host/é",
    ],
)
def test_what_is_no_address_is_said(url: str) -> None:
    with pytest.raises(ModelError, match="address") as caught:
        parse(url)
    assert caught.value.hint == "write http://HOST:PORT"
