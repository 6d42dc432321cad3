"""What survives a restart, a session that died, and a programme that is changed under those who take part in it."""

from __future__ import annotations

from typing import Any

SKRIVA = """
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

::: fråga #maste ja/nej obligatorisk
Vill du gå vidare?
:::
:::

## Slut

Läs.
"""
STEP = "module/ett/blad"


def test_it_survives_a_restart(settle: Any) -> None:
    """The same folder started again has everything: the session, the place and the words."""
    village = settle(SKRIVA)
    device = village.begins("skriva")
    device.open(STEP).autosave({"blad.text": "Före omstarten"})
    device.village = settle()
    device.browser.place = device.village.place
    page = device.open(STEP)
    assert page.status == 200
    assert page.value("blad.text") == "Före omstarten"
    assert page.submit({"blad.maste": "ja"}).path.endswith("/slut")


def test_it_survives_a_session_that_died(settle: Any) -> None:
    """Written too slowly: signing in again shows the text, and one button sends it where it was going."""
    village = settle(SKRIVA)
    device = village.begins("skriva")
    page = device.open(STEP)
    village.clock.move(minutes=61)
    answer = page.submit({"blad.text": "Två timmars arbete", "blad.maste": "ja"})
    assert answer.path.startswith("/signin?next=/signin/rescued/")
    device.comes_back()
    rescued = device.open(answer.path.partition("next=")[2])
    assert "Två timmars arbete" in rescued.text
    assert rescued.submit().path.endswith("/slut")
    assert device.open(STEP).value("blad.text") == "Två timmars arbete"


def test_a_script_is_told_that_the_session_died(settle: Any) -> None:
    """Autosave on a dead session answers 401, has kept the text, and says where to sign in; nobody else gets at it."""
    village = settle(SKRIVA)
    device, stranger = village.begins("skriva"), village.device()
    page = device.open(STEP)
    village.clock.move(minutes=61)
    answer = page.autosave({"blad.text": "Mitt i en mening"})
    assert answer.status_code == 401
    assert answer.json()["rescued"] is True
    kept = answer.json()["signin"].partition("next=")[2]
    stranger.comes_back()
    assert stranger.open(kept).status == 404
    device.comes_back()
    assert "Mitt i en mening" in device.open(kept).text


VERSION = """
=== programme.md
program: vandra
titel: Vandra
version: {version}

=== 01-ett.md
modul: ett
titel: Ett

# Ett

{text}

::: övning #blad
::: fråga #text lång text
Vad tänker du?
:::
:::
"""
SECOND = """
=== 02-tva.md
modul: tva
titel: Del två

# Två

::: övning #mer
::: fråga #ord text
Ett ord till?
:::
:::
"""


def wander(version: str = "1.0", text: str = "Gammal text.", more: str = SECOND) -> str:
    """Write the programme whose versions these tests are about."""
    return VERSION.format(version=version, text=text) + more


def pinned(village: Any, device: Any) -> str:
    """The hash of the version that a participation follows."""
    rows = village.rows("select version from programmes_participation where id = ?", device.home[-36:])
    return str(rows[0]["version"])


def restarted(settle: Any, device: Any, *programmes: str) -> Any:
    """Stop, write programmes over those in the folder, and start again with the same browser."""
    device.village = settle(*programmes)
    device.browser.place = device.village.place
    return device.village


def test_a_small_change_reaches_those_who_take_part(settle: Any) -> None:
    """A mended text of the same major, with all the keys, is what they read next; what they wrote stays."""
    village = settle(wander())
    device = village.begins("vandra")
    began = pinned(village, device)
    device.open("module/ett/blad").autosave({"blad.text": "Mina ord"})
    village = restarted(settle, device, wander("1.1", "Ny text."))
    assert "Ny text." in device.open("module/ett/ett").text
    assert device.open("module/ett/blad").value("blad.text") == "Mina ord"
    device.open("module/ett/ett").submit()
    assert pinned(village, device) != began


def test_a_large_change_does_not(settle: Any) -> None:
    """A new major is for those who begin after it; the others finish what they began."""
    village = settle(wander())
    device = village.begins("vandra")
    began = pinned(village, device)
    village = restarted(settle, device, wander("2.0", "Allt är nytt."))
    assert "Gammal text." in device.open("module/ett/ett").text
    device.open("module/ett/ett").submit()
    assert pinned(village, device) == began
    assert "Allt är nytt." in village.begins("vandra").open("module/ett/ett").text


def test_a_part_that_is_deleted_stays_for_those_who_have_begun(settle: Any, tmp_path: Any) -> None:
    """With its file gone, they go on with the version they began with, its pages and their answers in it."""
    village = settle(wander())
    device = village.begins("vandra")
    device.open("module/ett/ett").submit()
    device.open("module/ett/blad").submit({"blad.text": "Kvar"})
    device.open("module/tva/mer").autosave({"mer.ord": "också"})
    (tmp_path / "instance" / "programmes" / "vandra" / "02-tva.md").unlink()
    village = restarted(settle, device)
    assert "Del två" in device.open().text
    page = device.open("module/tva/mer")
    assert page.value("mer.ord") == "också"
    assert "också" in device.open("print").text
    assert "Del två" not in village.begins("vandra").open().text
    page.submit()
    assert "Du har gått klart programmet" in device.open().text


def test_a_programme_that_is_taken_away_stays_too(settle: Any, tmp_path: Any) -> None:
    """With the whole folder gone nobody can begin, but those who have are led on from the start page and go on."""
    import shutil

    village = settle(wander())
    device = village.begins("vandra")
    shutil.rmtree(tmp_path / "instance" / "programmes" / "vandra")
    village = restarted(settle, device)
    assert village.device().open("/programmes/vandra").status == 404
    assert f'href="{device.home}"' in device.open("/start").html
    assert "Gammal text." in device.open("module/ett/ett").text


def test_a_broken_edit_leaves_the_last_good_version(settle: Any, tmp_path: Any) -> None:
    """A fault in the text is the author's to mend; meanwhile everybody has the version before it."""
    village = settle(wander())
    device = village.begins("vandra")
    path = tmp_path / "instance" / "programmes" / "vandra" / "01-ett.md"
    path.write_text(path.read_text(encoding="utf-8").replace("lång text", "lagn text"), encoding="utf-8")
    village = restarted(settle, device)
    assert device.open("module/ett/blad").status == 200
    assert village.begins("vandra").open("module/ett/blad").status == 200


def test_a_region_s_own_edition_comes_before_the_shipped_one(settle: Any) -> None:
    """A folder of the instance with the key of a shipped programme is the one that is offered."""
    own = wander().replace("program: vandra", "program: hantera-oro").replace("titel: Vandra", "titel: Vår egen")
    village = settle(own)
    assert "Vår egen" in village.device().open("/programmes/hantera-oro").text


def test_answers_keep_the_rules_they_were_given_under(settle: Any) -> None:
    """A form that is changed under somebody leaves the hash of the one they answered with their answers."""
    village = settle(wander())
    device = village.begins("vandra")
    device.open("module/ett/blad").autosave({"blad.text": "Ett"})
    before = village.rows("select form_hash from response")
    changed = wander("1.1").replace("Vad tänker du?", "Vad tänker du på?")
    village = restarted(settle, device, changed)
    assert device.open("module/ett/blad").value("blad.text") == "Ett"
    assert village.rows("select form_hash from response") == before


def test_nobody_is_moved_to_what_they_have_not_agreed_to(settle: Any) -> None:
    """A small change with another consent is for those who begin after it; the others stay with what they said yes to."""
    consent = "\n=== samtycke.md\nsamtycke: vandra\nversion: {}\ntitel: Innan\nspråk: sv\n\nVi sparar.\n"
    first = wander(more=SECOND + consent.format("1.0")).replace("titel: Vandra", "titel: Vandra\nsamtycke: samtycke.md")
    second = first.replace("version: 1.0\ntitel: Innan", "version: 1.1\ntitel: Innan").replace("Gammal", "Ny")
    village = settle(first)
    device = village.device()
    device.home = device.open("/programmes/vandra/begin").submit({"consent": "1.0"}).path
    village = restarted(settle, device, second)
    assert "Gammal text." in device.open("module/ett/ett").text
    other = village.device()
    assert other.open("/programmes/vandra/begin").submit({"consent": "1.1"}).path.startswith("/programmes/mine/")


def test_signing_out_in_another_tab_loses_nothing(settle: Any) -> None:
    """What one tab still holds when another has signed out is kept until its person signs in again."""
    village = settle(SKRIVA)
    device = village.begins("skriva")
    page = device.open(STEP)
    device.browser.post("/signout")
    answer = page.submit({"blad.text": "I den andra fliken", "blad.maste": "ja"})
    device.comes_back()
    rescued = device.open(answer.path.partition("next=")[2])
    assert "I den andra fliken" in rescued.text
    assert rescued.submit().path.endswith("/slut")
