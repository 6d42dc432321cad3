"""When the parts of a programme open, and what a participant reads while one is closed."""

from __future__ import annotations

from typing import Any

import pytest

PROGRAMMES = (
    """
=== programme.md
program: regler
titel: Regler

=== 01-forst.md
modul: forst
titel: Först
öppnas: direkt

# Först

::: övning #val
::: fråga #styrka heltal 0–10
Hur starkt?
:::
:::

=== 02-sedan.md
modul: sedan
titel: Sedan
öppnas: efter föregående

# Sedan

Läs.

=== 03-dagar.md
modul: dagar
titel: Tre dagar efter
öppnas: efter forst + 3 dagar

# Dagar

Läs.

=== 04-timmar.md
modul: timmar
titel: Två timmar efter
öppnas: efter forst + 2 timmar

# Timmar

Läs.

=== 05-dag.md
modul: attonde
titel: Åttonde dagen
öppnas: dag 8

# Dag 8

Läs.

=== 06-datum.md
modul: datum
titel: Den femtonde
öppnas: 2027-01-15

# Datum

Läs.

=== 07-nar.md
modul: starkt
titel: För den som har det starkt
öppnas: när val.styrka >= 7

# Starkt

::: övning #efterat
::: fråga #ord text
Ett ord?
:::
:::

=== 08-efter-dagar.md
modul: vila
titel: Efter en vila
öppnas: efter 2 dagar

# Vila

Läs.
""",
    """
=== programme.md
program: ledd
titel: Ledd
sort: behandlarstött

=== 01-ett.md
modul: ett
titel: Ett

# Ett

Läs.

=== 02-tva.md
modul: tva
titel: Två
öppnas: av behandlare

# Två

Läs.
""",
    """
=== programme.md
program: matt
titel: Mätt
mätning före: gad7

=== 01-ett.md
modul: ett
titel: Ett

# Ett

Läs.

=== 02-tva.md
modul: tva
titel: För den som har mycket oro
öppnas: när gad7.summa >= 10

# Två

Läs.
""",
)


def is_open(device: Any, module: str) -> bool:
    """Whether the list of parts leads into a module."""
    return f'href="{device.home}/module/{module}/' in device.open().html


def finish(device: Any, module: str, step: str, answers: Any = None) -> Any:
    """Go on from the only step of a module."""
    return device.open(f"module/{module}/{step}").submit(answers)


def test_a_first_module_is_open_at_once(village: Any) -> None:
    """What opens at once is open, and one may go straight in."""
    device = village.begins("regler")
    assert is_open(device, "forst")
    assert device.open("module/forst/val").status == 200


def test_after_the_one_before(village: Any) -> None:
    """It is closed, and says after which, until the one before is finished; then it is open in the same moment."""
    device = village.begins("regler")
    assert not is_open(device, "sedan")
    assert "Öppnas när du är klar med ”Först”" in device.open().text
    done = finish(device, "forst", "val")
    assert "Du är klar med ”Först”" in done.text
    assert is_open(device, "sedan")


@pytest.mark.parametrize(
    ("done", "just_before", "opens"),
    [
        ("2026-11-23T23:59:00+01:00", "2026-11-26T05:59:59+01:00", "2026-11-26T06:00:00+01:00"),
        ("2026-11-24T00:01:00+01:00", "2026-11-27T05:59:59+01:00", "2026-11-27T06:00:00+01:00"),
        # The clock goes back an hour in the night to 25 October, and forward in the night to 28 March.
        ("2026-10-22T12:00:00+02:00", "2026-10-25T05:59:59+01:00", "2026-10-25T06:00:00+01:00"),
        ("2027-03-25T12:00:00+01:00", "2027-03-28T05:59:59+02:00", "2027-03-28T06:00:00+02:00"),
    ],
)
def test_days_after_a_module(village: Any, done: str, just_before: str, opens: str) -> None:
    """Three days after a module means three calendar days on at six in the morning, Swedish time, whatever the clocks do."""
    village.at(done)
    device = village.begins("regler")
    finish(device, "forst", "val")
    village.at(just_before)
    device.comes_back()
    assert not is_open(device, "dagar")
    assert "06:00" in device.open().text
    village.at(opens)
    assert is_open(device, "dagar")


def test_hours_after_a_module(village: Any) -> None:
    """Hours are hours: two of them after a module, to the second, also over the change of the clock."""
    village.at("2026-10-25T02:30:00+02:00")
    device = village.begins("regler")
    finish(device, "forst", "val")
    village.at("2026-10-25T03:29:59+01:00")
    device.comes_back()
    assert not is_open(device, "timmar")
    village.at("2026-10-25T03:30:00+01:00")
    assert is_open(device, "timmar")


def test_a_day_of_the_course(village: Any) -> None:
    """The day one begins is day 1, from its first minutes in Sweden: day 8 is a week on, at six in the morning."""
    village.at("2026-11-23T00:10:00+01:00")
    device = village.begins("regler")
    village.at("2026-11-30T05:59:59+01:00")
    device.comes_back()
    assert not is_open(device, "attonde")
    assert "måndag 30 november" in device.open().text
    village.at("2026-11-30T06:00:00+01:00")
    assert is_open(device, "attonde")


def test_a_date(village: Any) -> None:
    """A date is a date for everybody, at six in the morning."""
    device = village.begins("regler")
    village.at("2027-01-15T05:59:59+01:00")
    device.comes_back()
    assert not is_open(device, "datum")
    village.at("2027-01-15T06:00:00+01:00")
    assert is_open(device, "datum")


def test_when_an_answer_says_so(village: Any) -> None:
    """Unanswered it is closed, with a low answer too; with a high one it opens."""
    device = village.begins("regler")
    assert not is_open(device, "starkt")
    assert "när dina svar visar" in device.open().text
    finish(device, "forst", "val", {"val.styrka": "6"})
    assert not is_open(device, "starkt")
    finish(device, "forst", "val", {"val.styrka": "7"})
    assert is_open(device, "starkt")


def test_what_was_begun_stays_open(village: Any) -> None:
    """Who changes an early answer keeps the way into what they have written since."""
    device = village.begins("regler")
    finish(device, "forst", "val", {"val.styrka": "9"})
    device.open("module/starkt/efterat").autosave({"efterat.ord": "mod"})
    finish(device, "forst", "val", {"val.styrka": "1"})
    assert is_open(device, "starkt")
    assert device.open("module/starkt/efterat").value("efterat.ord") == "mod"


def test_after_a_rest(village: Any) -> None:
    """Days without a module's name count from the end of the one before."""
    device = village.begins("regler")
    finish(device, "forst", "val", {"val.styrka": "9"})
    assert "Öppnas när du är klar med ”För den som har det starkt”" in device.open().text
    finish(device, "starkt", "efterat")
    village.at("2026-11-25T06:00:00+01:00")
    device.comes_back()
    assert is_open(device, "vila")


def test_by_a_treater(village: Any) -> None:
    """A part that a treater opens stays closed, and says so."""
    device = village.begins("ledd")
    finish(device, "ett", "ett")
    assert not is_open(device, "tva")
    assert "Din behandlare öppnar den" in device.open().text


def test_a_closed_part_cannot_be_entered_by_its_address(village: Any) -> None:
    """A guessed address leads back to the list, which says why; nothing can be posted there."""
    device = village.begins("regler")
    assert device.open("module/sedan/sedan").path == f"{device.home}"
    assert device.browser.post(f"{device.home}/module/sedan/sedan").url.path == device.home
    assert "sedan" not in [row["module"] for row in village.rows("select module from programmes_step_done")]


def test_a_sum_of_the_first_measure_opens_a_part(village: Any) -> None:
    """A rule may read the measure before: with a high sum the part is open, with a low one closed."""
    for answer, expected in (("3", True), ("0", False)):
        device = village.begins("matt")
        page = device.open("form/before")
        page = page.submit({name: answer for name, *_ in page.controls if name.startswith("@before.q")})
        while page.action.endswith(("1", "2", "3")):
            page = page.submit()
        page.submit()
        assert is_open(device, "tva") is expected


def test_a_part_is_finished_when_it_is(village: Any) -> None:
    """An address that says so congratulates nobody on a part that they have not finished."""
    device = village.begins("regler")
    assert "Du är klar med" not in device.browser.get(f"{device.home}?finished=forst").text.partition("<ol")[0]


def test_unknown_steps_are_not_found(village: Any) -> None:
    """An address of a module or a step that the programme does not have is a 404."""
    device = village.begins("regler")
    for path in ("module/forst/nej", "module/nej/val", "module/forst/%00", "form/nej", "form/@before"):
        assert device.open(path).status == 404, path
