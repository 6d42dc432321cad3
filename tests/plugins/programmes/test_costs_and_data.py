"""What a page costs the database, and that all that is kept of a person can be handed out and forgotten."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ledstang.host import Host
from ledstang_programmes.loading import Index
from ledstang_programmes.participation import begin

PROGRAMMES = (
    """
=== programme.md
program: prova
titel: Prova
mätning före: gad7

=== 01-ett.md
modul: ett
titel: Ett

# Ett

::: övning #blad
::: fråga #text lång text
Vad tänker du?
:::
:::

## Sedan

Du skrev {{blad.text}}.

=== 02-tva.md
modul: tva
titel: Två

# Två

Läs.
""",
)


def measured(device: Any) -> None:
    """Answer the first measure."""
    page = device.open("form/before")
    while not page.path.endswith("/result"):
        page = page.submit({name: "1" for name, type_, *_ in page.controls if type_ == "radio"})


@pytest.mark.parametrize(
    "path", ["", "module/ett/blad", "module/ett/sedan", "print", "form/before/result", "/start", "/programmes/"]
)
def test_a_page_asks_the_database_three_times_at_most(village: Any, hops: list[str], path: str) -> None:
    """One round trip for the session, one for all that the page shows, and one in reserve."""
    device = village.begins("prova")
    measured(device)
    device.open("module/ett/blad").submit({"blad.text": "Hej"})
    device.open(path)
    hops.clear()
    assert device.open(path).status == 200
    assert len(hops) <= 3, hops


def personal(village: Any) -> Any:
    """What the plugin has promised about personal data, by name."""
    offered = village.place.house.offers["register_personal_data"]
    return {data.name: data for plugin, data in offered if plugin == "programmes"}


def person_of(village: Any, device: Any) -> Any:
    """The id of whoever uses a device."""
    return village.place.visit(device.person).subject.id


def test_the_export_has_all_that_somebody_wrote(village: Any) -> None:
    """Answers, scores, steps, times and the texts that met another's: in plain values, and nobody else's."""
    device, other = village.begins("prova"), village.begins("prova")
    measured(device)
    desk = device.another().open("module/ett/blad")
    device.open("module/ett/blad").submit({"blad.text": "På telefonen"})
    desk.submit({"blad.text": "Vid datorn"})
    measured(other)
    other.open("module/ett/blad").submit({"blad.text": "Någon annans"})
    kinds, person = personal(village), person_of(village, device)
    rows = [row for kind in kinds.values() for row in village.place.run(kind.export(person))]
    assert len(rows) == 2
    text = json.dumps(rows, default=str, ensure_ascii=False)
    for kept in ("På telefonen", "Vid datorn", "prova", '"summa"', "lindrig", '"blad"', "2026-11-23"):
        assert kept in text, kept
    assert "Någon annans" not in text


def test_erasing_leaves_no_row(village: Any) -> None:
    """Nothing of the person is left in any table of the plugin or of answers; everybody else's is."""
    device, other = village.begins("prova"), village.begins("prova")
    for one in (device, other):
        measured(one)
        desk = one.another().open("module/ett/blad")
        one.open("module/ett/blad").submit({"blad.text": "Ett"})
        desk.submit({"blad.text": "Två"})
    gone, kept = person_of(village, device), person_of(village, other)
    assert village.place.run(personal(village)["record"].erase(gone, "decided")) == 1
    for table in ("programmes_participation", "response", "answer", "lost_text"):
        assert village.rows(f"select id from {table} where person = ?", str(gone)) == [], table
        assert village.rows(f"select id from {table} where person = ?", str(kept)), table
    assert village.rows("select id from programmes_step_done where participation = ?", device.home[-36:]) == []
    assert device.open(device.home).status == 404
    assert [village.place.run(kind.export(gone)) for kind in personal(village).values()] == [[], [], []]


def test_only_what_was_never_sent_is_erased_when_asked(village: Any) -> None:
    """The measure that was sent, and that somebody takes part, belong to the record; a worksheet is one's own."""
    device, other = village.begins("prova"), village.begins("prova")
    for one in (device, other):
        measured(one)
        one.open("module/ett/blad").submit({"blad.text": "Mitt eget"})
    kinds, person = personal(village), person_of(village, device)
    assert [village.place.run(kinds[name].erase(person, "asked")) for name in ("drafts", "drafts")] == [1, 0]
    assert "Mitt eget" not in device.open("print").text
    assert "Mitt eget" in other.open("print").text
    (row,) = village.place.run(kinds["record"].export(person))
    (sent,) = row["responses"]
    assert sent["completed"]
    assert {one["answer"] for one in sent["answers"]} == {"Flera dagar"}
    assert sent["results"][0]["points"] == 7
    assert kinds["record"].kept == "record"


LED = (PROGRAMMES[0].replace("titel: Prova", "titel: Prova\nsort: behandlarstött"),)


def test_what_a_treater_follows_is_record_material_while_it_is_written(settle: Any) -> None:
    """In a programme that a treater leads nothing is only one's own: unsent worksheets are not erased when asked."""
    village = settle(*LED)
    host, visit = Host(village.place.house, "programmes"), village.place.visit(village.device().person)
    led = host.content("programmes")["prova"]

    async def takes_part() -> None:
        part = await begin(host, visit.subject.id, led.document, led.hash)
        form = next(part.form for part in Index(led.document).parts.values())
        given = {"person": visit.subject.id, "actor": visit.actor.id, "owner": part, "place": "blad", "form": form}
        await host.answers.save(**given, values={"text": "Mitt eget"}, revisions={})

    village.place.run(takes_part())
    kinds = personal(village)
    assert village.place.run(kinds["drafts"].erase(visit.subject.id, "asked")) == 0
    assert village.place.run(kinds["drafts"].export(visit.subject.id)) == []
    assert "Mitt eget" in json.dumps(village.place.run(kinds["record"].export(visit.subject.id)), default=str)
