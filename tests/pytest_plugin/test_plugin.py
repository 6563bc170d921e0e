"""Whole sessions of pytest with the plugin in them."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

import promptlint.stability
from promptlint.pytest_plugin import MARKER, session

pytest.importorskip("httpx2")
# In a checkout that is not installed the entry point is not there; what this session has imported stays as it is.
IS_INSTALLED = bool(entry_points(group="pytest11", name="promptlint"))
BY_HAND = ("-p", "promptlint.pytest_plugin", "-W", "ignore::pytest.PytestAssertRewriteWarning")
PLUGIN = () if IS_INSTALLED else BY_HAND
PREAMBLE = f"""
import httpx2, promptlint, pytest

RULES = {"Answer in one sentence and never guess what you can look up. " * 12!r}
USER, ANSWER = {{"role": "user", "content": "hi"}}, {{"role": "assistant", "content": "hello"}}

def ask(clock, *messages):
    body = {{"model": "m", "messages": [{{"role": "system", "content": f"It is {{clock}}. {{RULES}}"}}, *messages]}}
    transport = httpx2.MockTransport(lambda request: httpx2.Response(200, json={{}}))
    with httpx2.Client(transport=transport) as client:
        client.post("http://llm.test/v1/chat/completions", json=body)

def assert_stable(requests):
    promptlint.assert_prefix_stable(requests, model="builtin")
"""
BROKEN = """
    ask("09:14:07", USER)
    ask("09:14:31", USER, ANSWER, USER)
"""


@pytest.fixture(scope="module", autouse=True)
def _everything_is_imported() -> None:
    """A session inside this one forgets what it imports, and libraries written in C cannot be imported twice."""
    user = {"role": "user", "content": "hi"}
    bodies = [{"messages": [{"role": "system", "content": clock}, user]} for clock in ("It is 09:14:07.", "It is 9.")]
    with pytest.raises(AssertionError):
        promptlint.assert_prefix_stable(bodies, model="builtin", max_lost_tokens=0)
    assert session.SECTION


def run(pytester: pytest.Pytester, test: str, *options: str) -> pytest.RunResult:
    pytester.makepyfile(test_agent=PREAMBLE + test)
    plain = ("-p", "no:randomly", "-p", "no:cacheprovider", "-W", "error")
    return pytester.runpytest_inprocess(*plain, *PLUGIN, *options)


def test_a_broken_prefix_fails_with_its_place_and_its_requests(pytester: pytest.Pytester) -> None:
    done = run(pytester, f"def test_it(llm_requests):{BROKEN}    assert_stable(llm_requests)")
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(
        [
            "*>*assert_stable(llm_requests)",
            "E*AssertionError: the prompt prefix is not stable: 1 of 1 pair lost more than 64 tokens",
            "E*broken: * tokens are a common prefix; * lost",
            "E*before*test_it-1:1:*",
            "E*KV101 clock-in-system-prompt*",
            "*- LLM requests -*",
            "test_it-1  openai_chat  http://llm.test/v1/chat/completions  * bytes",
            "test_it-2  openai_chat  *",
        ]
    )
    assert "stability.py" not in done.stdout.str()


@pytest.mark.parametrize(("colour", "is_there"), [("yes", True), ("no", False)])
def test_the_message_is_coloured_as_the_session_is(pytester: pytest.Pytester, colour: str, is_there: bool) -> None:
    done = run(pytester, f"def test_it(llm_requests):{BROKEN}    assert_stable(llm_requests)", f"--color={colour}")
    assert ("\x1b[1;31mbroken\x1b[0m: " in done.stdout.str()) is is_there


@pytest.mark.parametrize(("colour", "is_there"), [("yes", True), ("no", False)])
def test_so_it_is_in_a_process_whose_report_is_printed_by_another(
    pytester: pytest.Pytester, colour: str, is_there: bool
) -> None:
    pytest.importorskip("xdist")
    pytester.makepyfile(test_agent=f"{PREAMBLE}def test_it(llm_requests):{BROKEN}    assert_stable(llm_requests)")
    done = pytester.runpytest_subprocess(*PLUGIN, "-n", "1", "-p", "no:randomly", f"--color={colour}")
    assert ("\x1b[1;31mbroken\x1b[0m: " in done.stdout.str()) is is_there
    assert "KV101" in done.stdout.str()


def test_a_session_without_a_report_has_no_colour(pytester: pytest.Pytester) -> None:
    test = "def test_it():\n    from promptlint.pytest_plugin import is_coloured\n    assert is_coloured() is False"
    assert run(pytester, test, "-p", "no:terminal").ret == pytest.ExitCode.OK


def test_outside_of_a_session_there_is_no_colour() -> None:
    program = "from promptlint.pytest_plugin import is_coloured; print(is_coloured())"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_a_session_that_another_plugin_refuses_says_why(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("import pytest\ndef pytest_configure():\n    raise pytest.UsageError('no key is set')")
    done = run(pytester, "def test_it():\n    pass")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines(["ERROR: no key is set"])
    done.stderr.no_fnmatch_line("*Traceback*")


def test_of_many_requests_the_first_are_shown(pytester: pytest.Pytester) -> None:
    number = session.MOST_SHOWN + 2
    done = run(pytester, f"def test_it(llm_requests):\n    [ask('9:14', USER) for _ in range({number})]\n    assert 0")
    done.stdout.fnmatch_lines([f"test_it-{session.MOST_SHOWN}  openai_chat *", "and 2 more"])
    done.stdout.no_fnmatch_line(f"test_it-{session.MOST_SHOWN + 1} *")


def test_a_stable_test_says_nothing(pytester: pytest.Pytester) -> None:
    test = """
def test_it(llm_requests):
    ask("09:14:07", USER)
    ask("09:14:07", USER, ANSWER, USER)
    assert [one.sent for one in llm_requests] == [1, 2]
    assert_stable(llm_requests)

def test_another_starts_anew(llm_requests):
    assert len(llm_requests) == 0
"""
    done = run(pytester, test)
    done.assert_outcomes(passed=2)
    done.stdout.no_fnmatch_line("*LLM requests*")


def test_a_recording_without_requests_is_no_proof(pytester: pytest.Pytester) -> None:
    done = run(pytester, "def test_it(llm_requests):\n    assert_stable(llm_requests)")
    done.stdout.fnmatch_lines(["E*nothing to compare: no LLM request was recorded or given", "none was sent"])


@pytest.mark.parametrize(
    ("marker", "call"),
    [
        (f'@pytest.mark.{MARKER}(reason="another day")', ""),
        (f'@pytest.mark.{MARKER}("another day", before=2)', ""),
        ("", 'llm_requests.break_here(reason="another day")'),
    ],
)
def test_a_declared_break_is_no_failure(pytester: pytest.Pytester, marker: str, call: str) -> None:
    first, second = BROKEN.strip().splitlines()
    test = f"""
{marker}
def test_it(llm_requests):
    {first}
    {call or "pass"}
    {second.strip()}
    assert_stable(llm_requests)
"""
    run(pytester, test, "--strict-markers").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("declared", "why"),
    [
        (f"@pytest.mark.{MARKER}", f"test_agent.py::test_it: {MARKER} needs a reason: *"),
        (f'@pytest.mark.{MARKER}(reason=" ")', f"test_agent.py::test_it: {MARKER} needs a reason: *"),
        (f'@pytest.mark.{MARKER}(reason="x", before=1)', "*before of promptlint_break is the number of a request*"),
        (f'@pytest.mark.{MARKER}(reason="x", after=1)', "*takes reason and before, and nothing else"),
    ],
)
def test_a_break_without_a_reason_fails_its_test(pytester: pytest.Pytester, declared: str, why: str) -> None:
    test = f"{declared}\ndef test_it():\n    pass\n\ndef test_other():\n    pass"
    done = run(pytester, test)
    done.assert_outcomes(errors=1, passed=1)
    done.stdout.fnmatch_lines([why])
    assert "During handling" not in done.stdout.str()
    assert "declared.py" not in done.stdout.str()


def test_a_break_of_a_whole_class_needs_a_reason_too(pytester: pytest.Pytester) -> None:
    done = run(pytester, f"@pytest.mark.{MARKER}\nclass TestAgent:\n    def test_it(self):\n        pass")
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines([f"test_agent.py::TestAgent::test_it: {MARKER} needs a reason: *"])


@pytest.mark.parametrize("options", [("-k", "other"), ("--deselect", "test_agent.py::test_it")])
def test_a_break_without_a_reason_of_a_test_that_does_not_run_is_nothing(
    pytester: pytest.Pytester, options: tuple[str, ...]
) -> None:
    test = f"@pytest.mark.{MARKER}\ndef test_it():\n    pass\n\ndef test_other():\n    pass"
    run(pytester, test, *options).assert_outcomes(passed=1, deselected=1)


def test_a_break_without_a_reason_is_told_by_several_processes_too(pytester: pytest.Pytester) -> None:
    pytest.importorskip("xdist")
    pytester.makepyfile(test_agent=f"import pytest\n@pytest.mark.{MARKER}\ndef test_it():\n    pass")
    done = pytester.runpytest_subprocess(*PLUGIN, "-n", "2", "-p", "no:randomly")
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines([f"*test_agent.py::test_it: {MARKER} needs a reason: *"])


def test_break_here_needs_a_reason_too(pytester: pytest.Pytester) -> None:
    done = run(pytester, "def test_it(llm_requests):\n    llm_requests.break_here()")
    done.stdout.fnmatch_lines([">*llm_requests.break_here()", "E*UsageError: a break needs a reason: *"])
    assert "declared.py" not in done.stdout.str()


def test_a_break_that_nothing_needs_is_told(pytester: pytest.Pytester) -> None:
    test = f"""
@pytest.mark.{MARKER}(reason="another day")
def test_looked(llm_requests):
    ask("09:14:07", USER)
    ask("09:14:07", USER, ANSWER, USER)
    assert_stable(llm_requests)

def test_not_looked(llm_requests):
    llm_requests.break_here(reason="another task")

@pytest.mark.{MARKER}(reason="another day")
def test_failed(llm_requests):
    assert 0

@pytest.mark.{MARKER}(reason="another day")
def test_skipped(llm_requests):
    pytest.skip("no key")

@pytest.mark.xfail
@pytest.mark.{MARKER}(reason="another day")
def test_expected(llm_requests):
    assert 0
"""
    done = run(pytester, test, "-W", "default::promptlint.recorded.UnneededBreakWarning")
    done.assert_outcomes(passed=2, failed=1, skipped=1, xfailed=1, warnings=2)
    done.stdout.fnmatch_lines(
        [
            "*UnneededBreakWarning: the break (another day) is not needed: nothing is lost there",
            "*UnneededBreakWarning: the break before request 1 (another task) is not needed: no assert_prefix_stable *",
        ]
    )


def test_a_compaction_that_shares_nothing_with_what_was_before_is_needed(pytester: pytest.Pytester) -> None:
    test = """
def test_it(llm_requests):
    ask("09:14:07", USER)
    ask("09:14:07", USER, ANSWER, USER)
    llm_requests.break_here(reason="compacted")
    summary = {"role": "user", "content": "Summary: the weather in Lisbon was asked for, and it rains there."}
    ask("09:14:07", summary)
    ask("09:14:07", summary, ANSWER, USER)
    promptlint.assert_prefix_stable(llm_requests, model="builtin", conversations=1)
"""
    run(pytester, test).assert_outcomes(passed=1)


def test_a_test_that_runs_again_is_judged_by_its_last_run(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("""
        from _pytest.runner import runtestprotocol

        def pytest_runtest_protocol(item, nextitem):
            runtestprotocol(item, nextitem=nextitem, log=False)
            for report in runtestprotocol(item, nextitem=nextitem, log=False):
                item.ihook.pytest_runtest_logreport(report=report)
            return True
    """)
    test = f"""
runs = []

@pytest.mark.{MARKER}(reason="another day")
def test_it(llm_requests):
    runs.append(1)
    assert len(runs) == 2
"""
    done = run(pytester, test, "-W", "default::promptlint.recorded.UnneededBreakWarning")
    done.assert_outcomes(passed=1, warnings=1)


def test_a_request_that_could_not_be_recorded_is_told(pytester: pytest.Pytester) -> None:
    test = """
@pytest.mark.parametrize("ends", [True, False])
def test_it(llm_requests, monkeypatch, ends):
    monkeypatch.setattr(llm_requests, "fill", lambda *given, **options: 1 // 0)
    ask("09:14:07", USER)
    assert ends
"""
    done = run(pytester, test, "-W", "default::promptlint.recorded.UnrecordedRequestWarning")
    done.assert_outcomes(passed=1, failed=1, warnings=2)
    told = "a request is not recorded: ZeroDivisionError: *"
    done.stdout.fnmatch_lines(["none was sent", told, f"*UnrecordedRequestWarning: {told}"])


def test_the_hint_of_a_mistake_is_shown_at_the_line_of_the_test(pytester: pytest.Pytester) -> None:
    test = """
def test_it(llm_requests):
    ask("09:14:07", USER)
    promptlint.assert_prefix_stable(llm_requests, model="no/such/model/anywhere")
"""
    done = run(pytester, test)
    done.stdout.fnmatch_lines([">*assert_prefix_stable(llm_requests, *", "E*ModelError: *", "E*hint: *"])
    assert "stability.py" not in done.stdout.str()


RECORDED = """
@pytest.mark.parametrize("name", ["a", "A"])
def test_it(name):
    ask("09:14:07", USER)
    ask("09:14:07", USER, ANSWER, USER)

class TestAgent:
    def test_fails(self):
        ask("09:14:07", USER)
        assert 0

def test_sends_nothing():
    pass
"""


UNWRITTEN = ("-W", "default::promptlint.recorded.UnwrittenCaptureWarning")


def test_golden_captures_of_every_test_that_passes(pytester: pytest.Pytester) -> None:
    done = run(pytester, RECORDED, "--promptlint-record", "golden", *UNWRITTEN)
    done.assert_outcomes(passed=3, failed=1, warnings=1)
    names = files(pytester.path / "golden")
    assert len(names) == 4
    assert {"test_agent/test_it-a-1.json", "test_agent/test_it-a-2.json"} < {*names}
    report = promptlint.check([pytester.path / "golden"], model="builtin")
    assert [pair.status for pair in report.pairs] == ["extension", "extension"]


def test_golden_captures_are_the_same_from_several_processes(pytester: pytest.Pytester) -> None:
    pytest.importorskip("xdist")
    run(pytester, RECORDED, "--promptlint-record", "golden", *UNWRITTEN)
    alone = files(pytester.path / "golden")
    options = ("-n", "2", "--promptlint-record", "parallel", "-p", "no:randomly")
    done = pytester.runpytest_subprocess(*PLUGIN, *options)
    done.assert_outcomes(passed=3, failed=1)
    assert files(pytester.path / "parallel") == alone


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.json")}


@pytest.mark.parametrize(
    ("ending", "outcome"),
    [
        ('pytest.skip("no key")', "skipped"),
        ("assert 0", "failed"),
        ('pytest.xfail("not yet")', "xfailed"),
        ("raise __import__('unittest').SkipTest", "skipped"),
    ],
)
@pytest.mark.parametrize("sends", [True, False])
def test_a_test_that_does_not_pass_leaves_its_golden_captures(
    pytester: pytest.Pytester, ending: str, outcome: str, sends: bool
) -> None:
    run(pytester, f"def test_it():{BROKEN}", "--promptlint-record=g")
    before = files(pytester.path / "g")
    assert len(before) == 2
    first = 'ask("10:00:00", USER)' if sends else "pass"
    done = run(pytester, f"def test_it():\n    {first}\n    {ending}", "--promptlint-record=g", *UNWRITTEN)
    done.assert_outcomes(**{outcome: 1}, warnings=int(sends))
    assert files(pytester.path / "g") == before
    told = "UnwrittenCaptureWarning: 1 request not written: the test has not passed"
    assert (told in done.stdout.str()) is sends


def test_a_capture_with_a_key_in_it_is_told_and_not_written(pytester: pytest.Pytester) -> None:
    test = 'def test_it():\n    ask("09:14:07", {"role": "user", "content": "sk-ant-api03-" + "k" * 40})'
    done = run(pytester, test, "--promptlint-record", "golden", *UNWRITTEN)
    done.assert_outcomes(passed=1, warnings=1)
    done.stdout.fnmatch_lines(
        ["*UnwrittenCaptureWarning: 1 request not written: there seems to be an API key in test_it-1.json"]
    )
    assert files(pytester.path / "golden") == {}


@pytest.mark.parametrize("folder", ["taken", ""])
def test_a_folder_that_is_none_is_a_mistake_in_usage(pytester: pytest.Pytester, folder: str) -> None:
    pytester.path.joinpath("taken").write_text("", encoding="utf-8")
    done = run(pytester, "def test_it():\n    pass", f"--promptlint-record={folder}")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines(["ERROR: --promptlint-record * a folder*"])


def test_where_captures_cannot_be_written_the_test_has_an_error_with_the_reason(pytester: pytest.Pytester) -> None:
    folder = pytester.mkdir("golden")
    (folder / "test_agent").write_text("", encoding="utf-8")
    done = run(pytester, 'def test_it():\n    ask("09:14:07", USER)', "--promptlint-record=golden")
    done.assert_outcomes(passed=1, errors=1)
    done.stdout.fnmatch_lines(["*UsageError: cannot write to golden: *"])


def test_a_session_that_uses_nothing_imports_nothing(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = """
import sys

def test_it():
    ours = sorted(name for name in sys.modules if name.split(".")[0] == "promptlint")
    assert ours == ["promptlint", "promptlint.pytest_plugin"]
    assert sys.modules.keys().isdisjoint({"httpx", "httpx2", "requests", "aiohttp"})
"""
    pytester.makepyfile(test_agent=test)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # others import what they like
    pytester.runpytest_subprocess("-p", "promptlint.pytest_plugin").assert_outcomes(passed=1)


def test_the_library_does_not_know_pytest() -> None:
    program = "import sys, promptlint, promptlint.cli; promptlint.check; promptlint.assert_prefix_stable; "
    program += "print('pytest' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
