"""llama.cpp's `--cache-reuse`: pieces of the cached text behind the first difference are moved to where they belong.

The reading place in the request never passes a mismatch: so it helps where text was deleted, not where it was replaced
or inserted. The result is an approximation of the model's, by a shift of the keys. Source: server-context.cpp, read.
"""

from __future__ import annotations

from collections.abc import Sequence

from promptlint.common_prefix import common_prefix


def with_shifted(cached: Sequence[int], prompt: Sequence[int], common: int, least: int) -> int:
    """How many tokens of a prompt are reused, where pieces of at least `least` tokens are moved."""
    place = common
    reused = common
    while place < len(cached) and reused < len(prompt):
        if cached[place : place + least] != prompt[reused : reused + least]:
            place += 1
            continue
        run = common_prefix(cached[place:], prompt[reused:])
        if run < least:
            break  # both end here
        reused += run
        place += run
    return reused
