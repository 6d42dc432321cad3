"""Participants are told of a silence, and of the end of their reading time: once, in words that tell nobody else anything."""

from __future__ import annotations

import re
from typing import Any

import pytest
from click.testing import CliRunner
from ledstang.cli.check import command as check

QUIET = """
=== programme.md
program: lugn
titel: Lugn
påminnelse: efter 7 dagar utan aktivitet
läsbar efter avslut: 30 dagar

=== 01-ett.md
modul: ett
titel: Del ett

# Ett

::: övning #mina
::: fråga #vad text
Vad tänker du på?
:::

:::

## Sedan

Läs detta.

=== 02-tva.md
modul: tva
titel: Del två

# Två

Och detta.
"""

SILENT = """
=== programme.md
program: tyst
titel: Tyst

=== 01-ett.md
modul: ett
titel: Del ett

# Ett

Läs detta.
"""


@pytest.fixture
def village(settle: Any) -> Any:
    """An instance of its own, as the demo has it, so that the sandbox listens."""
    return settle(QUIET, SILENT, demo=True)


def goes_to(village: Any, moment: str) -> None:
    """Move the clock and let the workers work."""
    village.at(moment)
    village.place.work()


def sent(village: Any, kind: str = "notice") -> list[tuple[str, str]]:
    """Return what has gone out: why, and on which day."""
    rows = village.rows("SELECT reason, at FROM sandbox_sent WHERE kind = ? ORDER BY at", kind)
    return [(row["reason"], str(row["at"])[:10]) for row in rows]


def ends(device: Any) -> None:
    """End the participation, as its page offers."""
    device.open("end").submit()


def test_a_silence_is_told_once(village) -> None:
    """After the programme's days, at the region's time of day, and not again the day after, nor a month later."""
    village.begins("lugn")
    goes_to(village, "2026-11-30T08:59:00+01:00")
    assert sent(village) == []
    goes_to(village, "2026-11-30T09:00:00+01:00")
    assert sent(village) == [("waits", "2026-11-30")]
    for moment in ("2026-12-01T09:00:00+01:00", "2027-01-15T09:00:00+01:00", "2027-02-15T09:00:00+01:00"):
        goes_to(village, moment)
    assert sent(village) == [("waits", "2026-11-30")]


def test_a_programme_that_wants_none_reminds_nobody(village) -> None:
    """Days of silence are the author's to say."""
    village.begins("tyst")
    goes_to(village, "2027-06-01T09:00:00+02:00")
    assert sent(village) == []


def test_who_goes_on_is_reminded_after_the_next_silence(village) -> None:
    """The days are counted from when somebody last went on."""
    device = village.begins("lugn")
    goes_to(village, "2026-11-30T09:00:00+01:00")
    device.comes_back()
    device.open("module/ett/mina").submit()
    goes_to(village, "2026-12-06T09:00:00+01:00")
    assert len(sent(village)) == 1
    goes_to(village, "2026-12-07T09:00:00+01:00")
    assert sent(village)[1:] == [("waits", "2026-12-07")]


def test_who_writes_is_not_silent(village) -> None:
    """Answers that are saved count, though nobody went on to the next step."""
    device = village.begins("lugn")
    village.at("2026-11-29T20:00:00+01:00")
    device.comes_back()
    page = device.open("module/ett/mina")
    name = next(name for name, type_, *_ in page.controls if type_ == "text")
    assert page.autosave({name: "något"}).status_code == 200
    goes_to(village, "2026-11-30T09:00:00+01:00")
    assert sent(village) == []
    goes_to(village, "2026-12-06T09:00:00+01:00")
    assert sent(village) == [("waits", "2026-12-06")]


def test_who_has_ended_is_not_reminded(village) -> None:
    """Nobody waits for them."""
    ends(village.begins("lugn"))
    goes_to(village, "2026-12-10T09:00:00+01:00")
    assert sent(village) == []


@pytest.mark.parametrize("back", ["goes on", "ends"])
def test_a_reminder_that_is_on_its_way_dies_with_its_cause(village, back: str) -> None:
    """Who has come back, or has ended, while the sending was out of order, is told nothing when it is back."""
    device = village.begins("lugn")
    village.at("2026-11-30T09:00:00+01:00")
    outbox = village.place.house.outbox
    claim = outbox.claim

    async def only_the_job(owner: str, most: int) -> Any:
        return [errand for errand in await claim(owner, most) if errand.kind != "sandbox.notice"]

    outbox.claim = only_the_job
    village.place.work()
    outbox.claim = claim
    village.rows("UPDATE outbox SET owner = NULL, lease = NULL WHERE kind = 'sandbox.notice' RETURNING id")
    device.comes_back()
    if back == "ends":
        ends(device)
    else:
        device.open("module/ett/mina").submit()
    goes_to(village, "2026-11-30T10:00:00+01:00")
    assert sent(village) == []


def test_the_end_of_reading_time_is_told_some_days_before(village) -> None:
    """It was ended on the 23rd, is readable for 30 days, and that is told 7 days before, once."""
    ends(village.begins("lugn"))
    goes_to(village, "2026-12-16T08:59:00+01:00")
    assert sent(village) == []
    goes_to(village, "2026-12-16T09:00:00+01:00")
    assert sent(village) == [("ends", "2026-12-16")]
    goes_to(village, "2027-02-16T09:00:00+01:00")
    assert len(sent(village)) == 1


def test_how_many_days_before_is_the_region_s_to_say(settle) -> None:
    """And so is the time of day."""
    from ledstang.testing import TOML

    toml = f"{TOML}\n[plugins.programmes]\nnotices_at = 18:30:00\nreading_ends_days = 3\n"
    village = settle(QUIET, toml=toml, demo=True)
    ends(village.begins("lugn"))
    goes_to(village, "2026-12-20T18:29:00+01:00")
    assert sent(village) == []
    goes_to(village, "2026-12-20T18:30:00+01:00")
    assert sent(village) == [("ends", "2026-12-20")]


def test_who_is_forgotten_is_told_nothing(village) -> None:
    """What was on its way about a participation goes with it."""
    device = village.begins("lugn")
    ends(device)
    village.place.run(_forget(village, device))
    goes_to(village, "2026-12-16T09:00:00+01:00")
    assert sent(village) == []


async def _forget(village: Any, device: Any) -> None:
    person = (await village.place.house.register.keep(device.person)).id
    for plugin, data in village.place.house.personal_data():
        if plugin == "programmes":
            await data.erase(person, "asked for")


def test_other_systems_hear_what_happened(village) -> None:
    """Beginning, finishing a module and ending are told once each, whoever presses twice."""
    device = village.begins("lugn")
    device.open("/programmes/lugn/begin").submit()
    device.open("module/ett/mina").submit()
    device.open("module/ett/sedan").submit()
    device.another().open("module/ett/sedan").submit()
    ends(device)
    village.place.work()
    assert [len(sent(village, kind)) for kind in ("started", "module", "ended")] == [1, 1, 1]


def test_the_notices_say_nothing_of_what_or_why(village) -> None:
    """On the demo's page stands what would have gone out: no programme, no module, no name."""
    device = village.begins("lugn")
    goes_to(village, "2026-11-30T09:00:00+01:00")
    device.comes_back()
    page = device.open("/sandbox/sent")
    assert "Det finns något som väntar på dig" in page.text
    assert not {"Lugn", "lugn", "Del ett"} & set(page.text.replace(".", " ").split())
    stranger = village.device()
    assert "Inget har skickats" in stranger.open("/sandbox/sent").text


def test_what_was_written_down_holds_ids_only(village) -> None:
    """The outbox knows nobody's name or number, and no programme's."""
    village.begins("lugn")
    rows = village.rows("SELECT * FROM outbox")
    assert rows
    assert not [word for word in ("Dag", "Lugn", "lugn", "1980") if word in str([row["payload"] for row in rows])]


def test_the_settings_are_checked(tmp_path) -> None:
    """A time of day that is none is told with its line."""
    (tmp_path / "ledstang.toml").write_text('title = "T"\n[plugins.programmes]\nnotices_at = "nio"\n')
    result = CliRunner().invoke(check, [str(tmp_path), "--language", "en"])
    assert result.exit_code == 1
    assert "notices_at" in result.output


def test_the_end_leaves_a_receipt_in_the_inbox(village) -> None:
    """Whoever ends finds that said in the inbox, once, with the last day of reading and the way back."""
    device = village.begins("lugn")
    ends(device)
    found = re.findall(r'href="(/inbox/[0-9a-f-]{36})"', device.browser.get("/inbox/").text)
    assert len(found) == 1
    receipt = device.browser.get(found[0]).text
    assert "Du har avslutat Lugn" in receipt
    assert "till och med 23 december 2026" in receipt
    assert f'href="{device.home}"' in receipt
