"""A region as it is in earnest: people sign in with a provider, a register of its own knows them, and nothing is invented.

Provider, register and Ledstång are processes of their own. The sandbox is not loaded.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from ledstang.people.persons import Identity
from playwright.sync_api import Page, expect

from .accessibility_checks import axe_violations, overflows
from .conftest import ROOT
from .journeys import answer_measure, begin
from .own_systems import LEDSTANG, UNIT, add, enter, guardian, lying_about, person, region

PROGRAMME = """---
program: barn
titel: Lugna kvällar
språk: sv
ägare: SE2321000016-2004
version: 0.1
sort: öppet
målgrupp: barn och vårdnadshavare
till ålder: 17
medicinskt ansvarig: Någon
licens: CC BY 4.0
säkerhet: Ring 112 om det är akut.
---

Ett litet program för barn.
"""
MODULE = """---
modul: ett
titel: Ett
öppnas: direkt
---

# Kvällen

::: övning #kvall
::: fråga #text lång text
Hur är kvällen?
:::
:::
"""
DAG, YOUNG = person("Dag", date(1985, 3, 14)), person("Ida", date(2009, 6, 1))
SOUTH, GUN = person("Said", date(1979, 2, 2), "12"), person("Gun", date(1975, 9, 13))
ASTA, BO, CILLA = (
    person("Asta", date(1988, 3, 3)),
    person("Bo", date(1986, 9, 12)),
    person("Cilla", date(2019, 1, 1)),
)
PEOPLE = (DAG, YOUNG, SOUTH, GUN, ASTA, BO, CILLA)


@pytest.fixture(scope="module")
def register(registered: Any) -> Any:
    """The region's register: a family, others, and a unit that only the directory knows."""
    registered.units = [UNIT]
    for one in PEOPLE:
        registered.put(one)
    registered.put(CILLA, guardians=[ASTA.number, BO.number])
    return registered


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The region's folder."""
    folder = tmp_path_factory.mktemp("instance")
    shutil.copytree(ROOT / "programmes" / "hantera-oro", folder / "programmes" / "hantera-oro")
    (folder / "programmes" / "barn").mkdir()
    (folder / "programmes" / "barn" / "programme.md").write_text(PROGRAMME, encoding="utf-8")
    (folder / "programmes" / "barn" / "01-ett.md").write_text(MODULE, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def server(folder: Path, register: Any, sweep: Any, asked: list[str]) -> Iterator[str]:
    """The address of the instance. When the module is done, nothing of anybody may stand anywhere but where it belongs."""
    with region(folder, register, PEOPLE) as address:
        yield address
        assert lying_about(folder, register, PEOPLE, sweep, asked) == []


def test_nothing_of_the_sandbox_is_there(server: str, folder: Path) -> None:
    """The instance has neither the plugin nor its pages; what serves persons and units is the register, which answers."""
    with httpx.Client(base_url=server) as client:
        plugins = {one["name"] for one in client.get("/health").json()["plugins"]}
        assert "sandbox" not in plugins
        assert {"oidc", "registry", "guardian"} <= plugins
        assert client.get("/sandbox/").status_code == 404
    command = [LEDSTANG, "doctor", folder, "--register", "--number-file", "-"]
    told = subprocess.run(command, input=DAG.number, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "The register knows the test person: Dag Canary" in told.stdout


def test_an_open_programme_for_whom_it_is(open_page: Any) -> None:
    """Scenario S1: the register places Dag in the north. He consents, the measure comes before the first module, and he sees
    his score and his own curve."""
    page = enter(open_page, DAG)
    begin(page)
    expect(page.locator("main")).to_contain_text("Öppnas när du har svarat på formuläret före.")
    page.locator("main a.button").first.click()
    answer_measure(page)
    expect(page.locator("main")).to_contain_text("7")
    page.get_by_role("link", name="Vidare till programmet").click()
    expect(page.locator("main svg").first).to_be_visible()


@pytest.mark.parametrize(
    ("who", "found", "told"),
    [
        (YOUNG, True, "Det är för den som har fyllt 18 år."),
        (SOUTH, False, "Det erbjuds dem som bor i Region Norra."),
    ],
    ids=["seventeen", "in the south"],
)
@pytest.mark.parametrize("phone", [False, True])
def test_an_open_programme_for_whom_it_is_not(
    open_page: Any, who: Identity, found: bool, told: str, phone: bool
) -> None:
    """Scenario S1: a direct link says for whom it is and whom to turn to; a search finds it not, for those who live elsewhere."""
    page = enter(open_page, who, "/programmes/hantera-oro/begin", phone=phone)
    expect(page.locator("main")).to_contain_text(told)
    expect(page.locator("main")).to_contain_text("1177")
    assert page.locator("input[name=consent]").count() == 0
    assert axe_violations(page) == []
    assert overflows(page) == []
    page.goto("/programmes/?q=oro")
    assert page.get_by_role("link", name="Hantera oro").count() == found


def acts_for_the_child_everywhere(page: Page) -> None:
    """See on pages of all sorts for whom one acts, in their titles too, and nothing of the other guardian."""
    for path in ("/start", "/programmes/", "/programmes/barn", "/settings", "/inbox/"):
        page.goto(path)
        expect(page.locator("body")).to_contain_text("Du är ombud för Cilla Canary")
        assert "för Cilla Canary" in page.title()
        assert overflows(page) == [], path


def write(page: Page, words: str) -> Any:
    """Answer the question, press the page's button, and return what the server answered."""
    page.locator("main textarea").first.fill(words)
    with page.expect_navigation() as came:
        page.locator("main form button").first.click()
    return came.value


def test_two_guardians_at_once(open_page: Any, register: Any) -> None:
    """Scenario S6: both act for their child, on every page; of two answers to one question nothing is lost; and when the custody
    of one ends in the register, so does that, while the other goes on."""
    asta, bo = guardian(open_page, ASTA, CILLA, scripts=False), guardian(open_page, BO, CILLA, phone=True)
    for page in (asta, bo):
        acts_for_the_child_everywhere(page)
    asta.goto("/programmes/barn/begin")
    asta.locator("main form button").first.click()
    step = f"{asta.url.rstrip('/')}/module/ett/kvall"
    for page in (asta, bo):
        page.goto(step)
    mine, hers = "Kanariefågeln sover hos Bo", "Kanariefågeln sover hos Asta"
    assert write(asta, hers).status < 400
    assert write(bo, mine).status == 409
    for words in (mine, hers):
        expect(bo.locator("main")).to_contain_text(words)
    assert ASTA.name not in bo.content()
    assert axe_violations(bo) == []
    assert overflows(bo) == []
    bo.locator("main form button").first.click()
    asta.goto(step)
    for words in (mine, hers):
        assert words in asta.content()
    register.put(CILLA, guardians=[ASTA.number])
    asta.get_by_role("button", name="Tillbaka till mitt eget").first.click()
    add(asta, CILLA)  # which has the register asked about the child
    bo.goto("/start")
    expect(bo.locator("main")).to_contain_text("Du kan inte längre vara ombud")
    bo.goto("/start")
    assert "Cilla" not in bo.locator("main").inner_text()
    asta.locator("form[action$='/act'] button").first.click()
    expect(asta.locator("body")).to_contain_text("Du är ombud för Cilla Canary")


def test_a_third_adult(open_page: Any, folder: Path) -> None:
    """Scenario S6: somebody who is no guardian hears that it cannot be done, and the attempt is in the log, without anybody's
    name or number."""
    page = enter(open_page, GUN)
    add(page, CILLA)
    expect(page.locator("main")).to_contain_text("Det gick inte att lägga till ett barn med det här numret.")
    expect(page.locator("main")).to_contain_text("Du har inte lagt till något barn än.")
    log = (folder / "server.log").read_text(encoding="utf-8")
    assert "a child could not be added: the register names no such guardian" in log
    assert not re.search(r"\d{12}", "".join(line for line in log.splitlines() if "child" in line))
