"""Forms inside a part: page by page, in the way of what comes after, only for some, and what a page cannot ask yet."""

from __future__ import annotations

from typing import Any

PROGRAMMES = (
    """
=== programme.md
program: langt
titel: Långt

=== 01-ett.md
modul: ett
titel: Ett

# Ett

Läs först.

::: formulär #fråga-på
spärrar: ja

::: sida #s1
::: fråga #ord text obligatorisk
Ett ord?
:::

::: fråga #djur ja/nej
Djur?
:::

::: fråga #vilket text
visas när: djur = ja

Vilket djur?
:::
:::

::: sida #s2
visas när: djur = ja

::: fråga #namn text
Vad heter {{fråga-på.vilket}}?
:::
:::

::: sida #s3
::: fråga #styrka heltal 0–10 obligatorisk
Hur starkt?
:::
:::

::: beräkna #summa
formel: styrka * 2
etikett: Dubbelt
- 0–9: litet
- 10–20: mycket
:::
:::

## Sedan

Läs sedan.

## Sist

Läs sist.

::: formulär #bakom
::: sida #b1
::: fråga #c text
Tredje?
:::
:::

::: sida #b2
::: fråga #d text
Fjärde?
:::
:::
:::

=== 02-tva.md
modul: tva
titel: Två

# Två

::: formulär #sen
::: sida #t1
::: fråga #a text
Första?
:::
:::

::: sida #t2
::: fråga #b text
Andra?
:::
:::
:::
""",
    """
=== programme.md
program: sparr
titel: Spärr

=== 01-ett.md
modul: ett
titel: Ett

# Ett

::: övning #forst
spärrar: ja

::: fråga #ord text
Ett ord?
:::

::: fråga #mer ja/nej
Vill du ha mer?
:::
:::

## Mitt i

Läs.

::: övning #extra
visas när: forst.mer = ja

::: fråga #vad text obligatorisk
Vad mer?
:::
:::

## Sist

Läs sist.

=== 02-tva.md
modul: tva
titel: Två

# Två

Läs.
""",
    """
=== programme.md
program: kan-inte
titel: Kan inte

=== 01-ett.md
modul: ett
titel: Ett

# Ett

::: övning #blad
::: fråga #bilaga fil obligatorisk
Bifoga ett brev.
:::

::: grupp #mediciner
upprepas: 1–5

Dina mediciner.

::: fråga #namn text obligatorisk
Namn?
:::
:::

::: fråga #texter lång text
upprepas: 1–3

Flera texter?
:::

::: fråga #vanlig text
Något annat?
:::
:::

## Sist

Läs.
""",
)
BOX = "fr%C3%A5ga-p%C3%A5"


def test_a_long_form_is_filled_in_page_by_page(village: Any) -> None:
    """The step leads to the form; each page goes on to the next one that is met, then all answers are checked and sent."""
    device = village.begins("langt")
    step = device.open(f"module/ett/{BOX}")
    assert f'href="{device.home}/form/{BOX}"' in step.html
    page = device.open(f"form/{BOX}").submit({"fråga-på.ord": "hej", "fråga-på.djur": "nej"})
    assert page.path.endswith("/form/" + BOX + "/2")
    assert "Hur starkt?" in page.text
    check = page.submit({"fråga-på.styrka": "7"})
    assert check.path.endswith("/check")
    sent = check.submit()
    assert "Dubbelt 14 av 20 – mycket" in sent.text
    assert "Du har skickat det här formuläret" in device.open(f"module/ett/{BOX}").text


def test_a_page_that_an_answer_brings(village: Any) -> None:
    """A new question on the page is shown first, then the page that it brings, with the answer in its text."""
    device = village.begins("langt")
    page = device.open(f"form/{BOX}").submit({"fråga-på.ord": "hej", "fråga-på.djur": "ja"})
    assert page.path.endswith("/1")
    page = page.submit({"fråga-på.vilket": "en <b>katt</b>"})
    assert page.path.endswith("/2")
    assert "Vad heter en <b>katt</b>?" in page.text
    assert "&lt;b&gt;katt" in page.html
    check = page.submit({"fråga-på.namn": "Sot"}).submit({"fråga-på.styrka": "1"})
    changed = device.open(f"form/{BOX}/1").submit({"fråga-på.djur": "nej"})
    assert "Hur starkt?" in changed.text
    assert "Sot" not in device.open(f"form/{BOX}/check").text
    assert "Sot" in check.text


def test_a_long_form_goes_on_where_it_was_left(village: Any) -> None:
    """On another device it opens at the first question that has no answer yet."""
    device = village.begins("langt")
    device.open(f"form/{BOX}").submit({"fråga-på.ord": "hej", "fråga-på.djur": "nej"})
    assert device.another().open(f"form/{BOX}").path.endswith("/2")
    assert device.open(f"form/{BOX}/9").status == 404


def test_a_form_that_was_never_sent(village: Any) -> None:
    """When the programme has ended its answers can be read on the step, and nothing leads into the form any more."""
    device = village.begins("langt")
    page = device.open(f"form/{BOX}")
    page.autosave({"fråga-på.ord": "halvvägs"})
    device.open("end").submit()
    step = device.open(f"module/ett/{BOX}")
    assert "halvvägs" in step.text
    assert "/form/" not in step.html
    assert device.open(f"form/{BOX}").status == 404
    late = page.submit({"fråga-på.ord": "för sent"})
    assert late.status == 409
    assert "för sent" in late.text


def test_a_form_blocks_what_comes_after(village: Any) -> None:
    """Until it is sent, the steps after it are closed, by link, by address and by button; help stays at hand."""
    device = village.begins("langt")
    device.open("module/ett/ett").submit()
    step = device.open(f"module/ett/{BOX}")
    assert "öppnas när du har svarat" in step.text
    assert "Ring 112" in step.text
    assert f'href="{device.home}/module/ett/sedan"' not in step.html
    assert step.submit().path.startswith(f"{device.home}/module/ett/{BOX}")
    for later in ("sedan", "sist"):
        assert device.open(f"module/ett/{later}").path == f"{device.home}/module/ett/{BOX}"
        device.browser.post(f"{device.home}/module/ett/{later}")
    assert (
        village.rows(
            "select step from programmes_step_done where participation = ? and step != 'ett'", device.home[-36:]
        )
        == []
    )
    page = device.open(f"form/{BOX}").submit({"fråga-på.ord": "hej", "fråga-på.djur": "nej"})
    page.submit({"fråga-på.styrka": "7"}).submit()
    step = device.open(f"module/ett/{BOX}")
    assert "öppnas när du har svarat" not in step.text
    assert step.submit().path.endswith("/module/ett/sedan")


def test_a_worksheet_blocks_until_something_is_written(village: Any) -> None:
    """A worksheet that blocks lets one on when it has an answer, and says so before."""
    device = village.begins("sparr")
    page = device.open("module/ett/forst")
    assert page.submit().path.startswith(f"{device.home}/module/ett/forst")
    assert device.open("module/ett/sist").path == f"{device.home}/module/ett/forst"
    assert page.submit({"forst.ord": "hej"}).path.endswith("/mitt-i")


def test_a_worksheet_that_is_not_for_everybody(village: Any) -> None:
    """A worksheet with a condition is no step at all until it holds; then it is one, and may demand answers."""
    device = village.begins("sparr")
    page = device.open("module/ett/forst")
    assert "steg 1 av 3" in page.text
    page.submit({"forst.ord": "hej", "forst.mer": "nej"})
    assert device.open("module/ett/extra").status == 404
    assert device.open("module/ett/mitt-i").submit().path.endswith("/sist")
    device.open("module/ett/forst").submit({"forst.mer": "ja"})
    assert "steg 1 av 4" in device.open("module/ett/forst").text
    extra = device.open("module/ett/mitt-i").submit()
    assert extra.path.endswith("/extra")
    assert extra.submit().status == 422
    assert extra.submit({"extra.vad": "allt"}).path.endswith("/sist")


def test_a_part_is_not_finished_without_its_new_step(village: Any) -> None:
    """A step that an answer has brought is gone to before the part is finished."""
    device = village.begins("sparr")
    device.open("module/ett/forst").submit({"forst.mer": "nej"})
    device.open("module/ett/mitt-i").submit()
    device.open("module/ett/forst").submit({"forst.mer": "ja"})
    assert device.open("module/ett/sist").submit().path.endswith("/extra")


def test_a_form_is_not_reached_before_its_time(village: Any) -> None:
    """Behind what blocks it, or in a part that is closed, a form has no pages; it takes nothing in either."""
    device = village.begins("langt")
    for key, question in (("bakom", "c"), ("sen", "a")):
        assert device.open(f"form/{key}").status == 404
        assert device.open(f"form/{key}/1").status == 404
        assert device.browser.post(f"{device.home}/form/{key}/1").url.path == device.home
        late = device.browser.post(f"{device.home}/form/{key}/1", {f"{key}.{question}": "för tidigt"})
        assert late.status_code == 409
        assert "för tidigt" in late.text
        assert device.browser.post(f"{device.home}/form/{key}/check").status_code == 404
    assert village.rows("select id from response where owner = ?", device.home[-36:]) == []
    page = device.open(f"form/{BOX}").submit({"fråga-på.ord": "hej", "fråga-på.djur": "nej"})
    page.submit({"fråga-på.styrka": "7"}).submit()
    assert device.open("form/bakom").status == 200


def test_worksheets_have_no_pages_of_their_own(village: Any) -> None:
    """What is written on its step is not filled in page by page, nor is anything that is not there."""
    device = village.begins("sparr")
    for key in ("forst", "extra", "nej", "before", "after", "%40before"):
        assert device.open(f"form/{key}").status == 404, key


def test_what_cannot_be_asked_yet_says_so(village: Any) -> None:
    """Files and groups that repeat are named as not answerable here, demand nothing, and leave the rest to be answered."""
    device = village.begins("kan-inte")
    page = device.open("module/ett/blad")
    assert page.text.count("Den här frågan går inte att besvara här än.") == 3
    assert "Bifoga ett brev." in page.text
    assert {name for name, type_, *_ in page.controls if type_ not in ("hidden", "button")} == {"blad.vanlig"}
    assert page.submit({"blad.vanlig": "ja"}).path.endswith("/sist")
    assert device.open("module/ett/blad").value("blad.vanlig") == "ja"
