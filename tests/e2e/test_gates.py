"""The accessibility gates: every type of page, signed in or not, held against what the law asks and a little more.

The pages are taken once, without a browser, and served as they are by a plain server of files (`saved`), so that a gate
may look at each as often as it likes. What the gates come to stands on `/accessibility` (`make gates` writes it).
"""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
import threading
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from ledstang.clock import Clock
from ledstang.testing import Town
from ledstang.web.statement import GATES
from ledstang.web.themes import load_theme
from playwright.sync_api import Browser, Page

from .accessibility_checks import (
    AXE,
    RESTYLE,
    SPACING,
    TAGS,
    TOOLS,
    overflows,
    small_targets,
    tab_order,
    visible_border,
    weak_focus,
)
from .conftest import CHROMIUM, FLAGS
from .page_types import pages_of

ROOT = Path(__file__).parents[2]
REVIEWED = Path(__file__).with_name("incomplete.toml")
WIDTHS = (320, 768, 1280)
THEMES = ("handrail", "havsbygden")
LOOKS = [(theme, dark) for theme in THEMES for dark in (False, True)]
BIG = ":root { font-size: 200% !important; }"
FOCUSED = ("host/start", "host/sessions", "programmes/overview", "programmes/step faults", "programmes/form faults",
           "programmes/check", "programmes/conflict", "programmes/consent")  # fmt: skip
BOXES = (".card", ".input", ".choice", ".errors", ".notice", ".tag", ".nothing", "[data-box]")
VALIDATE = {
    "extends": ["html-validate:recommended"],
    "rules": {
        "doctype-style": "off",
        "void-style": "off",
        "no-trailing-whitespace": "off",
        "long-title": "off",
        # A date is three boxes of one name, and ids are made of the authors' own keys.
        "form-dup-name": "off",
        "valid-id": ["error", {"relaxed": True}],
    },
}
AXE_RUN = """(tags) => axe.run(document, {
  runOnly: { type: "tag", values: tags }, resultTypes: ["violations", "incomplete"],
}).then((all) => [all.violations, all.incomplete])"""
SHORT = """() => [...document.querySelectorAll('main button, main .button')].filter((e) => e.checkVisibility()
  && e.getBoundingClientRect().height < 44).map((e) => `${e.textContent.trim()} is lower than 44 px`)"""
LOST = """() => [...document.querySelectorAll('[aria-describedby], [aria-labelledby]')].flatMap((e) =>
  `${e.getAttribute('aria-describedby') || ''} ${e.getAttribute('aria-labelledby') || ''}`.trim().split(/\\s+/))
  .filter((id) => !document.getElementById(id)).map((id) => `#${id} is described by nothing`)"""
STATIC = re.compile(r'(?:href|src|poster)="(/(?:static|theme|programmes/media)[^"]*)"')


@dataclass
class Saved:
    """The pages as they lie in a folder, by name, and the address where they are served. `seen` is what axe left open."""

    folder: Path
    address: str
    pages: dict[str, Path] = field(default_factory=dict)
    seen: set[tuple[str, str]] = field(default_factory=set)

    def url(self, name: str) -> str:
        return f"{self.address}/{self.pages[name].name}"


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing of it."""

    def log_message(self, format: str, *args: Any) -> None:
        return


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Saved]:
    """All pages and their parts, in a folder that is served."""
    folder, home = tmp_path_factory.mktemp("pages"), tmp_path_factory.mktemp("town")
    told = Saved(folder, "")
    for name, answer in pages_of(Town(home), partial(_keep_parts, folder)):
        assert answer.status_code != 500, name
        told.pages[name] = folder / (re.sub(r"\W+", "-", name) + ".html")
        told.pages[name].write_text(answer.text, "utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    told.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)


def _keep_parts(folder: Path, get: Callable[[str], Any], page: str) -> None:
    for path in set(STATIC.findall(page)):
        file = folder / path.lstrip("/").partition("?")[0]
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(get(path).content)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a browser that asks for little movement."""
    context = browser.new_context(reduced_motion="reduce", locale="sv-SE", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def axe(saved: Saved, page: Page) -> list[str]:
    """Each page at each width and in each theme's light and dark colours, four runs a page: which look falls on which
    width goes round from page to page, so that every pair of them is met by every third page.
    """
    base = load_theme(ROOT / "themes" / "handrail")
    sheets = {name: load_theme(ROOT / "themes" / name, base).stylesheet() for name in THEMES}
    found = []
    for number, name in enumerate(saved.pages):
        page.goto(saved.url(name))
        page.add_script_tag(path=AXE)
        page.evaluate(RESTYLE, "* { transition: none !important; }")
        for at, (theme, dark) in enumerate(LOOKS):
            width = WIDTHS[(number + at) % 3]
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme="dark" if dark else "light", reduced_motion="reduce")
            page.evaluate(RESTYLE, sheets[theme])
            violations, incomplete = page.evaluate(AXE_RUN, TAGS)
            how = f"{name} at {width} px in {theme}{' dark' if dark else ''}"
            found += [f"{how}: {one['id']} at {one['nodes'][0]['target']}" for one in violations]
            saved.seen |= {(one["id"], _why(node)) for one in incomplete for node in one["nodes"]}
    return found


def _why(node: dict[str, Any]) -> str:
    said = [one for kind in ("any", "all", "none") for one in node[kind]]
    data = next((one["data"] for one in said if isinstance(one.get("data"), dict)), {})
    return str(data.get("messageKey") or (said[0]["id"] if said else ""))


def incomplete(saved: Saved, page: Page) -> list[str]:
    """What axe cannot decide by itself: a kind that nobody has reviewed, or that is no longer met."""
    if not saved.seen:
        axe(saved, page)
    kinds = {(one["rule"], one["why"]) for one in tomllib.loads(REVIEWED.read_text("utf-8"))["reviewed"]}
    new = [f"{rule} ({why}) is new: look at it, and write in {REVIEWED.name} what you saw"
           for rule, why in sorted(saved.seen - kinds)]  # fmt: skip
    return new + [f"{rule} ({why}) is no longer met" for rule, why in sorted(kinds - saved.seen)]


def pa11y(saved: Saved, page: Page) -> list[str]:
    """HTML_CodeSniffer and the axe that pa11y brings. The gallery's samples are links that lead nowhere."""
    asked = {"addresses": [saved.url(name) for name in saved.pages], "executablePath": CHROMIUM, "args": FLAGS}
    done = _ran([_node(), TOOLS.parent / "pa11y.mjs", json.dumps(asked)], saved.folder)
    told = json.loads(done)
    assert len(told) == len(saved.pages)
    return [f"{url.rpartition('/')[2]}: {one}" for url, all_ in told.items() for one in all_
            if not ("gallery" in url and "NoSuchID" in one)]  # fmt: skip


def html_validate(saved: Saved, page: Page) -> list[str]:
    """html-validate over what the server sends."""
    (saved.folder / ".htmlvalidate.json").write_text(json.dumps(VALIDATE | {"root": True}), encoding="utf-8")
    tool = TOOLS / "html-validate" / "bin" / "html-validate.mjs"
    return _ran([_node(), tool, "--formatter", "text", *sorted(saved.folder.glob("*.html"))], saved.folder).splitlines()


def vnu(saved: Saved, page: Page) -> list[str]:
    """The W3C's checker over what the server sends."""
    jar = TOOLS / "vnu-jar" / "build" / "dist" / "vnu.jar"
    command = ["java", "-jar", jar, "--errors-only", "--exit-zero-always", "--no-langdetect", "--format", "text"]
    said = _ran([*command, *sorted(saved.folder.glob("*.html"))], saved.folder).splitlines()
    return [line for line in said if line and not line.startswith("Document checking completed.")]


def _node() -> Path:
    return Path(sys.executable).with_name("node")


def _ran(command: list[Any], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=240)
    return done.stdout + ("" if done.stdout.startswith("{") else done.stderr)


def focus(saved: Saved, page: Page) -> list[str]:
    """Focus that does not show at a stop of the main signed-in pages."""
    found = []
    for name in FOCUSED:
        page.goto(saved.url(name))
        found += [f"{name}: {one}" for one in weak_focus(page, stops=22)]
    return found


def order(saved: Saved, page: Page) -> list[str]:
    """Stops of the Tab key out of the document's order, or beneath the bar that warns before a session ends."""
    found = []
    page.set_viewport_size({"width": 320, "height": 640})
    for name in saved.pages:
        page.goto(saved.url(name))
        page.evaluate("""() => { const box = document.getElementById("session"); if (!box) return;
          box.hidden = false; box.querySelector("p").textContent = box.dataset.warning; }""")
        found += [f"{name}: {one}" for one in tab_order(page)]
    return found


def narrow(saved: Saved, page: Page) -> list[str]:
    """What sticks out at 320 pixels or at 200 % text, also under WCAG's text spacing, with our longest words."""
    found = []
    for name in saved.pages:
        page.set_viewport_size({"width": 320, "height": 640})
        page.goto(saved.url(name))
        faults = overflows(page)
        page.evaluate(RESTYLE, SPACING)
        faults += overflows(page)
        page.set_viewport_size({"width": 640, "height": 640})
        page.evaluate(RESTYLE, BIG)
        found += [f"{name}: {one}" for one in faults + overflows(page)]
    return found


def targets(saved: Saved, page: Page) -> list[str]:
    """What can be pressed but is smaller than 24 pixels, and buttons lower than 44."""
    page.set_viewport_size({"width": 320, "height": 640})
    found = []
    for name in saved.pages:
        page.goto(saved.url(name))
        found += [f"{name}: {one}" for one in small_targets(page) + page.evaluate(SHORT)]
    return found


def movement(saved: Saved, page: Page) -> list[str]:
    """What moves for those who have asked for less."""
    found = []
    for name in saved.pages:
        page.goto(saved.url(name))
        page.locator("footer a").first.hover()
        found += [name] * int(page.evaluate("() => document.getAnimations().length"))
    return found


def forced(saved: Saved, page: Page) -> list[str]:
    """Boxes and fields without a visible edge where the system takes our colours away."""
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    found, left = [], set(BOXES)
    for name in saved.pages:
        page.goto(saved.url(name))
        for box in sorted(left if name.startswith("host/gallery") else BOXES):
            if page.locator(f"main {box}:visible").count():
                left.discard(box)
                found += [] if visible_border(page, f"main {box}:visible") else [f"{name}: {box} has no edge"]
    return found + [f"{box} is on no page" for box in left]


def weight(saved: Saved, page: Page) -> list[str]:
    """Pages of more than 100 kB with all their parts, styles of more than 15, scripts of more than 8; foreign hosts."""
    found = []
    for name, file in saved.pages.items():
        text = file.read_text("utf-8")
        parts = {path: len(gzip.compress(_part(saved, path))) for path in STATIC.findall(text)}
        sizes = [
            ("page", 100_000, sum(parts.values()) + len(gzip.compress(text.encode()))),
            ("styles", 15_000, sum(size for path, size in parts.items() if ".css" in path)),
            ("scripts", 8_000, sum(size for path, size in parts.items() if ".js" in path)),
        ]
        found += [f"{name}: {what} weighs {size} bytes" for what, most, size in sizes if size > most]
        foreign = re.findall(r'<(?:script|img|link|iframe|video|audio)[^>]+(?:src|href)="(?:https?:)?//([^"]+)', text)
        found += [f"{name}: {one} is foreign" for one in foreign]
    return found


def _part(saved: Saved, path: str) -> bytes:
    return (saved.folder / path.lstrip("/").partition("?")[0]).read_bytes()


def errors(saved: Saved, page: Page) -> list[str]:
    """Summaries without focus, links from them that land on no field, descriptions that are not there, lost answers."""
    found = []
    for name in saved.pages:
        page.goto(saved.url(name))
        found += [f"{name}: {one}" for one in page.evaluate(LOST)]
        if not page.locator("#errors").count():
            assert not name.endswith("faults"), name
            continue
        if page.evaluate("() => document.activeElement.id") != "errors":
            found.append(f"{name}: the summary has no focus")
        for link in page.locator("#errors a").all():
            link.click()
            if not page.locator("input:focus, textarea:focus, select:focus").count():
                found.append(f"{name}: {link.get_attribute('href')} lands on no field")
    kept = [one for one in ("programmes/step faults", "host/problem faults") if "Kanariefågel" not in _text(saved, one)]
    return found + [f"{one}: what was written is gone" for one in kept]


def _text(saved: Saved, name: str) -> str:
    return saved.pages[name].read_text("utf-8")


GATES_OF = {
    "A1": axe, "A1-open": incomplete, "A2-pa11y": pa11y, "A2-html-validate": html_validate, "A2-vnu": vnu,
    "A3-focus": focus, "A3-order": order, "A4": narrow, "A6": targets, "A7": movement, "A8": forced, "A11": weight,
    "A12": errors,
}  # fmt: skip


def pages_looked_at(saved: Saved, gate: str) -> int:
    """Return how many pages a gate looks at."""
    return len(FOCUSED) if gate == "A3-focus" else len(saved.pages)


@pytest.mark.parametrize("gate", GATES_OF)
def test_gate_finds_nothing(saved: Saved, page: Page, gate: str) -> None:
    """Not on any type of page; and the accessibility statement tells of the gate and of its number of pages."""
    found = GATES_OF[gate](saved, page)
    _write(gate, pages_looked_at(saved, gate), len(found))
    assert not found, "\n".join(map(str, found))
    told = {one["id"]: one for one in tomllib.loads(GATES.read_text("utf-8"))["gates"]}
    assert (told[gate]["pages"], told[gate]["findings"]) == (pages_looked_at(saved, gate), 0)


def test_every_type_of_page_is_looked_at(saved: Saved) -> None:
    """A template that makes a page and has none among these fails here."""
    made = set()
    for file in [
        *(ROOT / "platform/ledstang/web/templates").glob("*.html"),
        *ROOT.glob("p*/ledstang_*/templates/*.html"),
    ]:
        owner = "host" if "platform" in file.parts else file.parents[1].name.removeprefix("ledstang_")
        if '{% extends "host/layout.html" %}' in file.read_text("utf-8"):
            made.add(f"{owner}/{file.stem}")
    assert made - {name.partition(" ")[0] for name in saved.pages} == set()


def _write(gate: str, pages: int, findings: int) -> None:
    """Where `LEDSTANG_GATES` is set, as `make gates` does, write down what a gate came to."""
    if "LEDSTANG_GATES" not in os.environ:
        return
    text = GATES.read_text("utf-8")
    text = re.sub(r"(?<=\nrun = )\S+", Clock().today().isoformat(), text)
    text = re.sub(r"(?<=\nversion = )\S+", f'"{version("ledstang")}"', text)
    text = re.sub(
        rf'(id = "{gate}"\n(?:.+\n)*?pages = )\d+\nfindings = \d+', rf"\g<1>{pages}\nfindings = {findings}", text
    )
    GATES.write_text(text, "utf-8")
