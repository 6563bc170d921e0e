"""What may lie where a capture should: each is one finding with its place and a hint, and the files beside it count."""

from __future__ import annotations

import gzip
import json
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import promptlint
from promptlint import reading
from promptlint.__main__ import main
from promptlint.capture import file_text, line_file
from promptlint.collection import asked_for
from promptlint.dialect import chat
from promptlint.errors import InputError
from promptlint.model import Finding, Report
from tests.hostile.conftest import BODY

MEGABYTE = 1024 * 1024
TEXT = json.dumps(BODY)


def check(*paths: str) -> Report:
    return promptlint.check(paths, model="builtin", select=["KV001", "KV101"])


def faults(report: Report) -> list[Finding]:
    """The findings of unreadable input; the good file beside it must have had its own."""
    assert ("good.json", "KV101") in {(one.place.path, one.code) for one in report.findings}
    return [one for one in report.findings if one.code == "KV001"]


def pipe(path: Path) -> None:
    os.mkfifo(path)


def listening(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path.name)


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def written(content: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(content)

    return write


def sparse(size: int, content: bytes = b"") -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(content)
        os.truncate(path, size)

    return write


ALIASES = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
DEEP = 100_000
FILES: dict[str, tuple[Callable[[Path], None], str, str]] = {  # how it is made, what is said, where
    "a pipe": (pipe, "not a regular file", ""),
    "a socket": (listening, "not a regular file", ""),
    "a device": (device, "not a regular file", ""),
    "nothing": (written(b""), "the file is empty", ""),
    "one line without an end": (sparse(9 * MEGABYTE), "larger than 8 MiB", ""),
    "an opened bracket and no end": (sparse(9 * MEGABYTE, b'{"a":'), "larger than 8 MiB", ""),
    "NUL bytes": (written(b"\0" * 1000), "neither JSON nor YAML", ":1:1"),
    "NUL in a string": (written(b'{"model": "a\0b"}'), "invalid control character", ":1:13"),
    "NUL in YAML": (written(b"model: a\0b\n"), "control characters are not allowed", ":1:9"),
    "Latin-1": (written('{"model": "Käse"}'.encode("latin-1")), "not UTF-8: byte 0xe4", ":1:13"),
    "UTF-16": (written(TEXT.encode("utf-16")), "UTF-16 text", ""),
    "a gzip bomb": (written(gzip.compress(b" " * 9 * MEGABYTE)), "unpacks to more than 8 MiB", ""),
    "a gzip that is cut off": (written(gzip.compress(TEXT.encode())[:-9]), "broken gzip data", ""),
    "a gzip of a gzip": (written(gzip.compress(gzip.compress(b"{}"))), "not UTF-8", ":1:2"),
    "deep JSON": (written(b"[" * DEEP), "nested", ":1:"),
    "deep objects": (written(b'{"a":' * DEEP + b"1" + b"}" * DEEP), "nested", ":1:"),
    "deep YAML": (written(b"- " * DEEP + b"x\n"), "nested", ""),
    "deep flow YAML": (written(b"a: " + b"[" * DEEP), "nest", ""),
    "an alias bomb": (written(ALIASES.encode()), "too many values", ""),
    "an alias of itself": (written(b"a: &a [*a]\n"), "", ":1:8"),
    "a number without end": (written(b'{"seed": ' + b"9" * MEGABYTE + b"}"), "a number", ":1:10"),
    "a merge key bomb": (written(b"a: &a {x: 1}\nb: {<<: [" + b"*a, " * 9999 + b"]}\n"), "", ""),
}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes, sockets and devices in folders")
@pytest.mark.parametrize("what", FILES)
def test_what_lies_where_a_capture_should(folder: Path, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    make, says, where = FILES[what]
    monkeypatch.setattr(file_text, "MOST_BYTES", 8 * MEGABYTE)
    make(folder / "bad.json")
    (found,) = faults(check("bad.json", "good.json"))
    assert says in found.message
    assert found.message.isprintable()
    assert found.hint
    assert found.place.path == "bad.json"
    assert f"bad.json:{found.place.line}:{found.place.column}".startswith(f"bad.json{where}" if where else "bad.json:")


@pytest.mark.parametrize("name", ["a\nb.json", "a\x1b[2J.json", "a\u202eb.json", "::error::.json", "-x.json", "ä.json"])
def test_names_that_are_hostile_themselves(folder: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "good.json").rename(folder / name)
    (folder / f"{name}.json").write_bytes(b"{")
    options = ["--model", "builtin", "--select", "KV001,KV101", "--no-progress"]
    assert main(["check", *options, "--format", "concise", "--", name, f"{name}.json"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert all(line.isprintable() and not line.startswith("::") for line in lines)
    main(["check", ".", *options, "--format", "json"])
    assert {one["path"] for one in json.loads(capsys.readouterr().out)["findings"]} == {name}


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
def test_a_name_that_is_no_text(folder: Path) -> None:
    name = os.fsdecode(b"a\xff.json")
    (folder / name).write_text(TEXT, encoding="utf-8")
    report = check(".")
    assert [one.place.path for one in report.findings] == [name, "good.json"]
    assert json.loads(json.dumps(report.to_dict())) == report.to_dict()


@pytest.mark.skipif(os.name == "nt", reason="links to folders need a privilege there")
def test_links_that_lead_in_circles(folder: Path) -> None:
    (folder / "a").mkdir()
    (folder / "a" / "up").symlink_to(folder, target_is_directory=True)
    (folder / "self.json").symlink_to(folder / "self.json")
    (folder / "one.json").symlink_to(folder / "two.json")
    (folder / "two.json").symlink_to(folder / "one.json")
    assert faults(check(".")) == []
    with pytest.raises(InputError, match="no such file or folder") as caught:
        check("self.json")
    assert caught.value.where == "self.json"


def refusing(real: Callable[..., Any], name: str) -> Callable[..., Any]:
    """What the system does where permissions do not let us in, which root never sees."""

    def refuse(path: Any = ".", *args: Any, **more: Any) -> Any:
        if Path(path).name == name:
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, *args, **more)

    return refuse


@pytest.mark.parametrize("paths", [(".",), ("good.json", "shut")])
def test_a_folder_that_cannot_be_listed(folder: Path, paths: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "shut").mkdir()
    for name in ("scandir", "listdir"):
        monkeypatch.setattr(os, name, refusing(getattr(os, name), "shut"))
    (found,) = faults(check(*paths))
    assert (found.place.path, found.message) == ("shut", "cannot be read: Permission denied")


def test_a_folder_that_cannot_be_listed_behind_a_pattern(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "shut").mkdir()
    (folder / "promptlint.yaml").write_text("captures: ['**/*.json']", encoding="utf-8")
    for name in ("scandir", "listdir"):
        monkeypatch.setattr(os, name, refusing(getattr(os, name), "shut"))
    (found,) = faults(check())
    assert found.place.path == "shut"


def test_two_folders_are_not_compared_in_part(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("before", "after", "after/shut"):
        (folder / name).mkdir()
    for name in ("before", "after"):
        (folder / name / "a.json").write_text(TEXT, encoding="utf-8")
    for name in ("scandir", "listdir"):
        monkeypatch.setattr(os, name, refusing(getattr(os, name), "shut"))
    with pytest.raises(InputError, match="cannot be read: Permission denied") as caught:
        promptlint.diff("before", "after", model="builtin")
    assert caught.value.where == "after/shut"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_what_really_cannot_be_read(folder: Path) -> None:
    (folder / "a.json").write_text(TEXT, encoding="utf-8")
    (folder / "shut").mkdir()
    for name in ("a.json", "shut"):
        (folder / name).chmod(0)
    found = faults(check(".", "a.json"))
    (folder / "shut").chmod(0o700)
    assert sorted(one.place.path for one in found) == ["a.json", "shut"]


@pytest.mark.parametrize("then", ["gone", "longer", "a folder"])
def test_a_file_that_changes_between_listing_and_reading(
    folder: Path, then: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "bad.json").write_text(TEXT, encoding="utf-8")
    monkeypatch.setattr(file_text, "MOST_BYTES", MEGABYTE)

    def listed(*args: Any, **more: Any) -> Any:
        found = asked_for(*args, **more)
        (folder / "bad.json").unlink()
        if then == "longer":
            (folder / "bad.json").write_text(TEXT + " " * 2 * MEGABYTE, encoding="utf-8")
        if then == "a folder":
            (folder / "bad.json").mkdir()
        return found

    monkeypatch.setattr(reading, "asked_for", listed)
    (found,) = faults(check("good.json", "bad.json"))
    assert {"gone": "No such file", "longer": "larger than 1 MiB", "a folder": "a folder"}[then] in found.message


def test_a_folder_that_goes_while_it_is_swept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "a").mkdir()
    real = os.scandir

    def gone(path: Any = ".") -> Any:
        return real("nowhere") if Path(path).name == "a" else real(path)

    monkeypatch.setattr(os, "scandir", gone)
    assert faults(check(".")) == []


def test_a_long_file_that_is_cut_while_it_is_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_file, "LARGE", 1)
    (folder / "long.jsonl").write_text(f"{TEXT}\n" * 3, encoding="utf-8")

    def cut(request: Any) -> Any:
        (folder / "long.jsonl").write_text("", encoding="utf-8")
        return chat(request)

    monkeypatch.setattr(reading, "chat", cut)
    report = check("good.json", "long.jsonl")
    assert faults(report) == []
    assert len(report.requests) == 4
    assert [one.place.line for one in report.findings if one.place.path == "long.jsonl"] == [1]  # the rest say the same
