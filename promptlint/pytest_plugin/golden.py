"""Golden captures: the bodies of a test's requests, byte for byte, a file each, and nothing else of them.

The folder of a test is its module's; `promptlint check DIR` finds the requests of a test in their order.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from promptlint import whole_file
from promptlint.file_names import folder_and_stem, series
from promptlint.pytest_plugin.credentials import has_credentials
from promptlint.pytest_plugin.recording import Sent

ENDING = ".json"
LONGEST = 120  # characters of a name; file systems take 255 bytes
HASH_DIGITS = 8
_UNSAFE = re.compile(r"[^A-Za-z0-9_.,=+-]+")
_PARAMETERS = re.compile(r"\[(.*)\]\Z", re.DOTALL)


def home(node: str) -> str:
    """Where the captures of a test lie, by its node id: folder and name, without number and ending."""
    module, _, test = node.partition("::")
    folders = [_safe(part) for part in module.removesuffix(".py").split("/")]
    name, parameters = _PARAMETERS.sub("", test), _PARAMETERS.search(test)
    wanted = name.replace("::", ".") + ("" if parameters is None else f"-{parameters[1]}")
    # On many systems two names that differ in case alone are one file; only parameters are likely to.
    return "/".join([*folders, _safe(wanted, alike=parameters is not None and parameters[1] != parameters[1].lower())])


def _safe(name: str, alike: bool = False) -> str:
    """A name that every system takes; with a hash where another one may have become the same."""
    safe = _UNSAFE.sub("_", name)[:LONGEST].strip(".") or "_"
    is_number = series(f"{safe}-1{ENDING}") != (".", f"{safe}-")  # a time, of which our number would be a part
    if safe == name and not alike and not is_number:
        return safe
    return f"{safe}-{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:HASH_DIGITS]}x"


def replace(folder: Path, home: str, sent: Sequence[Sent]) -> list[Path]:
    """Write the requests of a test in place of those of its last run: all of them, or none.

    None where there are keys in them: the captures that would have those are returned. Raises OSError.
    """
    start = folder / home
    wanted = {start.with_name(f"{start.name}-{number}{ENDING}"): one for number, one in enumerate(sent, 1)}
    refused = [path for path, one in wanted.items() if has_credentials(one.content, one.outgoing.credentials)]
    if refused:
        return refused
    if wanted:
        start.parent.mkdir(parents=True, exist_ok=True)
        whole_file.write_all({path: one.content for path, one in wanted.items()})
    for path in _earlier(start):
        if path not in wanted:
            path.unlink()
    return []


def _earlier(start: Path) -> Iterator[Path]:
    """The captures of earlier runs of the same test."""
    own = (start.parent.as_posix(), f"{start.name}-")
    for path in sorted(start.parent.glob(f"*{ENDING}")):
        if series(path.as_posix()) == own and folder_and_stem(path.name)[1].removeprefix(own[1]).isdecimal():
            yield path
