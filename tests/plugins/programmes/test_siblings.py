"""Two children of one guardian, in the same programme: no page, form or telephone is ever of both."""

from __future__ import annotations

from typing import Any

import pytest

PROGRAMMES = (
    """
=== programme.md
program: syskon
titel: Syskonens
målgrupp: barn och vårdnadshavare
till ålder: 12

=== 01-ett.md
modul: ett
titel: Ett

# Ett

::: övning #blad
::: fråga #text lång text
Vad tänker du?
:::
:::

## Eget

::: formulär #eget
vem svarar: barn

::: sida #s1
::: fråga #hur lång text
Hur har du det?
:::
:::
::: sida #s2
::: fråga #mer lång text
Något mer?
:::
:::
:::
""",
)


@pytest.fixture
def siblings(village: Any) -> tuple[Any, Any, str, str]:
    """A guardian's device, the family, and the participations of Cilla and of Disa, for whom the guardian acts just now."""
    family = village.family()
    disa = village.town.child("Disa", born="2019-02-02", guardians=[family.asta])
    family.disa = disa
    device = family.device(family.asta)
    device.begin("syskon")
    cillas = device.home
    device.open("module/ett/blad").submit({"blad.text": "Kanariefågel"})
    device.acts_for(disa).begin("syskon")
    return device, family, cillas, device.home


def kept(village: Any, home: str) -> list[dict[str, Any]]:
    """Return what is kept of a participation's answers."""
    return village.rows("select item, revision, changed from answer where owner = ?", home[-36:])


def test_nothing_of_the_other_child_is_reached(siblings: Any) -> None:
    """While one acts for Disa, every page of Cilla's is not found, and no page of Disa's or of both holds a word of Cilla's."""
    device, _, cillas, disas = siblings
    for path in ("", "/print", "/end", "/module/ett/blad", "/module/ett/eget", "/form/eget", "/form/eget/hand-over"):
        assert device.open(cillas + path).status == 404, path
    for path in (
        disas,
        f"{disas}/print",
        f"{disas}/module/ett/blad",
        "/start",
        "/programmes/",
        "/inbox/",
    ):
        page = device.open(path)
        assert page.status == 200, path
        assert "Cilla" not in page.text, path
        assert "Kanariefågel" not in page.html, path
        assert cillas not in page.html, path


def test_a_page_from_before_going_over_reaches_neither(siblings: Any) -> None:
    """Sent, or saved by its script, it changes nothing of either child; what was written is kept for whom it was."""
    device, family, cillas, disas = siblings
    device.acts_for(family.cilla)
    stale = device.open(f"{cillas}/module/ett/blad")
    before = kept(device.village, cillas)
    device.acts_for(family.disa)
    assert stale.autosave({"blad.text": "Skrivet för Cilla"}).status_code == 401
    answer = stale.submit({"blad.text": "Skrivet för Cilla"})
    assert answer.status == 409
    assert "Skrivet för Cilla" not in answer.html
    assert kept(device.village, cillas) == before
    assert kept(device.village, disas) == []


def test_with_a_token_of_now_the_other_child_s_form_is_not_found(siblings: Any) -> None:
    """Also whoever carries the right token meets only the child that they act for."""
    device, _, cillas, disas = siblings
    before = kept(device.village, cillas)
    fields = {"blad.text": "Bytt", "_revision.blad.text": "1", "eget.hur": "Bytt"}
    for path in ("module/ett/blad", "form/eget/1", "form/eget/hand-over", "end"):
        assert device.browser.post(f"{cillas}/{path}", fields).status_code == 404
    assert kept(device.village, cillas) == before
    assert device.open(disas).status == 200


def test_the_telephone_is_handed_to_the_child_that_one_acts_for(siblings: Any) -> None:
    """A page to hand over from before going over hands nothing over; and what is handed to Disa holds nothing of Cilla's."""
    device, family, cillas, disas = siblings
    device.acts_for(family.cilla)
    stale = device.open(f"{cillas}/form/eget/hand-over")
    device.acts_for(family.disa)
    assert stale.submit().status == 409
    assert device.open("/start").status == 200
    page = device.open(f"{disas}/form/eget/hand-over").submit()
    assert "Disa svarar själv" in page.text
    assert "Cilla" not in page.text
    assert device.open(f"{cillas}/form/eget").status == 403
