from __future__ import annotations

import pytest

from promptlint.errors import UsageError
from promptlint.recording.routes import Base, Routes, base


def test_one_server_takes_every_path_as_it_is() -> None:
    routes = Routes({"": "https://api.example/base"})
    assert routes.target("/v1//x?a=/b") == "https://api.example/base/v1//x?a=/b"


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/one/v1/messages?beta=true", "https://one.example/v1/messages?beta=true"),
        ("/two/", "http://two.example:81/"),
        ("/three/v1", None),
        ("/one", None),
        ("/", None),
        ("*", None),
        ("http://one.example/v1", None),
    ],
)
def test_of_several_servers_the_first_part_of_the_path_names_one(path: str, target: str | None) -> None:
    assert Routes({"one": "https://one.example", "two": "http://two.example:81"}).target(path) == target


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://api.example", Base("https://api.example", "")),
        ("https://api.example:443/v1/", Base("https://api.example", "/v1")),
        ("HTTP://Api.Example:8080/a/v1", Base("http://api.example:8080", "/a/v1")),
        ("http://[::1]:80", Base("http://[::1]", "")),
    ],
)
def test_the_base_is_a_server_and_a_path(url: str, found: Base) -> None:
    assert base(url, "--upstream") == found


@pytest.mark.parametrize(
    "url", ["api.example", "ftp://api.example", "https://me:pw@api.example", "https://a.example/?k=v"]
)
def test_what_is_no_base_is_refused_by_its_name(url: str) -> None:
    with pytest.raises(UsageError, match=r"^--upstream: "):
        base(url, "--upstream")
