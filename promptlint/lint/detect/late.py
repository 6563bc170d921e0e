"""Patterns that are compiled when they are first used: a run needs few of them, and all take a tenth of a second."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any, cast


class _Late:
    """Stands for a compiled pattern until somebody asks it for anything."""

    def __init__(self, text: str, flags: int) -> None:
        self._text, self._flags = text, flags

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self._text, self._flags)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._compiled, name)
        self.__dict__[name] = found
        return found


def late(text: str, flags: int = 0) -> re.Pattern[str]:
    """A regular expression, as `re.compile` makes it, but when it is needed."""
    return cast(re.Pattern[str], _Late(text, flags))
