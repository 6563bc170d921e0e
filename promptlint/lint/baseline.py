"""The baseline: findings that were there when the linter came. One a line, sorted, hashes only.

A line says which rule fired in which file, and a fingerprint. There are no line numbers, no times and no text of a
prompt in it, so it changes only when a finding comes or goes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from promptlint import positions, whole_file
from promptlint.config_file import text_of
from promptlint.errors import ConfigError
from promptlint.globs import relative
from promptlint.lint import unused
from promptlint.lint.selection import CodeAndName
from promptlint.model import Finding, Suppressed
from promptlint.options import LintOptions
from promptlint.records import dataclass

LARGEST = 16 * 1024 * 1024  # bytes
DIGITS = 32  # of a fingerprint: 128 bits
FINGERPRINT = re.compile(rf"[0-9a-f]{{{DIGITS}}}")
NUMBER = re.compile(r"\d++")


class Line(NamedTuple):
    """One known finding. `number` is the line in the file, None until it is written."""

    path: str  # with slashes, relative to the config's folder
    code: str
    rule: str
    fingerprint: str
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a baseline file holds."""

    path: str
    lines: tuple[Line, ...]


class Count(NamedTuple):
    """How many findings of a rule a baseline knows in a file."""

    path: str
    code: str
    rule: str
    findings: int


def fingerprints(findings: Iterable[Finding], folder: str = ".") -> tuple[Finding, ...]:
    """The findings, each with what stays the same when its file is re-indented or a message is added before it.

    `folder` is that of the config. Findings that look alike are told apart by counting them.
    """
    seen: Counter[str] = Counter()
    marked = []
    for finding in findings:
        alike = json.dumps(
            [finding.code, _path(finding, folder), _shape(finding.place.pointer), NUMBER.sub("0", finding.identity)]
        )
        seen[alike] += 1
        digest = hashlib.sha256(f"{alike}{seen[alike]}".encode()).hexdigest()
        marked.append(replace(finding, fingerprint=digest[:DIGITS]))
    return tuple(marked)


def _path(finding: Finding, folder: str) -> str:
    """The same on every machine: of a file outside of the project, a template in some cache, only the name."""
    path = finding.place.path
    found = relative(path, folder)
    return found.rpartition("/")[2] if found.startswith("../") and Path(path).is_absolute() else found


def _shape(pointer: str) -> str:
    """The pointer with `*` for the indexes of lists."""
    return "".join("/*" if key.isdigit() else positions.step(key) for key in positions.keys(pointer))


def load(path: str) -> Baseline:
    """Read a baseline. Raises ConfigError where it cannot be read, with the line."""
    if not Path(path).is_file():  # a pipe would be waited for
        problem = "a baseline is a plain file" if Path(path).exists() else "there is no such baseline"
        raise ConfigError(problem, where=path, hint="promptlint baseline write makes it")
    lines = []
    for number, text in enumerate(text_of(Path(path), LARGEST, "baseline").split("\n"), 1):
        if not text.strip():
            continue
        line = _line(text, number)
        if line is None:
            conflict = text.startswith(("<<<<<<<", "=======", ">>>>>>>"))
            hint = (
                "merge it: the lines of both sides may stay" if conflict else "promptlint baseline write makes it anew"
            )
            raise ConfigError("this is no line of a baseline", where=f"{path}:{number}", hint=hint)
        lines.append(line)
    return Baseline(path, tuple(lines))


def _line(text: str, number: int) -> Line | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict) or set(value) != {"code", "rule", "path", "fingerprint"}:
        return None
    if not all(isinstance(one, str) for one in value.values()) or not FINGERPRINT.fullmatch(value["fingerprint"]):
        return None
    return Line(number=number, **value)


def write(path: str, findings: Iterable[Finding], folder: str = ".") -> Baseline:
    """Make a baseline of the findings that nothing else suppresses. `folder` is that of the config."""
    known = [finding for finding in findings if finding.suppressed is None or finding.suppressed.by == "baseline"]
    baseline = Baseline(path, tuple(_line_of(finding, folder) for finding in known if finding.code != unused.CODE))
    save(baseline)
    return baseline


def _line_of(finding: Finding, folder: str) -> Line:
    assert finding.fingerprint is not None, "fingerprints() comes first"
    return Line(_path(finding, folder), finding.code, finding.rule, finding.fingerprint)


def save(baseline: Baseline) -> None:
    """Write the file: sorted, and whole or not at all. Raises ConfigError, also rather than overwrite another file."""
    path = Path(baseline.path)
    # The config of a pull request names this file: it must not cost anybody another one.
    if not whole_file.is_free(path) or (path.exists() and not _is_baseline(path)):
        raise ConfigError(
            "this file is no baseline and is not overwritten", where=baseline.path, hint="name another one"
        )
    text = "".join(f"{line}\n" for line in sorted({_json(line) for line in baseline.lines}))
    try:
        whole_file.write(path, text)
    except OSError as error:
        raise ConfigError(f"cannot write the baseline: {error.strerror}", where=baseline.path) from None


def _is_baseline(path: Path) -> bool:
    """Is it empty, or a line of it one of a baseline: after a bad merge others may be broken."""
    texts = text_of(path, LARGEST, "baseline").split("\n")
    return not any(text.strip() for text in texts) or any(_line(text, 0) for text in texts)


def _json(line: Line) -> str:
    return json.dumps({"code": line.code, "rule": line.rule, "path": line.path, "fingerprint": line.fingerprint})


def apply(
    findings: Iterable[Finding],
    baseline: Baseline,
    options: LintOptions,
    *,
    complete: bool = True,
    not_run: Iterable[CodeAndName] = (),
) -> tuple[list[Finding], list[Finding]]:
    """The findings with those marked that the baseline knows, and one KV002 for its lines that nothing needs any more.

    `complete` says that all captures of the config were looked at, `not_run` which rules were not.
    """
    known = {line.fingerprint for line in baseline.lines}
    reason = f"known: it is in {baseline.path}"
    found = list(findings)
    marked = [
        replace(finding, suppressed=Suppressed("baseline", reason))
        if finding.suppressed is None and finding.fingerprint in known
        else finding
        for finding in found
    ]
    silent = {code for code, _ in not_run}
    stale = [line for line in _without(baseline, found) if line.code not in silent] if complete else []
    return marked, [_stale(baseline, stale, options)] if stale else []


def _stale(baseline: Baseline, lines: Sequence[Line], options: LintOptions) -> Finding:
    what = "a line of the baseline matches" if len(lines) == 1 else f"{len(lines)} lines of the baseline match"
    origin = f"{baseline.path}:{lines[0].number}" if lines[0].number else baseline.path
    return unused.unused(f"{what} nothing any more", origin, "promptlint baseline prune takes them out", options)


def _without(baseline: Baseline, findings: Iterable[Finding]) -> list[Line]:
    """The lines whose finding is not there."""
    present = {finding.fingerprint for finding in findings}
    return [line for line in baseline.lines if line.fingerprint not in present]


def prune(baseline: Baseline, findings: Iterable[Finding]) -> Baseline:
    """The baseline with only those lines whose finding is still there; `save` writes it."""
    gone = set(_without(baseline, findings))
    return replace(baseline, lines=tuple(line for line in baseline.lines if line not in gone))


def counts(baseline: Baseline) -> tuple[Count, ...]:
    """What a baseline knows, by file and rule."""
    found = Counter((line.path, line.code, line.rule) for line in baseline.lines)
    return tuple(Count(*key, found[key]) for key in sorted(found))
