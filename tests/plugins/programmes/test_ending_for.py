"""A treater ends a programme for somebody: they are told, with the treater's words, and what they wrote is kept."""

from __future__ import annotations

import re
from typing import Any

from ledstang.outbox.tables import OutboxRow

from .test_consent import PROGRAMMES as PROGRAMMES
from .test_consent import begin, staff

WORDS = "Du har kommit långt, Cilla. Vi ses på torsdag."


def begun(village: Any) -> tuple[Any, str]:
    """Let a guardian begin a programme for her child, and return her device and where treaters end it."""
    family = village.family()
    asta = family.device(family.asta)
    begin(asta, "en")
    return asta, f"/programmes/participants/{asta.home.rpartition('/')[2]}/end"


def test_it_ends_and_everybody_in_it_is_told_why(village: Any) -> None:
    """The treater is asked first; then it stands as ended on all its pages, in the inbox with their words, and in a notice."""
    asta, path = begun(village)
    tea = staff(village, "treater")
    assert f'href="{path}"' in tea.get(path.removesuffix("/end")).text
    assert "Avsluta En för " in tea.get(path).text
    page = tea.post(path, {"words": WORDS})
    assert page.url.path == path.removesuffix("/end")
    assert f'href="{path}"' not in page.text
    assert "Vårdenheten har avslutat programmet" in asta.open().text
    (item,) = re.findall(r'href="(/inbox/[0-9a-f-]{36})"', asta.open("/inbox/").html)
    told = asta.open(item).text
    assert "Vårdenheten har avslutat En. Det som är skrivet finns kvar." in told
    assert WORDS in told
    rows = village.place.run(OutboxRow.select(OutboxRow.payload).run())
    assert any('"waits"' in row["payload"] for row in rows)
    assert not any("torsdag" in row["payload"] for row in rows)


def test_once_is_enough(village: Any) -> None:
    """Pressed twice, or by two treaters, the first one's words stand, and nobody is told again."""
    asta, path = begun(village)
    tea, tor = staff(village, "treater"), staff(village, "treater")
    for browser, words in ((tea, WORDS), (tor, "Något annat")):
        assert browser.post(path, {"words": words}).status_code == 200
    assert tor.get(path).url.path == path.removesuffix("/end")
    assert "Något annat" not in asta.open("/inbox/").html


def test_too_many_words_are_given_back(village: Any) -> None:
    """Nothing ends, and all that was written stands there with a sentence."""
    asta, path = begun(village)
    page = staff(village, "treater").post(path, {"words": "ord " * 501})
    assert page.status_code == 422
    assert "Skriv högst 2000 tecken." in page.text
    assert page.text.count("ord ") > 400
    assert "avslutat" not in asta.open().text


def test_only_a_treater_can(village: Any) -> None:
    """To another role, and to the guardian, there is no such page, and it goes on."""
    asta, path = begun(village)
    for browser in (staff(village, "citizen-administrator"), asta.browser):
        assert browser.get(path).status_code == 404
        assert browser.post(path, {"words": WORDS}).status_code == 404
    assert "avslutat" not in asta.open().text
