"""Guardians' consent: a programme that both have to say yes to waits, and neither learns anything of the other."""

from __future__ import annotations

from typing import Any

import pytest
from ledstang import Fact

UNIT = "SE2321000016-1003"
PROGRAMME = """
=== programme.md
program: {key}
titel: {title}
sort: {sort}
målgrupp: barn och vårdnadshavare
till ålder: 15
samtycke: samtycke.md
vårdnadshavares samtycke: {guardians}
{more}

=== samtycke.md
samtycke: {key}
version: 1.2
titel: Innan ni börjar
språk: sv

Vi sparar svaren.

=== forms/skatt.md
formulär: skatt
titel: Skattning
version: 1.0
språk: sv

::: fråga #hur heltal
Hur är det?
:::

::: beräkna #summa
formel: summa(hur)
etikett: Poäng

- 0–9: alla
:::

=== 01-ett.md
modul: ett
titel: Ett

# Ett

::: övning #blad
::: fråga #text lång text
Vad tänker du?
:::
:::
"""
PROGRAMMES = (
    PROGRAMME.format(
        key="bada", title="Båda", sort="behandlarstött", guardians="båda",
        more="mätning före: skatt\nvem svarar: varje vårdnadshavare",
    ),
    PROGRAMME.format(key="en", title="En", sort="behandlarstött", guardians="en", more=""),
    PROGRAMME.format(key="oppet", title="Öppet", sort="öppet", guardians="båda", more=""),
)  # fmt: skip


def begin(device: Any, key: str) -> Any:
    """Say yes and begin, and return the page that comes."""
    page = device.open(f"/programmes/{key}/begin").submit({"consent": "1.2"})
    device.home = page.path
    return page


def other(device: Any, person: Any, family: Any) -> Any:
    """Return another guardian's device at the same participation."""
    return family.device(person, device.home)


def test_it_waits_for_both(village: Any) -> None:
    """After one it waits and says so to both; nothing is open; the other's yes, in their own name, opens it for both."""
    family = village.family()
    asta = family.device(family.asta)
    page = begin(asta, "bada")
    assert "Programmet börjar när en annan vårdnadshavare också har sagt ja" in page.text
    for path in ("form/before", "form/before/1"):
        assert asta.open(path).status == 404
    assert asta.open("module/ett/blad").path.startswith(asta.home)
    bo = other(asta, family.bo, family)
    page = bo.open()
    assert "En annan vårdnadshavare har sagt ja" in page.text
    assert page.submit({"consent": []}).status == 422
    assert "Svara på formuläret" in page.submit({"consent": "1.2"}).text
    assert "Svara på formuläret" in asta.open().text


def test_saying_yes_twice_is_saying_it_once(village: Any) -> None:
    """One guardian who presses again, or posts the other's form, is still one guardian."""
    family = village.family()
    asta = family.device(family.asta)
    begin(asta, "bada")
    begin(asta, "bada")
    asta.browser.post(f"{asta.home}/consent", {"consent": "1.2"})
    assert "också har sagt ja" in asta.open().text
    kept = village.rows("select place, completed from response where place like '@consent%'")
    mine = {row["place"] for row in kept}
    assert len(mine) == len(kept)


@pytest.mark.parametrize(("key", "guardians"), [("bada", 1), ("en", 2)])
def test_one_is_enough_where_one_is_asked_or_alone(village: Any, key: str, guardians: int) -> None:
    """With `en`, or where the register names one guardian only, it begins at once."""
    family = village.family(guardians=guardians)
    page = begin(family.device(family.asta), key)
    assert "väntar" not in page.text.partition("Delarna")[0]


def test_a_child_who_begins_waits_for_guardians(village: Any) -> None:
    """With `en` a child of fourteen on its own waits for one of them."""
    family = village.family(born="2012-05-05")
    cilla = type(village.device())(village, family.cilla)
    assert "Programmet väntar på dina vårdnadshavare" in begin(cilla, "en").text
    assert cilla.browser.post(f"{cilla.home}/consent", {"consent": "1.2"}).url.path == cilla.home
    assert "Programmet väntar på dina vårdnadshavare" in cilla.open().text


def test_saying_no_ends_it(village: Any) -> None:
    """Either guardian may end it while it waits, as at any time."""
    family = village.family()
    asta = family.device(family.asta)
    begin(asta, "bada")
    bo = other(asta, family.bo, family)
    bo.open("end").submit()
    assert "Programmet har avslutats" in asta.open().text


def staff(village: Any, *roles: str, unit: str = UNIT) -> Any:
    """Return a browser in which somebody works."""
    eva = village.person()
    return village.place.at_work(eva, village.place.appoint(eva, *roles, unit=unit))


def test_staff_write_down_a_spoken_consent(village: Any) -> None:
    """With name, day and note, sealed and logged; twice the same is one; and no guardian ever reads whose it was."""
    family = village.family()
    asta = family.device(family.asta)
    begin(asta, "bada")
    path = "/programmes/families/" + asta.home.rpartition("/")[2]
    eva = staff(village, "treater")
    page = eva.get(path).text
    assert "1 av 2 vårdnadshavare har sagt ja" in page
    given = {"name": "Berta Kanarie", "day": ["2026", "11", "20"], "note": "Ringde, fick texten uppläst"}
    for faulty in ({"name": ""}, {"day": ["2026", "11", "31"]}, {"day": ["2027", "1", "1"]}, {"note": ""}):
        assert eva.post(f"{path}/consent", given | faulty).status_code == 422
    assert "också har sagt ja" in asta.open().text
    told = eva.post(f"{path}/consent", given).text
    assert "Berta Kanarie" in told
    assert "Muntligt 20 november 2026. Ringde, fick texten uppläst" in told
    assert "Svara på formuläret" in asta.open().text
    for device in (asta, other(asta, family.bo, family)):
        for at in ("", "print", "end"):
            assert "Kanarie" not in device.open(at).html
    assert not any("Kanarie" in str(row) for row in village.rows("select * from answer"))
    rows = village.rows("select action, outcome, who from access_log_entry where action = 'programmes.family'")
    assert {(row["outcome"], row["who"]) for row in rows} >= {("allowed", "staff")}


def lets_guardians_act(village: Any, child: Any) -> None:
    """Decide that a child's guardians act for it beside itself, as a unit may for one who is older than the tables say."""
    subject = village.place.visit(child).subject.id
    exception = Fact("grant", village.clock.today(), relation="guardian")
    village.place.run(village.place.house.facts.keep(subject, exception, decided_by=subject))


def test_one_guardian_is_counted_once(village: Any) -> None:
    """Whose yes was written down is not asked again, and does not say it for the other, however they press."""
    family = village.family(born="2012-05-05")
    cilla = type(village.device())(village, family.cilla)
    begin(cilla, "bada")
    lets_guardians_act(village, family.cilla)
    path = "/programmes/families/" + cilla.home.rpartition("/")[2]
    eva, told = staff(village, "treater"), {"day": ["2026", "11", "20"], "note": "Ringde"}
    eva.post(f"{path}/consent", told | {"name": f"{family.asta.name.upper()} "})
    again = told | {"name": family.asta.name, "day": ["2026", "11", "21"]}
    assert eva.post(f"{path}/consent", again).status_code == 422
    asta = other(cilla, family.asta, family)
    assert "Du har sagt ja" in asta.open().text
    asta.browser.post(f"{cilla.home}/consent", {"consent": "1.2"})
    asta.browser.post("/programmes/bada/begin", {"consent": "1.2"})
    assert "1 av 2 vårdnadshavare har sagt ja" in eva.get(path).text
    assert "Svara på formuläret" in other(cilla, family.bo, family).open().submit({"consent": "1.2"}).text


def test_whoever_has_said_yes_here_is_not_written_down_as_the_other(village: Any) -> None:
    """Staff are told that this guardian has said it already."""
    family = village.family()
    asta = family.device(family.asta)
    begin(asta, "bada")
    path = "/programmes/families/" + asta.home.rpartition("/")[2]
    eva, told = staff(village, "treater"), {"day": ["2026", "11", "20"], "note": "Ringde"}
    again = eva.post(f"{path}/consent", told | {"name": family.asta.name})
    assert again.status_code == 422
    assert "Den här vårdnadshavaren har redan sagt ja" in again.text
    assert "1 av 2 vårdnadshavare har sagt ja" in eva.get(path).text


def test_who_sees_the_family(village: Any) -> None:
    """The unit's treaters and citizen administrators; not other roles, other units, citizens; and of an open programme nobody."""
    family = village.family()
    asta = family.device(family.asta)
    begin(asta, "bada")
    path = "/programmes/families/" + asta.home.rpartition("/")[2]
    assert staff(village, "citizen-administrator").get(path).status_code == 200
    assert staff(village, "data-administrator").get(path).status_code == 404
    assert asta.browser.get(path).status_code == 404
    begin(asta, "oppet")
    assert staff(village, "treater").get("/programmes/families/" + asta.home.rpartition("/")[2]).status_code == 404


def test_staff_see_who_has_answered(village: Any) -> None:
    """Each guardian's series apart, with its points, by name; and none of their contact details or texts."""
    family = village.family()
    asta = family.device(family.asta)
    begin(asta, "bada")
    bo = other(asta, family.bo, family)
    bo.open().submit({"consent": "1.2"})
    for device, value in ((asta, "3"), (bo, "7")):
        device.open("form/before").submit({"@before.hur": value}).submit()
    text = " ".join(staff(village, "treater").get("/programmes/families/" + asta.home.rpartition("/")[2]).text.split())
    assert "Poäng: 3" in text
    assert "Poäng: 7" in text
    assert text.count("vårdnadshavare</td>") >= 2
    assert family.asta.number not in text


def test_a_guardian_whose_identity_is_protected_is_not_named(village: Any) -> None:
    """Staff see that a guardian has said yes, and that who it is is protected, from the register's next word on."""
    family = village.family()
    asta = family.device(family.asta)
    begin(asta, "bada")
    village.town.registry.put(family.asta, protection="confidentiality-marking")
    village.place.run(village.place.house.checking.changed(family.asta.number))
    text = staff(village, "treater").get("/programmes/families/" + asta.home.rpartition("/")[2]).text
    assert family.asta.name not in text
    assert "någon med skyddade personuppgifter, vårdnadshavare" in text


def test_staff_find_the_families_who_wait(village: Any) -> None:
    """On a list of their unit's, with the child's name and the way to the family's page, until somebody has begun."""
    family = village.family()
    asta = family.device(family.asta)
    begin(asta, "bada")
    home = asta.home.rpartition("/")[2]
    eva, path = staff(village, "treater"), "/staff/lists/programmes/families"
    assert f'href="{path}"' in eva.get("/staff/").text
    page = eva.get(path).text
    assert f'href="/programmes/families/{home}">{family.cilla.name}</a>' in page
    assert f"/programmes/families/{home}" in eva.get(f"/programmes/participants/{home}").text
    bo = other(asta, family.bo, family)
    bo.open().submit({"consent": "1.2"})
    assert home in staff(village, "treater").get(path).text
    village.place.clock.move(minutes=1)
    for device in (asta, bo):
        device.open("form/before").submit({"@before.hur": "3"}).submit()
    asta.open("module/ett/blad").submit({"blad.text": "Om kvällen"})
    assert home not in staff(village, "treater").get(path).text
