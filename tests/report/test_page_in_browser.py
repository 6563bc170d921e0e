"""The page in a headless Chromium: what people do with it, and what other people's text cannot do to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.report import example
from tests.report.browser import BROWSER, DRIVER, FAINT, NAMELESS, OPEN_ALL, Page, started
from tests.report.session import hostile, session, shared

pytest.importorskip("selenium", reason="only the development group has it")
pytestmark = pytest.mark.skipif(
    BROWSER is None or DRIVER is None, reason="no chromium and chromedriver on the PATH (Debian: chromium-driver)"
)

MOST_ELEMENTS = 5_000  # of a page that was just opened, however many turns it has


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with started(tmp_path_factory.mktemp("profile")) as running:
        yield running


@pytest.fixture
def unwatched(driver: Any, tmp_path: Path) -> Page:
    """A page to open."""
    return Page(driver, tmp_path / "report.html")


@pytest.fixture
def page(unwatched: Page) -> Iterator[Page]:
    """A page to open; whatever a test does with it, the console stays silent and nothing is asked for but the file."""
    yield unwatched
    assert unwatched.messages() == []
    assert {address.partition("#")[0] for address in unwatched.requested()} == {unwatched.path.as_uri()}


def test_each_turn_has_a_strip_and_its_numbers(page: Page) -> None:
    page.open(session(4, 2))
    assert page.run("document.querySelectorAll('.conversations .row .strip').length") == 4
    cells = "[...document.querySelectorAll('#request-2 .row .number')].map((one) => one.firstChild.textContent)"
    assert page.run(cells) == ["3,400", "120", "3,080"]
    assert page.run("[...document.querySelectorAll('#request-2 rect')].map((one) => one.className.baseVal)") == [
        "reused",
        "lost",
        "new",
    ]
    assert page.run("getComputedStyle(document.body).fontVariantNumeric") == "tabular-nums"


def test_opening_a_turn_shows_both_prompts_with_the_difference_marked(page: Page) -> None:
    page.open(session(4, 2))
    assert page.texts(".pair") == []
    page.click("#request-2 .row")
    assert page.texts(".region") == ["in the system prompt"]
    assert page.texts(".side.before mark") == ["00"]
    assert page.texts(".side.after mark") == ["01"]
    assert page.texts(".causes .where") == ["line 10 of the system prompt", "message 2 (user)"]
    assert page.run("document.activeElement !== null && location.hash") == "#pair-1"
    page.click("#request-2 .row")
    assert page.texts(".pair") == []


def test_the_causes_hang_one_behind_the_other(page: Page) -> None:
    page.open(session(4, 2), "#pair-1")
    edges = page.run(
        "[...document.querySelectorAll('.fall .lost')].map((one) => [one.x.baseVal.value, one.width.baseVal.value])"
    )
    (first, width), (second, rest) = edges
    assert first == 0
    assert second == pytest.approx(width, abs=0.1)
    assert width + rest == pytest.approx(1000, abs=5)


def test_the_pair_of_a_diff_is_open_from_the_start(page: Page) -> None:
    page.open(example.report())
    assert page.texts(".pair .verdict") == ["broken: 62 of 100,449 tokens are a common prefix; 100,384 lost"]
    assert "images are left out" in page.texts(".limits")[0]


def test_a_link_leads_to_a_pair_a_finding_or_a_request(page: Page) -> None:
    page.open(session(1_306, 5), "#pair-1201")
    assert page.texts(".pair .verdict") == ["extension: 243,200 of 243,200 tokens are a common prefix"]
    assert page.run("document.activeElement.closest('li').id") == "request-1202"
    page.follow("#finding-200")
    page.wait(lambda: page.texts(".ruletext") != [])
    assert page.run("document.activeElement.closest('li').id") == "finding-200"
    page.follow("#request-3")
    page.wait(lambda: bool(page.run("document.activeElement.closest('li').id === 'request-3'")))
    page.follow("#pair-99999")
    assert page.run("document.activeElement.closest('li').id") == "request-3"


def test_a_finding_opens_with_the_text_of_its_rule(page: Page) -> None:
    page.open(session(4, 2))
    page.click("#finding-0 .row")
    (text,) = page.texts("#finding-0 .ruletext")
    assert "It moves." in text
    assert "Leave it out." in text
    assert page.run("document.querySelector('#finding-0 .references a').href").startswith("https://github.com/")
    assert page.texts("#finding-0 .links a") == ["#pair-1", "#request-2"]


def test_severities_can_be_left_out(page: Page) -> None:
    page.open(session(13, 2))
    assert page.texts(".findings .severity") == ["error", "warning", "info"] * 2
    page.click(".chip.warning")
    assert page.texts(".findings .severity") == ["error", "info"] * 2
    assert page.run("document.querySelector('.chip.warning').getAttribute('aria-pressed')") == "false"
    page.follow("#finding-1")
    page.wait(lambda: page.texts(".findings .severity") == ["error", "warning", "info"] * 2)


def test_the_search_narrows_turns_and_findings(page: Page) -> None:
    page.open(session(60, 20))
    page.press("/")
    page.press("turn 41")
    page.wait(lambda: page.texts(".findings .severity") == ["warning"])
    assert page.texts(".said") == ["0 turns, 1 finding shown"]
    page.press("\ue00c")  # Escape
    page.wait(lambda: page.texts(".findings .severity") == ["error", "warning"])
    page.click(".chip.broken")
    assert page.texts(".conversations .row .turn") == ["turn 21", "turn 41"]


@pytest.mark.parametrize("words", ["goes_on", "pointer", "same", ":null", '","'])
def test_the_search_does_not_look_at_how_the_data_is_written(page: Page, words: str) -> None:
    page.open(session(4, 1))
    assert page.search(words) == "0 turns, 0 findings shown"


@pytest.mark.parametrize("words", ['say "Yes"', "a\\b", "SYSTEM PROMPT", "kv101"])
def test_the_search_finds_what_a_turn_shows(page: Page, words: str) -> None:
    page.open(session(4, 3, 'say "yes" to A\\b\n'))
    page.search(words)
    assert page.texts(".conversations .row .turn") == ["turn 4"]


def test_a_request_of_two_conversations_opens_where_it_was_clicked(page: Page) -> None:
    page.open(shared())
    ids = page.run("[...document.querySelectorAll('[id]')].map((one) => one.id)")
    assert sorted(set(ids)) == sorted(ids)
    page.click("#conversation-1 .rows .row")
    opened = [len(page.texts(f"#conversation-{number} .detail")) for number in range(2)]
    assert opened == [0, 1]
    link = page.run("location.hash")
    page.follow("#request-0")
    page.wait(lambda: len(page.texts("#conversation-0 .detail")) == 1)
    assert page.run("document.activeElement.closest('section').id") == "conversation-0"
    page.click("#conversation-1 .rows .row")
    assert page.texts("#conversation-1 .detail") == []
    page.follow(link)
    page.wait(lambda: len(page.texts("#conversation-1 .detail")) == 1)


def test_a_click_waits_until_the_details_are_there(page: Page) -> None:
    page.open(session(4, 2))
    page.driver.execute_script("Object.defineProperty(document, 'readyState', { value: 'loading' })")
    page.click("#request-2 .row")
    assert page.texts(".pair") == []
    page.driver.execute_script("document.dispatchEvent(new Event('DOMContentLoaded'))")
    assert page.texts(".region") == ["in the system prompt"]


def test_runs_of_turns_that_lost_nothing_are_folded(page: Page) -> None:
    page.open(session(60, 20))
    assert page.texts(".folded")[1] == "19 turns that lost nothing (22\N{EN DASH}40)"
    before = len(page.texts(".conversations .row"))
    page.driver.execute_script("document.querySelectorAll('.folded')[1].click()")
    assert len(page.texts(".conversations .row")) == before + 18
    assert page.run("document.activeElement.closest('li').id") == "request-21"


def test_the_keys_lead_from_row_to_row(page: Page) -> None:
    page.open(session(6, 3))
    focused = "(document.activeElement.closest('li') || {}).id"
    for key, expected in (("j", 0), ("j", 1), ("k", 0), ("n", 3), ("\ue015", 4), ("\ue013", 3), ("p", 3)):
        page.press(key)
        assert page.run(focused) == f"request-{expected}"
    page.press("\ue007")  # Enter
    assert page.run("document.activeElement.getAttribute('aria-expanded')") == "true"
    page.click("#keys")
    page.press("j")
    assert page.run(focused) == "request-3"
    page.click("#keys")


def test_the_first_tab_skips_to_the_content(page: Page) -> None:
    page.open(session(4, 2))
    page.press("\ue004")
    assert page.run("document.activeElement.className") == "skip"
    assert page.run("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.press("\ue007")
    assert page.run("document.activeElement.id") == "content"


def test_the_theme_can_be_switched(page: Page) -> None:
    page.open(session(4, 2))
    colours = []
    for theme in ("light", "dark"):
        page.click(f"button[data-theme={theme}]")
        assert page.run(f"document.querySelector('button[data-theme={theme}]').getAttribute('aria-pressed')") == "true"
        colours.append(page.run("getComputedStyle(document.body).backgroundColor"))
    assert colours[0] != colours[1]
    page.click("button[data-theme=auto]")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_all_text_stands_out_from_what_is_behind_it(page: Page, theme: str) -> None:
    page.open(hostile(), "#pair-1")
    page.click(f"button[data-theme={theme}]")
    page.click("#finding-1 .row")
    assert page.run(FAINT) == []
    page.click("button[data-theme=auto]")


def test_everything_that_can_be_used_has_a_name(page: Page) -> None:
    page.open(hostile(), "#pair-1")
    assert page.run(NAMELESS) == []
    assert page.run("[...document.querySelectorAll('h1, main h2')].length") == 4
    assert page.run("document.querySelectorAll('main, header, footer, [role=search]').length") >= 4
    assert page.run("document.documentElement.lang") == "en"


def test_nothing_moves(page: Page) -> None:
    page.open(session(40, 5), "#pair-4")
    moving = "[...document.querySelectorAll('*')].map((one) => getComputedStyle(one))"
    assert page.run(f"{moving}.every((one) => one.animationName === 'none' && one.transitionDuration === '0s')") is True
    assert page.run("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


def test_other_peoples_text_stays_text(page: Page) -> None:
    page.open(hostile())
    for _ in range(2):
        page.driver.execute_script(OPEN_ALL)
    assert page.run("typeof window.hacked") == "undefined"
    assert page.run("[...document.scripts].map((one) => one.id)") == ["data", "", "pairs-0"]
    assert page.run("document.querySelectorAll('body img, main b b, [onerror]').length") == 0
    assert page.run("[...document.links].every((one) => /^(https:|file:)/.test(one.href))") is True
    shown = page.run("document.body.innerText")
    assert "<b>bold</b>" in shown
    assert "\\u202e\\x1b[2J\\ud800" in shown
    assert not {"\u202e", "\x1b", "\u2028"} & set(shown)


def test_the_policy_stops_what_would_get_past_the_escapes(unwatched: Page) -> None:
    unwatched.open(example.report())
    image = '<img src="https://example.invalid/x" onerror="window.hacked = 1">'
    unwatched.driver.execute_script(
        f"document.body.insertAdjacentHTML('beforeend', '{image}');"
        "document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.hacked = 2' }))"
    )
    told: list[str] = []

    def refused() -> bool:
        told.extend(unwatched.messages())
        return len(told) >= 3  # the image, what it does when it fails, and the script

    unwatched.wait(refused)
    assert all("Content Security Policy" in one for one in told)
    assert unwatched.run("typeof window.hacked") == "undefined"


def test_a_narrow_screen_scrolls_in_one_direction_only(page: Page) -> None:
    page.driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": 360, "height": 700, "deviceScaleFactor": 1, "mobile": False}
    )
    try:
        page.open(hostile(), "#pair-1")
        page.click("#finding-1 .row")
        assert page.run("document.documentElement.scrollWidth") <= 360
    finally:
        page.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_a_session_of_1306_turns_builds_only_what_is_looked_at(page: Page) -> None:
    page.open(session(1_306, 1))
    assert page.run("document.querySelectorAll('*').length") < MOST_ELEMENTS
    assert page.run("document.getElementById('data').text.length") * 4 < page.path.stat().st_size
    assert page.run("document.querySelectorAll('.plot path').length") == 3
    rows = len(page.texts(".conversations .row"))
    page.click(".conversations .more")
    assert len(page.texts(".conversations .row")) > rows


def test_without_a_script_the_findings_are_there(page: Page) -> None:
    page.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        page.open(example.report())
        source = page.driver.find_element("css selector", "noscript").text
    finally:
        page.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    assert "100,384 of 100,449 tokens are computed again" in source
