"""A repository to stand in."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with golden/a.json, as the working folder, on no service's machine."""
    found = tmp_path.resolve() / "checkout"
    (found / ".git").mkdir(parents=True)
    (found / "golden").mkdir()
    (found / "golden/a.json").touch()
    monkeypatch.chdir(found)
    for name in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        monkeypatch.delenv(name, raising=False)
    return found
