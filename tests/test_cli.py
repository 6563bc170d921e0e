"""What the commands do with their arguments and with what the pipeline answers; whole runs are in tests/cases."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from promptlint import __version__, pipeline
from promptlint.__main__ import main
from promptlint.engine.price import Rate, Speed, setup
from promptlint.errors import InputError, ModelError, NoRequestError, TemplateError
from promptlint.model import Prompt, Report
from promptlint.options import Options
from promptlint.pipeline import RenderedRequest
from promptlint.tokens import hub
from tests.report import example


class Pipeline:
    """Stands in for the pipeline: remembers what it was asked, and answers or raises what it was given."""

    def __init__(self) -> None:
        self.answer: Report | BaseException = example.report()
        self.asked: list[Any] = []
        self.options = Options()

    def diff(self, before: str, after: str, options: Options) -> Report:
        self.asked, self.options = [before, after], options
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer

    def render(self, path: str, request: int | None, options: Options, *, pieces: bool = False) -> RenderedRequest:
        self.asked, self.options = [path, request], options
        spelled = ("a", "\n", "::b") if pieces else ()
        return RenderedRequest(
            example.report().requests[0], Prompt("a\n::b\x1b", [7, 1000, 3], ("no images",)), spelled
        )


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Pipeline:
    fake = Pipeline()
    monkeypatch.setattr(pipeline, "diff", fake.diff)
    monkeypatch.setattr(pipeline, "render", fake.render)
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return fake


def test_options_reach_the_pipeline(fake: Pipeline) -> None:
    line = "diff a.json#1 - --model m --engine sglang --template t.jinja --online --require-exact --no-cache"
    arguments = ["--template-arg", "n=3", "--template-arg", "s=three", "--template-arg", 'o={"a": [1]}']
    assert main([*line.split(), *arguments]) == 1
    assert fake.asked == ["a.json#1", "-"]
    assert fake.options == Options(
        model="m",
        engine="sglang",
        engines=("sglang",),
        references=("m",),
        template="t.jinja",
        template_arguments={"n": 3, "s": "three", "o": {"a": [1]}},
        online=True,
        require_exact=True,
    )


def test_what_is_known_of_the_engine_reaches_the_pipeline(fake: Pipeline) -> None:
    Path("promptlint.yaml").write_text("engine-options: {slots: 4}", encoding="utf-8")
    main(["diff", "a", "b"])
    assert fake.options.engine_options == {"slots": 4}
    main(["diff", "a", "b", "--engine-option", "slots=1"])
    assert fake.options.engine_options == {"slots": 1}
    main(["diff", "a", "b", "--engine-option", "slots=3", "--engine-option", "slots=2"])
    assert fake.options.engine_options == {"slots": 2}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("slots=0", "engine-options.slots must be a number of 1 or more"),
        ("slots=-1", "engine-options.slots must be a number of 1 or more"),
        ("slots=true", "engine-options.slots must be a number of 1 or more"),
        ('slots="1"', "engine-options.slots must be a number of 1 or more"),
        ("slots=many", "engine-options.slots must be a number of 1 or more"),
        ("slot=1", "unknown key 'engine-options.slot'"),
        ("slots", "'slots' is not NAME=VALUE"),
        ("=1", "'=1' is not NAME=VALUE"),
        ("a b=1", "'a b=1' is not NAME=VALUE"),
    ],
)
def test_what_is_said_of_the_engine_is_checked(
    fake: Pipeline, given: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diff", "a", "b", "--engine-option", given]) == 2
    shown = capsys.readouterr().err
    assert message in shown
    assert "did you mean 'slots'?" in shown or not given.startswith("slot=")
    assert fake.asked == []


@pytest.mark.parametrize(("given", "rate"), [("3000", Rate(3000.0)), ("m1-max-8b", setup("m1-max-8b"))])
def test_a_prefill_rate_is_a_number_or_a_name(fake: Pipeline, given: str, rate: Speed) -> None:
    main(["diff", "a", "b", "--prefill-rate", given])
    assert fake.options.prefill_rate == rate


@pytest.mark.parametrize("given", ["0", "-1", "nan", "inf", "rtx", ""])
def test_another_prefill_rate_is_refused(fake: Pipeline, given: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "a", "b", "--prefill-rate", given]) == 2
    assert "--prefill-rate" in capsys.readouterr().err
    assert fake.asked == []


def test_of_several_engines_the_first_decides(fake: Pipeline) -> None:
    main(["diff", "a", "b", "--engine", "llama.cpp", "--engine", "openai"])
    assert fake.options.engine == "llama.cpp"
    main(["render", "a", "--engine", "sglang", "--engine", "vllm"])
    assert fake.options.engine == "sglang"


def test_every_command_fits_on_its_line_of_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--help"])
    commands = capsys.readouterr().out.partition("Commands:")[2]
    assert "diff" in commands
    assert "..." not in commands


def test_the_config_reaches_the_pipeline_too(fake: Pipeline) -> None:
    Path("promptlint.yaml").write_text(
        "engine: vllm\nfail-on: never\noptions: {prefix-too-short: {max-lost-tokens: 9}}"
    )
    assert main(["diff", "a", "b", "--offline"]) == 0
    assert fake.options.engine == "vllm"
    assert fake.options.lint.rule_options["prefix-too-short"].values == {"max-lost-tokens": 9}
    Path("other.yaml").write_text("engine: sglang")
    assert main(["diff", "a", "b", "--config", "other.yaml", "--no-cache"]) == 1
    assert fake.options == Options(engine="sglang")


def test_the_disk_cache_is_used_unless_it_is_not_wanted(fake: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROMPTLINT_CACHE_DIR", "elsewhere")
    main(["diff", "a", "b"])
    assert fake.options.cache == Path("elsewhere")
    main(["diff", "a", "b", "--no-cache"])
    assert fake.options.cache is None


@pytest.mark.parametrize(
    ("answer", "arguments", "code"),
    [
        (example.report(), [], 1),
        (example.report(findings=()), [], 0),
        (example.report(findings=(example.WARNING,)), [], 0),
        (example.report(findings=(example.WARNING,)), ["--fail-on", "warning"], 1),
        (example.report(), ["--fail-on", "never"], 0),
        (InputError("not JSON"), [], 2),
        (ModelError("no tokenizer"), [], 2),
        (TemplateError("no tools here", kind="TemplateError"), [], 1),
        (NoRequestError("nothing"), [], 3),
        (KeyboardInterrupt(), [], 130),
        (ZeroDivisionError("oops"), [], 2),
        (MemoryError(), [], 2),
    ],
)
def test_exit_codes(fake: Pipeline, answer: Report | BaseException, arguments: list[str], code: int) -> None:
    fake.answer = answer
    assert main(["diff", "a", "b", *arguments]) == code


def test_an_error_is_one_line_and_one_hint(fake: Pipeline, capsys: pytest.CaptureFixture[str]) -> None:
    fake.answer = InputError("not JSON:\n::error::\x1b", where="a.json:1:2", hint="is it\ncut off?")
    main(["diff", "a", "b"])
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err == (
        "error: a.json:1:2: KV001 unreadable-input: not JSON:\\n::error::\\x1b\nhint: is it\\ncut off?\n"
    )


def test_an_internal_error_says_what_to_do(
    fake: Pipeline, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.answer = ZeroDivisionError("oops\n::error::")
    monkeypatch.delenv("PROMPTLINT_TRACEBACK", raising=False)
    main(["diff", "a", "b"])
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "error: internal error: ZeroDivisionError: oops\\n::error::"
    assert "PROMPTLINT_TRACEBACK=1" in lines[1]
    assert len(lines) == 2
    monkeypatch.setenv("PROMPTLINT_TRACEBACK", "1")
    main(["diff", "a", "b"])
    trace = capsys.readouterr().err
    assert trace.startswith("Traceback")
    assert not any(line.startswith("::") for line in trace.splitlines())


@pytest.mark.parametrize(
    ("arguments", "error", "hint"),
    [
        (["diff", "a"], "Missing argument 'AFTER'", "promptlint diff --help"),
        (["diff", "a", "b", "--engin", "x"], "No such option", "promptlint diff --help"),
        (["diff", "a", "b", "--engine", "x"], "'x' is not one of 'transformers'", "promptlint diff --help"),
        (["diff", "a", "b", "--template-arg", "x"], "'x' is not NAME=VALUE", "promptlint diff --help"),
        (["diff", "a", "b", "--output", "pdf:x"], "is not FORMAT:FILE, where FORMAT is one of text", "diff --help"),
        (["diff", "a", "b", "--output", "json:"], "is not FORMAT:FILE", "promptlint diff --help"),
        (["diff", "-", "-"], "standard input can be read once only", "promptlint diff --help"),
        (["render", "a", "--format", "concise"], "'concise' is not one of 'text', 'json'", "promptlint render --help"),
        (["dif"], "No such command 'dif'", "promptlint --help"),
        (["verify", "a", "b", "--model", "m", "--model", "n"], "verify asks one server", "promptlint verify --help"),
        (["diff", "a", "b", "--config", "missing.yaml"], "error: missing.yaml: cannot read the config", ""),
        (["diff", "a", "b", "--output", "json:no/x.json"], "no folder 'no' for 'no/x.json'", "promptlint diff --help"),
    ],
)
def test_usage_errors(
    fake: Pipeline, capsys: pytest.CaptureFixture[str], arguments: list[str], error: str, hint: str
) -> None:
    assert main(arguments) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith("error: ")
    assert error in output.err
    assert hint in output.err


def test_output_files_beside_standard_output(fake: Pipeline, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "a", "b", "--format", "concise", "--output", "json:r.json", "--output", "text:r.txt"]) == 1
    assert (
        capsys.readouterr().out
        == "after.json:12:431: KV601 prefix-too-short 100,384 of 100,449 tokens are computed again\n"
    )
    assert json.loads(Path("r.json").read_text()) == example.report().to_dict()
    assert Path("r.txt").read_text(encoding="utf-8").startswith("broken: ")


def test_an_output_that_fails_costs_none_of_the_others(fake: Pipeline, capsys: pytest.CaptureFixture[str]) -> None:
    Path("folder").mkdir()
    arguments = ["--format", "concise", "--output", "json:folder", "--output", "json:r.json"]
    assert main(["diff", "a", "b", *arguments]) == 2
    shown = capsys.readouterr()
    assert shown.out.startswith("after.json:12:431: KV601")
    assert shown.err == "error: folder: cannot write: Is a directory\n"
    assert json.loads(Path("r.json").read_text(encoding="utf-8")) == example.report().to_dict()


@pytest.mark.parametrize("path", ["-", "/dev/stdout"])
def test_an_output_can_be_standard_output(fake: Pipeline, path: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "a", "b", "--format", "concise", "--output", f"jsonl:{path}"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert json.loads(lines[0])["schema"]
    assert lines[-1].startswith("after.json:12:431: KV601")


@pytest.mark.parametrize(
    ("outputs", "said"),
    [
        (["json:no/r.json"], "no folder 'no' for 'no/r.json'"),
        (["json:r", "sarif:r"], "'r' is given twice"),
        (["json:after.json"], "after.json: it is one of the captures"),
    ],
)
def test_outputs_that_would_lose_something_are_refused(
    fake: Pipeline, outputs: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diff", "a", "b", *(part for one in outputs for part in ("--output", one))]) == 2
    assert said in capsys.readouterr().err
    assert not any(Path(one).exists() for one in ("r", "no", "after.json"))


def test_render_shows_the_prompt_and_nothing_else_on_standard_output(
    fake: Pipeline, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["render", "a.json", "--request", "-1"]) == 0
    assert fake.asked == ["a.json", -1]
    output = capsys.readouterr()
    assert output.out == "a\n\\x3a:b\\x1b\n"
    assert output.err.splitlines() == [
        "3 tokens.",
        "Tokenizer builtin, profile vllm: an approximation.",
        "  exact with the model's own files: --model",
        "  stands in for gpt-x",
        "Not modelled, so the prompt can be another one:",
        "  no images",
    ]
    main(["render", "a.json", "--quiet"])
    assert capsys.readouterr().err == ""


def test_render_tokens(fake: Pipeline, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["render", "a.json", "--tokens"]) == 0
    assert capsys.readouterr().out == "0     7  a\n1  1000  \\n\n2     3  ::b\n"


def test_render_json_is_exact(fake: Pipeline, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["render", "a.json", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["text"], found["ids"], found["pieces"]) == ("a\n::b\x1b", [7, 1000, 3], None)
    assert found["schema"] == "promptlint-prompt/1"


def test_fetch(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    asked = []

    def fetch(repo: str, revision: str | None) -> Path:
        asked.append((repo, revision))
        return Path("cache/x")

    monkeypatch.setattr(hub, "fetch", fetch)
    assert main(["fetch", "org/name"]) == 0
    assert main(["fetch", "org/name@v1"]) == 0
    assert asked == [("org/name", None), ("org/name", "v1")]
    assert capsys.readouterr().out == "cache/x\ncache/x\n"


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["diff", "--help"], ["--version"], []])
def test_help_and_version(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    code = main(arguments)
    output = capsys.readouterr()
    assert code == (0 if arguments else 2)
    assert "Usage: promptlint" in output.out + output.err or arguments == ["--version"]
    assert "error:" not in output.err
    if arguments == ["--version"]:
        assert output.out == f"promptlint {__version__}\n"


def test_a_terminal_that_cannot_show_it_gets_ascii(fake: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", screen)
    assert main(["diff", "a", "b"]) == 1
    shown = screen.buffer.getvalue()
    assert shown.isascii()
    assert b'"...09:14:07"' in shown


def test_the_module_is_the_command() -> None:
    done = subprocess.run([sys.executable, "-m", "promptlint", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"promptlint {__version__}\n"


SAID = "100,384 of 100,449 tokens"  # of a finding whose words nobody has gone through: a redacted report has them not


@pytest.mark.parametrize(
    ("options", "config", "redacted"),
    [
        ([], "", {"sarif": True, "markdown": True, "concise": False}),
        (["--redact"], "", {"sarif": True, "markdown": True, "concise": True}),
        (["--no-redact"], "", {"sarif": False, "markdown": False, "concise": False}),
        ([], "redact: [concise]", {"sarif": True, "markdown": True, "concise": True}),
        ([], "redact: []", {"sarif": True, "markdown": True, "concise": False}),
        (["--no-redact"], "redact: [concise]", {"sarif": False, "markdown": False, "concise": False}),
        (["--redact"], "redact: []", {"sarif": True, "markdown": True, "concise": True}),
    ],
)
def test_who_gets_prompt_text(
    fake: Pipeline, options: list[str], config: str, redacted: dict[str, bool], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("promptlint.yaml").write_text(f"{config}\n" if config else "{}\n", encoding="utf-8")
    files = ["--output", "sarif:r.sarif", "--output", "markdown:r.md"]
    assert main(["diff", "a", "b", "--format", "concise", *files, *options]) == 1
    found = {
        "sarif": Path("r.sarif").read_text(encoding="utf-8"),
        "markdown": Path("r.md").read_text(encoding="utf-8"),
        "concise": capsys.readouterr().out,
    }
    assert {name: SAID not in text for name, text in found.items()} == redacted


def test_the_verdict_of_a_format_is_that_of_the_exit_code(fake: Pipeline) -> None:
    assert main(["diff", "a", "b", "--fail-on", "never", "--output", "markdown:r.md"]) == 0
    assert Path("r.md").read_text(encoding="utf-8").startswith("### promptlint passed\n")
    fake.answer = example.report(findings=(replace(example.FINDING, severity="info"),))
    hidden = ["--fail-on", "info", "--min-severity", "error"]
    assert main(["diff", "a", "b", *hidden, "--output", "markdown:r.md"]) == 1
    shown = Path("r.md").read_text(encoding="utf-8")
    assert shown.startswith("### promptlint failed\n")
    assert "1 finding below --min-severity fails the run." in shown
