"""Measures before and after, the curve between them, and how a programme ends and is read afterwards."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

PROGRAMMES = (
    """
=== programme.md
program: matt
titel: Mätt
mätning före: humor
mätning efter: humor
läsbar efter avslut: 30 dagar

=== forms/humor.md
formulär: humor
titel: Så mår du
version: 1.0
språk: sv

::: skala #ofta
- (0) Inte alls
- (1) Ibland
- (2) Ofta
:::

::: fråga #ledsen
skala: ofta
Hur ofta är du ledsen?
:::

::: fråga #orolig
skala: ofta
Hur ofta är du orolig?
:::

::: fråga #arg obligatorisk
skala: ofta
Hur ofta är du arg?
:::

::: visa #kris
när: ledsen = 2

Ring någon som du litar på.
:::

::: beräkna #summa
formel: summa(ledsen..arg)
etikett: Din summa
- 0–2: lugnt
- 3–6: tungt
:::

=== 01-ett.md
modul: ett
titel: Del ett

# Ett

::: övning #tankar
::: fråga #en lång text
En tanke?
:::
:::

=== 02-tva.md
modul: tva
titel: Del två

# Två

Läs.
""",
    """
=== programme.md
program: omatt
titel: Omätt

=== 01-ett.md
modul: ett
titel: Del ett

# Ett

Läs.

=== 02-tre.md
modul: tre
titel: Del tre
öppnas: efter ett

# Tre

::: övning #ett-ord
::: fråga #svar ja/nej
Vill du ha mer?
:::
:::

=== 03-tva.md
modul: tva
titel: Del två
öppnas: när ett-ord.svar = ja

# Två

Läs.
""",
    """
=== programme.md
program: kanske
titel: Kanske
mätning efter: gad7

=== 01-ett.md
modul: ett
titel: Del ett

# Ett

::: övning #val
::: fråga #mer ja/nej
Mer?
:::
:::

=== 02-tva.md
modul: tva
titel: Del två
öppnas: när val.mer = ja

# Två

Läs.

=== 03-tre.md
modul: tre
titel: Del tre
öppnas: när dag >= 5

# Tre

Läs.
""",
)


def fill_in(device: Any, which: str, **answers: str) -> Any:
    """Fill in a measure of `matt` to the page where the answers are checked."""
    page = device.open(f"form/{which}")
    for name in ("ledsen", "orolig", "arg"):
        page = page.submit({f"@{which}.{name}": answers[name]} if name in answers else {})
        if page.action.endswith(("1", "2", "3")) and f"@{which}.{name}" in page.fields.get("_seen", []):
            page = page.submit()
    return page


def go_through(device: Any) -> Any:
    """Go through both modules of `matt`."""
    device.open("module/ett/tankar").submit({"tankar.en": "Kanske går det bra."})
    return device.open("module/tva/tva").submit()


def test_the_first_measure_comes_before_everything(village: Any) -> None:
    """Until it is sent every part is closed and says so, and the overview leads to it; then the first part opens."""
    device = village.begins("matt")
    overview = device.open()
    assert "Öppnas när du har svarat på formuläret före" in overview.text
    assert f'href="{device.home}/form/before"' in overview.html
    assert device.open("module/ett/tankar").path == device.home
    fill_in(device, "before", ledsen="1", orolig="1", arg="0").submit()
    assert device.open("module/ett/tankar").status == 200


def test_the_answers_are_shown_before_they_are_sent(village: Any) -> None:
    """The page before sending has each answer with a way to change it, and nothing is sent until its button is pressed."""
    device = village.begins("matt")
    page = fill_in(device, "before", ledsen="0", orolig="1", arg="0")
    assert page.path.endswith("/check")
    assert "Hur ofta är du orolig? Ibland" in page.text
    assert f'href="{device.home}/form/before/2#f-@before.orolig"' in page.html
    assert device.open("form/before").path.endswith("/check")
    assert device.open("form/before/result").path.endswith("/check")


def test_the_score_comes_with_its_meaning(village: Any) -> None:
    """After sending one sees the sum, out of what, and the band it lies in."""
    device = village.begins("matt")
    page = fill_in(device, "before", ledsen="1", orolig="1", arg="2").submit()
    assert page.path.endswith("/result")
    assert "Din summa 4 av 6 – tungt" in page.text


def test_an_incomplete_sum_is_no_low_number(village: Any) -> None:
    """With a question left out there is no sum but “2 av 3 besvarade”, here and in the curve's table."""
    device = village.begins("matt")
    page = fill_in(device, "before", orolig="1", arg="1")
    assert "Hur ofta är du ledsen? Inte besvarad" in page.text
    result = page.submit()
    assert "2 av 3 besvarade" in result.text
    assert "lugnt" not in result.text.partition("Din kurva")[0]
    assert "23 november 2026 – –" in device.open().text


def test_an_obligatory_question_is_asked_for_at_once(village: Any) -> None:
    """Going on without it shows the page again, with a fault that leads to the question."""
    device = village.begins("matt")
    page = device.open("form/before/3").submit()
    assert page.status == 422
    assert 'href="#f-@before.arg"' in page.html
    assert device.open("form/before/check").text.count("Några svar saknas") == 1
    assert device.browser.post(f"{device.home}/form/before/check").status_code == 422


def test_help_is_told_before_the_form_goes_on(village: Any) -> None:
    """A text that an answer brings is shown on its own page at once, and before thanks are said."""
    device = village.begins("matt")
    page = device.open("form/before/1").submit({"@before.ledsen": "2"})
    for _ in range(2):
        page = page.submit(
            {name: "0" for name, *_ in page.controls if name == "@before.orolig" or name == "@before.arg"}
        )
    while not page.path.endswith("/check"):
        assert "Ring någon som du litar på." in page.text
        page = page.submit()
    assert "Ring någon som du litar på." in page.text
    sent = page.submit()
    assert sent.text.index("Ring någon som du litar på.") < sent.text.index("Tack")


def test_a_sent_measure_stands(village: Any) -> None:
    """What has been sent cannot be changed: its pages lead to the result, and its scores stay as they were."""
    device = village.begins("matt")
    other = device.another()
    page = other.open("form/before/1")
    fill_in(device, "before", ledsen="1", orolig="1", arg="2").submit()
    assert device.open("form/before/1").path.endswith("/form/before/result")
    late = page.submit({"@before.ledsen": "0"})
    assert late.status == 409
    assert "Inte alls" in late.text
    asked = {"@before.ledsen": "0", "_revision.@before.ledsen": "1"}
    assert device.browser.post(f"{device.home}/form/before/1", asked).status_code == 409
    assert "Hur ofta är du ledsen? Ibland" in device.open("print").text
    assert "Din summa 4 av 6" in device.open("form/before/result").text


def test_a_save_that_the_sending_overtook_changes_nothing(village: Any) -> None:
    """A request that was under way when the form was sent finds it closed: answers and scores stay of one piece."""
    device = village.begins("matt")
    fill_in(device, "before", ledsen="1", orolig="1", arg="2").submit()
    owner, house = UUID(device.home[-36:]), village.place.house
    programme = house.published.of("programmes")["matt"].document
    person = village.place.visit(device.person).subject.id
    about = {"person": person, "actor": person, "owner": owner, "place": "@before", "form": programme.forms["humor"]}
    before = village.place.run(house.answers.export(owner))
    saving = house.answers.save(**about, values={"ledsen": "0"}, revisions={"ledsen": 1}, sent_is_closed=True)
    assert village.place.run(saving).late
    assert village.place.run(house.answers.export(owner)) == before


def test_scores_are_of_the_answers_that_stand(village: Any) -> None:
    """Where an answer changed after the scores were reckoned from it, nothing is sent; reckoned anew it is."""
    device = village.begins("matt")
    fill_in(device, "before", ledsen="1", orolig="1", arg="2")
    owner, house = UUID(device.home[-36:]), village.place.house
    form = house.published.of("programmes")["matt"].document.forms["humor"]
    person = village.place.visit(device.person).subject.id
    about = {"person": person, "owner": owner, "place": "@before", "form": form, "scores": {}}
    assert not village.place.run(house.answers.complete(**about, reckoned={"ledsen": 7}))
    assert village.place.run(house.answers.export(owner))[0]["completed"] is None
    assert village.place.run(house.answers.complete(**about, reckoned={"ledsen": 1}))
    assert village.place.run(house.answers.export(owner))[0]["completed"]


def test_the_curve_grows(village: Any) -> None:
    """Each measure is a point on the curve and a row in its table, with its day, value and meaning."""
    device = village.begins("matt")
    fill_in(device, "before", ledsen="2", orolig="2", arg="2").submit()
    go_through(device)
    village.at("2026-12-14T12:00:00+01:00")
    device.comes_back()
    result = fill_in(device, "after", ledsen="0", orolig="1", arg="0").submit()
    for page in (result, device.open(), device.open("print")):
        assert "<svg" in page.html
        assert "23 november 2026 6 tungt" in page.text
        assert "14 december 2026 1 lugnt" in page.text


def test_the_closing_measure_comes_last(village: Any) -> None:
    """It is not there until all parts are done; then the overview leads to it, and sending it completes the programme."""
    device = village.begins("matt")
    fill_in(device, "before", ledsen="0", orolig="0", arg="0").submit()
    assert device.open("form/after").status == 404
    done = go_through(device)
    assert f'href="{device.home}/form/after"' in done.html
    fill_in(device, "after", ledsen="0", orolig="0", arg="0").submit()
    assert "Du har gått klart programmet" in device.open().text
    assert device.home not in device.open("/start").html
    assert village.rows("select reason from programmes_participation where id = ?", device.home[-36:]) == [
        {"reason": "completed"}
    ]


def test_without_a_closing_measure_the_last_part_completes(village: Any) -> None:
    """Who has been through all parts that are for them has completed the programme."""
    device = village.begins("omatt")
    device.open("module/ett/ett").submit()
    device.open("module/tre/ett-ord").submit({"ett-ord.svar": "nej"})
    assert "Du har gått klart programmet" in device.open().text


def test_a_part_that_an_answer_opens_is_waited_for(village: Any) -> None:
    """While the answers hold one more part open, the programme goes on."""
    device = village.begins("omatt")
    device.open("module/ett/ett").submit()
    device.open("module/tre/ett-ord").submit({"ett-ord.svar": "ja"})
    assert "Du har gått klart" not in device.open().text
    device.open("module/tva/tva").submit()
    assert "Du har gått klart programmet" in device.open().text


def test_a_part_that_time_opens_is_waited_for(village: Any) -> None:
    """A part that the answers keep closed does not hold up the end; one that only waits for its day does."""
    device = village.begins("kanske")
    device.open("module/ett/val").submit({"val.mer": "nej"})
    assert device.open("form/after").status == 404
    village.at("2026-11-27T12:00:00+01:00")
    device.comes_back()
    device.open("module/tre/tre").submit()
    assert device.open("form/after").status == 200


def test_one_may_stop_at_any_time(village: Any) -> None:
    """Ending asks once, tells how long one may read, and then leaves everything readable and nothing to be changed."""
    device = village.begins("matt")
    fill_in(device, "before", ledsen="0", orolig="0", arg="0").submit()
    device.open("module/ett/tankar").autosave({"tankar.en": "Min egen tanke"})
    asked = device.open("end")
    assert "30 dagar" in asked.text
    ended = asked.submit()
    assert "Du har avslutat programmet" in ended.text
    assert "23 december 2026" in ended.text
    step = device.open("module/ett/tankar")
    assert "Min egen tanke" in step.text
    assert not [name for name, *_ in step.controls if name.startswith("tankar.")]
    assert device.open("end").path == device.home


def test_it_can_be_read_until_the_declared_day_and_not_after(village: Any) -> None:
    """Thirty days after the end are thirty days, the last one whole; the day after, every page of it says that it is over."""
    device = village.begins("matt")
    fill_in(device, "before", ledsen="0", orolig="0", arg="0").submit()
    device.open("module/ett/tankar").autosave({"tankar.en": "Min egen tanke"})
    device.open("end").submit()
    village.at("2026-12-23T23:59:59+01:00")
    device.comes_back()
    for path in ("", "module/ett/tankar", "form/before/result", "print"):
        assert device.open(path).path.removeprefix(device.home).strip("/") == path
    village.at("2026-12-24T00:00:00+01:00")
    assert "Du kunde läsa det till och med 23 december 2026" in device.open().text
    for path in ("", "module/ett/tankar", "form/before", "form/before/result", "print"):
        assert "Min egen tanke" not in device.open(path).text
        assert "Din summa" not in device.open(path).text


def test_ones_own_copy_has_all_answers(village: Any) -> None:
    """The page to print has the measures and every worksheet, part by part, and says of which version."""
    device = village.begins("matt")
    fill_in(device, "before", ledsen="1", orolig="2", arg="0").submit()
    device.open("module/ett/tankar").submit({"tankar.en": "Rad ett\nRad två"})
    copy = device.open("print")
    for text in (
        "Hur ofta är du orolig? Ofta",
        "Del ett",
        "En tanke?",
        "Rad ett Rad två",
        "version 1.0",
        "Dag Testsson",
    ):
        assert text in copy.text, text


def test_ones_own_copy_has_what_was_not_sent(village: Any) -> None:
    """A measure that was begun and never sent is in the copy too."""
    device = village.begins("matt")
    device.open("form/before/2").submit({"@before.orolig": "2"})
    assert "Hur ofta är du orolig? Ofta" in device.open("print").text


def test_help_is_one_click_away_everywhere(village: Any) -> None:
    """Every page of a participation has the programme's crisis text and the way to the numbers to call."""
    device = village.begins("matt")
    paths = ["", "form/before/1", "form/before/check", "end", "/programmes/matt", "/programmes/matt/begin"]
    for page in [device.open(path) for path in paths]:
        assert "Ring 112 om det är akut." in page.text, page.path
        assert re.search(r'<a[^>]* href="/urgent"', page.html), page.path
