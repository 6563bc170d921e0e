"""Which parts of one system prompt are said to change, and what is left of it."""

from __future__ import annotations

from promptlint.lint.sections import layout
from promptlint.lint.texts import Region, Text
from promptlint.lint.volatile_sections import stable_stretches, volatile_sections


def parted(text: str) -> tuple[list[tuple[str, str, bool]], list[str]]:
    """Kind and text of what is volatile, then what else stands behind the first of it."""
    region = Region((Text("/messages/0/content", text),))
    found = volatile_sections(region, layout(region), None)
    stretches = stable_stretches(found, found[0].end, len(text)) if found else []
    return [(one.match.kind, text[one.start : one.end], one.snapshot) for one in found], [
        text[a:b] for a, b in stretches
    ]


def test_nothing_of_a_plain_prompt() -> None:
    assert parted("# Rules\n\nBack up at 04:30 every night.\n\nVersion 2026.5.7 of the guide.") == ([], [])


def test_a_date_does_not_count() -> None:
    assert parted("Today's date is 2026-11-20.\n\nCount boxes.") == ([], [])


def test_the_paragraph_of_a_meter_and_not_all_under_its_heading() -> None:
    volatile, stable = parted("# Memory\n[49% — 1,085/2,200 chars]\n\nBay 4 is cold.\n\n# Rules\nCount.")
    assert [text for _, text, _ in volatile] == ["# Memory\n[49% — 1,085/2,200 chars]\n"]
    assert stable == ["\nBay 4 is cold.\n\n# Rules\nCount."]


def test_all_of_a_recall() -> None:
    recall = "[memory-recall]\n- Bay 4 is cold (score=0.83)\n\n- Anna is the foreman\n[/memory-recall]\n"
    volatile, stable = parted(f"Help.\n\n{recall}\n# Rules\nCount.")
    assert [(text, snapshot) for _, text, snapshot in volatile] == [(recall, False)]
    assert stable == ["\n# Rules\nCount."]


def test_a_tag_around_everything_is_no_part_of_what_is_in_it() -> None:
    volatile, stable = parted("<system>\nCurrent time: 2026-11-20 12:31:09\n\n# Rules\nCount.\n</system>")
    assert [text for _, text, _ in volatile] == ["<system>\nCurrent time: 2026-11-20 12:31:09\n"]
    assert stable == ["\n# Rules\nCount.\n</system>"]


def test_what_may_be_a_snapshot_says_so() -> None:
    volatile, _ = parted("<env>\nWorking directory: /home/anna/shop\n</env>\n\nCount.")
    assert [snapshot for _, _, snapshot in volatile] == [True]
