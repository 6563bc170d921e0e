"""One test with its recording: from the set-up of the fixture to the end of the test, and what is told of it then."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager

import pytest

from promptlint.pytest_plugin import golden
from promptlint.pytest_plugin.clients import listening
from promptlint.pytest_plugin.declared import marked_breaks
from promptlint.pytest_plugin.recording import Recording
from promptlint.recorded import UnneededBreakWarning, UnrecordedRequestWarning, UnwrittenCaptureWarning
from promptlint.report.plural import plural
from promptlint.terminal import safe

SECTION = "LLM requests"
MOST_SHOWN = 50
_REPORTS = "promptlint-reports"
_recording = pytest.StashKey[Recording]()
_passed = pytest.StashKey[bool]()  # has the test itself: not skipped, and not failed as expected


@contextmanager
def recorded(item: pytest.Item, option: str | None) -> Iterator[Recording]:
    """Record what is sent within the block, and write it where `option` names a folder and the test has passed."""
    home = golden.home(item.nodeid)
    recording = Recording(home.rpartition("/")[2], marked_breaks(item))
    item.stash[_recording] = recording
    item.stash[_passed] = False  # it may be run again
    if not item.config.pluginmanager.has_plugin(_REPORTS):
        item.config.pluginmanager.register(_Reports(), _REPORTS)
    with listening(recording):
        yield recording
    for why in recording.missed:
        item.warn(UnrecordedRequestWarning(safe(_missed(why))))
    if option is not None:
        _write(item, recording, option, home)
    if item.stash[_passed]:
        _tell_of_breaks(item, recording)


def _write(item: pytest.Item, recording: Recording, option: str, home: str) -> None:
    """In place of the captures of the last run: a test that was cut short leaves them as they are."""
    if not item.stash[_passed]:
        if recording:
            why = f"{plural(len(recording), 'request')} not written: the test has not passed"
            item.warn(UnwrittenCaptureWarning(why))
        return
    try:
        refused = golden.replace(item.config.invocation_params.dir / option, home, recording.sent())
    except OSError as error:
        raise pytest.UsageError(f"cannot write to {option}: {error.strerror}") from None
    if refused:
        names = ", ".join(path.name for path in refused)
        why = f"{plural(len(recording), 'request')} not written: there seems to be an API key in {names}"
        item.warn(UnwrittenCaptureWarning(why))


def _tell_of_breaks(item: pytest.Item, recording: Recording) -> None:
    """A break that nothing needs; of a test that has not passed nothing is known."""
    why = "nothing is lost there" if recording.breaks.judged else "no assert_prefix_stable has looked at the requests"
    for one in recording.breaks.unneeded():
        item.warn(UnneededBreakWarning(f"{safe(str(one))} is not needed: {why}"))


class _Reports:
    """Looks at how a test ends, and shows what a failed one has sent; registered by the first test that records."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        recording = item.stash.get(_recording, None)
        if recording is not None and report.when == "call":
            item.stash[_passed] = report.passed
        if recording is not None and report.failed:
            report.sections.append((SECTION, "\n".join(_lines(recording))))
        return report


def _lines(recording: Recording) -> Iterator[str]:
    for one in recording[:MOST_SHOWN]:
        yield safe(f"{one.path}  {one.dialect}  {one.url}  {len(one.content):,} bytes")
    if len(recording) > MOST_SHOWN:
        yield f"and {len(recording) - MOST_SHOWN:,} more"
    if not recording:
        yield "none was sent"
    for why in recording.missed[:MOST_SHOWN]:
        yield safe(_missed(why))


def _missed(why: str) -> str:
    return f"a request is not recorded: {why}"
