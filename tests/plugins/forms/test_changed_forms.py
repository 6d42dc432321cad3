"""A form's file is changed, broken or taken away while people are in it: each sends what they began with, and it is read so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from .conftest import BODY, Hamlet, form, settled
from .test_sending import LAST, known, ward

WITHOUT_ONE = BODY.replace("::: fråga #text lång text obligatorisk\nVad vill du berätta?\n:::\n", "")
RENAMED = BODY.replace("#text", "#nytt")
ONE_MORE = BODY.replace("::: skala", "::: fråga #krav text obligatorisk\nNågot helt nytt?\n:::\n\n::: skala")
LATER: dict[str, tuple[str, str | None]] = {
    "a": ("without a question", form("a", WITHOUT_ONE, version="2.0")),
    "b": ("with a question renamed", form("b", RENAMED, version="2.0")),
    "c": ("with one more that must be answered", form("c", ONE_MORE, version="2.0")),
    "d": ("with a page renamed", form("d", BODY.replace("#s1", "#s3"), version="2.0", titel="Nya frågor")),
    "e": ("only sent by care", form("e", version="2.0", sort="utskick")),
    "f": ("for others", form("f", version="2.0", målgrupp="barn", till_ålder="17")),
    "g": ("broken", "---\nformulär: g\n---\n::: sida\n"),
    "h": ("empty", ""),
    "i": ("gone", None),
}
"""What becomes of each form's file."""
FIRST = {key: form(key) for key in LATER} | {"skickas": form("skickas", titel="Det som skickas", sort="utskick")}


class Years:
    """An instance that is started again with other files, and goes on with its database."""

    def __init__(self, folder: Path, running: ExitStack) -> None:
        self._folder, self._running = folder, running
        self.village = self.start(FIRST)

    def start(self, forms: dict[str, str | None]) -> Hamlet:
        """Stop, put other files there (None takes one away), and start."""
        self._running.close()
        home = self._folder / "instance" / "forms"
        for key, text in forms.items():
            if text is None:
                (home / f"{key}.md").unlink()
        kept = {key: text for key, text in forms.items() if text is not None}
        self.village = self._running.enter_context(settled(self._folder, forms=kept))
        return self.village

    def moves(self, *devices: Any) -> None:
        """Let devices find the instance where it is now; they keep their pages and their sessions."""
        for device in devices:
            device.village, device.browser.place = self.village, self.village.place


@pytest.fixture
def years(tmp_path: Path) -> Iterator[Years]:
    """The instance with the first version of two forms."""
    with ExitStack() as running:
        yield Years(tmp_path, running)


def test_whoever_is_in_it_sends_what_they_began(years: Years) -> None:
    """All that was written stands there, a page from before is saved, nothing new is asked, and staff see which it was."""
    reader = ward(years.village)
    devices = {key: years.village.answerer() for key in LATER}
    for key, device in devices.items():
        device.begins(key).submit({"form.text": "Skrivet före", "form.illa": "false"})
    old = {key: device.open("2") for key, device in devices.items()}
    years.start({key: text for key, (_, text) in LATER.items()})
    years.moves(reader, *devices.values())
    for key, device in devices.items():
        what = LATER[key][0]
        assert device.open("1").value("form.text") == "Skrivet före", what
        old[key].submit({"form.dag-oro": "2", "form.natt-oro": "2"})
        device.open("2").submit({"form.mer": "Drömmar"})
        check = device.open("check")
        assert "Något helt nytt" not in check.text, what
        assert "Formuläret är skickat" in check.submit().text, what
        read = reader.open(f"/forms/staff/{device.home.rpartition('/')[2]}/answers").text
        for said in ("Skrivet före", "Drömmar", "Vad vill du berätta?", "Version av formuläret 1.0", "mycket"):
            assert said in read, what
        assert all(text in device.open("print").text for text in ("Skrivet före", "version 1.0")), what


def test_whoever_begins_afterwards_meets_the_new_one(years: Years) -> None:
    """Beside one who is still in the old one; and whoever corrects the old one corrects that."""
    before, sent = years.village.answerer(), years.village.answerer()
    before.begins("c").submit({"form.text": "Gammalt"})
    sent.sends("c", text="Skickat")
    years.start({"c": LATER["c"][1]})
    years.moves(before, sent)
    after = years.village.answerer()
    after.begins("c").submit({"form.text": "Nytt"})
    assert "Något helt nytt?" in after.open("2").text
    assert "Något helt nytt?" not in before.open("2").text
    assert before.begins("c").path.startswith(before.home), "begun again, one goes on with what one had"
    assert before.open("1").value("form.text") == "Gammalt"
    page = sent.open("").submit()
    assert page.path.endswith("/check")
    assert "Skickat" in page.text
    assert "Formuläret är skickat" in page.submit().text


def test_what_care_has_sent_is_answered_as_it_was_sent(years: Years) -> None:
    """Not opened yet when the file goes: it lies in the inbox, is opened, answered and read; nothing more is sent."""
    staff, citizen = ward(years.village), known(years.village)
    staff.sends_out(citizen.person)
    citizen.home = f"/forms/mine/{staff.id}"
    page = staff.open("/forms/staff/send").submit({"number": citizen.person.number, "form": "skickas", **LAST})
    years.start({"skickas": None})
    years.moves(staff, citizen)
    assert "Det som skickas" in citizen.open("/start").text
    citizen.fills(text="Som det var")
    assert "Formuläret är skickat" in citizen.open("check").submit().text
    assert "Som det var" in staff.open(f"/forms/staff/{staff.id}/answers").text
    late = page.submit()
    assert late.status == 422
    assert "Välj ett formulär" in late.text
    assert len(years.village.sendings(citizen.person)) == 1
