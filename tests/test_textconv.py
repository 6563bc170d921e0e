"""Captures in `git diff`: a real repository, with the two lines of the README in its config."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from promptlint.errors import ConfigError, InputError
from promptlint.options import Options
from promptlint.textconv import text_of


def builtin() -> Options:
    return Options(model="builtin")


def body(*texts: str, **more: object) -> dict[str, object]:
    return {"model": "m", "messages": [{"role": "user", "content": text} for text in texts], **more}


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"},
    )
    return done.stdout


def test_every_request_of_a_file_is_there(tmp_path: Path) -> None:
    path = tmp_path / "two.jsonl"
    path.write_text("".join(json.dumps(body(text)) + "\n" for text in ("first words", "second words")), "utf-8")
    shown = text_of(str(path), builtin)
    assert [line for line in shown.splitlines() if line.startswith("===")] == [
        "=== request 0, m: 10 tokens",
        "=== request 1, m: 10 tokens",
    ]
    assert shown.index("first words") < shown.index("=== request 1") < shown.index("second words")
    assert str(tmp_path) not in shown


@pytest.mark.parametrize("text", ["no capture at all\n", '{"messages": [', '{"a": 1}', ""])
def test_what_is_no_capture_stays_what_it_is(tmp_path: Path, text: str) -> None:
    path = tmp_path / "other.json"
    path.write_text(text, encoding="utf-8")
    assert text_of(str(path), builtin) == text.removesuffix("\n")


def test_a_prompt_that_cannot_be_made_is_a_line(tmp_path: Path) -> None:
    template = tmp_path / "no.jinja"
    template.write_text("{{ raise_exception('no such thing') }}", encoding="utf-8")
    path = tmp_path / "one.json"
    path.write_text(json.dumps(body("words")), encoding="utf-8")
    shown = text_of(str(path), lambda: Options(model="builtin", template=str(template)))
    assert shown == "=== request 0, m: no prompt: no such thing"


def test_a_mistake_in_the_config_costs_no_diff(tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    path.write_text(json.dumps(body("words")) + "\n", encoding="utf-8")

    def mistaken() -> Options:
        raise ConfigError("unknown key 'modle'", where="promptlint.yaml:1")

    assert text_of(str(path), mistaken).splitlines() == [
        "=== no prompt: promptlint.yaml:1: unknown key 'modle'",
        json.dumps(body("words")),
    ]


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot read"):
        text_of(str(tmp_path / "none.json"), builtin)


def test_git_diff_shows_prompts_instead_of_json(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    command = f'"{sys.executable}" -m promptlint render --textconv --model builtin'
    git(tmp_path, "config", "diff.promptlint.textconv", command)
    (tmp_path / ".gitattributes").write_text("golden/*.json diff=promptlint\n", encoding="utf-8")
    golden = tmp_path / "golden"
    golden.mkdir()
    path = golden / "turn-1.json"
    path.write_text(json.dumps(body("one line\nof the prompt")), encoding="utf-8")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    path.write_text(json.dumps(body("one line\nof another \x1b[31m prompt"), indent=1), encoding="utf-8")
    changed = [line for line in git(tmp_path, "diff").split("@@\n", 1)[-1].splitlines() if line[:1] in "+-"]
    assert [line for line in changed if "===" not in line] == [
        "-of the prompt<|im_end|>",
        "+of another \\x1b[31m prompt<|im_end|>",
    ]
