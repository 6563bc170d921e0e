"""Places of a report on the screen: cut to the room that they have, and links where the terminal has them."""

from __future__ import annotations

from promptlint.model import Place, Request
from promptlint.report.concise import position
from promptlint.terminal import Terminal

WHOLE = "(the whole request)"


def position_of(place: Place, room: int, terminal: Terminal) -> str:
    """`path:line:column`, the end of it where it is too long."""
    return terminal.link_file(terminal.cut_left(position(place), room), place.path)


def file_of(path: str, room: int, terminal: Terminal) -> str:
    """The path, the end of it where it is too long."""
    return terminal.link_file(terminal.cut_left(path, room), path)


def request_of(request: Request, room: int, terminal: Terminal) -> str:
    """The file, and where in it the request stands."""
    name = request.path if request.container is None else f"{request.path} {request.container}"
    return terminal.link_file(terminal.cut_left(name, room), request.path)


def pointer_of(pointer: str, room: int, terminal: Terminal) -> str:
    """Where in the request, the end of it where it is too long."""
    return terminal.cut_left(pointer, room) or WHOLE
