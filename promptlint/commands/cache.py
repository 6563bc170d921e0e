"""The disk cache: which folder a command uses, and `cache clean`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from pathlib import Path


def cache_of(given: dict[str, Any]) -> Path | None:
    """The folder of the disk cache; None where it is not wanted, or there is no place for one."""
    from promptlint.disk_cache.folder import cache_folder

    return None if given["no_cache"] else cache_folder()


@click.group()
def cache() -> None:
    """Empty what is kept on disk between two runs."""


@cache.command()
def clean() -> None:
    """Remove it all. PROMPTLINT_CACHE_DIR names the folder, else it is in the user's cache folder."""
    from promptlint import terminal
    from promptlint.disk_cache import folder

    where = folder.cache_folder()
    removed = 0 if where is None else folder.clean(where)
    click.echo(f"removed {removed:,} bytes from {terminal.safe(str(where))}" if removed else "nothing to remove")
