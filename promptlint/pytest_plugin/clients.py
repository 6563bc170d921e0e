"""The client libraries whose requests are recorded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from promptlint.pytest_plugin import aiohttp_client, httpx_client, requests_client
from promptlint.pytest_plugin.outgoing import recordings
from promptlint.pytest_plugin.patches import Patches, Targets
from promptlint.pytest_plugin.recording import Recording

LIBRARIES: dict[str, Targets] = {
    "httpx": httpx_client.targets,
    "httpx2": httpx_client.targets,
    "requests": requests_client.targets,
    "requests_mock": requests_client.stand_in_targets,
    "aiohttp": aiohttp_client.targets,
}
PATCHES = Patches(LIBRARIES)


@contextmanager
def listening(recording: Recording) -> Iterator[None]:
    """Whatever the clients send within the block, from any thread, is in the recording."""
    with PATCHES.applied():
        recordings.append(recording)
        try:
            yield
        finally:
            recordings.remove(recording)
