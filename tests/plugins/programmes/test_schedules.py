"""Forms that come back: due on their days, closed in between, each time with answers of its own, and reminded of once."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from ledstang import Filled
from ledstang_programmes.document import Schedule
from ledstang_programmes.occasions import Occasions

PROGRAMMES = (
    """
=== programme.md
program: veckor
titel: Veckor

=== 01-ett.md
modul: ett
titel: Ett

# Ett

Läs först.

::: formulär #vecka
titel: Din vecka
schema: dag 2, sedan varje vecka, 3 gånger, öppet 3 dagar, påminn dag 2

::: fråga #timmar heltal 0–24 obligatorisk
Hur många timmar sov du?
:::

::: beräkna #summa
formel: timmar * 2
etikett: Dubbelt
- 0–48: alla
:::
:::

## Sedan

Du sov {{vecka.timmar}} timmar.

=== 02-tva.md
modul: två
titel: Två
öppnas: dag 100

# Två

Läs sist.
""",
    """
=== programme.md
program: genast
titel: Genast

=== 01-ett.md
modul: ett
titel: Ett

# Ett

Läs först.

::: dagbok #natt
titel: Din natt
schema: varje dag, 3 gånger
spärrar: ja

::: fråga #hur text obligatorisk
Hur var natten?
:::
:::

## Sedan

Läs sedan.
""",
)
STEP = "module/ett/vecka"


def sends(device: Any, number: int, hours: str) -> Any:
    """Fill in one occasion and send it. Returns the page with the result."""
    page = device.open(f"form/vecka.{number}").submit({f"vecka/{number}.timmar": hours})
    return page.submit()


def occasions(schedule: Schedule, now: str, *sent: int) -> Occasions:
    at = datetime(2026, 11, 1, tzinfo=UTC)
    responses = {f"x/{number}": Filled(uuid4(), f"x/{number}", "x", "", at, at, {}) for number in sent}
    return Occasions(schedule, "x", date(2026, 10, 24), responses, datetime.fromisoformat(now))


@pytest.mark.parametrize(
    ("now", "number"),
    [
        ("2026-10-24T05:59:59+02:00", None),
        ("2026-10-24T06:00:00+02:00", 1),
        ("2026-10-25T05:59:59+01:00", 1),
        ("2026-10-25T06:00:00+01:00", 2),
        ("2026-10-26T06:00:00+01:00", 3),
        ("2026-12-24T06:00:00+01:00", 3),
    ],
)
def test_each_day_is_a_swedish_day_also_when_the_clocks_change(now: str, number: int | None) -> None:
    """Daily occasions follow each other at six in the morning; the last stays open when nothing says otherwise."""
    current = occasions(Schedule(every=1, times=3), now).current
    assert (current and current.number) == number


def test_what_is_due_missed_and_next() -> None:
    """What was not answered in time is counted, and what was is not asked for again."""
    schedule = Schedule(every=7, times=4, open_days=2)
    standing = occasions(schedule, "2026-11-07T12:00:00+01:00", 1)
    assert standing.current
    assert standing.due == standing.current == standing.numbered(3)
    assert (standing.missed, standing.answered_count) == (1, 1)
    assert standing.due.last_day == date(2026, 11, 8)
    assert standing.coming == standing.numbered(4)
    assert occasions(schedule, "2026-11-07T12:00:00+01:00", 3).due is None
    assert standing.numbered(0) is standing.numbered(5) is None


def test_it_comes_on_its_days_and_closes_again(village: Any) -> None:
    """Before its day there is nothing to fill in; on it there is; afterwards the next day is told."""
    device = village.begins("veckor")
    assert "Nästa gång är tisdag 24 november" in device.open().text
    assert device.open("form/vecka.1").status == 404

    village.at("2026-11-24T06:00:00+01:00")
    device.comes_back()
    assert "Du kan fylla i till och med torsdag 26 november" in device.open().text
    assert f'href="{device.home}/form/vecka.1"' in device.open(STEP).html
    result = sends(device, 1, "7")
    assert "14" in result.text
    overview = device.open()
    assert "Du har svarat för den här gången" in overview.text
    assert "Nästa gång är tisdag 1 december" in overview.text
    assert "Ifyllt 1 av 3 gånger" in overview.text

    village.at("2026-12-04T06:00:00+01:00")
    device.comes_back()
    assert "En gång blev utan svar" in device.open().text
    assert device.open("form/vecka.2").status == 404

    village.at("2026-12-08T12:00:00+01:00")
    device.comes_back()
    sends(device, 3, "5")
    overview = device.open()
    assert "Det kommer inte fler gånger" in overview.text
    assert "Din vecka" in overview.text
    assert "24 november" in overview.text, "the curve has both weeks"
    assert "Du sov 5 timmar" in device.open("module/ett/sedan").text


def test_what_was_written_too_late_is_shown(village: Any) -> None:
    """A page that was opened in time and sent when it had closed takes nothing, and hides nothing."""
    village.at("2026-11-23T12:00:00+01:00")
    device = village.begins("veckor")
    village.at("2026-11-24T12:00:00+01:00")
    device.comes_back()
    page = device.open("form/vecka.1")
    village.at("2026-11-27T06:00:00+01:00")
    device.comes_back()
    late = village.place.sign_in(device.person)
    fields = page.written({"vecka/1.timmar": "7"}) | {"_csrf": [late.token()]}
    answer = late.post(page.action, fields)
    assert answer.status_code == 409
    assert "Hur många timmar sov du?" in answer.text
    assert device.open("form/vecka.1").status == 404


@pytest.mark.parametrize(
    "key", ["vecka", "vecka.0", "vecka.4", "vecka.99999", "vecka.x", "vecka.-1", "vecka.1.1", "annat.1"]
)
def test_times_that_do_not_exist_are_nowhere(village: Any, key: str) -> None:
    village.at("2026-11-24T12:00:00+01:00")
    device = village.begins("veckor")
    village.at("2026-11-25T12:00:00+01:00")
    device.comes_back()
    assert device.open(f"form/{key}").status == 404


def test_without_a_day_it_counts_from_where_one_is(village: Any) -> None:
    """It is there when the module is; what comes after waits for it, each day anew, and not when it comes no more."""
    device = village.begins("genast")
    device.open("module/ett/ett").submit()
    assert device.open("module/ett/sedan").path.endswith("/natt")
    page = device.open("form/natt.1").submit({"natt/1.hur": "Lugn"})
    page.submit()
    assert device.open("module/ett/sedan").path.endswith("/sedan")
    village.at("2026-11-24T12:00:00+01:00")
    device.comes_back()
    step = device.open("module/ett/sedan")
    assert step.path.endswith("/natt")
    assert "Lugn" in step.text, "earlier notes stand below"
    assert "form/natt.2" in step.html


def test_one_is_reminded_once_and_only_of_what_is_left(settle: Any) -> None:
    """On the day that the schedule names, in words that tell nobody anything; who has answered hears nothing."""
    village = settle(PROGRAMMES[0], demo=True)
    forgets, answers = village.begins("veckor"), village.begins("veckor")
    village.at("2026-11-24T20:00:00+01:00")
    village.place.work()
    answers.comes_back()
    sends(answers, 1, "7")
    for moment in ("2026-11-25T20:00:00+01:00", "2026-11-26T20:00:00+01:00", "2026-11-28T20:00:00+01:00"):
        village.at(moment)
        village.place.work()
    told = village.rows("select person, reason from sandbox_sent where kind = 'notice'")
    person = village.rows("select person from programmes_participation where id = ?", forgets.home[-36:])[0]["person"]
    assert [(row["person"], row["reason"]) for row in told] == [(person, "waits")]


FAMILY = """
=== programme.md
program: familj
titel: Familj
målgrupp: barn och vårdnadshavare
till ålder: 12

=== 01-ett.md
modul: ett
titel: Ett

# Ett

::: formulär #vecka
vem svarar: varje vårdnadshavare
schema: dag 2, öppet 3 dagar, påminn dag 2

::: fråga #timmar heltal 0–24 obligatorisk
Hur många timmar sov Cilla?
:::
:::
"""


EAR = """
from ledstang import Listener, NoticeWanted, hookimpl


async def hear(event, once):
    pass


@hookimpl
def register_listeners():
    return [Listener("notice", NoticeWanted, hear)]
"""


@pytest.mark.parametrize("answered", [1, 2])
def test_of_what_each_guardian_answers_whoever_has_not_is_reminded(settle: Any, tmp_path: Path, answered: int) -> None:
    """One who has answered is spared, and does not speak for the other; when both have, nobody is told anything."""
    ear = tmp_path / "ear.py"
    ear.write_text(EAR, "utf-8")
    village = settle(FAMILY, plugins=ear)
    family = village.family()
    asta = family.device(family.asta)
    asta.begin("familj")
    village.at("2026-11-24T20:00:00+01:00")
    for guardian in (family.asta, family.bo)[:answered]:
        sends(family.device(guardian, asta.home), 1, "7")
    for moment in ("2026-11-25T20:00:00+01:00", "2026-11-26T20:00:00+01:00"):
        village.at(moment)
        village.place.work()
    told = [json.loads(row["payload"]) for row in village.rows("select payload from outbox where kind = 'ear.notice'")]
    spared = [str(village.place.visit(family.asta).subject.id)]
    assert [one["spared"] for one in told] == ([spared] if answered == 1 else [])
