"""What a system of parts comes to on a page: its weight, and how it holds for everybody, in a real browser."""

from __future__ import annotations

import gzip
import mimetypes
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Route

sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "e2e"))
import accessibility_checks as checks

HERE = "127.0.0.1"
PHONE, DESK = {"width": 320, "height": 640}, {"width": 1280, "height": 900}
CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary"
SHOWN = f"() => [...document.querySelectorAll({CONTROLS!r})].filter((e) => e.checkVisibility()).length"
LANDS = "(box) => [...document.querySelectorAll(box + ' a')].every((a) => document.getElementById(a.hash.slice(1)))"
DARK = """() => {
  const [r, g, b] = [document.body, document.documentElement].map((e) => getComputedStyle(e).backgroundColor)
    .find((colour) => !/, 0\\)$/.test(colour))?.match(/[\\d.]+/g).map(Number) ?? [255, 255, 255];
  return (r + g + b) / 3 < 100;
}"""
# What counts is where a press hits, not the box: a radio has its label, a card's link the whole card. The way past the
# navigation and a link within a sentence are exempt (WCAG 2.5.8).
LOW = """(controls) => {
  const low = [];
  for (const e of document.querySelectorAll(controls)) {
    const text = e.textContent.trim();
    if (!e.checkVisibility() || e.getAttribute("href") === "#main") continue;
    if (e.tagName === "A" && /^(P|LI|DD|TD)$/.test(e.parentElement.tagName)
        && [...e.parentElement.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.textContent.trim())) continue;
    e.scrollIntoView({ block: "center" });
    const own = [e, ...(e.labels ?? [])];
    const height = Math.max(...own.map((one) => {
      const box = one.getBoundingClientRect(), x = box.x + Math.min(box.width / 2, 8), y = box.y + box.height / 2;
      const hit = (at) => own.some((o) => o.contains(document.elementFromPoint(x, at)));
      let up = y, down = y;
      while (up > y - 30 && hit(up)) up -= .5;
      while (down < y + 30 && hit(down)) down += .5;
      return Math.max(down - up, box.height);
    }));
    if (height < 23.5) low.push(`${e.tagName} "${text.slice(0, 30)}" ${height.toFixed(0)} px`);
  }
  return low;
}"""


@dataclass
class Look:
    """A system: its name, where its page is, how to fetch what the page asks for, and what its parts are called.

    `boxes` are the error summary, the card and the field, as CSS selectors; "" for a part that it does not have.
    """

    name: str
    path: str
    fetch: Callable[[str], bytes]
    boxes: dict[str, str]


@dataclass
class Asked:
    """What a page has asked for: the style sheets that it was given, and the addresses of others that it was refused."""

    sheets: dict[str, bytes] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)


@dataclass
class Figure:
    """One figure. `value` is better the lower it is, None where there is nothing to measure; `faults` says what it counts."""

    value: float | None
    faults: list[str] = field(default_factory=list)


def measure(browser: Browser, look: Look) -> dict[str, Figure]:
    """Return the figures of a system by what they measure."""
    figures: dict[str, Figure] = {}
    with opened(browser, look) as (page, asked):
        figures["CSS, kB"] = Figure(sum(map(len, asked.sheets.values())) / 1000)
        figures["CSS gzipped, kB"] = Figure(sum(len(gzip.compress(one, 9)) for one in asked.sheets.values()) / 1000)
        figures["axe violations"] = _counted(checks.axe_violations(page))
        figures["targets below 24 px"] = _counted(page.evaluate(LOW, CONTROLS))
        controls = page.evaluate(SHOWN)
    with opened(browser, look) as (page, asked):
        figures["weak focus stops"] = _counted(checks.weak_focus(page))
        figures["requests to others"] = _counted(sorted(set(asked.refused)))
    with opened(browser, look, color_scheme="dark") as (page, _):
        figures["axe violations, dark"] = _counted(checks.axe_violations(page))
        figures["no dark colours (1)"] = Figure(0 if page.evaluate(DARK) else 1)
    with opened(browser, look, viewport=PHONE) as (page, _):
        figures["px too wide at 320"] = _too_wide(page)
        figures["the same, 1.4.12 spacing"] = _too_wide(page, spacing=True)
    with opened(browser, look, java_script_enabled=False) as (page, _):
        lost = controls - page.evaluate(SHOWN) + (not page.evaluate(LANDS, look.boxes["error summary"]))
        figures["lost without scripts"] = Figure(max(0, lost))
    with opened(browser, look, forced_colors="active") as (page, _):
        bare = [name for name, box in look.boxes.items() if box and not checks.visible_border(page, box)]
        figures["edges lost, forced colours"] = _counted(bare)
    return figures


@contextmanager
def opened(browser: Browser, look: Look, **how: object) -> Iterator[tuple[Page, Asked]]:
    """Open a system's page in a context of its own. Nothing leaves the machine: every answer is ours, or a refusal."""
    asked = Asked()

    def answer(route: Route) -> None:
        where = urlsplit(route.request.url)
        if where.hostname != HERE:
            asked.refused.append(route.request.url)
            route.abort()
            return
        body, kind = look.fetch(where.path), mimetypes.guess_type(where.path)[0] or "text/html"
        if kind == "text/css":
            asked.sheets[where.path] = body
        route.fulfill(body=body, content_type=f"{kind}; charset=utf-8")

    options = {"viewport": DESK, "reduced_motion": "reduce", "locale": "sv-SE"} | how
    context = browser.new_context(**options)  # type: ignore[arg-type]
    context.route("**/*", answer)
    try:
        page = context.new_page()
        page.goto(f"http://{HERE}{look.path}", wait_until="load")
        yield page, asked
    finally:
        context.close()


def _counted(faults: list[str]) -> Figure:
    return Figure(len(faults), faults)


def _too_wide(page: Page, *, spacing: bool = False) -> Figure:
    faults = checks.overflows(page, spacing=spacing)
    return Figure(page.evaluate("() => Math.max(0, document.documentElement.scrollWidth - innerWidth)"), faults)
