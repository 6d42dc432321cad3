"""What a family finds in the child's inbox: each guardian on their own, in words that are true of whoever reads them."""

from __future__ import annotations

import re
from typing import Any

PROGRAMME = """
=== programme.md
program: {key}
titel: {title}
målgrupp: {audience}
till ålder: 15
samtycke: samtycke.md
{more}

=== samtycke.md
samtycke: {key}
version: 1.0
titel: Innan ni börjar
språk: sv

Vi sparar svaren.

=== 01-ett.md
modul: ett
titel: Ett

# Ett

Läs.
"""
PROGRAMMES = (
    PROGRAMME.format(
        key="familj", title="Familjens", audience="barn och vårdnadshavare", more="läsbar efter avslut: 30 dagar"
    ),
    PROGRAMME.format(key="vuxna", title="Vuxnas", audience="vårdnadshavare för barn", more=""),
    PROGRAMME.format(
        key="bada", title="Bådas", audience="barn och vårdnadshavare", more="vårdnadshavares samtycke: båda"
    ),
)


def begin(device: Any, key: str) -> Any:
    """Say yes and begin, and return the page that comes."""
    page = device.open(f"/programmes/{key}/begin").submit({"consent": "1.0"})
    device.home = page.path
    return page


def items(device: Any) -> list[str]:
    """Return the addresses of what lies in the inbox that a device meets."""
    return re.findall(r'href="(/inbox/[0-9a-f-]{36})"', device.open("/inbox/").html)


def unread(device: Any) -> bool:
    """Say whether the start page tells of something new in the inbox."""
    return "Nytt i inkorgen" in device.open("/start").text


def test_each_guardian_finds_the_receipt(village: Any) -> None:
    """It lies in the child's inbox for both, each with their own mark of having read it, and says of nobody that they did it."""
    family = village.family()
    asta, bo = family.device(family.asta), family.device(family.bo)
    begin(asta, "familj")
    asta.open("end").submit()
    for device, other in ((asta, bo), (bo, None)):
        (item,) = items(device)
        assert unread(device)
        receipt = device.open(item)
        assert "Familjens har avslutats i förtid" in receipt.text
        assert "Du har avslutat" not in receipt.text
        assert "till och med" in receipt.text
        assert device.open(re.findall(r'href="(/programmes/mine/[^"]+)"', receipt.html)[0]).status == 200
        assert not unread(device)
        assert other is None or unread(other)
    asta.browser.post("/signin/own")
    assert items(asta) == []


def test_the_end_is_told_in_words_that_are_true_of_both(village: Any) -> None:
    """Before, that it ends for all; after, that it has ended, and not that whoever reads it did that."""
    family = village.family()
    asta, bo = family.device(family.asta), family.device(family.bo)
    begin(asta, "familj")
    page = asta.open("end")
    assert "Det avslutas för alla i familjen" in page.text
    page.submit()
    assert "Programmet har avslutats" in bo.open(asta.home).text
    assert "Du har avslutat" not in bo.open(asta.home).text


def test_what_guardians_take_part_in_is_not_told_to_the_child(village: Any) -> None:
    """The receipt of a programme for guardians lies with those who act for the child, and not before the child itself."""
    family = village.family(born="2013-12-01")
    asta = family.device(family.asta)
    begin(asta, "vuxna")
    asta.open("end").submit()
    assert len(items(asta)) == 1
    village.at("2026-12-02T12:00:00+01:00")
    assert items(type(asta)(village, family.cilla)) == []


def test_the_other_guardian_is_told_that_a_yes_is_waited_for(village: Any) -> None:
    """From when one has begun until both have said yes; the way leads to where it is said, and no name stands there."""
    family = village.family()
    asta, bo = family.device(family.asta), family.device(family.bo)
    begin(asta, "bada")
    (item,) = items(bo)
    told = bo.open(item)
    assert "Bådas börjar när vårdnadshavare har sagt ja" in told.text
    assert family.asta.name not in told.text
    waiting = bo.open(re.findall(r'href="(/programmes/mine/[^"]+)"', told.html)[0])
    assert items(asta) == [item]
    waiting.submit({"consent": "1.0"})
    assert items(bo) == []
    assert items(asta) == []


def test_nobody_is_asked_for_a_yes_to_what_has_ended(village: Any) -> None:
    """Saying no takes it back, and leaves the receipt."""
    family = village.family()
    asta, bo = family.device(family.asta), family.device(family.bo)
    page = begin(asta, "bada")
    bo.open(f"{page.path}/end").submit()
    (item,) = items(asta)
    assert "avslutats i förtid" in asta.open(item).text


def test_beginning_for_the_other_s_child_is_the_second_yes(village: Any) -> None:
    """Whoever finds the programme by themselves and begins it has said yes too: nobody waits any more."""
    family = village.family()
    asta, bo = family.device(family.asta), family.device(family.bo)
    begin(asta, "bada")
    assert "väntar" not in begin(bo, "bada").text.partition("Delarna")[0]
    assert items(asta) == []
