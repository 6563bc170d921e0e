"""A headless Chromium that loads nothing but what it is given, for tests of the page."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from promptlint.model import Report
from promptlint.report.html import page

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,1000",
)
PATIENCE = 20.0  # seconds
# Every visible text with the ratio of its colour to what is behind it, where that is under what WCAG AA asks for.
FAINT = """(() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgb = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = (colour) => {
    const linear = (one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
    const [r, g, b] = colour.map((one) => linear(one / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255, 255];
  };
  const faint = [];
  for (const element of document.querySelectorAll("body *")) {
    const isText = [...element.childNodes].some((one) => one.nodeType === 3 && one.textContent.trim());
    if (!isText || !element.checkVisibility() || element.closest("script, noscript, .aloud, .skip")) continue;
    const [one, other] = [rgb(getComputedStyle(element).color), behind(element)].map(light);
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (ratio < 4.5) faint.push(`${element.className} ${element.textContent.slice(0, 30)} ${ratio.toFixed(2)}`);
  }
  return faint;
})()"""
NAMELESS = """[...document.querySelectorAll("button, a, input, pre, [role=region], section[aria-label]")]
  .filter((one) => ![one.getAttribute("aria-label") || "", one.textContent, (one.closest("label") || one).textContent]
    .some((text) => text.trim()))
  .map((one) => one.outerHTML)"""
OPEN_ALL = """for (const row of document.querySelectorAll(".row[aria-expanded=false], .fold[aria-expanded=false]"))
  row.click()"""


@contextmanager
def started(profile: Path) -> Iterator[Any]:
    """A browser with a profile of its own. Nothing is downloaded: both programs are those of the system."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = str(BROWSER)
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(executable_path=str(DRIVER)))
    try:
        yield driver
    finally:
        driver.quit()


class Page:
    """A page in the browser. `run` gives what a JavaScript expression gives."""

    def __init__(self, driver: Any, path: Path) -> None:
        self.driver = driver
        self.path = path

    def open(self, report: Report, link: str = "") -> None:
        """Write the page of a report and load it anew."""
        self.path.write_text(page(report), encoding="ascii", newline="\n")
        self.driver.get("about:blank")
        self.messages(), self.requested()  # what was before is not asked for
        self.driver.get(self.path.as_uri() + link)

    def run(self, expression: str) -> Any:
        return self.driver.execute_script(f"return {expression}")

    def texts(self, selector: str) -> list[str]:
        """The texts of the elements that are shown."""
        found = f"[...document.querySelectorAll({json.dumps(selector)})]"
        return list(self.run(f"{found}.filter((one) => one.checkVisibility()).map((one) => one.textContent)"))

    def click(self, selector: str) -> None:
        self.driver.execute_script(f"document.querySelector({json.dumps(selector)}).click()")

    def press(self, keys: str) -> None:
        """Type into whatever has the focus."""
        self.driver.switch_to.active_element.send_keys(keys)

    def search(self, words: str) -> str:
        """Paste words into the search; what the page then says aloud."""
        self.driver.execute_script(
            "const box = document.getElementById('search');"
            f"box.value = {json.dumps(words)}; box.dispatchEvent(new Event('input'))"
        )
        self.wait(lambda: self.texts(".said") != [])
        return self.texts(".said")[0]

    def follow(self, link: str) -> None:
        """Go to a place of the page, as a click on a link to it does."""
        self.driver.execute_script(f"location.hash = {json.dumps(link)}")

    def wait(self, expected: Callable[[], bool]) -> None:
        """Until it is so; fails after a while."""
        end = time.monotonic() + PATIENCE
        while not expected():
            assert time.monotonic() < end, "it did not come to pass"
            time.sleep(0.02)

    def messages(self) -> list[str]:
        """What the console was told since it was last asked."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requested(self) -> list[str]:
        """Addresses that were asked for since it was last asked."""
        events = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        return [one["params"]["request"]["url"] for one in events if one["method"] == "Network.requestWillBeSent"]
