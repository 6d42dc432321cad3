"""Who answers what in a family: the child, a guardian, or each guardian on their own, in a series that is theirs alone."""

from __future__ import annotations

from typing import Any

import pytest

PROGRAMMES = (
    """
=== programme.md
program: familj
titel: Familjen
målgrupp: barn och vårdnadshavare
till ålder: 15
mätning före: skatt
mätning efter: skatt
vem svarar: varje vårdnadshavare

=== forms/skatt.md
formulär: skatt
titel: Skattning
version: 1.0
språk: sv

::: frågor #rader
skala: hur
obligatorisk: ja

1. Hur är kvällarna? {#q1}
2. Hur är morgnarna? {#q2}
:::

::: skala #hur
- (0) Bra
- (1) Sådär
- (2) Svårt
:::

::: beräkna #summa
formel: summa(q1..q2)
etikett: Skattningens summa

- 0–4: alla svar
:::

=== 01-ett.md
modul: ett
titel: Ett

# Ett

::: formulär #var
vem svarar: varje vårdnadshavare
spärrar: ja

::: sida #s1
::: fråga #tanke lång text
Vad tänker du?
:::
:::
::: sida #s2
::: fråga #mer lång text
Något mer?
:::
:::
:::

## Efter

::: övning #ens
vem svarar: vårdnadshavare

::: fråga #rad lång text
Hur gick det?
:::
:::

::: övning #barnets
vem svarar: barn

::: fråga #eget lång text
Hur känns det?
:::
:::

## Alla

::: övning #allas
vem svarar: barn eller vårdnadshavare

::: fråga #ord lång text
Skriv något. Du skrev {{barnets.eget}}.
:::
:::
""",
)


def measure(device: Any, which: str, value: str) -> Any:
    """Answer a measure, both questions alike, and return the page of its result."""
    page = device.open(f"form/{which}")
    result = page.submit({name: value for name, type_, *_ in page.controls if type_ == "radio"}).submit()
    assert result.path.endswith("/result"), result.text
    return result


def write(device: Any, text: str) -> Any:
    """Fill in the form that each guardian answers on their own."""
    page = device.open("form/var/1")
    page = page.submit({"var.tanke": text}).submit({"var.mer": f"{text} igen"})
    return page.submit()


@pytest.fixture
def both(village: Any) -> tuple[Any, Any, Any]:
    """Two guardians who act for the child, and the family; the first has begun."""
    family = village.family()
    asta = family.device(family.asta)
    asta.begin("familj")
    return asta, family.device(family.bo, asta.home), family


def test_each_guardian_has_a_series(both: Any) -> None:
    """Two guardians' measures are two series: each has their own block, score and curve, and knows of the other's only that."""
    asta, bo, _ = both
    assert "Svara på formuläret" in bo.open().text
    result = measure(asta, "before", "2")
    assert "4 av 4" in result.text
    assert "En annan vårdnadshavare kan också svara" in result.text
    assert "Svara på formuläret" not in asta.open().text
    assert "Svara på formuläret" in bo.open().text
    assert bo.open("module/ett/var").path == bo.home
    result = measure(bo, "before", "0")
    assert "0 av 4" in result.text
    assert "En annan vårdnadshavare har också svarat" in result.text
    for device, own, other in ((asta, "4", "0"), (bo, "0", "4")):
        rows = device.open().text.partition("Din kurva")[2]
        assert f"2026 {own} alla svar" in rows
        assert f"2026 {other} alla svar" not in rows


def test_a_guardian_meets_nothing_of_another_s_draft_or_answers(both: Any) -> None:
    """Not while it is written, not when it is sent, and not on the copy to print."""
    asta, bo, _ = both
    for device in (asta, bo):
        measure(device, "before", "1")
    asta.open("form/var").submit({"var.tanke": "Astas tanke"})
    assert bo.open("form/var").value("var.tanke") == ""
    write(asta, "Astas tanke")
    assert asta.open("module/ett/ens").path.endswith("/ens")
    step = bo.open("module/ett/ens")
    assert step.path.endswith("/var")
    assert "En annan vårdnadshavare har också svarat" in step.text
    write(bo, "Bos tanke")
    for device, own, other in ((asta, "Astas", "Bos"), (bo, "Bos", "Astas")):
        for path in ("", "print", "form/var", "form/var/result", "form/var/check", "form/var/1", "module/ett/var"):
            assert f"{other} tanke" not in device.open(path).html
        assert f"{own} tanke" in device.open("print").text


def test_it_is_told_whose_turn_it_is(both: Any) -> None:
    """What another answers has no field, and what is posted all the same is not kept."""
    asta, _, _ = both
    measure(asta, "before", "1")
    write(asta, "Astas tanke")
    page = asta.open("module/ett/ens")
    assert "Cilla svarar på det här. Det är inte besvarat än." in asta.open("module/ett/barnets").text
    page.submit({"ens.rad": "Bra"})
    token = {"_csrf": page.fields["_csrf"]}
    asta.browser.post(f"{asta.home}/module/ett/barnets", token | {"barnets.eget": "Inte barnet"})
    assert asta.village.rows("select * from answer where item = 'eget' and owner = ?", home(asta)) == []


def test_what_a_guardian_answers_is_handed_to_nobody(both: Any) -> None:
    """Only what the child answers is: of the rest there is no page to hand over, and a press for it locks nothing."""
    asta, _, _ = both
    measure(asta, "before", "1")
    assert "Lämna över" not in asta.open("form/var/hand-over").text
    asta.browser.post(f"{asta.home}/form/var/hand-over")
    asta.browser.post(f"{asta.home}/module/ett/ens/hand-over")
    assert asta.open("/start").status == 200


def home(device: Any) -> str:
    """Return the id of a device's participation as the database has it."""
    key: str = device.home.rpartition("/")[2]
    kept = device.village.rows("select id from programmes_participation")
    return str(next(row["id"] for row in kept if str(row["id"]).replace("-", "") == key.replace("-", "")))


def test_the_child_s_own_is_kept_from_guardians(village: Any) -> None:
    """A child of thirteen goes on alone: no form of a guardian's stops it, and no text of its own is theirs to read."""
    family = village.family(born="2013-12-01")
    asta = family.device(family.asta)
    asta.begin("familj")
    measure(asta, "before", "2")
    write(asta, "Astas tanke")
    asta.open("module/ett/ens").submit({"ens.rad": "Det gick bra"})
    village.at("2026-12-02T12:00:00+01:00")
    cilla = type(asta)(village, family.cilla, asta.home)
    overview = cilla.open()
    assert "Svara på formuläret" not in overview.text
    assert "Din kurva" not in overview.text
    step = cilla.open("module/ett/var")
    assert "Varje vårdnadshavare svarar på det här för sig. En vårdnadshavare har svarat." in step.text
    assert "Astas tanke" not in step.text + cilla.open("print").text + cilla.open("form/var").text
    assert "Det gick bra" in cilla.open("module/ett/ens").text
    cilla.open("module/ett/barnets").submit({"barnets.eget": "Mitt eget"})
    assert "Mitt eget" in cilla.open("module/ett/allas").text


def test_the_record_is_the_child_s_and_knows_both(both: Any) -> None:
    """Every answer is the child's, with who gave it; what each guardian answered lies apart, under a mark that names nobody."""
    asta, bo, family = both
    for device in (asta, bo):
        measure(device, "before", "1")
    rows = asta.village.rows("select place from response where owner = ?", home(asta))
    places = {row["place"] for row in rows}
    assert len(places) == 2
    assert all(place.startswith("@before~") for place in places)
    assert not any(family.asta.number in place or family.bo.number in place for place in places)
    actors = asta.village.rows("select distinct actor, ground from answer where owner = ?", home(asta))
    assert len(actors) == 2
    assert {row["ground"] for row in actors} == {"guardian"}


def test_the_second_guardian_may_still_close_their_series(both: Any) -> None:
    """The first who is through has completed the programme; the other's closing measure is open until they have sent it."""
    asta, bo, _ = both
    for device in (asta, bo):
        measure(device, "before", "2")
    write(asta, "Astas tanke")
    for step in ("var", "ens", "barnets", "allas"):
        asta.open(f"module/ett/{step}").submit()
    measure(asta, "after", "0")
    assert "Programmet är genomgånget" in asta.open().text
    assert "Svara på det sista formuläret" not in asta.open().text
    assert "Svara på det sista formuläret" in bo.open().text
    assert "0 av 4" in measure(bo, "after", "0").text
    assert "Svara på det sista formuläret" not in bo.open().text
