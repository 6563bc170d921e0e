"""Where the recorded answers are. They are other people's and not part of the repo: without them these tests skip."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

import pytest
from filelock import FileLock

REPO = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the recorded answers."""
    folder = Path(os.environ.get("PROMPTLINT_SHARED") or REPO.parent / "shared")
    if not (folder / "unpack-test-data").exists():
        # Our own CI sets the variable where the data is known to be there: a silent skip would prove nothing.
        end = pytest.fail if os.environ.get("PROMPTLINT_REQUIRE_CONFORMANCE") else pytest.skip
        end("the recorded answers are not beside this clone")
    return folder


@pytest.fixture(scope="session")
def data(shared: Path) -> Path:
    """The folder with the real models/, templates/ and recordings/, unpacked."""
    with FileLock(Path(tempfile.gettempdir()) / "promptlint-test-data.lock"):  # the tests run in several processes
        done = subprocess.run([str(shared / "unpack-test-data")], capture_output=True, text=True, check=True)
    return Path(done.stdout.strip())
