"""The config that `init` writes: what of the captures is in it, and when none is written."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
import yaml

from promptlint import starting_config, whole_file
from promptlint.errors import NoRequestError, UsageError

USER = {"role": "user", "content": "Hello."}


def captured(path: Path, *models: str | None) -> None:
    """A file with one request for each model."""
    bodies = [{"messages": [USER], **({} if model is None else {"model": model})} for model in models]
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(body) + "\n" for body in bodies).encode()
    path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)


def written(folder: Path) -> dict[str, object]:
    found = yaml.safe_load((folder / starting_config.NAME).read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def test_each_kind_of_file_is_a_pattern_and_each_model_a_line(tmp_path: Path) -> None:
    captured(tmp_path / "golden" / "turn-1.json", "qwen3")
    captured(tmp_path / "golden" / "turn-2.json", "qwen3")
    captured(tmp_path / "logs" / "day.jsonl.gz", "gpt-5", "qwen3")
    told = starting_config.write(str(tmp_path))
    assert told == f"{tmp_path / 'promptlint.yaml'}: 3 captures with 4 requests. Next: promptlint check"
    assert written(tmp_path) == {
        "captures": ["golden/*.json", "logs/*.jsonl.gz"],
        "models": {"gpt-5": "builtin", "qwen3": "builtin"},
        "fail-on": "error",
    }


def test_requests_without_a_model_are_those_of_builtin(tmp_path: Path) -> None:
    captured(tmp_path / "a.json", None)
    starting_config.write(str(tmp_path))
    assert written(tmp_path)["model"] == "builtin"


def test_files_that_are_no_captures_are_passed_over(tmp_path: Path) -> None:
    captured(tmp_path / "a.json", "m")
    (tmp_path / "package.json").write_text('{"name": "x"}', encoding="utf-8")
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    image = {"request": {"method": "GET", "url": "https://example.org/a.png"}, "response": {"status": 200}}
    (tmp_path / "pages.har").write_text(json.dumps({"log": {"entries": [image]}}), encoding="utf-8")
    assert "1 captures with 1 requests" in starting_config.write(str(tmp_path))


def test_a_folder_without_captures(tmp_path: Path) -> None:
    with pytest.raises(NoRequestError, match="no capture found"):
        starting_config.write(str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_config_that_is_there_is_replaced_only_where_that_is_wanted(tmp_path: Path) -> None:
    captured(tmp_path / "a.json", "m")
    (tmp_path / starting_config.NAME).write_text("fail-on: never\n", encoding="utf-8")
    with pytest.raises(UsageError, match="there is a config already"):
        starting_config.write(str(tmp_path))
    starting_config.write(str(tmp_path), replace=True)
    assert written(tmp_path)["fail-on"] == "error"


def test_what_is_no_plain_file_is_never_replaced(tmp_path: Path) -> None:
    captured(tmp_path / "a.json", "m")
    (tmp_path / starting_config.NAME).mkdir()
    with pytest.raises(UsageError, match="no plain file"):
        starting_config.write(str(tmp_path), replace=True)


def test_a_folder_that_cannot_be_written_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    captured(tmp_path / "a.json", "m")

    def refuse(_path: Path, _text: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(whole_file, "write", refuse)
    with pytest.raises(UsageError, match="cannot write: No space left on device") as caught:
        starting_config.write(str(tmp_path))
    assert caught.value.where == str(tmp_path / starting_config.NAME)
