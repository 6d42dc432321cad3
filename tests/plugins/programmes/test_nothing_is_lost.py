"""What somebody writes survives: a reload, the back button, another device, bad input, a closed door."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest

PROGRAMMES = (
    """
=== programme.md
program: skriva
titel: Skriva

=== 01-ett.md
modul: ett
titel: Ett

# Ett

::: övning #blad
::: fråga #text lång text
Vad tänker du?
:::

::: fråga #rad text
Med ett ord?
:::

::: fråga #tal heltal 0–24
Hur många timmar?
:::

::: fråga #maste ja/nej obligatorisk
Vill du gå vidare?
:::
:::

## Slut

Läs.
""",
)
STEP = "module/ett/blad"
STRANGE = {
    "emoji": "😀👨‍👩‍👧🏳️‍🌈",
    "right to left": "مرحبا \u202eabc\u202c שלום",
    "markup": "<script>alert(1)</script>",
    "template": "{{7*7}} {% for x in y %} ${7*7} #{7*7}",
    "quotes": "\"'`&amp;</textarea><textarea>",
    "percent": "100 % %(name)s %s {0} {name}",
    "lines": "en\r\ntvå\r\n\r\n  tre  ",
    "backslash": "C:\\temp\\ny",
    "zero width": "a\u200bb\ufeffc",
    "combining": "a\u0301 A\u030a",
}


def test_it_survives_a_reload_and_the_way_back(village: Any) -> None:
    """What was saved stands in the field when the page is loaded again, and when one comes back from the next step."""
    device = village.begins("skriva")
    device.open(STEP).autosave({"blad.text": "Halvfärdig"})
    assert device.open(STEP).value("blad.text") == "Halvfärdig"
    onwards = device.open(STEP).submit({"blad.maste": "ja"})
    assert onwards.path.endswith("/slut")
    assert f'href="{device.home}/{STEP}"' in onwards.html
    assert device.open(STEP).value("blad.text") == "Halvfärdig"


def test_one_goes_on_at_the_same_place_elsewhere(village: Any) -> None:
    """The overview on another device leads to the step one was at, with what was written there."""
    device = village.begins("skriva")
    device.open(STEP).submit({"blad.text": "Från telefonen", "blad.maste": "ja"})
    other = device.another()
    assert f'href="{device.home}/module/ett/slut"' in other.open().html
    assert other.open(STEP).value("blad.text") == "Från telefonen"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2026-11-23T12:00:00+01:00", "2026-11-23T11:00:00+01:00"),
        ("2026-10-25T02:59:30+02:00", "2026-10-25T02:00:30+01:00"),
        ("2027-03-28T01:59:30+01:00", "2027-03-28T03:00:30+02:00"),
    ],
    ids=["set back an hour", "the night to winter time", "the night to summer time"],
)
def test_it_survives_the_clock(village: Any, before: str, after: str) -> None:
    """A clock that is set back, or the nights when Swedish clocks change: one goes on, and the later text stands."""
    village.at(before)
    device = village.begins("skriva")
    device.open(STEP).autosave({"blad.text": "Före"})
    old = device.another().open(STEP)
    village.at(after)
    assert device.open(STEP).value("blad.text") == "Före"
    device.open(STEP).autosave({"blad.text": "Efter"})
    assert old.submit({"blad.text": "Från en gammal sida", "blad.maste": "ja"}).status == 409
    device.comes_back()
    onwards = device.open(STEP).submit({"blad.maste": "ja"})
    assert onwards.path.endswith("/slut")
    assert device.open(STEP).value("blad.text") == "Efter"
    assert f'href="{device.home}/module/ett/slut"' in device.open().html


def test_two_devices_at_once(village: Any) -> None:
    """The later one gets a page with both texts and a choice; nothing is written over until one has chosen."""
    device = village.begins("skriva")
    phone, desk = device.open(STEP), device.another().open(STEP)
    phone.submit({"blad.text": "På telefonen", "blad.maste": "ja"})
    clash = desk.submit({"blad.text": "Vid datorn", "blad.rad": "lugn", "blad.maste": "ja"})
    assert clash.status == 409
    assert "Vad tänker du?" in clash.text
    assert "På telefonen" in clash.text
    assert "Vid datorn" in clash.text
    standing = device.open(STEP)
    assert standing.value("blad.text") == "På telefonen"
    assert standing.value("blad.rad") == "lugn"


@pytest.mark.parametrize(
    ("choice", "stands"),
    [("mine", "Vid datorn"), ("theirs", "På telefonen"), ("both", "På telefonen\r\n\r\nVid datorn")],
)
def test_choosing_between_two_texts(village: Any, choice: str, stands: str) -> None:
    """Mine, theirs or both, one after the other; whatever is chosen, the text sent second is kept beside it."""
    device = village.begins("skriva")
    phone, desk = device.open(STEP), device.another().open(STEP)
    phone.autosave({"blad.text": "På telefonen"})
    clash = desk.submit({"blad.text": "Vid datorn", "blad.maste": "ja"})
    onwards = clash.submit({"blad.text.choose": choice})
    assert onwards.path.endswith("/slut")
    assert device.open(STEP).value("blad.text") == stands.replace("\r\n", "\n")
    lost = village.rows(
        "select lost_text.id from lost_text join answer on answer.id = lost_text.answer where answer.owner = ?",
        device.home[-36:],
    )
    assert len(lost) == 1


def test_a_choice_that_was_overtaken_is_asked_again(village: Any) -> None:
    """While one chooses, a third text arrives: the choice is put again, with that one."""
    device = village.begins("skriva")
    phone, desk = device.open(STEP), device.another().open(STEP)
    phone.autosave({"blad.text": "Ett"})
    clash = desk.submit({"blad.text": "Två", "blad.maste": "ja"})
    device.open(STEP).autosave({"blad.text": "Tre"})
    again = clash.submit({"blad.text.choose": "mine"})
    assert again.status == 409
    assert "Tre" in again.text
    assert "Två" in again.text


def test_a_field_that_was_left_empty_is_no_answer(village: Any) -> None:
    """A page that was opened before, and left empty there, takes nothing away from what another device wrote."""
    device = village.begins("skriva")
    phone, desk = device.open(STEP), device.another().open(STEP)
    phone.autosave({"blad.text": "På telefonen"})
    onwards = desk.submit({"blad.rad": "lugn", "blad.maste": "ja"})
    assert onwards.path.endswith("/slut")
    assert device.open(STEP).value("blad.text") == "På telefonen"


def test_the_same_words_twice_are_no_conflict(village: Any) -> None:
    """Two devices that write the same agree."""
    device = village.begins("skriva")
    phone, desk = device.open(STEP), device.another().open(STEP)
    for page in (phone, desk):
        assert page.submit({"blad.text": "Samma", "blad.maste": "ja"}).path.endswith("/slut")


def test_a_script_is_told_of_a_conflict(village: Any) -> None:
    """Autosave answers 409 and names the question; the text is kept, once, however often the script sends it as it grows."""
    device = village.begins("skriva")
    phone, desk = device.open(STEP), device.another().open(STEP)
    assert phone.autosave({"blad.text": "Telefon"}).json()["revisions"] == {"blad.text": 1}
    for text in ("Dat", "Dator", "Dator"):
        answer = desk.autosave({"blad.text": text, "blad.rad": "lugn"})
        assert answer.status_code == 409
        assert answer.json()["conflicts"] == ["blad.text"]
    assert answer.json()["revisions"] == {"blad.rad": 1}
    lost = village.rows(
        "select lost_text.id from lost_text join answer on answer.id = lost_text.answer where answer.owner = ?",
        device.home[-36:],
    )
    assert len(lost) == 1


def test_a_script_saves_what_can_be_saved(village: Any) -> None:
    """Autosave demands nothing; what cannot be read is named and the rest is kept."""
    device = village.begins("skriva")
    answer = device.open(STEP).autosave({"blad.text": "Bra", "blad.tal": "tolv"})
    assert answer.status_code == 200
    assert answer.json()["faults"] == ["blad.tal"]
    assert answer.json()["revisions"] == {"blad.text": 1}
    assert device.open(STEP).value("blad.text") == "Bra"


def test_what_is_missing_holds_back_nothing_else(village: Any) -> None:
    """Without an obligatory answer the page comes back with a summary that leads to it, and all else is saved."""
    device = village.begins("skriva")
    page = device.open(STEP).submit({"blad.text": "Allt detta", "blad.tal": "7"})
    assert page.status == 422
    assert 'href="#f-blad.maste"' in page.html
    assert 'id="f-blad.maste"' in page.html
    assert "Vill du gå vidare? Svara på den här frågan." in page.text
    assert page.value("blad.text") == "Allt detta"
    fresh = device.open(STEP)
    assert (fresh.value("blad.text"), fresh.value("blad.tal")) == ("Allt detta", "7")


def test_a_number_in_words(village: Any) -> None:
    """“tolv” where a number is wanted is shown again beside a sentence that says what to write; the rest is saved."""
    device = village.begins("skriva")
    page = device.open(STEP).submit({"blad.tal": "tolv", "blad.text": "Kvar", "blad.maste": "ja"})
    assert page.status == 422
    assert page.value("blad.tal") == "tolv"
    assert "Hur många timmar? Skriv ett tal med siffror, till exempel 12." in page.text
    assert device.open(STEP).value("blad.text") == "Kvar"
    assert page.submit({"blad.tal": "12"}).path.endswith("/slut")


@pytest.mark.parametrize(
    "text", [pytest.param("x" * 1_000_000, id="letters"), pytest.param("å😀" * 175_000, id="emoji")]
)
def test_an_answer_of_a_megabyte(village: Any, text: str) -> None:
    """It is refused by its own question, with the whole text still in the field, and the other answers are saved."""
    device = village.begins("skriva")
    page = device.open(STEP).submit({"blad.text": text, "blad.rad": "lugn", "blad.maste": "ja"})
    assert page.status == 422
    assert page.value("blad.text") == text
    assert "Texten är för lång" in page.text
    fresh = device.open(STEP)
    assert (fresh.value("blad.text"), fresh.value("blad.rad")) == ("", "lugn")


@pytest.mark.parametrize("text", STRANGE.values(), ids=STRANGE)
def test_strange_texts_come_back_as_they_were(village: Any, text: str) -> None:
    """Emoji, right to left, markup and braces are text: the same in the field, in the copy, and never carried out."""
    device = village.begins("skriva")
    device.open(STEP).submit({"blad.text": text, "blad.maste": "ja"})
    page = device.open(STEP)
    assert page.value("blad.text").split() == text.split()
    assert page.value("blad.text") == text.replace("\r\n", "\n")
    copy = device.open("print")
    assert " ".join(text.split()) in copy.text
    for html in (page.html, copy.html):
        assert "<script>alert" not in html
        assert not re.search(r"\b49\b", html)


def test_what_cannot_be_seen_is_left_out(village: Any) -> None:
    """A NUL and its like are dropped; what stands around them stays."""
    device = village.begins("skriva")
    device.open(STEP).submit({"blad.text": "fö\x00re\x07 efter\x7f", "blad.rad": "\x00", "blad.maste": "ja"})
    page = device.open(STEP)
    assert page.value("blad.text") == "före efter"
    assert page.value("blad.rad") == ""


def test_what_no_page_asked_is_not_kept(village: Any) -> None:
    """Fields that the form does not have, and answers that no option has, are no answers."""
    device = village.begins("skriva")
    page = device.open(STEP)
    fields = page.written({"blad.maste": "kanske"}) | {"blad.extra": ["x"], "annat.text": ["y"], "_seen.blad": ["%"]}
    answer = device.browser.post(page.action, fields)
    assert answer.status_code == 422
    assert village.rows("select item from answer where owner = ?", device.home[-36:]) == []


def test_revisions_that_are_no_numbers(village: Any) -> None:
    """A revision that somebody has tampered with counts as none, and never as a fault of ours."""
    device = village.begins("skriva")
    page = device.open(STEP)
    page.autosave({"blad.text": "Först"})
    for revision in ("x", "-1", "9" * 30, "١", ""):
        fields = page.written({"blad.text": "Sedan", "blad.maste": "ja"}) | {"_revision.blad.text": [revision]}
        assert device.browser.post(page.action, fields).status_code == 409, revision


def test_writing_where_the_programme_has_ended(village: Any) -> None:
    """What a page still holds when the programme is ended elsewhere is saved, and can be read."""
    device = village.begins("skriva")
    page = device.another().open(STEP)
    device.open("end").submit()
    assert page.submit({"blad.text": "Sista orden", "blad.maste": "ja"}).path == device.home
    assert "Sista orden" in device.open("print").text


def test_a_script_gone_wrong_fills_no_disk(village: Any) -> None:
    """However often one answers against an old revision, only the twenty latest texts are kept beside the answer."""
    device = village.begins("skriva")
    page = device.open(STEP)
    page.autosave({"blad.text": "Den som står"})
    for number in range(25):
        village.clock.move(seconds=1)
        assert page.autosave({"blad.text": f"{number} försök"}).status_code == 409
    (response,) = village.place.run(village.place.house.answers.export(UUID(device.home[-36:])))
    assert [one["value"] for one in response["answers"]] == ["Den som står"]
    assert {one["value"] for one in response["others"]} == {f"{number} försök" for number in range(5, 25)}


@pytest.mark.parametrize("name", ["text", "text.choose", "text.mine", "text.theirs"])
@pytest.mark.parametrize("choice", ["mine", "theirs", "both"])
def test_a_file_in_the_place_of_a_text(village: Any, name: str, choice: str) -> None:
    """A file that somebody sends where a text belongs is no answer, and never a fault of ours."""
    device = village.begins("skriva")
    page = device.open(STEP)
    data = {"_csrf": page.value("_csrf"), "blad.maste": "ja", "blad.text.choose": choice, "blad.text.theirs": "Deras"}
    data.pop(f"blad.{name}", None)
    files = {f"blad.{name}": ("hej.txt", b"hej", "text/plain")}
    answer = device.browser._send("POST", page.action, data=data, files=files)
    assert answer.status_code == 200, answer.status_code
    assert "UploadFile" not in device.open("print").text
