"""Which request is meant: a path, FILE#N, REV:PATH, standard input, a dict or a Request."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from promptlint import capture, dialect, git
from promptlint.capture.sharing import Sharing
from promptlint.errors import InputError, NoRequestError, UsageError
from promptlint.file_names import NUMBERED
from promptlint.model import Capture, Request


def capture_and_request(
    what: Any, number: int | None = None, *, sharing: Sharing | None = None
) -> tuple[Capture, Request]:
    """The capture that holds the one request meant by `what`, and that request.

    `what` is a path ("-" is standard input), "FILE#N" (0 is the first, -1 the last), "REV:PATH" for a file as of a git
    revision, a body as a dict, or a Request.
    Raises NoRequestError when a capture holds none, UsageError when it is not said which of several, InputError for
    what is no capture.
    """
    if isinstance(what, Request):
        return Capture(what.path, what.format, (what,)), what
    if isinstance(what, dict):
        request = request_of_body(what)
        return Capture(request.path, request.format, (request,)), request
    path, number = _path_and_number(str(what), number)
    stored = git.revision_file(path)
    found = capture.load(path, sharing=sharing) if stored is None else capture.load_bytes(path, stored[2])
    return found, _pick(found, number)


def one_request(what: Any) -> Request:
    """The request alone."""
    return capture_and_request(what)[1]


def request_of_body(body: dict[str, Any]) -> Request:
    """A body handed over by a Python caller; it has no file and so no lines."""
    if not is_json(body):
        raise InputError("this dict is no JSON", hint="give what json.loads gives: objects, lists, texts, numbers")
    name = dialect.sniff(body, None)
    if name is None:
        raise InputError("this dict is no request", hint="expected the body of a chat request: messages, or input, …")
    model = body.get("model")
    return Request("<dict>", None, "dict", name, model if isinstance(model, str) else None, body)


def is_json(value: Any) -> bool:
    """Could a client have sent this value."""
    try:
        json.dumps(value)
    except (TypeError, ValueError, RecursionError):
        return False
    return True


def _path_and_number(what: str, number: int | None) -> tuple[str, int | None]:
    match = NUMBERED.fullmatch(what)
    if match is None or _exists(what):
        return what, number
    if number is not None:
        raise UsageError(
            "two numbers for one request", where=what, hint=f"{what} alone, or --request with {match['path']}"
        )
    return match["path"], int(match["number"])


def _exists(path: str) -> bool:
    try:
        return Path(path).exists()
    except OSError:  # longer than a name can be
        return False


def _pick(found: Capture, number: int | None) -> Request:
    count = len(found.requests)
    if count == 0:
        reasons = "; ".join(dict.fromkeys(skipped.reason for skipped in found.skipped))
        hint = f"skipped: {reasons}" if reasons else "it must hold at least one recorded request"
        raise NoRequestError("no request in this file", where=found.path, hint=hint)
    if number is None and count > 1:
        raise UsageError(
            f"{count} requests in this file",
            where=found.path,
            hint=f"say which: {found.path}#0 … {found.path}#{count - 1}",
        )
    try:
        return found.requests[number or 0]
    except IndexError:
        raise UsageError(f"no request number {number}: the file holds {count}", where=found.path) from None
