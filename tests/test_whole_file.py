from __future__ import annotations

import errno
import os
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from promptlint import whole_file

if os.name == "nt":
    pytest.skip("modes, links and limits of another kind", allow_module_level=True)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "report.json"
    path.write_text("old", encoding="utf-8")
    return path


def files(path: Path) -> dict[str, str]:
    return {one.name: one.read_text(encoding="utf-8") for one in path.parent.iterdir()}


@contextmanager
def no_file_above(size: int) -> Iterator[None]:
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_what_is_free(path: Path) -> None:
    (path.parent / "link").symlink_to(path)
    assert whole_file.is_free(path)
    assert whole_file.is_free(path.parent / "new")
    assert not whole_file.is_free(path.parent)
    assert not whole_file.is_free(path.parent / "link")


def test_only_plain_files_are_written(path: Path) -> None:
    whole_file.write(path, "né\n")
    assert path.read_bytes() == b"n\xc3\xa9\n"
    with pytest.raises(OSError, match="not a plain file"):
        whole_file.write(path.parent, "new")


def test_a_file_keeps_its_mode_and_a_new_one_gets_that_of_any_other(path: Path) -> None:
    path.chmod(0o604)
    before = os.umask(0o027)
    try:
        for one in (path, path.parent / "new"):
            whole_file.replace(one, b"new")
    finally:
        os.umask(before)
    assert files(path) == {"report.json": "new", "new": "new"}
    assert [stat.S_IMODE(one.stat().st_mode) for one in (path, path.parent / "new")] == [0o604, 0o640]


@pytest.mark.parametrize("write", [whole_file.replace, whole_file.put])
def test_a_disk_that_is_full_costs_nothing(path: Path, write: Callable[[Path, bytes], None]) -> None:
    with no_file_above(1000), pytest.raises(OSError, match="File too large"):
        write(path, b"x" * 1001)
    assert files(path) == {"report.json": "old"}


def test_neither_does_an_interruption(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        whole_file.put(path, b"new")
    assert files(path) == {"report.json": "old"}


def test_output_goes_where_a_link_leads(path: Path) -> None:
    (path.parent / "link").symlink_to(path)
    whole_file.put(path.parent / "link", b"new")
    assert (path.parent / "link").is_symlink()
    assert path.read_text(encoding="utf-8") == "new"


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS, errno.EBUSY, errno.EPERM])
@pytest.mark.parametrize("where", ["open", "replace"])
def test_a_file_that_cannot_be_replaced_is_written_over(
    path: Path, number: int, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = getattr(Path, where)

    def refuse(one: Path, *args: Any, **more: Any) -> Any:
        if one.name.startswith(".promptlint-"):
            raise OSError(number, os.strerror(number))
        return real(one, *args, **more)

    monkeypatch.setattr(Path, where, refuse)
    whole_file.put(path, b"new")
    with pytest.raises(OSError, match=os.strerror(number)):
        whole_file.put(path.parent / "other", b"new")
    assert files(path) == {"report.json": "new"}


def test_other_faults_are_no_reason_to_write_over_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_path: Path, *_args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        whole_file.put(path, b"new")
    assert files(path) == {"report.json": "old"}


def test_a_file_that_may_not_be_written_is_not_replaced(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As root every file may be; what is asked is asked of the system."""
    monkeypatch.setattr(os, "access", lambda *_: False)
    inode = path.stat().st_ino
    whole_file.put(path, b"new")
    assert path.stat().st_ino == inode


def test_pipes_and_devices_are_written_to(path: Path) -> None:
    pipe = path.parent / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    whole_file.put(pipe, b"new")
    reader.join()
    assert read == [b"new"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_device_that_is_full() -> None:
    with pytest.raises(OSError, match="No space left"):
        whole_file.put(Path("/dev/full"), b"new")


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="this system does not show open files as paths")
def test_a_file_that_is_standard_output_is_not_put_aside(path: Path) -> None:
    with path.open("wb") as file:
        whole_file.put(Path(f"/dev/fd/{file.fileno()}"), b"new")
        assert os.fstat(file.fileno()).st_size == 3
