"""A pattern that is compiled later finds what the same one finds that is compiled now."""

from __future__ import annotations

import re

from promptlint.lint.detect.late import late


def test_it_is_what_re_compiles() -> None:
    now, then = re.compile(r"(?P<word>a+)b", re.IGNORECASE), late(r"(?P<word>a+)b", re.IGNORECASE)
    for _ in range(2):
        found = then.search("xAab")
        assert found is not None
        assert (found["word"], found.re) == ("Aa", now)
    assert (then.pattern, then.flags, then.sub("-", "aab c")) == (now.pattern, now.flags, "- c")
    assert then.fullmatch("b") is None
