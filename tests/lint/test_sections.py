"""System prompts as people write them, cut into sections."""

from __future__ import annotations

import time

import pytest

from promptlint.lint.sections import Block, layout
from promptlint.lint.texts import Region, Text


def region(*texts: str) -> Region:
    return Region(tuple(Text(f"/messages/{number}/content", text) for number, text in enumerate(texts)))


def cut(*texts: str) -> list[tuple[str, str]]:
    """Heading and text of each section."""
    one = region(*texts)
    return [(section.heading, one.text[section.start : section.end]) for section in layout(one).sections]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("\n\n", []),
        ("One.\nTwo.", [("", "One.\nTwo.")]),
        ("One.\n\nTwo.\n", [("", "One.\n"), ("", "Two.\n")]),
        ("# Rules\n\nOne.\n\nTwo.", [("Rules", "# Rules\n\nOne.\n"), ("Rules", "Two.")]),
        ("One.\n## Rules ##\nTwo.", [("", "One.\n"), ("Rules", "## Rules ##\nTwo.")]),
        ("#hashtag\nOne.", [("", "#hashtag\nOne.")]),
        ("**Style:**\nShort.", [("Style", "**Style:**\nShort.")]),
        ("**Never** guess.", [("", "**Never** guess.")]),
        (
            "[memory-recall]\nOne.\n[/memory-recall]\nTwo.",
            [("memory-recall", "[memory-recall]\nOne.\n[/memory-recall]\n"), ("", "Two.")],
        ),
        ("[49%] used", [("", "[49%] used")]),
        ("- [x] done", [("", "- [x] done")]),
        ('<env os="linux">\nOne.\n</env>\nTwo.', [("env", '<env os="linux">\nOne.\n</env>\n'), ("", "Two.")]),
        ("<source>One.</source>\nTwo.", [("", "<source>One.</source>\nTwo.")]),
        ("IMPORTANT RULES\nOne.", [("IMPORTANT RULES", "IMPORTANT RULES\nOne.")]),
        ("One.\nNEVER DO THAT\nTwo.", [("", "One.\nNEVER DO THAT\nTwo.")]),
        ("NEVER DO THAT!\nTwo.", [("", "NEVER DO THAT!\nTwo.")]),
        ("規則\n一。", [("", "規則\n一。")]),
        ("```\n# a comment\n\nls\n```\nOne.", [("", "```\n# a comment\n\nls\n```\nOne.")]),
        ("```\nnever closed\n\n# a comment", [("", "```\nnever closed\n\n# a comment")]),
    ],
)
def test_a_text_is_cut_at_headings_tags_and_empty_lines(text: str, expected: list[tuple[str, str]]) -> None:
    assert cut(text) == expected


def test_no_section_goes_across_messages() -> None:
    assert cut("# Rules\nOne.", "Two.") == [("Rules", "# Rules\nOne."), ("", "Two.")]


def test_paragraphs_under_one_heading_are_one_group() -> None:
    found = layout(region("Zero.\n\n# Rules\nOne.\n\nTwo.\n\n# More\nThree."))
    assert [section.group for section in found.sections] == [0, 1, 1, 2]
    assert found.group(1) == (7, 26)


def test_tags_hold_whatever_is_between_them() -> None:
    text = "<system>\n# A\nOne.\n<env>\nTwo.\n</env>\n</system>\nThree."
    found = layout(region(text))
    assert found.blocks == (Block(0, 9, 46), Block(18, 24, 36))
    assert [section.heading for section in found.sections] == ["system", "A", "env", "", ""]


def test_a_tag_that_is_never_closed_ends_with_the_one_around_it() -> None:
    text = "<env>\n<os>\nOne.\n</env>\nTwo.\n</os>\nThree."
    found = layout(region(text))
    assert [text[block.start : block.end] for block in found.blocks] == ["<env>\n<os>\nOne.\n</env>\n"]


def test_a_section_is_called_by_its_heading_or_its_first_words() -> None:
    one = region("You are the agent that counts boxes in all of our warehouses.\n\n# Rules\nOne.")
    assert [section.name(one.text) for section in layout(one).sections] == [
        '"You are the agent that counts b…"',
        "Rules",
    ]


def test_a_place_belongs_to_the_section_before_it() -> None:
    found = layout(region("One.\n\nTwo."))
    assert [found.at(place) for place in (0, 5, 6)] == [found.sections[0], found.sections[0], found.sections[1]]
    assert layout(region("\n\nOne.")).at(0) is None


@pytest.mark.parametrize(
    "text",
    [
        "<a " * 40_000,
        "[a" * 60_000,
        "**a" * 40_000,
        "<a>\n" * 20_000,
        "<a>\n" * 20_000 + "</b>\n" * 20_000,
        "<a>\n" * 20_000 + "</a>\n" * 20_000,
        "#" * 90_000,
        "</" * 50_000,
    ],
    ids=range(8),
)
def test_no_text_takes_long(text: str) -> None:
    started = time.process_time()
    layout(region(text))
    assert time.process_time() - started < 2
