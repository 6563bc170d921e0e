"""What the report of a run rests on, as a number: where nothing of it has changed, the report has not either.

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
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from promptlint import __version__
from promptlint.collection import STANDARD_INPUT, asked_for, collect, session_file
from promptlint.companions import companions
from promptlint.errors import ModelError, PromptlintError
from promptlint.file_state import Seen, TooManyFilesError, state, states
from promptlint.lint import rule_folders
from promptlint.records import dataclass

if TYPE_CHECKING:
    from promptlint.config import Settings
    from promptlint.options import Options
    from promptlint.terminal import Terminal

NEEDED = ("click", "deepdiff", "huggingface_hub", "jinja2", "jsonpath_rfc9535", "regex", "tokenizers", "yaml")
LIBRARIES = (*NEEDED, "markupsafe", "orderly_set")  # with those that two of them are made with
VARIABLES = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
MOST_BYTES = 256 * 1024 * 1024  # of captures: more takes too long to read just to find out that it is the same
MOST_CAPTURES = 2000
Command = Literal["check", "diff"]


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it was asked for, with what the command line and the config say of it."""

    command: Command
    paths: Sequence[str]
    given: dict[str, Any]
    settings: Settings
    options: Options  # made from the settings
    terminal: Terminal  # what standard output can show
    begun: Seen | None = None  # a model that is being read since before


@dataclass(frozen=True, slots=True)
class Basis:
    """What a run rests on."""

    key: bytes  # the same wherever the contents are
    state: bytes  # the same as long as nothing is touched


class _NotKeptError(Exception):
    """It rests on what cannot be looked at twice (code of others, a server, standard input, git), or on too much."""


def basis_of(run: Run) -> Basis | None:
    """What it rests on; None where that cannot be said, or a file is not there, as whoever reads it will say."""
    try:
        common, files = _common(run), _files_of_repository(run)
        touched = _state(common, files)  # before they are read: what changes meanwhile is seen afterwards
        return Basis(_hash([*common, *_contents(files)]), touched)
    except (OSError, ValueError, PromptlintError, TooManyFilesError, _NotKeptError):
        return None


def still_holds(run: Run, basis: Basis) -> bool:
    """Was nothing touched since."""
    try:
        return _state(_common(run), _files_of_repository(run)) == basis.state
    except (OSError, ValueError, PromptlintError, TooManyFilesError, _NotKeptError):
        return False


def _state(common: Iterable[str], files: Iterable[str]) -> bytes:
    return _hash([*common, *map(state, files)])


def _hash(parts: Iterable[str | bytes]) -> bytes:
    found = hashlib.blake2b(digest_size=32)
    for part in parts:
        raw = part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
        found.update(len(raw).to_bytes(8, "little") + raw)
    return found.digest()


def _common(run: Run) -> list[str]:
    """What is asked for, of what program, where, and of which models."""
    if run.options.lint.allow_code or run.options.online or run.given.get("against"):
        raise _NotKeptError
    if run.begun is not None and not run.begun.still_holds():
        raise _NotKeptError
    outputs = [os.path.realpath(path) for _, path in run.given["output"]]  # none of them takes the place of a capture
    asked = repr((run.command, run.paths, sorted(run.given.items()), run.settings, run.terminal, outputs))
    return [asked, _host(run.terminal), *_surroundings(run), *_program(), *_models(run)]


def _host(terminal: Terminal) -> str:
    """Its name, where there are links: they hold it."""
    if not terminal.links:
        return ""
    import socket

    return socket.gethostname()


def _surroundings(run: Run) -> Iterator[str]:
    here = Path.cwd()
    yield repr((__version__, sys.version, sys.platform, str(here), date.today()))
    yield repr([(os.environ.get(name), os.path.realpath(os.environ.get(name, ""))) for name in VARIABLES])
    yield os.path.realpath(run.options.lint.folder)  # is it the working folder: then all captures were looked at
    yield repr([(above / ".git").exists() for above in (here, *here.parents)])  # files are named from the root


@cache  # it is not looked at twice: whoever installs something meanwhile has other worries
def _program() -> tuple[str, ...]:
    places = [Path(__file__).parent, rule_folders.bundled_folder()]
    for name in LIBRARIES:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.origin is not None:
            places.append(Path(spec.origin) if spec.submodule_search_locations is None else Path(spec.origin).parent)
    return tuple(found for place in places for found in states(place))


def _models(run: Run) -> Iterator[str]:
    """The files of each model that may be used."""
    from promptlint.tokens.reference import resolve

    options = run.options
    named = [*run.given["references"], *([] if options.model is None else [options.model]), *options.models.values()]
    for reference in dict.fromkeys(named):
        try:
            source = resolve(reference, online=False)
        except ModelError as error:  # no request may want it
            yield f"{reference}: {error} {error.hint}"
            continue
        if source.kind == "server":
            raise _NotKeptError
        yield source.path
        yield from states(Path(source.path))
    if options.model is None:
        yield from _models_of_requests()


def _models_of_requests() -> Iterator[str]:
    """All in the Hub's cache, where a request's own model may be found, and folders of the same names, which win."""
    from promptlint.tokens import hub

    for repo in sorted(hub.cache_folder().glob("models--*")):
        for folder in (repo / "refs", repo / "snapshots", Path(*repo.name.split("--")[1:])):
            yield from states(folder)


def _files_of_repository(run: Run) -> list[str]:
    """The captures, and what says what is wrong in them."""
    captures = list(_captures(run))
    if len(captures) > MOST_CAPTURES:
        raise _NotKeptError
    if run.command == "check":
        captures += companions(captures, run.options.lint.sessions)
    return [*captures, *_beside(run.options)]


def _captures(run: Run) -> Iterator[str]:
    if STANDARD_INPUT in run.paths:
        raise _NotKeptError
    if run.command == "check":
        yield from (one.path for one in asked_for(run.paths or None, run.options.lint))
        return
    for name in run.paths:
        if Path(name).is_dir():
            yield from (one.path for one in collect([name]))
        elif (file := session_file(name)) == STANDARD_INPUT:
            raise _NotKeptError
        else:
            yield file


def _beside(options: Options) -> Iterator[str]:
    yield from (path for path in (options.template, options.lint.baseline) if path is not None)
    for name in options.lint.rule_folders:
        for rule in rule_folders.rule_files(rule_folders.users_folder(name)):
            yield from (str(path) for path in (rule, rule.with_suffix(".py")) if path.is_file())
    for folder in rule_folders.package_folders():
        for rule in rule_folders.rule_files(folder):
            if rule.with_suffix(".py").is_file():  # it runs without being asked for, and may import anything
                raise _NotKeptError
            yield str(rule)


def _contents(paths: Sequence[str]) -> Iterator[str | bytes]:
    if not all(Path(path).is_file() for path in paths):  # a pipe or a device could be read once, or for ever
        raise _NotKeptError
    if sum(Path(path).stat().st_size for path in paths) > MOST_BYTES:
        raise _NotKeptError
    for path in paths:
        yield repr((path, os.path.realpath(path)))
        with Path(path).open("rb") as file:
            yield hashlib.file_digest(file, "blake2b").digest()
