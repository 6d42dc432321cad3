"""Scenario S6: two guardians at once on the child's one form. Nothing is lost, and neither learns who the other is."""

from __future__ import annotations

from typing import Any

import pytest

PROGRAMMES = (
    """
=== programme.md
program: halsa
titel: Hälsan
målgrupp: barn och vårdnadshavare
till ålder: 15

=== 01-ett.md
modul: ett
titel: Ett

# Ett

::: formulär #deklaration
::: sida #s1
::: fråga #a lång text
Första?
:::
:::
::: sida #s2
::: fråga #b lång text
Andra?
:::
:::
:::
""",
)


@pytest.fixture
def stale(village: Any) -> tuple[Any, Any, Any, Any]:
    """Both guardians have page 2 open; Asta has saved it at 18:00:00, and it is 18:00:05."""
    village.at("2026-11-24T17:59:00+01:00")
    family = village.family()
    asta = family.device(family.asta)
    asta.begin("halsa")
    bo = family.device(family.bo, asta.home)
    asta.open("form/deklaration/1").submit({"deklaration.a": "Ett"})
    old = bo.open("form/deklaration/2")
    village.at("2026-11-24T18:00:00+01:00")
    asta.open("form/deklaration/2").submit({"deklaration.b": "Astas andra"})
    village.at("2026-11-24T18:00:05+01:00")
    return asta, bo, old, family


def test_a_stale_page_gives_both_texts_side_by_side(stale: Any) -> None:
    """HTTP 409: another guardian changed the page at 18:00, both texts stand there, and no name, number or address."""
    _, _, old, family = stale
    page = old.submit({"deklaration.b": "Bos andra"})
    assert page.status == 409
    assert "En annan vårdnadshavare ändrade den här sidan" in page.text
    assert "18:00" in page.text
    assert "Astas andra" in page.text
    assert "Bos andra" in page.text
    assert "en annan enhet" not in page.text
    assert family.asta.number[2:] not in page.html


@pytest.mark.parametrize(
    ("choice", "stands"), [("mine", "Bos andra"), ("theirs", "Astas andra"), ("both", "Astas andra\n\nBos andra")]
)
def test_the_second_chooses_and_the_first_sees_it(stale: Any, choice: str, stands: str) -> None:
    """Whatever is chosen stands for both, and the text that does not is kept beside it."""
    asta, _, old, _ = stale
    page = old.submit({"deklaration.b": "Bos andra"})
    page.submit({"deklaration.b.choose": choice})
    assert asta.open("form/deklaration/2").value("deklaration.b").replace("\r", "") == stands
    assert len(asta.village.rows("select id from lost_text")) >= 1


def test_a_script_is_told_the_same(stale: Any) -> None:
    """What saves while somebody writes is answered 409 and names the question."""
    _, _, old, _ = stale
    answer = old.autosave({"deklaration.b": "Bos andra"})
    assert answer.status_code == 409
    assert answer.json()["conflicts"] == ["deklaration.b"]


def test_two_devices_of_one_guardian_are_told_of_the_other_device(village: Any) -> None:
    """Where it was oneself, nobody is told of another guardian."""
    family = village.family()
    asta = family.device(family.asta)
    asta.begin("halsa")
    again = family.device(family.asta, asta.home)
    old = again.open("form/deklaration/1")
    asta.open("form/deklaration/1").submit({"deklaration.a": "Telefonen"})
    page = old.submit({"deklaration.a": "Datorn"})
    assert page.status == 409
    assert "annan vårdnadshavare" not in page.text


def test_a_form_that_another_has_sent_takes_no_more(stale: Any) -> None:
    """Asta sends while Bo still writes: his text is shown to him, and not lost without a word."""
    asta, _, old, _ = stale
    asta.open("form/deklaration/check").submit()
    page = old.submit({"deklaration.b": "Bos andra"})
    assert page.status == 409
    assert "Bos andra" in page.text


def test_neither_guardian_meets_the_other_s_name_or_contact_details(stale: Any) -> None:
    """What Asta has said of how to reach her about the child stands on none of Bo's pages, and nor does who she is."""
    asta, bo, old, family = stale
    asta.browser.post("/settings", {"comment": "Ring Astas jobb", "version": "0"})
    assert "Ring Astas jobb" in asta.open("/settings").html
    clash = old.submit({"deklaration.b": "Bos andra"})
    pages = [
        clash,
        *(bo.open(path) for path in ("", "print", "form/deklaration/2", "end", "/settings", "/start", "/inbox/")),
    ]
    clash.submit({"deklaration.b.choose": "both"})
    bo.open("form/deklaration/check").submit()
    pages += [bo.open("form/deklaration/result"), bo.open("print")]
    for page in pages:
        assert page.status in (200, 409), page.path
        assert not [one for one in ("Astas jobb", family.asta.name, family.asta.number) if one in page.html], page.path
