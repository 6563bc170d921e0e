"""Files as a repository names them: from its root, whatever folder promptlint runs in and however they were given."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from promptlint.model import Finding, Place, Report

CHECKOUTS = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")


def from_root(report: Report, environment: Mapping[str, str] = os.environ) -> Report:
    """The report with the files of its findings named so; one outside of the repository keeps its name."""
    try:
        folder = Path.cwd()
    except OSError:  # somebody removed it, and no name leads anywhere from there
        return report
    paths = _paths(report, folder, _root(folder, environment))
    return replace(report, findings=tuple(_finding(one, paths) for one in report.findings))


def _root(folder: Path, environment: Mapping[str, str]) -> Path:
    named = (Path(environment[name]).resolve() for name in CHECKOUTS if environment.get(name))
    around = [one for one in named if folder.is_relative_to(one)]
    above = (one for one in (folder, *folder.parents) if (one / ".git").exists())
    return around[0] if around else next(above, folder)


def _paths(report: Report, folder: Path, root: Path) -> dict[str, str]:
    return {place.path: _path(place.path, folder, root) for one in report.findings for place in _places(one)}


def _places(finding: Finding) -> Iterator[Place]:
    yield from (one for one in (finding.place, finding.end, finding.related) if one is not None)


def _path(path: str, folder: Path, root: Path) -> str:
    """Standard input and files of a revision are none, and stay as they are."""
    named = folder / path
    if os.path.lexists(named):
        for whole in (Path(os.path.normpath(named)), named.resolve()):  # a link leads elsewhere, and is a name too
            if whole.is_relative_to(root):
                return whole.relative_to(root).as_posix()
    return path.removeprefix("./")


def _finding(finding: Finding, paths: Mapping[str, str]) -> Finding:
    def moved(place: Place | None) -> Place | None:
        return None if place is None else replace(place, path=paths[place.path])

    place = replace(finding.place, path=paths[finding.place.path])
    return replace(finding, place=place, end=moved(finding.end), related=moved(finding.related))
