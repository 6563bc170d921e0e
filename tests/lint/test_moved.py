"""Which of the differences between two system regions are values that moved, and of what kind each is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from promptlint.lint.moved import SHAPES, moved_values
from promptlint.lint.rule import Hit
from promptlint.local_model import Model
from tests.lint import contexts

TEXT = "You are an agent.\n{}\nRules: be short and kind to the user at all times."


@pytest.fixture(scope="module")
def opened() -> Iterator[Model]:
    with contexts.model() as model:
        yield model


def hits(opened: Model, before: str, after: str) -> list[tuple[str, Hit]]:
    """All that moved, with its kind."""
    _, (pair,) = contexts.session(opened, contexts.chat_body(before), contexts.chat_body(after))
    return [(shape.kind, hit) for shape in SHAPES for hit in moved_values(pair, shape.kind)]


def moved(opened: Model, before: str, after: str) -> list[tuple[str, str, str]]:
    """Kind, value before, value after, of lines inside of a prompt."""
    found = hits(opened, TEXT.format(before), TEXT.format(after))
    return [(kind, hit.fields["before"], hit.text) for kind, hit in found]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        # Decoys first: what changed is no value, or not a value of these kinds.
        ("Release 2026.5.7", "Release 2026.5.8", []),
        ("Version v22.11.0", "Version v22.12.1", []),
        ("There are 4 apples", "There are 5 apples", []),
        ("Bring tea", "Bring coffee", []),
        ("", "Bring soup at 09:14", []),
        ("Tenant 591785b7-9460-4e21-8b26-0e25925636fd", "", []),
        ("Now: 09:14", "A paragraph more.\nNow: 09:14", []),
        ("Now: 09:14", "  Now: 09:14  ", []),
        (
            "We sell tea. It is brewed slowly in old pots by Ann at 09:14 each day",
            "Our cars are fast and red, and they run on 12:15 petrol wherever you go",
            [],
        ),
        # Clocks and dates.
        ("The time is 09:14.", "The time is 09:31.", [("clock", "09:14", "09:31")]),
        ("Ada 09:14", "Ada 09:15", [("clock", "09:14", "09:15")]),
        ("Time: 11:59 AM", "Time: 12:01 PM", [("clock", "11:59 AM", "12:01 PM")]),
        ("2026-05-17 23:59:58", "2026-05-18 00:00:03", [("clock", "2026-05-17 23:59:58", "2026-05-18 00:00:03")]),
        ("now=1779032528", "now=1779032999", [("clock", "1779032528", "1779032999")]),
        ("il est 15 h 42", "il est 15 h 43", [("clock", "15 h 42", "15 h 43")]),
        ("午後3時42分", "午後3時43分", [("clock", "午後3時42分", "午後3時43分")]),
        ("Current time: 09:14", "Current time: unknown", [("clock", "09:14", "unknown")]),
        (
            "Today is Sunday, May 17, 2026",
            "Today is Monday, May 18, 2026",
            [("date", "Sunday, May 17, 2026", "Monday, May 18, 2026")],
        ),
        ("Heute ist Montag.", "Heute ist Dienstag.", [("date", "Montag", "Dienstag")]),
        # Ids and counters.
        (
            "[b1946ac92492d2347c6235b4d2611184]",
            "[591785b794601e212b260e25925636fd]",
            [("nonce", "b1946ac92492d2347c6235b4d2611184", "591785b794601e212b260e25925636fd")],
        ),
        (
            "[49% — 1,085/2,200 chars]",
            "[52% — 1,144/2,200 chars]",
            [("counter", "[49% — 1,085/2,200 chars]", "[52% — 1,144/2,200 chars]")],
        ),
        ("Turn 4", "Turn 5", [("counter", "4", "5")]),
        ("Apples (4)", "Apples (5)", [("counter", "4", "5")]),
        # Sections: what differs in them, with the words around it.
        (
            "## Relevant memories\n- likes tea\n",
            "## Relevant memories\n- likes coffee\n",
            [("recall", "- likes tea", "- likes coffee")],
        ),
        ("Branch: main", "Branch: fix/tea", [("live-state", "Branch: main", "Branch: fix/tea")]),
        ("- [x] brew\n- [ ] pour", "- [x] brew\n- [x] pour", [("live-state", "- [ ] pour", "- [x] pour")]),
        # A value inside of what is surely a section: a clock or an id is itself, any other number is the section's.
        ("## Relevant memories\n- at 09:14 tea", "## Relevant memories\n- at 10:15 tea", [("clock", "09:14", "10:15")]),
        (
            "Devices:\n- light.hall, state: on\n- sensor.hall: 40 %",
            "Devices:\n- light.hall, state: on\n- sensor.hall: 45 %",
            [("live-state", "- sensor.hall: 40 %", "- sensor.hall: 45 %")],
        ),
        # Several on one line are one each.
        (
            "09:14 [49% — 1,085/2,200 chars]",
            "09:31 [52% — 1,144/2,200 chars]",
            [
                ("clock", "09:14", "09:31"),
                ("counter", "[49% — 1,085/2,200 chars]", "[52% — 1,144/2,200 chars]"),
            ],
        ),
    ],
)
def test_moved(opened: Model, before: str, after: str, expected: list[tuple[str, str, str]]) -> None:
    assert moved(opened, before, after) == expected


def test_a_value_is_one_hit_with_its_place_on_both_sides(opened: Model) -> None:
    ((kind, hit),) = hits(opened, "Ada.\nNow: 2026-05-17 23:59:58", "Ada!\nNow: 2026-05-18 00:00:03")
    assert kind == "clock"
    assert hit.span == hit.related == ("/messages/0/content", 10, 19)
    assert hit.message == "the {name} in the system prompt changed: {before!r} became {text!r}"
    assert hit.fields == {"before": "2026-05-17 23:59:58", "name": "clock"}


def test_what_appears_and_what_goes_away(opened: Model) -> None:
    ((_, new),) = hits(opened, TEXT.format(""), TEXT.format("Current time: 09:14"))
    assert (new.text, new.fields["before"]) == ("09:14", "")
    assert new.message == "the {name} in the system prompt changed: {text!r} is new"
    ((_, gone),) = hits(opened, TEXT.format("Current time: 09:14"), TEXT.format(""))
    assert (gone.text, gone.fields["before"], gone.span.length) == ("09:14", "09:14", 0)
    assert gone.message == "the {name} in the system prompt changed: {text!r} is gone"


def test_a_section_claims_all_of_itself_and_points_at_what_differs_first(opened: Model) -> None:
    before = "Be short.\n\n## Relevant memories\n- tea\n- Graz\n\n## Rules\nCount."
    after = "Be short.\n\n## Relevant memories\n- tea\n- Linz\n- a dog\n\n## Rules\nCount."
    ((kind, hit),) = hits(opened, before, after)
    section = after.index("## Relevant"), after.index("\n\n## Rules")
    assert kind == "recall"
    assert hit.span.offset == after.index("Linz")
    assert hit.claims[-1] == ("/messages/0/content", section[0], section[1] - section[0])
    assert hit.fields["name"] == "recalled memory"


def test_a_section_does_not_account_for_what_changed_before_it(opened: Model) -> None:
    before = "Ada helps in a shop of fine green tea\n## Relevant memories\n- likes oolong\n\nBe short."
    after = "Bob sells loud sports cars\n## Retrieved documents\n- rev: high\n\nBe short."
    _, (pair,) = contexts.session(opened, contexts.chat_body(before), contexts.chat_body(after))
    assert len(pair.system_hunks) == 1
    assert hits(opened, before, after) == []


def test_nothing_moved_between_equal_regions(opened: Model) -> None:
    same = TEXT.format("Current time: 09:14 [49% — 1,085/2,200 chars]\nBranch: main")
    assert hits(opened, same, same) == []


def test_a_value_in_another_text_of_the_region(opened: Model) -> None:
    bodies = []
    for minute in (14, 31):
        system = [{"type": "text", "text": "Be short."}, {"type": "text", "text": f"Now: 09:{minute}"}]
        bodies.append({"model": "claude-x", "system": system, "messages": [{"role": "user", "content": "Go on."}]})
    _, (pair,) = contexts.session(opened, *bodies)
    (hit,) = moved_values(pair, "clock")
    assert (hit.text, hit.span.offset, pair.after.body_pointer(hit.span.pointer)) == ("09:31", 5, "/system/1/text")
