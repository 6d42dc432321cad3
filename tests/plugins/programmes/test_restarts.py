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
