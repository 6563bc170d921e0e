"""Which Claude models take a message of the role system between the turns, and which answer 400."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase

AS_OF = "2026-11-25"  # the day on which these lists were made

# Family and version, as the model ids spell them. In neither list: Sonnet 5, Mythos 5 and the 5.5 models, of which
# public reports say both.
TAKE = frozenset({"opus-4-8", "opus-5", "fable-5", "fable-5-1", "mythos-5-1"})
REFUSE = frozenset(
    f"{family}-{version}"
    for family, versions in (
        ("opus", ("3", "4", "4-0", "4-1", "4-5", "4-6", "4-7")),
        ("sonnet", ("3", "3-5", "3-7", "4", "4-0", "4-5", "4-6")),
        ("haiku", ("3", "3-5", "4-5")),
    )
    for version in versions
)
_NEW = re.compile(r"claude-(?P<family>[a-z]+)-(?P<version>\d{1,2}(?:-\d{1,2})?)(?!\d)")
_OLD = re.compile(r"claude-(?P<version>\d(?:-\d)?)-(?P<family>[a-z]+)")
_FIRST = re.compile(r"claude-(?:instant|v?[12])(?!\w)")


def takes_system_turns(model: str | None, extra: Iterable[str] = ()) -> bool | None:
    """Does a model take them; None where that is not known. `extra` are ids or globs that do."""
    if model is None:
        return None
    if any(fnmatchcase(model, pattern) for pattern in extra):
        return True
    spelled = model.lower().replace(".", "-").replace("_", "-")
    if _FIRST.search(spelled):
        return False
    found = _NEW.search(spelled) or _OLD.search(spelled)
    if found is None:
        return None
    name = f"{found['family']}-{found['version']}"
    return True if name in TAKE else False if name in REFUSE else None
