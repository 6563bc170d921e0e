"""What the report of a run rests on, as one number: where nothing of it has changed, the report has not either.

Of what comes with a repository (captures, rules, baseline, template) the content counts, so that another checkout is
the same. Of what is installed (this program, its libraries, the models) sizes and times: it is large, and changes by
being installed anew.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from promptlint import __version__
from promptlint.collection import asked_for, collect
from promptlint.companions import companions
from promptlint.errors import PromptlintError
from promptlint.file_names import NUMBERED
from promptlint.lint import rule_folders

if TYPE_CHECKING:
    from promptlint.config import Settings
    from promptlint.options import Options

LIBRARIES = ("click", "deepdiff", "huggingface_hub", "jinja2", "jsonpath_rfc9535", "regex", "tokenizers", "yaml")
VARIABLES = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
MOST_BYTES = 256 * 1024 * 1024  # of captures: more takes too long to read just to find out that it is the same
MOST_FILES = 5000


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it was asked for, with what the command line and the config say of it."""

    command: str
    paths: Sequence[str]
    given: dict[str, Any]
    settings: Settings
    options: Options
    looked_at: str  # how standard output is: colours, width, links


class _ChangingError(Exception):
    """It rests on what cannot be looked at twice: code of others, a server, standard input, a revision of git."""


def basis_of(run: Run) -> bytes | None:
    """The number, as 32 bytes; None where it cannot be said, or a file is not there, as whoever reads it will say."""
    found = hashlib.blake2b(digest_size=32)
    try:
        for part in _parts(run):
            raw = part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
            found.update(len(raw).to_bytes(8, "little") + raw)
    except (OSError, ValueError, PromptlintError, _ChangingError):
        return None
    return found.digest()


def _parts(run: Run) -> Iterator[str | bytes]:
    if run.options.lint.allow_code or run.options.online or run.given.get("against"):
        raise _ChangingError
    outputs = [os.path.realpath(path) for _, path in run.given["output"]]  # none of them takes the place of a capture
    yield repr((run.command, run.paths, sorted(run.given.items()), run.settings, run.looked_at, outputs))
    yield from _surroundings()
    yield from _program()
    yield from _models(run)
    yield from _contents([*_captures(run), *_beside(run.options)])


def _surroundings() -> Iterator[str]:
    here = Path.cwd()
    yield repr((str(here), date.today(), [os.environ.get(name) for name in VARIABLES]))
    yield repr([(above / ".git").exists() for above in (here, *here.parents)])  # files are named from the root


def _program() -> Iterator[str]:
    yield f"{__version__} {sys.version} {sys.platform}"
    yield from _sizes_and_times(Path(__file__).parent)
    yield from _sizes_and_times(rule_folders.bundled_folder())
    for name in LIBRARIES:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.origin is not None:
            yield _size_and_times(Path(spec.origin))


def _models(run: Run) -> Iterator[str]:
    """The files of each model that may be used; where requests choose theirs, of all in the Hub's cache."""
    from promptlint.tokens import hub
    from promptlint.tokens.reference import resolve

    options = run.options
    named = [*run.given["references"], *([] if options.model is None else [options.model]), *options.models.values()]
    for reference in dict.fromkeys(named):
        source = resolve(reference, online=False)
        if source.kind == "server":
            raise _ChangingError
        yield source.path
        yield from _sizes_and_times(Path(source.path))
    if options.model is None:
        for repo in sorted(hub.cache_folder().glob("models--*")):
            yield from (*_sizes_and_times(repo / "refs"), *_sizes_and_times(repo / "snapshots"))


def _captures(run: Run) -> Iterator[str]:
    if run.command == "check":
        files = [one.path for one in asked_for(run.paths or None, run.options.lint)]
        yield from (*files, *companions(files, run.options.lint.sessions))
        return
    for name in run.paths:
        if Path(name).is_dir():
            yield from (one.path for one in collect([name]))
        else:
            match = None if Path(name).exists() else NUMBERED.fullmatch(name)
            yield name if match is None else match["path"]


def _beside(options: Options) -> Iterator[str]:
    """The files of the repository that say what is wrong in it."""
    yield from (path for path in (options.template, options.lint.baseline) if path is not None)
    for folder in (*map(Path, options.lint.rule_folders), *rule_folders.package_folders()):
        yield from (str(path) for path in _files(folder))


def _contents(paths: Iterable[str]) -> Iterator[str | bytes]:
    left = MOST_BYTES
    for path in paths:
        if not Path(path).is_file():  # a pipe or a device could be read once, or for ever
            raise _ChangingError
        yield repr((path, os.path.realpath(path)))
        left -= Path(path).stat().st_size
        if left < 0:
            raise _ChangingError
        with Path(path).open("rb") as file:
            yield hashlib.file_digest(file, "blake2b").digest()


def _sizes_and_times(path: Path) -> Iterator[str]:
    if path.is_file():
        yield _size_and_times(path)
    else:
        yield from (_size_and_times(one) for one in _files(path))


def _files(folder: Path) -> list[Path]:
    found: list[Path] = []
    for here, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        found += (Path(here, name) for name in files)
        if len(found) > MOST_FILES:
            raise _ChangingError
    return sorted(found)


def _size_and_times(path: Path) -> str:
    try:
        status = path.stat()
    except FileNotFoundError:  # a link that leads nowhere
        return str(path)
    # The last change of its entry counts too: copying can keep the time of its content.
    return repr((str(path), status.st_size, status.st_mtime_ns, status.st_ctime_ns))
