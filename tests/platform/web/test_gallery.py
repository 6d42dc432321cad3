"""The gallery shows every part there is, and no page but the parts themselves names a class."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import nodes
from ledstang.bundled import bundled
from ledstang.testing import TOML, Browser, Town
from ledstang.web.templates import OURS, Templates

ROOT = Path(__file__).parents[3]
PARTS = ("frame.html", "parts.html", "fields.html", "questions.html")
PAGES = [
    page
    for root in ("platform", "plugins", "proxies")
    for page in sorted((ROOT / root).rglob("*.html"))
    if page.parent != OURS or page.name not in PARTS
]
TEMPLATES = Templates({}, lambda name: name)


@pytest.fixture
def demo(town: Town) -> Iterator[Browser]:
    """A visitor of a demo."""
    with town.instance(toml='theme = "havsbygden"\n' + TOML, demo=True) as place:
        yield place.browser()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.parent.name}/{page.name}")
def test_page_names_no_class(page: Path) -> None:
    """Pages are built of parts, so that a theme, and we, can change how all of them look in one place."""
    assert not re.search(r"\b(class|style)\s*=", page.read_text(encoding="utf-8"))


def used(name: str, module: str) -> set[str]:
    """Return what a template takes from another."""
    tree = TEMPLATES.environments["sv"].parse((OURS / name).read_text(encoding="utf-8"))
    return {
        one.attr for one in tree.find_all(nodes.Getattr) if isinstance(one.node, nodes.Name) and one.node.name == module
    }


def test_gallery_shows_every_part() -> None:
    """Each macro that pages may use is shown, and the layout uses each of those around a page."""
    parts = vars(TEMPLATES.template("sv", "host/parts.html").module)
    offered = {name for name, part in parts.items() if callable(part)} - {"session_warning"}
    assert offered - used("gallery.html", "parts") == set()
    frame = vars(TEMPLATES.template("sv", "host/frame.html").module)
    assert {name for name, part in frame.items() if callable(part)} - used("layout.html", "frame") == set()


def test_guide_names_every_part() -> None:
    """An author finds each part in plugins/README.md, with what it takes."""
    guide = (ROOT / "plugins" / "README.md").read_text(encoding="utf-8")
    parts = vars(TEMPLATES.template("sv", "host/parts.html").module)
    assert {name for name, part in parts.items() if callable(part) and f"`{name}" not in guide} == set()


@pytest.mark.parametrize("look", ["", "light", "dark", "print", "%22%3E", "pink"])
@pytest.mark.parametrize("theme", ["", "handrail", "havsbygden", "../../etc", "nothing"])
def test_gallery_wears_any_theme(demo: Browser, theme: str, look: str) -> None:
    """Each theme can be seen light, dark and on paper; what is no theme means the instance's own."""
    page = demo.get(f"/gallery?theme={theme}&look={look}")
    worn = "Handrail" if theme == "handrail" else "Region Havsbygden"
    assert page.status_code == 200
    assert f"{worn}</span>" in page.text
    assert ('data-look="dark"' in page.text) == (look == "dark")
    assert ('media="all"' in page.text) == (look == "print")


def test_all_that_the_gallery_links_to_is_served(demo: Browser) -> None:
    """The stylesheet and the logo of a theme that is not the instance's are there."""
    page = demo.get("/gallery?theme=handrail").text
    links = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert any("handrail/logo.svg" in link for link in links)
    assert {demo.get(link).status_code for link in links} == {200}


def test_nothing_but_the_logo_of_a_theme_is_served(town: Town, tmp_path: Path) -> None:
    """What else lies in a theme's folder stays there."""
    folder = tmp_path / "egen"
    (folder / "static").mkdir(parents=True)
    (folder / "theme.toml").write_text('logo = "logo.svg"\n', encoding="utf-8")
    logo = (bundled("themes") / "handrail" / "static" / "logo.svg").read_bytes()
    for name in ("logo.svg", "draft.svg"):
        (folder / "static" / name).write_bytes(logo)
    with town.instance(themes=folder, toml='theme = "egen"\n' + TOML) as place:
        anybody = place.browser()
        assert anybody.get("/static/theme/logo.svg").status_code == 200
        assert anybody.get("/static/theme/draft.svg").status_code == 404


def test_gallery_is_only_for_the_demo(town: Town) -> None:
    """Citizens meet no workbench."""
    with town.instance() as place:
        assert place.browser().get("/gallery").status_code == 404


def test_look_is_kept_and_forgotten(demo: Browser) -> None:
    """Who wants dark colours gets them on every page, until they want what their device says."""
    assert "data-look" not in demo.get("/").text
    assert 'data-look="dark"' in demo.get("/look?to=dark&next=/").text
    assert 'data-look="dark"' in demo.get("/urgent").text
    assert "data-look" not in demo.get("/look?to=&next=/").text
    assert "data-look" not in demo.get("/look?to=%22%3E&next=/").text


def test_region_speaks_on_the_front_page(demo: Browser) -> None:
    """A theme's texts stand where the host would have said its own, in the language of the page."""
    assert "Vård och stöd i Havsbygden</h1>" in demo.get("/").text
    assert "Region Havsbygden ansvarar" in demo.get("/urgent").text
    assert "Care and support in Havsbygden</h1>" in demo.get("/language?to=en&next=/").text
