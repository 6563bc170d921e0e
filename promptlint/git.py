"""Files as of a git revision: their bytes as they are stored, no filter, no hook, nothing from the network."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path, PurePath
from typing import NamedTuple

from promptlint.capture.file_text import MOST_BYTES
from promptlint.errors import UsageError

SECONDS = 30
_REVISION_AND_PATH = re.compile(r"(?P<revision>[^:\s-][^:\s]*):(?P<path>[^\n\0]+)")
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_ENVIRONMENT = {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1"}
_OPTIONS = ("--no-pager", "--literal-pathspecs", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false")
_REGULAR_FILE = "100"  # how the mode of one begins
_KINDS = {"040000": "a folder", "120000": "a symbolic link", "160000": "a submodule"}


class _Entry(NamedTuple):
    mode: str
    object_id: str
    size: int


def split(what: str) -> tuple[str, str] | None:
    """Revision and path of "REV:PATH"; None for the name of a file that exists, a URL, or a path with a drive."""
    match = _REVISION_AND_PATH.fullmatch(what)
    if match is None or _DRIVE.match(what) or match["path"].startswith("//") or _exists(what):
        return None
    return match["revision"], match["path"]


def revision_file(what: str) -> tuple[str, str, bytes] | None:
    """Revision, path and content of "REV:PATH"; None where `split` gives none. Raises UsageError."""
    parts = split(what)
    if parts is None:
        return None
    content = file_at(*parts)
    if content is None:
        revision, path = parts
        hint = "paths are relative to the working folder; git ls-tree -r --name-only REV lists what is there"
        raise UsageError(f"no file {path} at {revision}", where=what, hint=hint)
    return *parts, content


def file_at(rev: str, path: str) -> bytes | None:
    """The content of a file at a revision; None where it was not there. `path` is relative to the working folder.

    Raises UsageError where git, the repository or the revision is missing, or something other than a file is there.
    """
    where = f"{rev}:{path}"
    _check_revision(rev, where)
    folder, inside = _in_existing_folder(path)
    entry = _entry(folder, _tree(folder, rev, where), inside, where)
    if entry is None:
        return None
    if not entry.mode.startswith(_REGULAR_FILE):
        raise UsageError(f"{_KINDS.get(entry.mode, 'no file')} at that revision", where=where, hint="name a file")
    if entry.size > MOST_BYTES:
        raise UsageError(f"larger than {MOST_BYTES >> 20} MiB", where=where, hint="give the requests in smaller files")
    return _git(folder, where, "cat-file", "blob", entry.object_id)


def _exists(path: str) -> bool:
    try:
        return Path(path).exists()
    except (OSError, ValueError):  # longer than a name can be
        return False


def _check_revision(rev: str, where: str) -> None:
    if not rev or rev.startswith("-") or re.search(r"[\x00-\x20\x7f:]", rev):
        raise UsageError("no name of a revision", where=where, hint="a branch, a tag or a commit, as in main or HEAD~1")


def _in_existing_folder(path: str) -> tuple[Path, str]:
    """The nearest folder on the way to a file that is there today, and the rest of the way."""
    whole = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links that git has as links
    folder = next((one for one in whole.parents if one.is_dir()), whole.parent)
    return folder, PurePath(whole).relative_to(folder).as_posix()


def _tree(folder: Path, rev: str, where: str) -> str:
    """The id of the revision's tree."""
    found = _git(folder, where, "rev-parse", "--verify", "--end-of-options", rev + "^{tree}")
    return found.decode("ascii", "replace").strip()


def _entry(folder: Path, tree: str, path: str, where: str) -> _Entry | None:
    listed = _git(folder, where, "ls-tree", "-z", "--long", tree, "--", path)
    if not listed:
        return None
    mode, _, object_id, size = listed.partition(b"\t")[0].decode("ascii", "replace").split()
    return _Entry(mode, object_id, int(size) if size.isdigit() else 0)


def _git(folder: Path, where: str, *arguments: str) -> bytes:
    import shutil  # with all compressions: 6 ms

    program = shutil.which("git")
    if program is None:
        raise UsageError("git is not installed, or not on the PATH", where=where, hint="name a file instead")
    try:
        done = subprocess.run(
            [program, *_OPTIONS, *arguments],
            cwd=folder,
            env=os.environ | _ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UsageError(f"git took longer than {SECONDS} s", where=where, hint="is the disk slow or locked?") from None
    except (OSError, ValueError) as error:
        raise UsageError(f"git cannot be started: {error}", where=where, hint="name a file instead") from None
    if done.returncode != 0:
        raise _refused(done.stderr.decode("utf-8", "replace"), where)
    return done.stdout


def _refused(said: str, where: str) -> UsageError:
    """What git said, in our words where it is one of the usual things."""
    if "not a git repository" in said:
        return UsageError("not in a git repository", where=where, hint="REV:PATH needs one; name a file instead")
    if "Needed a single revision" in said or "unknown revision" in said or "Not a valid object name" in said:
        hint = "git log --oneline lists commits; a shallow clone has only the latest (CI: fetch-depth: 0)"
        return UsageError("no such revision", where=where, hint=hint)
    lines = [line.strip() for line in said.splitlines() if line.strip()] or ["no reason given"]
    first = next((line for line in lines if line.startswith("fatal:")), lines[0]).removeprefix("fatal:").strip()
    return UsageError(f"git: {first[:300]}", where=where, hint="does git show REV:PATH work here?")
