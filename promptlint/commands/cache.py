"""`promptlint cache clean`: what is kept between two runs."""

from __future__ import annotations

import click


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
