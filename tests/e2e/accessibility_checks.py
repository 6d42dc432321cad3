"""What a page must hold to be usable by everybody, measured in a real browser.

Each check answers with a list of what is wrong, in words; an empty list is a pass.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops
from playwright.sync_api import Page

TOOLS = Path(__file__).parents[1] / "tools" / "node_modules"
AXE = TOOLS / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "EN-301-549"]
SPACING = (
    "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }"
    "p { margin-block-end: 2em !important; }"
)
"""The text spacing of WCAG 1.4.12, which somebody may set for themselves."""

# Not Playwright's add_style_tag, which waits for ever for a page without scripts to say that the style has loaded.
RESTYLE = """(text) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""
OVERFLOWING = """() => {
  const wide = document.documentElement.scrollWidth - innerWidth;
  if (wide <= 0) return [];
  const out = [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1);
  return [`${wide} px too wide`, ...out.slice(0, 5).map((e) => `${e.tagName} "${e.textContent.trim().slice(0, 40)}"`)];
}"""
SMALL = """(least) => {
  const out = [];
  for (const e of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
    if (!e.checkVisibility() || e.classList.contains("skip")) continue;
    const target = e.closest("label") || (e.matches("h2 a, h3 a") && e.closest(".card")) || e;
    const box = target.getBoundingClientRect();
    const inText = e.tagName === "A" && /^(P|LI|DD|TD)$/.test(e.parentElement.tagName)
      && e.parentElement.textContent.trim() !== e.textContent.trim();
    if (!inText && (box.height < least || box.width < Math.min(least, 24)))
      out.push(`${e.tagName} ${(e.textContent || e.name || "").trim().slice(0, 40)} ${box.width|0} x ${box.height|0}`);
  }
  return out;
}"""
HIDDEN = """() => {
  const e = document.activeElement.closest("label") || document.activeElement, box = e.getBoundingClientRect();
  const x = box.x + box.width / 2, y = box.y + box.height / 2;
  const top = document.elementFromPoint(x, y);
  return Boolean(top) && !(top === e || e.contains(top) || top.contains(e));
}"""
NAME = """() => {
  const e = document.activeElement;
  return `${e.tagName} ${e.id || (e.textContent || "").trim().slice(0, 40)}`;
}"""
STOP = """() => {
  const e = document.activeElement, before = window.__stops.at(-1), name = (NAME)();
  if (e === document.body || e === window.__stops[0]) return null;
  if (e === before) return [];  // a field for a time has stops within it
  window.__stops.push(e);
  const faults = (HIDDEN)() ? [`${name}: hidden beneath something`] : [];
  if (before && !(before.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING))
    faults.push(`${name}: reached out of order`);
  return faults;
}"""
"""One stop of the Tab key: null at the end, else what is wrong with it. Scripts stand for HIDDEN and NAME."""
BOX = """() => {
  const e = document.activeElement; if (e === document.body) return null;
  const b = (e.closest("label") || e).getBoundingClientRect();
  return { x: b.x, y: b.y, width: b.width, height: b.height };
}"""


def axe_violations(page: Page) -> list[str]:
    """Run axe and tell each violation with the places where it was found. Needs a context with `bypass_csp`."""
    page.add_script_tag(path=AXE)
    found = page.evaluate("(tags) => axe.run(document, { runOnly: { type: 'tag', values: tags } })", TAGS)
    return [_told(violation) for violation in found["violations"]]


def overflows(page: Page, *, spacing: bool = False) -> list[str]:
    """Tell what is wider than the window, if need be under the text spacing of WCAG 1.4.12."""
    if spacing:
        page.evaluate(RESTYLE, SPACING)
    found: list[str] = page.evaluate(OVERFLOWING)
    return found


def small_targets(page: Page, least: int = 24) -> list[str]:
    """Tell what can be pressed but is smaller than `least` pixels. A link within a sentence is exempt (WCAG 2.5.8)."""
    found: list[str] = page.evaluate(SMALL, least)
    return found


def weak_focus(page: Page, stops: int = 400) -> list[str]:
    """Press Tab through the page; tell each stop that does not show, or hides beneath something.

    A stop shows when at least 40 pixels change and 20 of them by a contrast of 3:1.
    """
    weak: list[str] = []
    page.evaluate(RESTYLE, "* { caret-color: transparent !important; transition: none !important; }")
    page.evaluate("() => { document.activeElement.blur(); window.scrollTo(0, 0); }")
    seen: set[str] = set()
    for _ in range(stops):
        page.keyboard.press("Tab")
        box = page.evaluate(BOX)
        if box is None:
            break
        name = page.evaluate(NAME)
        key = f"{name} {page.evaluate('() => scrollY')} {box}"
        if key in seen:
            break
        seen.add(key)
        if page.evaluate(HIDDEN):
            weak.append(f"{name}: hidden beneath something")
        if not _shows(page, box):
            weak.append(f"{name}: focus does not show")
    return weak


def tab_order(page: Page, stops: int = 400) -> list[str]:
    """Press Tab through the page; tell each stop that comes before one it follows in the document, or is hidden."""
    faults: list[str] = []
    page.evaluate("() => { const skip = document.querySelector('.skip'); skip.focus(); window.__stops = [skip]; }")
    for _ in range(stops):
        page.keyboard.press("Tab")
        told = page.evaluate(STOP.replace("HIDDEN", HIDDEN).replace("NAME", NAME))
        if told is None:
            page.keyboard.press("Tab")
            first = page.evaluate(
                "() => document.activeElement === document.body || window.__stops.includes(document.activeElement)"
            )
            return faults if first else [*faults, f"{page.evaluate(NAME)}: reached before everything else"]
        faults += told
    return [*faults, "the Tab key never comes to the end"]


def _shows(page: Page, box: dict[str, float]) -> bool:
    clip = _around(page, box)
    focused = _picture(page, clip)
    page.evaluate("() => { window.__focus = document.activeElement; window.__focus.blur(); }")
    plain = _picture(page, clip)
    page.evaluate("() => window.__focus.focus({ preventScroll: true })")
    changed = [
        (new, old)
        for new, old in zip(_pixels(focused), _pixels(plain), strict=True)
        if new != old
    ]  # fmt: skip
    strong = sum(1 for new, old in changed if _contrast(new, old) >= 3)
    return len(changed) >= 40 and strong >= 20


def _around(page: Page, box: dict[str, float]) -> dict[str, float]:
    size = page.viewport_size or {"width": 1280, "height": 900}
    left, top = max(0.0, box["x"] - 8), max(0.0, box["y"] - 8)
    right = min(float(size["width"]), box["x"] + box["width"] + 8)
    bottom = min(float(size["height"]), box["y"] + box["height"] + 8)
    return {"x": left, "y": top, "width": max(1.0, right - left), "height": max(1.0, bottom - top)}


def _picture(page: Page, clip: Any) -> Image.Image:
    return Image.open(BytesIO(page.screenshot(clip=clip, animations="disabled"))).convert("RGB")


def _pixels(picture: Image.Image) -> list[tuple[int, int, int]]:
    raw = picture.tobytes()
    return [(raw[at], raw[at + 1], raw[at + 2]) for at in range(0, len(raw), 3)]


def visible_border(page: Page, selector: str) -> bool:
    """Say whether a box has an edge that shows: its outermost pixels differ from what lies outside it."""
    element = page.locator(selector).first
    element.scroll_into_view_if_needed()
    box = element.bounding_box()
    assert box is not None, f"{selector} is not on the page"
    clip = {"x": box["x"] - 6, "y": box["y"] + box["height"] / 2, "width": 14.0, "height": 2.0}
    picture = _picture(page, clip)
    outside = Image.new("RGB", picture.size, picture.getpixel((0, 0)))
    return ImageChops.difference(picture, outside).getbbox() is not None


def _contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: tuple[int, int, int]) -> float:
    red, green, blue = (
        channel / 3294.6 if channel <= 10 else ((channel / 255 + 0.055) / 1.055) ** 2.4 for channel in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _told(violation: dict[str, Any]) -> str:
    places = "; ".join(str(node["target"][0]) for node in violation["nodes"][:4])
    return f"{violation['id']} ({violation['impact']}): {violation['help']} at {places}"
