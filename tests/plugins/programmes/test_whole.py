"""The shipped programmes from the first page to the last, as somebody goes through them who answers everything."""

from __future__ import annotations

import re
from typing import Any

import pytest

PROGRAMMES = ()
VALUES = {"text": "7", "textarea": "Jag skriver något här.", "time": "10:20"}


def answered(page: Any) -> dict[str, Any]:
    """Fill in every field of a page that stands empty: the last of each choice, and something in each box."""
    given: dict[str, Any] = {}
    names = [name for name, type_, *_ in page.controls if type_ == "text"]
    for name, type_, value, _ in page.controls:
        if names.count(name) == 3:
            given[name] = ["2026", "11", "20"]
        elif type_ in ("radio", "checkbox"):
            given[name] = value if not page.value(name) else page.fields[name]
        elif type_ in VALUES and not page.value(name):
            given[name] = VALUES[type_]
    return given


def following(device: Any) -> str:
    """Return where the overview leads next."""
    links = re.findall(rf'<a class="button" href="{device.home}/([^"]+)"', device.open().html)
    return links[0] if links else ""


@pytest.mark.parametrize(("key", "pages"), [("hantera-oro", 60), ("battre-somn", 45)])
def test_the_shipped_programme_can_be_gone_through(village: Any, key: str, pages: int) -> None:
    """From consent to the closing measure: every page answers, none is met over and over, and in the end it is completed."""
    device = village.device()
    asked = device.open(f"/programmes/{key}/begin")
    device.home = asked.submit({name: value for name, type_, value, _ in asked.controls if type_ == "checkbox"}).path
    seen: dict[str, int] = {}
    for _ in range(20):
        path = following(device)
        if not path:
            village.clock.move(days=7)
            device.comes_back()
            path = following(device)
        if not path:
            break
        page = device.open(path)
        while page.action and page.path.partition("?")[0] != device.home and not page.path.endswith("/result"):
            seen[page.path] = seen.get(page.path, 0) + 1
            assert seen[page.path] < 4, page.path
            form = re.search(rf'href="({device.home}/form/[^"/]+)"', page.html)
            page = device.open(form[1]) if form else page.submit(answered(page))
            assert page.status == 200, (page.path, page.text)
    assert "Du har gått klart programmet" in device.open().text
    assert len(seen) > pages
    assert "Jag skriver något här." in device.open("print").text
