"""Where rule files are: bundled, in folders of the user, in installed packages."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from promptlint.errors import ConfigError

ENTRY_POINTS = "promptlint.rules"
CONFIG = "promptlint.yaml"


def bundled_folder() -> Path:
    """The rules that we ship: inside the package, or beside it where it runs from its own checkout."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "rules"
    return inside if inside.is_dir() else package.parent / "rules"


def users_folder(folder: str) -> Path:
    """A folder of the user's own. Raises ConfigError where there is none."""
    if not _is_folder(folder):
        raise ConfigError(f"no folder of rules: {folder}", hint="rules: names folders that hold rule files (*.yaml)")
    return Path(folder)


def _is_folder(path: str) -> bool:
    try:
        return Path(path).is_dir()
    except (OSError, ValueError):  # longer than a name can be, or no name at all
        return False


def rule_files(folder: Path) -> list[Path]:
    """The rule files of a folder and of those in it; a config may lie among them."""
    found = (path for path in folder.rglob("*.y*ml") if path.suffix in (".yaml", ".yml") and path.name != CONFIG)
    return sorted(path for path in found if path.is_file())


def package_folders() -> Iterator[Path]:
    """The folder of each package that an entry point names; finding it does not import that package."""
    if not any(map(_names_rules, sys.path)):
        return
    from importlib import metadata  # with the parser of e-mails: 15 ms

    for entry in sorted(metadata.entry_points(group=ENTRY_POINTS), key=lambda one: (one.name, one.value)):
        folder = _folder_of(entry)
        if folder is None:
            hint = f"its entry point {ENTRY_POINTS} must name an importable package that holds rule files"
            raise ConfigError(f"the rule package {entry.name!r} ({entry.value}) has no folder", hint=hint)
        yield folder


def _names_rules(folder: str) -> bool:
    """May an installed package in this folder have the entry point; one that is an archive can be anything."""
    place = Path(folder)
    try:
        # A plain list of names: a Path for each of some hundred packages takes longer than all the rest.
        installed = [name for name in os.listdir(place) if name.endswith((".dist-info", ".egg-info"))]  # noqa: PTH208
    except OSError:  # not there, or not a folder
        return place.is_file() and folder.endswith((".zip", ".egg", ".whl"))
    return any(ENTRY_POINTS.encode() in _content(place / name / "entry_points.txt") for name in installed)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # most packages have no entry points
        return b""


def _folder_of(entry: Any) -> Path | None:
    from importlib.util import find_spec

    try:
        spec = find_spec(entry.module)
    except Exception:  # of a package inside of another one the outer one is imported, whatever that does
        return None
    places = list(spec.submodule_search_locations or ()) if spec is not None else []
    return Path(places[0]) if places else None
