"""Hostile templates and tokenizers are stopped with one clear error, in seconds, and the next call works again."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest

from promptlint.errors import ModelError, StoppedError, TemplateError
from promptlint.sandbox import limits
from promptlint.sandbox.model_process import ModelProcess
from promptlint.tokens.cuts import SegmentKey

NOW = datetime(2026, 1, 15, 12, 34, 56)
MESSAGES = {"messages": [{"role": "user", "content": "hi"}], "tools": None, "add_generation_prompt": True}
Opened = Callable[..., ModelProcess]


@pytest.fixture
def opened(tiny_model: Path) -> Iterator[Opened]:
    processes = []

    def make(template: str | None = None, path: Path = tiny_model) -> ModelProcess:
        processes.append(ModelProcess("folder", str(path), template))
        return processes[-1]

    yield make
    for process in processes:
        process.close()


def whole(text: str) -> SegmentKey:
    return SegmentKey("", text, "")


def render(process: ModelProcess) -> str:
    return process.render("default", MESSAGES, NOW, "transformers")


def test_renders_and_encodes(opened: Opened) -> None:
    process = opened()
    text = render(process)
    assert text == "<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n"
    ids = process.encode_segments([whole(text)])[0]
    assert "".join(process.pieces(list(ids))).replace("Ċ", "\n") == text
    assert process.token_span(whole(text), 0) == (0, len("<|im_start|>"))


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}", "took longer than"),
        ("{{ 'x' * 10000000000 }}", "GiB of memory"),
        ("{% set n = namespace(x='ab') %}{% for i in range(60) %}{% set n.x = n.x ~ n.x %}{% endfor %}", "stopped"),
        ("{% for i in range(90000) %}{{ 'x' * 10000 }}{% endfor %}", "printed more than"),
        ("{{ '%1000000000d' % 1 }}{{ '%1000000000d' % 1 }}", "stopped"),
    ],
    ids=["nested loop", "one long string", "doubling", "long output", "wide format"],
)
def test_stops_what_never_ends(opened: Opened, monkeypatch: pytest.MonkeyPatch, template: str, words: str) -> None:
    monkeypatch.setattr(limits, "RENDER_SECONDS", 1.5)
    process = opened(template)
    begin = time.monotonic()
    with pytest.raises(StoppedError, match=words):
        render(process)
    assert time.monotonic() - begin < 8


def test_goes_on_after_a_stop(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "RENDER_SECONDS", 1.0)
    process = opened(
        "{% if tools %}{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}{% endif %}ok"
    )
    with pytest.raises(StoppedError):
        process.render("default", MESSAGES | {"tools": [1]}, NOW, "transformers")
    assert render(process) == "ok"


@pytest.mark.parametrize(
    "template",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ messages.__class__.__subclasses__() }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ raise_exception.__globals__['json'] }}",
        "{{ strftime_now.__closure__[0] }}",
        "{{ namespace(__class__=1) }}",
        "{% set n = namespace() %}{% set n['__init__'] = 1 %}{{ n }}",
        "{{ dict.__class__.__mro__ }}",
        "{{ '{0.__class__.__mro__}'.format(messages) }}",
        "{{ ('{0.__cl' ~ 'ass__.__mro__}').format(1) }}",
        "{{ messages.append(1) }}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}{{ os }}",
    ],
)
def test_the_sandbox_holds(opened: Opened, template: str) -> None:
    with pytest.raises(TemplateError):
        render(opened(template))


@pytest.mark.parametrize(
    "template", ["{{ ''.__class__ }}", "{{ messages|attr('__class__') }}", "{{ '{0.__class__}'.format(1) }}"]
)
def test_an_unsafe_attribute_alone_prints_nothing(opened: Opened, template: str) -> None:
    assert render(opened(template)) == ""


def test_recursion_is_the_templates_own_error(opened: Opened) -> None:
    with pytest.raises(TemplateError, match="recursion"):
        render(opened("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}"))


def test_a_templates_words_and_line_reach_the_caller(opened: Opened) -> None:
    with pytest.raises(TemplateError, match=r"^no system please$") as caught:
        render(opened("line one\n{{ raise_exception('no system please') }}"))
    assert (caught.value.kind, caught.value.line) == ("TemplateError", 2)


def test_a_hostile_split_pattern_is_stopped(
    opened: Opened, tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ENCODE_SECONDS", 1.5)
    tokenizer = json.loads((tiny_model / "tokenizer.json").read_text(encoding="utf-8"))
    split = {"type": "Split", "pattern": {"Regex": "(a+a+)+b"}, "behavior": "Isolated", "invert": False}
    tokenizer["pre_tokenizer"] = {"type": "Sequence", "pretokenizers": [split, tokenizer["pre_tokenizer"]]}
    (tmp_path / "tokenizer.json").write_text(json.dumps(tokenizer), encoding="utf-8")
    begin = time.monotonic()
    with pytest.raises(StoppedError):
        opened("x", tmp_path).encode_segments([whole("a" * 200_000)])
    assert time.monotonic() - begin < 12


def test_a_normalizer_that_multiplies_text_is_stopped(
    opened: Opened, tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ENCODE_SECONDS", 3.0)
    tokenizer = json.loads((tiny_model / "tokenizer.json").read_text(encoding="utf-8"))
    grow = {"type": "Replace", "pattern": {"String": "a"}, "content": "a" * 1000}
    tokenizer["normalizer"] = {"type": "Sequence", "normalizers": [grow, grow, grow, grow]}
    (tmp_path / "tokenizer.json").write_text(json.dumps(tokenizer), encoding="utf-8")
    with pytest.raises(StoppedError):
        opened("x", tmp_path).encode_segments([whole("aaaa")])


def test_a_rust_panic_becomes_an_error(opened: Opened, tiny_model: Path, tmp_path: Path) -> None:
    tokenizer = json.loads((tiny_model / "tokenizer.json").read_text(encoding="utf-8"))
    tokenizer["normalizer"] = {"type": "Precompiled", "precompiled_charsmap": "AAAAAAAAAAAAAAAAAAAAAA=="}
    (tmp_path / "tokenizer.json").write_text(json.dumps(tokenizer), encoding="utf-8")
    with pytest.raises((StoppedError, ModelError)):
        opened("x", tmp_path).encode_segments([whole("abc")])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no tokenizer that"),
        (b"{", "no tokenizer that"),
        (b"\xff\xfe", "no tokenizer that"),
        (b"[]", "no tokenizer that"),
    ],
)
def test_a_broken_tokenizer_file_is_named(opened: Opened, tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "tokenizer.json").write_bytes(content)
    with pytest.raises(ModelError, match=words) as caught:
        opened("x", tmp_path).encode_segments([whole("abc")])
    assert "tokenizer.json" in str(caught.value)


def test_a_missing_tokenizer_is_explained(opened: Opened, tmp_path: Path) -> None:
    (tmp_path / "tekken.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelError, match=r"no tokenizer\.json in") as caught:
        opened("x", tmp_path).encode_segments([whole("abc")])
    assert "tekken" in str(caught.value.hint)


def test_too_many_or_too_long_templates_are_refused(opened: Opened, tiny_model: Path, tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_bytes((tiny_model / "tokenizer.json").read_bytes())
    (tmp_path / "chat_template.jinja").write_text("x" * (limits.TEMPLATE_LIMIT + 1), encoding="utf-8")
    with pytest.raises(ModelError, match="more than 4,194,304 characters"):
        render(opened(None, tmp_path))
    (tmp_path / "chat_template.jinja").unlink()
    many = [{"name": f"t{number}", "template": "x"} for number in range(limits.MOST_TEMPLATES + 1)]
    (tmp_path / "tokenizer_config.json").write_text(json.dumps({"chat_template": many}), encoding="utf-8")
    with pytest.raises(ModelError, match="more than 100 chat templates"):
        render(opened(None, tmp_path))


def test_a_link_out_of_the_folder_is_not_shown_as_a_template(opened: Opened, tiny_model: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET", encoding="utf-8")
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "tokenizer.json").write_bytes((tiny_model / "tokenizer.json").read_bytes())
    (folder / "chat_template.jinja").symlink_to(secret)
    with pytest.raises(ModelError, match="leads out of its folder"):
        render(opened(None, folder))


def test_the_links_of_the_hub_cache_stay_within_it(opened: Opened, tiny_model: Path, tmp_path: Path) -> None:
    (tmp_path / "blobs").mkdir()
    snapshot = tmp_path / "snapshots" / "abc"
    snapshot.mkdir(parents=True)
    for name, content in (
        ("tokenizer.json", (tiny_model / "tokenizer.json").read_bytes()),
        ("chat_template.jinja", b"ok"),
    ):
        (tmp_path / "blobs" / name).write_bytes(content)
        (snapshot / name).symlink_to(tmp_path / "blobs" / name)
    assert render(opened(None, snapshot)) == "ok"


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_child_whose_parent_died_while_it_worked_ends_by_itself(tiny_model: Path) -> None:
    endless = "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}"
    code = f"""
import os, signal, sys
sys.path[:0] = {sys.path!r}
from promptlint.sandbox.process import Process
child = Process('templates')
child.ask("templates", "folder", {str(tiny_model)!r}, {endless!r}, seconds=30)
child.send("render", "default", {{}}, "2026-01-15", "transformers", seconds=1)
print(child._popen.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    parent = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    pid = int(parent.stdout)
    deadline = time.monotonic() + 1 + limits.ORPHAN_GRACE + 5
    while time.monotonic() < deadline:
        status = Path(f"/proc/{pid}/stat")
        if not status.exists() or status.read_text().rpartition(")")[2].split()[0] == "Z":  # gone, or not yet counted
            return
        time.sleep(0.1)
    os.kill(pid, signal.SIGKILL)
    pytest.fail("the child went on without its parent")


def test_the_child_sees_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    from promptlint.sandbox import process

    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    assert "sk-secret" not in process._environment().values()


def test_threads_get_their_own_answers(opened: Opened) -> None:
    process = opened()
    texts = ["fox " * length for length in range(1, 60)]
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda text: process.encode_segments([whole(text)]), texts))
    assert found == [process.encode_segments([whole(text)]) for text in texts]


def test_an_error_of_any_length_is_cut(opened: Opened) -> None:
    with pytest.raises(TemplateError) as caught:
        render(opened("{{ raise_exception('x' * 9999999) }}"))
    assert len(str(caught.value)) == 100_000


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_among_the_files_is_not_waited_for(opened: Opened, tiny_model: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(tiny_model, folder)
    os.mkfifo(folder / "config.json")
    with pytest.raises(ModelError, match="not a regular file"):
        _ = opened(path=folder).files
