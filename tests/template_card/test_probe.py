"""The memory of a probe, and its end."""

from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.template_card import probe as module
from promptlint.template_card.dialogue import ANSWER, FIRST, SECOND
from tests.template_card.probes import PLAIN, probed


def test_a_conversation_is_rendered_once(tmp_path: Path) -> None:
    with probed(tmp_path, PLAIN) as probe:
        assert probe.render([FIRST]) is probe.render([FIRST])
        assert probe.renderings == 1


def test_what_would_take_too_many_renderings_is_left_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_RENDERINGS", 2)
    with probed(tmp_path, PLAIN) as probe:
        known = [probe.render([FIRST]), probe.render([FIRST, ANSWER])]
        more = probe.render([FIRST, ANSWER, SECOND])
        assert (more.text, more.error) == (None, "not tried: too many renderings")
        assert probe.render([FIRST]) is known[0]
        assert probe.renderings == 2
