from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from promptlint.model import Place
from promptlint.report.repository_path import from_root
from tests.report import example


def named(path: str, environment: dict[str, str] | None = None) -> str:
    found = replace(example.FINDING, place=Place(path, "", 1, 1), end=Place(path, "", 1, 2), related=None)
    (moved,) = from_root(example.report(findings=(found,)), environment or {}).findings
    assert moved.end is not None
    assert moved.end.path == moved.place.path
    return moved.place.path


def test_a_name_is_that_of_the_repository_whatever_folder_it_is_given_in(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = str(checkout / "golden/a.json")
    assert [named(path) for path in ("golden/a.json", "./golden/a.json", whole)] == ["golden/a.json"] * 3
    monkeypatch.chdir("golden")
    assert [named(path) for path in ("a.json", "../golden/a.json", whole)] == ["golden/a.json"] * 3


@pytest.mark.parametrize("name", ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"])
def test_the_checkout_of_a_service_is_the_root_where_it_is_around_the_working_folder(name: str, checkout: Path) -> None:
    assert named("golden/a.json", {name: str(checkout.parent)}) == f"{checkout.name}/golden/a.json"
    assert named("golden/a.json", {name: str(checkout / "golden")}) == "golden/a.json"
    assert named("golden/a.json", {name: ""}) == "golden/a.json"


def test_without_a_repository_the_working_folder_is_the_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.json").touch()
    monkeypatch.chdir(tmp_path)
    assert named(str(tmp_path / "a.json")) == "a.json"


def test_where_the_working_folder_is_gone_names_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> str:
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr("os.getcwd", gone)
    assert named("./golden/a.json") == "./golden/a.json"


def test_what_is_outside_or_no_file_keeps_its_name(checkout: Path) -> None:
    (checkout.parent / "b.json").touch()
    for path in ("../b.json", str(checkout.parent / "b.json"), "-", "main:golden/a.json", "/srv/not-there.json"):
        assert named(path) == path


def test_a_link_to_the_repository_is_the_repository(checkout: Path) -> None:
    link = checkout.parent / "link"
    link.symlink_to(checkout)
    assert named(str(link / "golden/a.json")) == "golden/a.json"


def test_the_other_file_is_named_so_too(checkout: Path) -> None:
    finding = replace(example.FINDING, related=Place(str(checkout / "golden/a.json"), "", 1, 1))
    (moved,) = from_root(example.report(findings=(finding,)), {}).findings
    assert moved.related is not None
    assert moved.related.path == "golden/a.json"
