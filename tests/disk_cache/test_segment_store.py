"""What was written is read again; whatever else lies there counts as nothing, and stops no run."""

from __future__ import annotations

import errno
import os
import struct
import threading
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.disk_cache import segment_store
from promptlint.disk_cache.segment_store import MAGIC, Numbers, SegmentStore, digest_of, key_of

DAY = 740_000
ONE, TWO = key_of(b"segment", b"one"), key_of(b"segment", b"two")
NUMBERS = Numbers(digest_of(b"ids"), 7, 9)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def opened(folder: Path, day: int = DAY) -> SegmentStore:
    return SegmentStore.opened(folder, "0" * 64, day)


def written(folder: Path, **numbers: int) -> Path:
    store = opened(folder)
    store.note_facts({"cuts": ["<a>"], "add_bos": True})
    store.put(ONE, NUMBERS)
    for name, number in numbers.items():
        store.put(key_of(b"segment", name.encode()), Numbers(NUMBERS.digest, number))
    store.save()
    return store.path


def test_the_next_run_reads_what_one_wrote(folder: Path) -> None:
    written(folder)
    again = opened(folder)
    assert (again.get(ONE), again.get(TWO), again.facts) == (NUMBERS, None, {"cuts": ["<a>"], "add_bos": True})


def test_it_holds_no_text(folder: Path) -> None:
    store = opened(folder)
    store.put(key_of(b"segment", b"a secret"), NUMBERS)
    store.save()
    assert b"secret" not in store.path.read_bytes()
    assert store.path.stat().st_mode & 0o077 == 0


def test_two_tokenizers_have_two_files(folder: Path) -> None:
    written(folder)
    assert SegmentStore.opened(folder, "1" * 64, DAY).get(ONE) is None


def test_parts_of_a_key_do_not_run_together() -> None:
    assert len({key_of(b"a", b"bc", b""), key_of(b"a", b"b", b"c"), key_of(b"b", b"bc", b"")}) == 3


def damaged(raw: bytes) -> dict[str, bytes]:
    body = b"null" + bytes(44)
    head = struct.pack("<II", zlib.crc32(body), 4)
    return {
        "empty": b"",
        "cut": raw[:-1],
        "longer": raw + b"x",
        "one bit": raw[:60] + bytes([raw[60] ^ 1]) + raw[61:],
        "another version": raw.replace(MAGIC, MAGIC.replace(b"1", b"9")),
        "text": b"hello\n" * 30,
        "facts that are none": MAGIC + head + body,
        "facts that are no JSON": MAGIC + struct.pack("<II", zlib.crc32(b"{"), 1) + b"{",
        "facts without an end": MAGIC + struct.pack("<II", zlib.crc32(b"{}"), 99) + b"{}",
        "the beginning": MAGIC,
    }


@pytest.mark.parametrize("how", damaged(b"x" * 99))
def test_a_damaged_file_is_none_and_is_replaced(folder: Path, how: str) -> None:
    path = written(folder)
    path.write_bytes(damaged(path.read_bytes())[how])
    store = opened(folder)
    assert (store.get(ONE), store.facts) == (None, {})
    store.put(TWO, NUMBERS)
    store.save()
    assert opened(folder).get(TWO) == NUMBERS


@given(raw=st.binary(max_size=300))
def test_no_bytes_make_it_fail(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    folder = tmp_path_factory.mktemp("cache")
    path = folder / ("0" * 40 + ".segments")
    path.write_bytes(MAGIC + struct.pack("<II", zlib.crc32(raw), 2) + raw)
    assert opened(folder).get(ONE) is None


def test_a_link_or_a_pipe_is_not_read(folder: Path, tmp_path: Path) -> None:
    path = written(folder)
    elsewhere = path.rename(tmp_path / "elsewhere")
    path.symlink_to(elsewhere)
    assert opened(folder).get(ONE) is None
    path.unlink()
    os.mkfifo(path)
    assert opened(folder).get(ONE) is None


def test_a_folder_of_somebody_else_is_neither_read_nor_written(folder: Path) -> None:
    path = written(folder)
    before = path.read_bytes()
    folder.chmod(0o777)
    store = opened(folder)
    assert store.get(ONE) is None
    store.put(TWO, NUMBERS)
    store.save()
    assert path.read_bytes() == before


def test_two_runs_at_once_keep_what_both_have_found(folder: Path) -> None:
    first, second = opened(folder), opened(folder)
    first.put(ONE, NUMBERS)
    second.put(TWO, NUMBERS)
    first.save()
    second.save()
    again = opened(folder)
    assert (again.get(ONE), again.get(TWO)) == (NUMBERS, NUMBERS)


def test_many_that_write_leave_a_whole_file(folder: Path) -> None:
    threads = [threading.Thread(target=written, args=(folder,), kwargs={f"n{n}": n}) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert opened(folder).get(ONE) == NUMBERS
    assert not list(folder.glob("*.tmp"))


@pytest.mark.parametrize("method", ["write", "replace"])
def test_a_full_disk_costs_what_was_new(folder: Path, monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    path = written(folder)
    before = path.read_bytes()

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    store = opened(folder)
    store.put(TWO, NUMBERS)
    if method == "replace":
        monkeypatch.setattr(Path, "replace", full)
    else:
        monkeypatch.setattr(os, "fdopen", full)
    store.save()
    assert path.read_bytes() == before
    assert not list(folder.glob("*.tmp"))


def test_nothing_new_is_no_writing(folder: Path) -> None:
    path = written(folder)
    before = path.stat().st_mtime_ns
    store = opened(folder)
    store.get(ONE)
    store.note_facts(store.facts)
    store.save()
    assert path.stat().st_mtime_ns == before


def test_what_nobody_uses_is_forgotten_first(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segment_store, "MOST_RECORDS", 4)
    written(folder, a=1, b=2, c=3)
    later = opened(folder, DAY + 30)
    assert later.get(ONE) == NUMBERS  # used again
    later.put(TWO, NUMBERS)
    later.save()
    last = opened(folder, DAY + 30)
    assert (last.get(ONE), last.get(TWO)) == (NUMBERS, NUMBERS)
    assert [last.get(key_of(b"segment", name)) for name in (b"a", b"b", b"c")] == [None] * 3


def test_a_file_that_is_far_too_large_is_none(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(folder)
    monkeypatch.setattr(segment_store, "MOST_BYTES", 50)
    assert opened(folder).get(ONE) is None
