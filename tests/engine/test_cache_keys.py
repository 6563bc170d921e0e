"""The tables of cache keys name providers that the command line takes, and nothing that never counts as a change."""

from __future__ import annotations

from promptlint.comparison.structure import NEVER_A_CHANGE
from promptlint.engine import HOSTED
from promptlint.engine.cache_keys import CACHE_KEYS, LOCAL_CACHE_KEYS, MEMBERS


def test_the_tables_fit_the_others() -> None:
    named = {name for keys in CACHE_KEYS.values() for name in keys}
    assert set(CACHE_KEYS) <= set(HOSTED)
    assert NEVER_A_CHANGE.isdisjoint(named | set(LOCAL_CACHE_KEYS))
    assert set(MEMBERS) <= named
