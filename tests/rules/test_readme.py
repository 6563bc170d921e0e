"""What rules/README.md says: its examples run, and its tables are what the code says."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from promptlint.lint import given, rule_file, testing
from promptlint.lint.context import PairContext, RequestContext
from promptlint.lint.functions import FUNCTIONS, function
from promptlint.lint.option import DECLARED
from promptlint.lint.rule import Hit, Option
from promptlint.lint.session import SessionContext
from promptlint.lint.template_context import TemplateContext
from promptlint.testing import Done, rule_cases, run_rule_cases
from tests.commands import run

README = (Path(__file__).resolve().parents[2] / "rules" / "README.md").read_text(encoding="utf-8")
FOLDER = "ci/prompt-rules"
CALLED = {"texts": "list of texts", "any": "list"}


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def table(head: str) -> list[tuple[str, ...]]:
    """The rows of the table with this first cell in its head."""
    rows = README.split(f"\n| {head} |", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    return [tuple(cell.strip() for cell in row.strip("|").split(" | ")) for row in rows]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with the files of the examples."""
    root = tmp_path_factory.mktemp("project")
    for block in (*blocks("yaml"), *blocks("python")):
        found = re.match(rf"# ({FOLDER}/\S+)\n", block)
        if found is not None:
            (root / found[1]).parent.mkdir(parents=True, exist_ok=True)
            (root / found[1]).write_text(block, encoding="utf-8")
    return root


def test_the_examples_are_right(folder: Path) -> None:
    assert run_rule_cases(str(folder / FOLDER), allow_code=True) == Done(2, 7, ())
    assert str(rule_cases(str(folder / FOLDER), allow_code=True)[0]) == "result-without-call: a call and its result"


def test_the_commands_do_what_the_text_says(folder: Path, tmp_path: Path) -> None:
    data, code = (block.strip() for block in blocks("sh"))
    done = run(code, folder, tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "2 rules, 7 cases, all as they say\n", "")
    assert run(data, folder, tmp_path).returncode == 2  # the Python rule is in the same folder by now
    (folder / FOLDER / "result-without-call.yaml").rename(folder / "aside")
    done = run(data, folder, tmp_path)
    (folder / "aside").rename(folder / FOLDER / "result-without-call.yaml")
    assert (done.returncode, done.stdout, done.stderr) == (0, "1 rule, 3 cases, all as they say\n", "")


def test_the_examples_are_used_from_a_config(folder: Path, tmp_path: Path) -> None:
    config = next(block for block in blocks("yaml") if block.startswith("rules:"))
    (folder / "promptlint.yaml").write_text(config, encoding="utf-8")
    body = '{"model": "example", "messages": [{"role": "system", "content": "You work on OPS-17."}]}'
    (folder / "request.json").write_text(body, encoding="utf-8")
    done = run("promptlint check request.json --allow-code --format concise", folder, tmp_path)
    assert done.returncode == 1
    assert 'KV901 ticket-in-system-prompt ticket "OPS-17" in the system prompt' in done.stdout


def test_the_pytest_example_collects_every_case(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    (block,) = (block for block in blocks("python") if "rule_cases" in block)
    names: dict[str, Any] = {}
    exec(compile(block, "test_rules.py", "exec"), names)  # our own text, as a reader would paste it
    (mark,) = names["test_rule"].pytestmark
    assert len(mark.args[1]) == 7


def test_the_entry_point_is_the_one_that_is_read() -> None:
    from promptlint.lint.rule_folders import ENTRY_POINTS

    assert [f'"{ENTRY_POINTS}"' in block for block in blocks("toml")] == [True]


def test_the_keys_of_a_rule_file() -> None:
    required = [key for key in rule_file.KEYS if key in rule_file.REQUIRED]
    rows = [cells[0] for cells in table("key")]
    assert rows == [f"`{key}` *" if key in required else f"`{key}`" for key in rule_file.KEYS]
    assert all(f"`{name}`" in README for name in DECLARED)


def test_the_aliases() -> None:
    assert [cells[0] for cells in table("alias")] == [f"`{name}`" for name in given.ALIASES]


def test_the_keys_of_cases() -> None:
    section = README.split("\n## Cases\n", 1)[1].split("\n## ", 1)[0]
    named = set(re.findall(r"`([a-z-]+)`", section))
    assert named >= testing.GIVEN | testing.EXPECTED


WORDS = {"check", "given", "then", "isinstance", "context", "request", "chat", "promptlint"}


def test_the_names_of_the_api() -> None:
    section = README.split("\n## A rule in Python\n", 1)[1].split("\n## ", 1)[0]
    named = set(re.findall(r"`([a-z_]+)(?:[(.=`])", section))
    contexts = (RequestContext, PairContext, SessionContext, TemplateContext)
    members = {name for one in contexts for name in (*dir(one), *inspect.get_annotations(one))} | {*Hit.__slots__}
    assert named - members - WORDS == set()


def function_rows() -> Iterator[str]:
    """The table of functions, as the modules describe themselves."""
    yield "| function | looks at | options | |"
    yield "|---|---|---|---|"
    for name in sorted(FUNCTIONS):
        module = function(name)
        scopes = [scope for scope, method in (("request", "check"), ("pair", "compare")) if hasattr(module, method)]
        first = " ".join((module.__doc__ or "").split("\n\n")[0].split()).removeprefix(f"`{name}`: ").rstrip(".")
        yield f"| `{name}` | {', '.join(scopes)} | {options(module.OPTIONS)} | {first} |"


def options(declared: Mapping[str, Option]) -> str:
    return "; ".join(f"`{name}` ({', '.join(kind(option))}): {option.about}" for name, option in declared.items())


def kind(option: Option) -> Iterator[str]:
    yield CALLED.get(option.kind, option.kind) if not option.choices else " or ".join(option.choices)
    if option.required:
        yield "needed"
    elif option.default not in (None, [], False):
        yield f"{option.default} by itself"


def test_the_table_of_functions() -> None:
    rows = "\n".join(function_rows())
    assert rows in README, f"the table of functions should be\n\n{rows}\n"
