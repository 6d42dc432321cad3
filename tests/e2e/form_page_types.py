"""One page of each type of the forms: chosen, answered, sent and corrected by somebody, sent out and read by staff."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
from ledstang.testing import Browser, Place, Town

Named = tuple[str, httpx.Response]
FORM = """\
---
formulär: {key}
titel: {0}
sammanfattning: {1} och {2}.
språk: sv
version: 1.0
ägare: SE2321000016-1003
sort: öppet
målgrupp: {audience}
till ålder: {oldest}
medicinskt ansvarig: {3}
licens: CC BY 4.0
säkerhet: Ring 112 om det är akut. {4} svarar dygnet runt.
---

::: sida #s1
titel: {5}

{6}.

::: fråga #text lång text obligatorisk
hjälp: {7}

{8}?
:::

::: fråga #illa ja/nej
{9}?
:::

::: visa #hjalp
när: illa = ja

**{10}** hjälper dig.
:::
:::

::: sida #s2
titel: {11}

::: skala #ofta
- (0) {12}
- (1) {13}
:::

::: frågor #rader
skala: ofta

{14}?

1. {15}? {{#r1}}
2. {16}? {{#r2}}
:::

::: fråga #mer text
visas när: r1 = 1

{17}?
:::
:::

::: beräkna #summa
formel: summa(r1, r2)
etikett: {18}

- 0–1: {19}
- 2–2: {20}
:::

::: larm #rod
när: illa = ja
nivå: röd

{21}.
:::
"""
ANSWERS = {"form.text": "Kanariefågeln flyger", "form.illa": "true"}
ROWS = {"form.r1": "1", "form.r2": "1"}


def write_forms(home: Path, words: list[str]) -> None:
    """Write forms with the longest words into a folder."""
    home.mkdir(parents=True, exist_ok=True)
    for key, audience, oldest in (
        ("langt", "invånare", 110),
        ("litet", "vårdnadshavare för barn", 12),
        ("eget", "barn", 12),
    ):
        text = FORM.format(*words, key=key, audience=audience, oldest=oldest)
        (home / f"{key}.md").write_text(text, "utf-8")


def form_pages(place: Place, town: Town) -> Iterator[Named]:
    """Yield what somebody meets who chooses a form."""
    nobody, ada = place.browser(), place.sign_in(town.person("Ada Testsson", born="1975-04-05"))
    yield "forms/list", nobody.get("/forms/")
    yield "forms/about", nobody.get("/forms/langt")
    yield "forms/paper", nobody.get("/forms/langt/print")
    yield "forms/refused", ada.get("/forms/litet")
    home = ada.post("/forms/langt/begin").url.path.rpartition("/")[0]
    yield "forms/about begun", ada.get("/forms/langt")
    yield "forms/check missing", ada.post(f"{home}/check")
    yield "forms/page", ada.get(f"{home}/1")
    yield "forms/page faults", ada.post(f"{home}/1", {"form.text": "", "_revision.form.text": "0"})
    ada.post(f"{home}/1", ANSWERS)
    yield "forms/mine begun", ada.get(home)
    yield "forms/conflict", ada.post(f"{home}/1", {"form.text": "Nej", "_revision.form.text": "0"})
    ada.post(f"{home}/2", ROWS)
    yield "forms/check", ada.get(f"{home}/check")
    yield "forms/mine sent", ada.post(f"{home}/check")
    yield "forms/late", ada.post(f"{home}/1", {"form.text": "För sent", "_revision.form.text": "1"})
    yield "forms/print", ada.get(f"{home}/print")
    ada.post(f"{home}/correct")
    yield "forms/mine corrected", ada.get(home)
    yield "forms/list mine", ada.get("/forms/")


def lending_pages(guardian: Browser) -> Iterator[Named]:
    """Yield what somebody who acts for a child meets of a form that the child answers, and the child on a lent device."""
    yield "forms/about lends", guardian.get("/forms/eget")
    begun = guardian.post("/forms/eget/begin")
    yield "forms/hand-over", begun
    home = begun.url.path.removesuffix("/hand-over")
    yield "forms/mine to lend", guardian.get(home)
    yield "forms/about lends again", guardian.get("/forms/eget")
    yield "forms/page lent", guardian.post(f"{home}/hand-over")
    _answer(guardian, home)
    yield "forms/mine lent", guardian.get(home)


def sending_pages(place: Place, town: Town, word: str) -> Iterator[Named]:
    """Yield what staff meet who send a form, and read what was answered."""
    tea, bea = town.person("Tea Testsson", born="1981-05-05"), town.person(f"Bea {word}", born="1986-05-05")
    town.registry.put(bea)
    staff, citizen = place.at_work(tea, place.appoint(tea, "treater", title=word)), place.sign_in(bea)
    yield "forms/staff-send", staff.get("/forms/staff/send")
    yield "forms/staff-send faults", staff.post("/forms/staff/send", {"number": "Kanariefågel"})
    wanted = {"number": bea.number, "form": "langt", "last": ["2026", "12", "20"], "once": str(uuid4())}
    yield "forms/staff-check", staff.post("/forms/staff/send", wanted)
    sent = staff.post("/forms/staff/send", wanted | {"sure": "yes"})
    yield "forms/staff-sending", sent
    yield "host/staff-list of forms", staff.get("/staff/lists/forms/unanswered")
    id_ = sent.url.path.rpartition("/")[2]
    yield "forms/mine asked", citizen.get(f"/forms/mine/{id_}")
    _answer(citizen, f"/forms/mine/{id_}")
    yield "forms/staff-answers", staff.get(f"/forms/staff/{id_}/answers")


def batch_pages(place: Place, town: Town, word: str) -> Iterator[Named]:
    """Yield what staff meet who send a form to several, or several times."""
    tea, bea = town.person("Tea Testsson", born="1981-06-06"), town.person(f"Bea {word}", born="1986-06-06")
    town.registry.put(bea)
    staff = place.at_work(tea, place.appoint(tea, "treater", title=word))
    once = str(uuid4())
    wanted = {"numbers": bea.number, "form": "langt", "days": "9", "times": "3", "every": "30", "once": once}
    yield "forms/staff-many", staff.get("/forms/staff/send-many")
    yield "forms/staff-many faults", staff.post("/forms/staff/send-many", {"numbers": "Kanariefågel"})
    yield "forms/staff-many-check", staff.post("/forms/staff/send-many", wanted)
    yield "forms/staff-batch", staff.post("/forms/staff/send-many", wanted | {"sure": "yes"})


def _answer(browser: Browser, home: str) -> None:
    for path, answers in ((f"{home}/1", ANSWERS), (f"{home}/2", ROWS), (f"{home}/check", {})):
        page = browser.get(path).text
        hidden = re.findall(r'<input type="hidden" name="(_revision[^"]+)" value="([^"]*)"', page)
        browser.post(path, {name: html.unescape(value) for name, value in hidden} | answers)
