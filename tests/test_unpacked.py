"""A place in a gzip file is read as it stands in the unpacked one."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import pytest

from promptlint import unpacked
from promptlint.unpacked import is_gzip, read_at

CONTENT = bytes(random.Random(7).choices(range(64), k=300_000))


@pytest.fixture(params=[1, 3], ids=["one member", "three members"])
def packed(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(unpacked, "_BETWEEN", 20_000)
    monkeypatch.setattr(unpacked, "_CHUNK", 4096)
    size = len(CONTENT) // request.param
    path = tmp_path / f"{request.param}.gz"
    path.write_bytes(b"".join(gzip.compress(CONTENT[at : at + size]) for at in range(0, len(CONTENT), size)))
    return str(path)


def test_reads_what_stands_there_in_any_order(packed: str) -> None:
    rng = random.Random(1)
    for _ in range(40):
        start, length = rng.randrange(len(CONTENT)), rng.randrange(9000)
        assert read_at(packed, start, length) == CONTENT[start : start + length]


def test_behind_the_end_there_is_nothing(packed: str) -> None:
    assert read_at(packed, len(CONTENT) - 3, 10) == CONTENT[-3:]
    assert read_at(packed, len(CONTENT) + 3, 10) == b""


def test_a_file_that_was_written_again_is_read_again(packed: str) -> None:
    assert read_at(packed, 0, 4) == CONTENT[:4]
    Path(packed).write_bytes(gzip.compress(b"another one"))
    assert read_at(packed, 3, 4) == b"ther"


def test_what_is_no_gzip_data(tmp_path: Path) -> None:
    path = tmp_path / "plain"
    path.write_bytes(b"plain text")
    assert not is_gzip(str(path))
    with pytest.raises(OSError, match="header"):
        read_at(str(path), 0, 4)
