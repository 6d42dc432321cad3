"""Writing in a programme: every type of question, changing one's mind, and what an answer brings."""

from __future__ import annotations

from typing import Any

import pytest
from ledstang.clusters import Cluster

PROGRAMMES = (
    """
=== programme.md
program: svara
titel: Svara

=== 01-sorter.md
modul: sorter
titel: Sorter

# Sorter

::: övning #alla
::: fråga #rad text
En rad?
:::

::: fråga #rader lång text
Flera rader?
:::

::: fråga #helt heltal 0–24
enhet: timmar

Ett heltal?
:::

::: fråga #decimal decimaltal
Ett tal?
:::

::: fråga #skala skala 0–10
Hur mycket?
:::

::: fråga #janej ja/nej
Ja eller nej?
:::

::: fråga #val enval
Vilken?

- ( ) Röd {#rod}
- ( ) Blå {#bla}
- ( ) Annan: ____ {#annan}
:::

::: fråga #flera flerval
Vilka?

- [ ] Katt {#katt}
- [ ] Hund {#hund}
- [ ] Annat: ____ {#annat}
:::

::: fråga #dag datum
Vilken dag?
:::

::: fråga #tid tid
Vilken tid?
:::

::: fråga #stund datum och tid
Vilken stund?
:::

::: fråga #mangd mängd
enhet: dl

Hur mycket?
:::

::: fråga #namn text
upprepas: 1–3

Namn?
:::

::: frågor #rutor
typ: ja/nej

Stämmer det?

1. Jag sover. {#sover}
2. Jag äter. {#ater}
:::
:::

=== 02-mer.md
modul: mer
titel: Mer

# Mer

Läs.
""",
    """
=== programme.md
program: vagar
titel: Vägar

=== 01-ett.md
modul: ett
titel: Ett

# Ett

::: övning #forst
::: fråga #ord text
Ett ord?
:::

::: fråga #djur ja/nej
Har du djur?
:::

::: fråga #vilket text obligatorisk
visas när: djur = ja

Vilket djur?
:::

::: fråga #poang heltal 0–10
visas när: djur = ja

Hur många?
:::

::: visa #lugn
när: djur = nej

Inga djur att mata.
:::

::: beräkna #antal
formel: poang + 1
etikett: Djur och du
:::
:::

## Mitt i

Du skrev **{{forst.ord}}** och {{forst.vilket}}.

::: övning #sen
::: fråga #mer text
Mer om {{forst.ord}}?
:::
:::

## Till sist

Slut.
""",
    """
=== programme.md
program: kluring
titel: Kluring

=== 01-ett.md
modul: ett
titel: Ett

# Ett

::: quiz #prov
Vad är oro?

- ( ) En sjukdom
  Nej, oro är inget fel på dig.
- (x) Ett larm
  Just det: den vill varna.
:::

## Efter quizet

Läs.

::: dagbok #dagbok
::: fråga #hande lång text
Vad hände?
:::

::: fråga #styrka heltal 0–10
Hur starkt?
:::
:::

=== 02-mer.md
modul: mer
titel: Mer

# Mer

Läs.
""",
)

ALL = {
    "rad": "Åsa & Örjan",
    "rader": "Rad ett\r\n\r\n  Rad tre",
    "helt": "7",
    "decimal": "3,5",
    "skala": "10",
    "janej": "ja",
    "val": "bla",
    "flera": ["katt", "annat"],
    "flera.free": "en igelkott",
    "dag": ["2026", "5", "12"],
    "tid": "10:20",
    "stund": ["2026", "12", "24", "15:00"],
    "mangd": "2,25",
    "namn": ["Ada"],
    "sover": "nej",
    "ater": "ja",
}
SHOWN = {
    "rader": ["Rad ett\n\n  Rad tre"],
    "flera": ["katt", "annat"],
    "dag": ["2026", "05", "12"],
    "namn": ["Ada", ""],
}


def answers(place: str, **given: Any) -> dict[str, Any]:
    """Name answers as the fields of a worksheet."""
    return {f"{place}.{name}": value for name, value in given.items()}


@pytest.mark.parametrize("how", ["button", "script"])
def test_every_type_is_saved_and_shown_again(village: Any, how: str) -> None:
    """Each kind of answer is kept as it was given and stands in its field again, from the button and from the script."""
    device = village.begins("svara")
    page = device.open("module/sorter/alla")
    if how == "button":
        page.submit(answers("alla", **ALL))
    else:
        assert page.autosave(answers("alla", **ALL)).status_code == 200
    fields = device.another().open("module/sorter/alla").fields
    for name, value in ALL.items():
        expected = SHOWN.get(name, [value] if isinstance(value, str) else value)
        found = fields[f"alla.{name}"]
        assert [one for one in found if one] == [one for one in expected if one] or name == "flera.free", name
    assert "en igelkott" in fields["alla.flera.free"]


def test_saving_what_was_saved_changes_nothing(village: Any) -> None:
    """Opening, saving, opening and saving again is the identity: no revision grows, nothing decays."""
    device = village.begins("svara")
    device.open("module/sorter/alla").submit(answers("alla", **ALL))
    first = device.open("module/sorter/alla")
    first.submit()
    second = device.open("module/sorter/alla")
    assert second.fields == first.fields
    assert {value[0] for name, value in second.fields.items() if name.startswith("_revision.alla")} == {"1"}


def test_everything_can_be_cleared_again(village: Any) -> None:
    """An answer that may be empty can be taken back."""
    device = village.begins("svara")
    page = device.open("module/sorter/alla")
    page.submit(answers("alla", **ALL))
    page = device.open("module/sorter/alla")
    cleared = {
        name: [] if len(value) == 1 else [""] * len(value) for name, value in page.fields.items() if name[0] == "a"
    }
    page.submit(cleared)
    assert "rad" not in device.open("print").text.partition("Sorter")[2].partition("version")[0]
    left = [name for name, value in device.open("module/sorter/alla").fields.items() if name[0] == "a" and any(value)]
    assert left == []


def test_an_earlier_answer_is_changed_and_the_later_ones_stay(village: Any) -> None:
    """One may go back two steps and change an answer: what was written after it is still there, in the new words."""
    device = village.begins("vagar")
    device.open("module/ett/forst").submit(answers("forst", ord="sol"))
    device.open("module/ett/sen").submit(answers("sen", mer="varmt"))
    device.open("module/ett/forst").submit(answers("forst", ord="regn"))
    page = device.open("module/ett/sen")
    assert page.value("sen.mer") == "varmt"
    assert "Mer om regn?" in page.text


def test_what_is_hidden_again_is_kept_but_does_not_count(village: Any) -> None:
    """An answer whose question is hidden later is neither summed nor shown; shown again, it stands as it was."""
    device = village.begins("vagar")
    page = device.open("module/ett/forst").submit(answers("forst", djur="ja"))
    page.submit(answers("forst", vilket="en kanin", poang="3"))
    page = device.open("module/ett/forst")
    assert "Djur och du: 4" in page.text
    page.submit(answers("forst", djur="nej"))
    page = device.open("module/ett/forst")
    assert "kanin" not in page.html
    assert "Djur och du: 4" not in page.text
    assert "kanin" not in device.open("print").text
    assert "kanin" not in device.open("module/ett/mitt-i").text
    page.submit(answers("forst", djur="ja"))
    assert device.open("module/ett/forst").value("forst.vilket") == "en kanin"


def test_a_question_that_goes_away_is_not_demanded(village: Any) -> None:
    """Who clears an obligatory question by the answer that hides it is let on."""
    device = village.begins("vagar")
    page = device.open("module/ett/forst").submit(answers("forst", djur="ja"))
    assert page.submit().status == 422
    page = page.submit(answers("forst", djur="nej"))
    assert page.status == 200


@pytest.mark.parametrize("saved_before", [False, True])
def test_a_question_that_appears_is_shown_before_going_on(village: Any, saved_before: bool) -> None:
    """An answer that brings a question shows it before the next step, also when a script saved that answer first."""
    device = village.begins("vagar")
    page = device.open("module/ett/forst")
    if saved_before:
        page.autosave(answers("forst", djur="ja"))
    shown = page.submit(answers("forst", djur="ja"))
    assert shown.path.startswith(f"{device.home}/module/ett/forst")
    assert "Vilket djur?" in shown.text
    refused = shown.submit()
    assert refused.status == 422
    assert refused.submit(answers("forst", vilket="katt")).path.endswith("/mitt-i")


@pytest.mark.parametrize("saved_before", [False, True])
def test_a_text_that_appears_is_shown_before_going_on(village: Any, saved_before: bool) -> None:
    """The same with a text to the person; it is shown once, and then one goes on."""
    device = village.begins("vagar")
    page = device.open("module/ett/forst")
    if saved_before:
        page.autosave(answers("forst", djur="nej"))
    shown = page.submit(answers("forst", djur="nej"))
    assert "Inga djur att mata." in shown.text
    assert shown.submit().path.endswith("/mitt-i")


def test_earlier_answers_stand_in_texts_as_they_were_written(village: Any) -> None:
    """An answer shown in a text is literal: markup is escaped, braces are not read again; unanswered it says so kindly."""
    device = village.begins("vagar")
    assert "(du har inte svarat på det här än)" in device.open("module/ett/mitt-i").text
    device.open("module/ett/forst").submit(answers("forst", ord="<b>{{7*7}}</b> {{forst.vilket}}"))
    page = device.open("module/ett/mitt-i")
    literal = "&lt;b&gt;{{7*7}}&lt;/b&gt; {{forst.vilket}}</span></strong>"
    assert literal in page.html
    assert "Mer om <span" in device.open("module/ett/sen").html


@pytest.mark.parametrize("saved_before", [False, True])
def test_a_quiz_says_right_or_wrong(village: Any, saved_before: bool) -> None:
    """A wrong answer is told gently and why; one may change it, and goes on when one has read it."""
    device = village.begins("kluring")
    page = device.open("module/ett/prov")
    codes = [value for name, type_, value, _ in page.controls if type_ == "radio"]
    name = next(name for name, type_, *_ in page.controls if type_ == "radio")
    if saved_before:
        page.autosave({name: codes[0]})
    wrong = page.submit({name: codes[0]})
    assert "Inte riktigt" in wrong.text
    assert "Nej, oro är inget fel på dig." in wrong.text
    right = wrong.submit({name: codes[1]})
    assert "Just det: den vill varna." in right.text
    assert right.submit().path.endswith("/efter-quizet")


def test_a_diary_has_room_for_another_note(village: Any) -> None:
    """Each note is closed when it is saved: the earlier ones are listed, the latest first, and there is a clean page."""
    device = village.begins("kluring")
    page = device.open("module/ett/dagbok")
    again = page.submit({"dagbok/1.hande": "Första noten", "dagbok/1.styrka": "7"}, pressed=("stay", "1"))
    assert again.value("dagbok/2.hande") == ""
    village.clock.move(minutes=5)
    again = again.submit({"dagbok/2.hande": "Andra noten"}, pressed=("stay", "1"))
    assert again.text.index("Andra noten") < again.text.index("Första noten")
    assert "Hur starkt? 7" in again.text
    assert again.submit().path.endswith("/module/ett/prov")  # what was left out comes before the end
    copy = device.open("print").text
    assert "Första noten" in copy
    assert "Andra noten" in copy


def test_an_empty_note_is_no_note(village: Any) -> None:
    """Pressing the button with nothing written makes no empty note."""
    device = village.begins("kluring")
    page = device.open("module/ett/dagbok").submit(pressed=("stay", "1"))
    assert page.value("dagbok/1.hande") == ""
    assert "dagbok/1.hande" in {name for name, *_ in page.controls}
    assert "Tidigare anteckningar" not in page.text


def test_a_note_begun_on_two_devices(village: Any) -> None:
    """A note that another device has closed meanwhile is not written over, and what was written here is not lost."""
    device = village.begins("kluring")
    phone, desk = device.open("module/ett/dagbok"), device.another().open("module/ett/dagbok")
    phone.submit({"dagbok/1.hande": "På telefonen"}, pressed=("stay", "1"))
    clash = desk.submit({"dagbok/1.hande": "Vid datorn"})
    assert clash.status == 409
    assert "På telefonen" in clash.text
    assert "Vid datorn" in clash.text
    clash.submit()
    assert "På telefonen Vid datorn" in device.open("print").text


def test_each_answer_knows_the_rules_it_was_given_under(village: Any) -> None:
    """With every response stands the hash of the form as it was."""
    device = village.begins("vagar")
    device.open("module/ett/forst").submit(answers("forst", ord="sol"))
    rows = village.rows("select form, form_hash from response where owner = ?", device.home[-36:])
    assert [row["form"] for row in rows] == ["forst"]
    assert len(rows[0]["form_hash"]) == 64


def test_answers_are_sealed_in_the_file(
    village: Any, caplog: pytest.LogCaptureFixture, postgres_server: Cluster
) -> None:
    """What somebody writes is nowhere in the database's files in the clear, nor in any log."""
    canary = "Kanariefagel-3141592"
    device = village.begins("vagar")
    with caplog.at_level("DEBUG"):
        page = device.open("module/ett/forst")
        page.autosave(answers("forst", ord=canary))
        page.submit(answers("forst", ord=canary, djur="ja"))
        clash = page.submit(answers("forst", ord=f"{canary} igen"))
        assert clash.status == 409
        device.open("print")
    assert canary not in caplog.text
    database = village.place.instance.database
    if isinstance(database, str):
        postgres_server.ask("postgres", "CHECKPOINT")
    files = (
        (postgres_server.folder / "data").rglob("*") if isinstance(database, str) else database.parent.glob("*.sqlite*")
    )
    read = [canary.encode() in file.read_bytes() for file in files if file.is_file()]
    assert read
    assert not any(read)
    assert village.rows("select id from lost_text")
