"""The pytest plugin: records the LLM requests that the clients of a test send.

    def test_the_prefix_stays(llm_requests):
        agent.run("two turns, please")
        promptlint.assert_prefix_stable(llm_requests, model="models/qwen3-8b")

pytest loads this module at the start of every session, so it imports nothing but pytest; the rest comes with the first
test that uses the fixture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.pytest_plugin.recording import Recording

MARKER = "promptlint_break"
OPTION = "--promptlint-record"
_sessions: list[pytest.Config] = []  # a session may run others inside itself


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds --promptlint-record."""
    parser.getgroup("promptlint").addoption(
        OPTION,
        metavar="DIR",
        help="write the body of each LLM request that a test sends to DIR/MODULE/TEST-N.json",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Registers the marker, and the fixture for all tests where everything is to be recorded."""
    config.addinivalue_line(
        "markers",
        f"{MARKER}(reason, before=None): the prompt prefix is meant to break once in this test, or before request N",
    )
    _sessions.append(config)
    folder = config.getoption(OPTION)
    if folder is not None:
        if not folder or (config.invocation_params.dir / folder).is_file():
            raise pytest.UsageError(f"{OPTION} {folder!r} is not a folder, or a name for a new one")
        config.pluginmanager.register(_EveryTest(), "promptlint-every-test")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Forgets the session."""
    if config in _sessions:
        _sessions.remove(config)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Has the declared breaks looked at as the tests run, where there are any."""
    parents = {item.parent for item in items}  # where there are many tests, a look at the keywords of each takes long
    above = [node for parent in parents if parent is not None for node in parent.listchain()]
    is_used = any(mark.name == MARKER for node in (*items, *above) for mark in node.own_markers)
    if is_used and not config.pluginmanager.has_plugin("promptlint-breaks"):
        config.pluginmanager.register(_Declared(), "promptlint-breaks")


def is_coloured() -> bool:
    """Does the report of the running session have colours, by --color and by where it goes."""
    if not _sessions:
        return False
    config = _sessions[-1]
    if config.pluginmanager.get_plugin("terminalreporter") is None:  # a worker, whose report is printed elsewhere
        return bool(config.getoption("color", "auto") == "yes")
    return config.get_terminal_writer().hasmarkup


@pytest.fixture
def _promptlint_recording(request: pytest.FixtureRequest) -> Iterator[Recording]:
    from promptlint.pytest_plugin.session import recorded

    with recorded(request.node, request.config.getoption(OPTION)) as recording:
        yield recording


@pytest.fixture
def llm_requests(_promptlint_recording: Recording) -> Recording:
    """The LLM requests that httpx, httpx2, requests and aiohttp clients send in this test, in their order."""
    return _promptlint_recording


class _EveryTest:
    """With --promptlint-record each test is recorded, whether or not it asks for it."""

    @pytest.fixture(autouse=True)
    def _promptlint_every_test(self, _promptlint_recording: Recording) -> None:
        pass


class _Declared:
    """A break without a reason fails its test, whether or not that records anything."""

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        from promptlint.pytest_plugin.declared import marked_breaks

        why = None
        try:
            marked_breaks(item)
        except pytest.UsageError as error:
            why = str(error)
        if why is not None:
            pytest.fail(why, pytrace=False)
