"""The picture in the README: what a terminal shows of a real run, as SVG.

`PROMPTLINT_WRITE_CASES=1 pytest tests/test_picture.py` draws it again.
"""

from __future__ import annotations

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.text import Text

REPO = Path(__file__).resolve().parents[1]
PICTURE = REPO / ".github" / "terminal.svg"
COMMAND = "promptlint diff tests/cases/clock/before.json tests/cases/clock/after.json --model builtin --select KV101"
WIDTH = 80  # columns
# No web font and no window around it: the page that shows it shall not ask anybody else for anything.
SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-label="promptlint diff, in a \
terminal: the picture of the prefix, the place where it ends, and why">
<style>
.{unique_id}-matrix {{ font: {char_height}px/{line_height}px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", \
monospace; font-variant-east-asian: full-width; }}
{styles}
</style>
<defs>{lines}</defs>
<rect width="{width}" height="{height}" rx="8" fill="#292929"/>
<g transform="translate({terminal_x}, {terminal_y})">{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def shown() -> str:
    """What the command prints, in colour."""
    environment = {**os.environ, "PYTHONPATH": str(REPO), "FORCE_COLOR": "1", "PYTHONUTF8": "1"}
    environment.pop("NO_COLOR", None)
    done = subprocess.run(
        [sys.executable, "-m", *COMMAND.split()],
        cwd=REPO,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 1, done.stderr
    return done.stdout


def drawn(output: str) -> str:
    """The SVG of a terminal that shows the command and its output."""
    console = Console(record=True, width=WIDTH, file=StringIO(), force_terminal=True, legacy_windows=False)
    console.print(Text(f"$ {COMMAND}", style="bold"), soft_wrap=False)
    console.print(Text.from_ansi(output), end="")
    return console.export_svg(code_format=SVG, unique_id="t")
