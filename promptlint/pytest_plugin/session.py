"""One test with its recording: from the set-up of the fixture to the end of the test, and what is told of it then."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from promptlint.pytest_plugin import golden
from promptlint.pytest_plugin.clients import listening
from promptlint.pytest_plugin.declared import marked_breaks
from promptlint.pytest_plugin.recording import Recording
from promptlint.recorded import UnneededBreakWarning, UnwrittenCaptureWarning
from promptlint.terminal import safe

SECTION = "LLM requests"
MOST_SHOWN = 50
_REPORTS = "promptlint-reports"
_recording = pytest.StashKey[Recording]()
_failed = pytest.StashKey[bool]()


@contextmanager
def recorded(item: pytest.Item, option: str | None) -> Iterator[Recording]:
    """Record what is sent within the block, and write it where `option` names a folder."""
    home = golden.home(item.nodeid)
    shown = home.rpartition("/")[2] if option is None else (Path(option) / home).as_posix()
    recording = Recording(shown, "" if option is None else golden.ENDING, marked_breaks(item))
    item.stash[_recording] = recording
    if not item.config.pluginmanager.has_plugin(_REPORTS):
        item.config.pluginmanager.register(_Reports(), _REPORTS)
    with listening(recording):
        yield recording
    if option is not None:
        _write(item, recording, option, home)
    _tell_of_breaks(item, recording)


def _write(item: pytest.Item, recording: Recording, option: str, home: str) -> None:
    folder = item.config.invocation_params.dir / option
    try:
        refused = golden.replace(folder, home, recording.sent())
    except OSError as error:
        raise pytest.UsageError(f"cannot write to {option}: {error.strerror}") from None
    for path in refused:
        item.warn(UnwrittenCaptureWarning(f"{path.name} is not written: there seems to be an API key in the request"))


def _tell_of_breaks(item: pytest.Item, recording: Recording) -> None:
    """A break that nothing needs; of a test that has failed nothing is known."""
    if item.stash.get(_failed, False):
        return
    why = "nothing is lost there" if recording.breaks.judged else "no assert_prefix_stable has looked at the requests"
    for one in recording.breaks.unneeded():
        item.warn(UnneededBreakWarning(f"{safe(str(one))} is not needed: {why}"))


class _Reports:
    """Adds the requests to the report of a test that has failed; registered by the first test that records."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        recording = item.stash.get(_recording, None)
        if recording is not None and report.failed:
            item.stash[_failed] = True
            report.sections.append((SECTION, "\n".join(_lines(recording))))
        return report


def _lines(recording: Recording) -> Iterator[str]:
    for one in recording[:MOST_SHOWN]:
        yield safe(f"{one.path}  {one.dialect}  {one.url}  {len(one.content):,} bytes")
    if len(recording) > MOST_SHOWN:
        yield f"and {len(recording) - MOST_SHOWN:,} more"
    if not recording:
        yield "none was sent"
