"""Our look beside four public ones: the same sample page in each, measured for everybody who must be able to use it.

Their packages come from npm into `benchmarks/looks/node_modules` the first time; nothing of theirs is kept or shipped.
`python benchmarks/looks.py [FOLDER]` puts a picture of each page into the folder; `LEDSTANG_LOOKS_FAULTS=1` tells what each
figure counts.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from contenders.looks import PHONE, Figure, Look, measure, opened
from jinja2 import Environment, FileSystemLoader
from ledstang.testing import Town
from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).parent / "looks"
PEERS = HERE / "node_modules"
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
OURS = "Ledstång"
BOXES = {
    "digdir": (".ds-error-summary", ".ds-card", "#name"),
    "nhsuk": (".nhsuk-error-summary", ".nhsuk-card", "#name"),
    "govuk": (".govuk-error-summary", "", "#name"),
    "pico": ("#errors", ".grid > article", "#name"),
}


def install() -> None:
    """Fetch the peers and axe, if they are not there."""
    if not (PEERS / "axe-core").is_dir():
        command = ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--silent"]
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        subprocess.run(command, cwd=HERE, check=True, env=os.environ | {"PATH": path})


def peers() -> list[Look]:
    """Return the four, each with the sample page in its own documented markup."""
    texts = tomllib.loads((HERE / "sample" / "sample.toml").read_text(encoding="utf-8"))
    pages = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True)

    def fetch(path: str) -> bytes:
        name, _, file = path.strip("/").partition("/")
        if not file:
            return pages.get_template(f"{name}.html").render(s=texts).encode() if name in BOXES else b""
        return (PEERS / file).read_bytes() if (PEERS / file).is_file() else b""

    return [Look(name, f"/{name}/", fetch, _named(boxes)) for name, boxes in BOXES.items()]


@contextmanager
def looks() -> Iterator[list[Look]]:
    """Our page from a running instance, and the four."""
    with TemporaryDirectory() as folder, Town(Path(folder)).instance(plugins=HERE / "sample") as place:
        anybody = place.browser()
        boxes = _named((".errors", ".card", "#f-name"))
        yield [Look(OURS, "/sample/", lambda path: anybody.get(path).content, boxes), *peers()]


def _named(boxes: tuple[str, ...]) -> dict[str, str]:
    return dict(zip(("error summary", "card", "field"), boxes, strict=True))


def picture(browser: Browser, look: Look, folder: Path) -> None:
    """Put four pictures of a page into a folder: wide and on a phone, light and dark."""
    folder.mkdir(parents=True, exist_ok=True)
    for size, viewport in {"desk": {"width": 1280, "height": 900}, "phone": PHONE}.items():
        for scheme in ("light", "dark"):
            with opened(browser, look, viewport=viewport, color_scheme=scheme) as (page, _):
                page.screenshot(path=folder / f"{look.name}-{size}-{scheme}.png", full_page=True)


def table(measured: dict[str, dict[str, Figure]]) -> list[str]:
    """Print the figures, ours first, and return what we are not the best at."""
    print(f"{'':28}" + "".join(f"{name:>12}" for name in measured))
    behind = []
    for row in measured[OURS]:
        values = {name: figures[row].value for name, figures in measured.items()}
        best = min(value for value in values.values() if value is not None)
        ours = values[OURS]
        mark = "" if ours is not None and ours <= best else "   <- not the best"
        behind += [row] if mark else []
        print(f"{row:28}" + "".join(f"{_shown(value):>12}" for value in values.values()) + mark)
    return behind


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}" if isinstance(value, float) else str(value)


def main() -> int:
    """Measure and print the table; the exit code tells whether we are at least as good as the best in every row."""
    install()
    with looks() as all_, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
        if len(sys.argv) > 1:
            for look in all_:
                picture(browser, look, Path(sys.argv[1]))
        measured = {look.name: measure(browser, look) for look in all_}
        browser.close()
    print("The same sample page in each, in Chromium; the lower the better in every row")
    behind = table(measured)
    if os.environ.get("LEDSTANG_LOOKS_FAULTS"):
        for name, figures in measured.items():
            for row, figure in figures.items():
                print(
                    *(f"  {name}, {row}: {fault}" for fault in figure.faults),
                    sep="\n",
                    end="\n" if figure.faults else "",
                )
    print(f"Aim: the best or as good in every row: {'MISSED in ' + ', '.join(behind) if behind else 'reached'}.")
    return 1 if behind else 0


if __name__ == "__main__":
    sys.exit(main())
