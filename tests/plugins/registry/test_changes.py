"""The register tells of whom something has changed: it counts with their next page, and nobody else's word does."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from ledstang import Identity, make_test_number
from ledstang.people.tables import Person
from ledstang.testing import Browser, Place, Town

from .conftest import CREDENTIAL, put_credential, toml
from .hostile import Hostile, answer, person

CHANGES = """[plugins.registry.changes]
credential_file = "credential"
most = 3
[register]
fresh_minutes = 1440
"""
ENDED = "Du kan inte längre vara ombud"
STRANGER, OTHER = (make_test_number(date(1985, 3, 14), place) for place in range(2))


class Family:
    """A guardian who acts for her child, by the word of a register that says what `people` has."""

    def __init__(self, place: Place, hostile: Hostile, asta: Identity, cilla: Identity) -> None:
        self.place, self.hostile, self.asta, self.cilla = place, hostile, asta, cilla
        self.people = {asta.number: person(asta.number, name="Asta Test", born="1988-03-03")}
        self.put(guardians=[asta.number])
        hostile.says = lambda number: answer({"person": self.people.get(number)})
        self.browser = self._acting()
        hostile.asked.clear()

    def put(self, **facts: Any) -> None:
        """Change what the register says of the child, without its telling anybody."""
        number = self.cilla.number
        self.people[number] = person(number, **{"name": "Cilla", "born": "2017-01-01", **facts})

    def _acting(self) -> Browser:
        browser = self.place.sign_in(self.asta)
        assert browser.post("/guardian/add", {"number": self.cilla.number}).status_code == 200
        act = browser.get("/guardian/").text.partition('action="/guardian/')[2].partition('"')[0]
        assert "Du är ombud för Cilla" in browser.post(f"/guardian/{act}").text
        return browser

    def told(self, *numbers: str) -> Any:
        """Tell of some, as the register would, and return what is answered."""
        return send(self.place, json.dumps({"numbers": numbers}))


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory, standing: Hostile) -> Iterator[tuple[Town, Place]]:
    """An instance to which what the register said is good for a day."""
    town = Town(tmp_path_factory.mktemp("family"))
    put_credential(town)
    with town.instance(toml=toml("persons", port=standing.port, more=CHANGES)) as place:
        yield town, place


@pytest.fixture
def family(lived_in: tuple[Town, Place], hostile: Hostile) -> Family:
    """A family of a test's own."""
    town, place = lived_in
    return Family(place, hostile, town.person("Asta Test", born="1988-03-03"), town.person("Cilla", born="2017-01-01"))


def send(place: Place, body: str | bytes, authorization: str = f"Bearer {CREDENTIAL}") -> Any:
    """Send what the register sends: no cookie, and no token of a form."""
    headers = {"authorization": authorization, "content-type": "application/json"}
    return place.browser()._send("POST", "/registry/changed", content=body, headers=headers)


@pytest.mark.parametrize(
    "facts",
    [{"guardians": []}, {"deceased": "2026-11-20"}, {"protection": "protected-registration"}],
    ids=["custody ended", "dead", "protected"],
)
def test_what_it_tells_of_counts_at_once(family: Family, facts: dict[str, Any]) -> None:
    """Untold it would have counted a day later; told, it does with the next page of a session that is open."""
    family.put(**({"guardians": [family.asta.number]} | facts))
    assert "Du är ombud för Cilla" in family.browser.get("/start").text
    answered = family.told(family.cilla.number)
    assert (answered.status_code, answered.json()) == (200, {})
    assert answered.headers["cache-control"] == "no-store"
    assert ENDED in family.browser.get("/start").text


def test_it_may_tell_of_a_number_that_is_no_more(family: Family) -> None:
    """Told by the number that was, the child has the new one, and the guardian goes on acting for the same child."""
    new = make_test_number(date(2017, 1, 2))
    changed = person(
        new, name="Cilla", born="2017-01-02", guardians=[family.asta.number], earlier=[family.cilla.number]
    )
    family.people |= {new: changed, family.cilla.number: changed}
    assert family.told(family.cilla.number, new).status_code == 200
    assert "Du är ombud för Cilla" in family.browser.get("/start").text
    assert family.place.run(family.place.house.register.known(new)) is not None


def test_nobody_is_asked_about_whom_we_do_not_know(family: Family) -> None:
    """Neither is a row written, nor a question asked, nor can whoever tells see that the person is not here."""
    family.people[STRANGER] = person(STRANGER)
    before = family.place.run(Person.count())
    answered = family.told(STRANGER)
    assert (answered.status_code, answered.json()) == (200, {})
    assert family.hostile.asked == []
    assert family.place.run(Person.count()) == before


def test_one_of_whom_it_cannot_tell_holds_up_nobody(family: Family) -> None:
    """Those after them are asked about all the same, and the answer says to tell again."""
    family.put(guardians=[])
    honest = family.hostile.says
    family.hostile.says = lambda number: b"" if number == family.asta.number else honest(number)
    answered = family.told(family.asta.number, family.cilla.number)
    assert answered.status_code == 503
    assert answered.json() == {"error": "the register could not be asked, so it must tell again"}
    assert ENDED in family.browser.get("/start").text


BAD: dict[str, tuple[str | bytes, str]] = {
    "garbage": (b"\x00\xff what", "as the protocol has it"),
    "nothing": ("", "as the protocol has it"),
    "half": ('{"numbers": ["%s"', "as the protocol has it"),
    "twice": ('{"numbers": ["%s"], "numbers": []}', "as the protocol has it"),
    "more than it should": ('{"numbers": ["%s"], "guardians": []}', "as the protocol has it"),
    "no number": ('{"numbers": ["Kanarie"]}', "as the protocol has it"),
    "one, not several": ('{"numbers": "%s"}', "as the protocol has it"),
    "too many": (json.dumps({"numbers": 4 * [OTHER]}), "more than 3 numbers"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_is_not_taken(family: Family, case: str, caplog: pytest.LogCaptureFixture) -> None:
    """It is refused whole, in our own words, and nobody is asked about."""
    body, why = BAD[case]
    family.put(guardians=[])
    with caplog.at_level(logging.DEBUG):
        body = body.replace("%s", family.cilla.number) if isinstance(body, str) else body
        answered = send(family.place, body)
    assert answered.status_code == (413 if case == "too many" else 400)
    assert why in answered.json()["error"]
    assert f"What the register told was not taken: {answered.json()['error']}." in caplog.text
    assert not [one for one in ("Kanarie", family.cilla.number, OTHER, CREDENTIAL) if one in caplog.text]
    assert family.hostile.asked == []
    assert "Du är ombud för Cilla" in family.browser.get("/start").text


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer ", f"Bearer {CREDENTIAL}x", f"Basic {CREDENTIAL}", CREDENTIAL])
def test_only_the_register_is_heard(family: Family, given: str) -> None:
    """Without the credential nothing is read of what is sent."""
    answered = send(family.place, json.dumps({"numbers": [family.cilla.number]}), given)
    assert (answered.status_code, answered.json()) == (401, {"error": "the credential is not right"})
    assert family.hostile.asked == []


def test_register_routes(town: Town, hostile: Hostile) -> None:
    """A register that has been given nothing to prove itself by finds no door."""
    put_credential(town)
    with town.instance(toml=toml("persons", port=hostile.port)) as place:
        assert send(place, '{"numbers": []}').status_code == 404


def test_a_credential_that_cannot_be_is_told_at_start(town: Town, hostile: Hostile) -> None:
    """The plugin is put aside with a sentence that says which file, and what to do."""
    put_credential(town)
    text = toml("persons", port=hostile.port, more=CHANGES.replace('"credential"', '"elsewhere"'))
    with town.instance(toml=text, broken=True) as place:
        assert "The credential of `changes` cannot be read" in str(place.house.plugins.faults[0])
