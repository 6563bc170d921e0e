from __future__ import annotations

import asyncio
import json
import os
import random
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import pytest

from promptlint import capture
from promptlint.recording.journal import Tally
from promptlint.recording.recorder import Recorded, Settings, record, record_command
from tests.recording.passing import BODY, CHAT, USAGE
from tests.recording.recorder import command, environment, recorder, run
from tests.recording.upstream import Seen, exchanged, upstream, whole
from tests.refusing import refusing_port

if os.name == "posix":
    import fcntl
    import termios

pytest.importorskip("aiohttp", reason="the extra `record` is not installed")
posix = pytest.mark.skipif(os.name != "posix", reason="signals are those of POSIX")

# What a command does in these tests: it sends a request, by one of the variables, with the standard library alone.
CLIENT = f"""
import os, sys, urllib.request
url = os.environ[sys.argv[1]] + sys.argv[2]
headers = {{"Content-Type": "application/json", "Authorization": "Bearer sk-planted"}}
request = urllib.request.Request(url, {BODY!r}, headers)
with urllib.request.urlopen(request) as answer:
    sys.stdout.buffer.write(answer.read())
"""


def post(port: int, body: bytes = BODY) -> bytes:
    head = f"POST {CHAT} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return head.encode() + body


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_records_until_it_is_told_to_end_and_says_what_comes_next(tmp_path: Path, number: int) -> None:
    folder = tmp_path / "my recordings"
    with upstream(whole("200 OK", USAGE)) as behind, recorder(folder, behind.url) as recording:
        for _ in range(2):
            exchanged(recording.port, post(recording.port))
        said = recording.ended(number)
    assert recording.process.returncode == 0
    assert said == f"recorded 2 requests, and passed on 0 others; next: promptlint check '{folder}'\n"
    assert sum(len(capture.load(str(path)).requests) for path in recording.files()) == 2


@posix
def test_nothing_is_cut_in_two_when_it_is_killed(tmp_path: Path) -> None:
    """Killed while it writes large requests one after the other: what is there is whole, and can be read."""
    body = BODY.replace(b"Gr", b"x" * 3_000_000)
    chance = random.Random(7)
    with upstream(whole("200 OK", USAGE)) as behind:
        for number in range(4):
            with recorder(tmp_path / str(number), behind.url) as recording:
                sender = threading.Thread(target=send_until_it_is_gone, args=(recording.port, body), daemon=True)
                sender.start()
                deadline = time.monotonic() + 30
                while not list(recording.folder.glob("*.json")) and time.monotonic() < deadline:
                    time.sleep(0.005)
                time.sleep(chance.uniform(0, 0.2))
                recording.process.kill()
                sender.join(timeout=10)
    files = list(tmp_path.rglob("*.json"))
    assert len(files) >= 4
    assert {len(capture.load(str(path)).requests) for path in files} == {1}


def send_until_it_is_gone(port: int, body: bytes) -> None:
    with suppress(OSError):
        while True:
            exchanged(port, post(port, body))


def test_a_port_that_is_taken_is_one_line(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
        done = run("--upstream", "http://127.0.0.1:1", "--out", str(tmp_path / "out"), "--port", str(port))
    assert done.returncode == 2
    first, second = done.stderr.splitlines()
    assert first == f"error: port {port} cannot be listened on: it is taken"
    assert second.startswith("hint: ")


def test_without_the_extra_it_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.util as util\nfind = util.find_spec\n"
        "util.find_spec = lambda name, package=None: None if name == 'aiohttp' else find(name, package)\n"
    )
    path = os.pathsep.join([str(tmp_path), environment()["PYTHONPATH"]])
    done = run("--upstream", "http://127.0.0.1:1", "--out", str(tmp_path / "out"), variables={"PYTHONPATH": path})
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "error: record needs aiohttp, which is not installed",
        "hint: pip install 'promptlint-ci[record]', or '.[record]' in a checkout",
    ]
    assert not (tmp_path / "out").exists()


def test_it_wants_to_know_where_requests_go() -> None:
    done = run()
    assert done.returncode == 2
    assert done.stderr.startswith("error: say where requests go")


@pytest.mark.parametrize(
    ("variable", "path", "url"),
    [
        ("OPENAI_BASE_URL", "/chat/completions", "/v1/chat/completions"),
        ("ANTHROPIC_BASE_URL", "/v1/messages", "/v1/messages"),
    ],
)
def test_a_command_finds_the_recorder_by_a_variable(tmp_path: Path, variable: str, path: str, url: str) -> None:
    folder = tmp_path / "out"
    with upstream(whole("200 OK", USAGE)) as behind:
        done = run("--upstream", behind.url, "--out", str(folder), "--", sys.executable, "-c", CLIENT, variable, path)
    assert (done.returncode, done.stdout) == (0, USAGE.decode())
    assert done.stderr == f"recorded 1 request, and passed on 0 others; next: promptlint check {folder}\n"
    [seen] = behind.seen
    assert seen.body == BODY
    assert seen.header("authorization") == ["Bearer sk-planted"]
    [file] = folder.iterdir()
    assert b"sk-planted" not in file.read_bytes()
    assert json.loads(file.read_bytes())["request"]["url"] == behind.url + url


def test_a_command_goes_on_to_the_server_that_it_was_meant_for(tmp_path: Path) -> None:
    with upstream(whole("200 OK", USAGE)) as behind:
        variables = {"OPENAI_API_BASE": f"{behind.url}/gateway/v1", "HTTP_PROXY": "http://127.0.0.1:1"}
        client = [sys.executable, "-c", CLIENT, "OPENAI_API_BASE", "/chat/completions?key=1"]
        done = run("--out", str(tmp_path / "out"), "--", *client, variables=variables)
    assert (done.returncode, done.stdout) == (0, USAGE.decode())
    assert behind.seen[0].target == "/gateway/v1/chat/completions?key=1"


def test_the_input_the_output_and_the_exit_code_are_those_of_the_command(tmp_path: Path) -> None:
    program = "import sys; print(sys.stdin.read() + '!'); print('aside', file=sys.stderr); sys.exit(7)"
    done = subprocess.run(
        command("--out", str(tmp_path / "out"), "--", sys.executable, "-c", program),
        input="from outside",
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (7, "from outside!\n")
    assert done.stderr.splitlines() == [
        "aside",
        "recorded 0 requests, and passed on 0 others: no client in it read the variables that were set",
    ]


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_goes_on_to_the_command_and_comes_back_as_its_exit_code(tmp_path: Path, number: int) -> None:
    program = "import signal; signal.signal(2, signal.SIG_DFL); print('up', flush=True); signal.pause()"
    arguments = command("--out", str(tmp_path / "out"), "--", sys.executable, "-c", program)
    with subprocess.Popen(
        arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"up\n"
        process.send_signal(number)
        process.communicate(timeout=30)
    assert process.returncode == 128 + number


@posix
def test_a_command_that_catches_the_signal_ends_as_it_likes(tmp_path: Path) -> None:
    program = "import signal, sys; signal.signal(15, lambda *_: sys.exit(3)); print('up', flush=True); signal.pause()"
    arguments = command("--out", str(tmp_path / "out"), "--", sys.executable, "-c", program)
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"up\n"
        process.terminate()
        process.communicate(timeout=30)
    assert process.returncode == 3


def by_the_terminal(terminal: int, _: int) -> None:
    os.write(terminal, b"\x03")


def by_its_number(_: int, process: int) -> None:
    os.kill(process, signal.SIGINT)


@posix
@pytest.mark.parametrize("interrupt", [by_the_terminal, by_its_number])
@pytest.mark.parametrize("has_input", [False, True], ids=["terminal", "file"])
def test_an_interrupt_on_a_terminal_reaches_the_command_once(
    tmp_path: Path, interrupt: Callable[[int, int], None], has_input: bool
) -> None:
    """The terminal sends it to both of us; many programs take a second one for impatience."""
    program = (
        "import signal, time; seen = []; signal.signal(2, lambda *_: seen.append(1)); print('up', flush=True);"
        "[time.sleep(0.01) for _ in range(3000) if not seen]; time.sleep(1); print(len(seen), 'seen', flush=True)"
    )
    arguments = command("--out", str(tmp_path / "out"), "--", sys.executable, "-c", program)
    ours, theirs = os.openpty()
    with subprocess.Popen(
        arguments,
        stdin=subprocess.DEVNULL if has_input else theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment(),
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(1, termios.TIOCSCTTY, 0),
    ) as process:
        os.close(theirs)
        until(ours, b"up")
        interrupt(ours, process.pid)
        said = until(ours, b"seen")
        assert process.wait(timeout=30) == 0
    os.close(ours)
    assert b"1 seen" in said


def until(terminal: int, end: bytes) -> bytes:
    said = b""
    while end not in said:
        assert select.select([terminal], [], [], 30)[0], said
        said += os.read(terminal, 1024)
    return said


@pytest.fixture
def _as_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no SIGHUP, and a loop takes no handlers of signals."""
    monkeypatch.delattr(signal, "SIGHUP", raising=False)
    monkeypatch.delattr(asyncio.SelectorEventLoop, "add_signal_handler", raising=False)


def interrupted(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.usefixtures("_as_on_windows")
def test_where_a_loop_takes_no_signals_an_interrupt_is_the_end_too(tmp_path: Path) -> None:
    done = record("http://127.0.0.1:1", Settings(str(tmp_path / "out")), interrupted)
    assert done == Recorded(Tally(written=0, others=0, lost={}), exit_code=0)


@pytest.mark.usefixtures("_as_on_windows")
def test_there_an_interrupt_of_a_command_is_not_its_usual_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asyncio, "create_subprocess_exec", interrupted)
    with pytest.raises(KeyboardInterrupt):
        record_command(["some-client"], "http://127.0.0.1:1", Settings(str(tmp_path / "out")), {})


@posix
def test_where_standard_error_is_closed_a_command_runs_as_ever(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    program = f"{CLIENT}\nsys.exit(7)"
    with upstream(whole("200 OK", USAGE)) as behind:
        client = [sys.executable, "-c", program, "OPENAI_BASE_URL", "/chat/completions"]
        arguments = command("--upstream", behind.url, "--out", str(folder), "--", *client)
        done = subprocess.run(
            ["sh", "-c", 'exec "$@" 2>&-', "sh", *arguments],
            env=environment(),
            stdout=subprocess.PIPE,
            check=False,
            timeout=60,
        )
    assert (done.returncode, done.stdout) == (7, USAGE)
    assert len(list(folder.iterdir())) == 1


def test_a_command_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    done = run("--out", str(tmp_path / "out"), "--", "no-such-program-\x1b[31m")
    assert done.returncode == 2
    said = "error: no-such-program-\\x1b[31m: cannot be started: No such file or directory"
    assert done.stderr.splitlines()[0] == said


@posix
def test_a_folder_that_goes_away_fails_the_run_but_not_the_requests(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    with upstream(whole("200 OK", USAGE)) as behind, recorder(folder, behind.url) as recording:
        folder.rmdir()
        answers = [exchanged(recording.port, post(recording.port))[1] for _ in range(2)]
        assert recording.process.stderr is not None
        at_once = recording.process.stderr.readline()  # while it records
        said = recording.ended()
    assert answers == [USAGE, USAGE]
    assert recording.process.returncode == 2
    assert at_once == "error: a request could not be written: No such file or directory\n"
    assert said.splitlines() == [
        "error: 2 requests could not be written: No such file or directory",
        "recorded 0 requests, and passed on 0 others",
    ]


@posix
def test_it_says_what_it_could_not_keep(tmp_path: Path) -> None:
    answer = whole("200 OK", USAGE, "Content-Encoding: snappy\xe2\x80\xae")  # turns what follows it around
    with upstream(answer) as behind, recorder(tmp_path, behind.url) as recording:
        exchanged(recording.port, post(recording.port))
        said = recording.ended()
    assert said.splitlines()[0] == "1 answer not written: cannot be unpacked from 'snappy\\u202e'"
    assert said.splitlines()[1].startswith("recorded 1 request, ")


@pytest.mark.parametrize("path", ["/chat/completions", "/files"])
def test_a_server_that_cannot_be_reached_is_not_laid_to_the_command(tmp_path: Path, path: str) -> None:
    client = [sys.executable, "-c", CLIENT, "OPENAI_BASE_URL", path]
    with refusing_port() as port:
        done = run("--upstream", f"http://127.0.0.1:{port}", "--out", str(tmp_path / "out"), "--", *client)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-2:] == [
        f"1 request got no answer: http://127.0.0.1:{port}: Connection refused",
        "recorded 0 requests, and passed on 0 others",
    ]


def test_an_error_and_the_request_that_is_sent_once_more_are_one_request(tmp_path: Path) -> None:
    answers = [whole("429 Too Many Requests", b"{}"), whole("200 OK", USAGE)]

    def answer(seen: Seen, connection: socket.socket) -> None:
        answers.pop(0)(seen, connection)

    with upstream(answer) as behind, recorder(tmp_path, behind.url) as recording:
        heads = [exchanged(recording.port, post(recording.port))[0] for _ in range(2)]
        said = recording.ended()
    assert [head.split()[1] for head in heads] == ["429", "200"]
    assert said.splitlines()[0] == "1 request not written: answered with 429"
    [file] = recording.files()
    assert json.loads(file.read_bytes())["response"]["status"] == 200


def test_two_recorders_may_write_into_one_folder(tmp_path: Path) -> None:
    with ExitStack() as stack:
        behind = stack.enter_context(upstream(whole("200 OK", USAGE)))
        one, other = (stack.enter_context(recorder(tmp_path, behind.url)) for _ in range(2))
        for _ in range(5):
            exchanged(one.port, post(one.port))
            exchanged(other.port, post(other.port))
        one.ended()
        other.ended()
    assert len(one.files()) == 10


def test_text_of_a_prompt_or_a_server_does_not_reach_the_terminal(tmp_path: Path) -> None:
    body = BODY.replace(b"Gr", b"\\u001b]0;pwned\\u0007")
    with upstream(whole("500 \x1b[31m", b"\x1b[2J")) as behind, recorder(tmp_path, behind.url) as recording:
        exchanged(recording.port, post(recording.port, body))
        exchanged(recording.port, b"\x1b[31m nonsense\r\n\r\n")
        said = recording.ended()
    assert said.replace("\n", "").isprintable()
    assert "pwned" not in said


def test_check_reads_what_was_recorded_turn_by_turn(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "One?"}]

    def answer(seen: Seen, connection: socket.socket) -> None:
        whole("200 OK", USAGE, "Content-Type: application/json")(seen, connection)

    with upstream(answer) as behind, recorder(folder, behind.url) as recording:
        for number in range(3):
            exchanged(recording.port, post(recording.port, json.dumps({"model": "m", "messages": messages}).encode()))
            messages += [{"role": "assistant", "content": f"{number}"}, {"role": "user", "content": "And then?"}]
        recording.ended()
    done = subprocess.run(
        [sys.executable, "-m", "promptlint", "check", str(folder), "--model", "builtin", "--format", "json"],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    report = json.loads(done.stdout)
    assert [pair["status"] for pair in report["pairs"]] == ["extension", "extension"]
    assert [request["observed_cached_tokens"] for request in report["requests"]] == [7, 7, 7]
