"""The server, and a recording without the plugin around it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from promptlint.pytest_plugin.clients import listening
from promptlint.pytest_plugin.recording import Recording
from tests.pytest_plugin.loopback import Loopback, serving


@pytest.fixture
def server() -> Iterator[Loopback]:
    with serving() as running:
        yield running


@pytest.fixture
def recording() -> Iterator[Recording]:
    found = Recording("test")
    with listening(found):
        yield found
