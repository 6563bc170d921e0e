"""Links that a terminal can open (OSC 8): which terminals have them, and which addresses may reach one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from urllib.parse import quote, urlsplit

OPEN, CLOSE = "\x1b]8;;", "\x1b\\"
# Variables that only terminals with links set, and the values of TERM_PROGRAM and TERM of such.
SETTING = ("WT_SESSION", "KONSOLE_VERSION", "DOMTERM", "GHOSTTY_RESOURCES_DIR", "KITTY_WINDOW_ID", "WEZTERM_PANE")
PROGRAMS = {"iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "terminology", "WarpTerminal", "zed", "rio", "kitty"}
TERMS = ("xterm-kitty", "xterm-ghostty", "alacritty", "wezterm", "foot", "contour", "rio")
MULTIPLEXERS = ("tmux", "screen")  # they keep the variables of the terminal that they were started in, not always links
LEAST_VTE = 5001  # 0.50.0 crashes on a link
RESERVED = "%:/?#[]@!$&'()*+,;=~"  # of RFC 3986; everything else outside letters, digits and -._ is encoded


def are_shown(environment: Mapping[str, str]) -> bool:
    """Whether the terminal of this environment is known to show links; FORCE_HYPERLINK decides where it is set."""
    forced = environment.get("FORCE_HYPERLINK")
    if forced:
        return forced.lower() not in ("0", "false", "no")
    term = environment.get("TERM", "")
    if environment.get("NO_COLOR") or environment.get("CI") or term == "dumb":
        return False
    if environment.get("TMUX") or environment.get("STY") or term.startswith(MULTIPLEXERS):
        return False
    vte = environment.get("VTE_VERSION", "")
    return (
        any(environment.get(name) for name in SETTING)
        or environment.get("TERM_PROGRAM") in PROGRAMS
        or term.startswith(TERMS)
        or (vte.isdecimal() and int(vte) >= LEAST_VTE)
    )


def linked(text: str, url: str | None) -> str:
    """The text, opening the address; the text alone where that is none that may reach a terminal."""
    address = allowed(url) if url and text else None
    return text if address is None else f"{OPEN}{address}{CLOSE}{text}{OPEN}{CLOSE}"


def allowed(url: str) -> str | None:
    """The address in printable ASCII, if it is one of the web or of a file; None for every other."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme == "file" or (parts.scheme == "https" and parts.netloc):
        return quote(url, safe=RESERVED, errors="replace")
    return None


@cache
def file_url(path: str) -> str | None:
    """The address of a file that is there; None for standard input, a revision's file and whatever else has none."""
    try:
        found = Path(path)
        if not found.is_file():
            return None
        address = found.absolute().as_uri()
    except (OSError, ValueError):
        return None
    import socket

    # With the host's name a terminal at the other end of ssh does not look for the file on its own disk.
    return address.replace("file:///", f"file://{quote(socket.gethostname())}/", 1)
