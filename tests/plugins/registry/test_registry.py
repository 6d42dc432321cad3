"""A register in a process of its own serves families and units, and what changes there counts here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ledstang import Identity
from ledstang.people.checking import RegisterAway
from ledstang.testing import TOML, Browser, Place, Town

from .conftest import SOURCE, put_credential, toml

UNIT = {"hsa_id": "SE2321000016-2004", "name": "Psykiatrimottagningen Fjället", "region": "norra"}
UNIT |= {"provider": "SE2321000016-0001", "provider_name": "Region Norra"}
UNIT |= {"valid_from": None, "valid_to": None, "merged_into": None}
ENDED = "Du kan inte längre vara ombud"


@dataclass
class Family:
    """A guardian, her child, and the register that says so."""

    town: Town
    place: Place
    register: Any
    asta: Identity
    cilla: Identity

    def acting(self) -> Browser:
        """Return a browser in which the guardian has added her child and acts for her."""
        browser = self.place.sign_in(self.asta)
        assert browser.post("/guardian/add", {"number": self.cilla.number}).status_code == 200
        act = re.search(r'action="(/guardian/[^"/]+/act)"', browser.get("/guardian/").text)
        assert act
        assert "Du är ombud för Cilla" in browser.post(act[1]).text
        return browser

    def changed(self, **facts: Any) -> None:
        """Change what the register says of the child, and let it be asked anew."""
        self.register.put(self.cilla, **facts)
        self.place.clock.move(minutes=2)


@pytest.fixture
def family(town: Town, registered: Any) -> Iterator[Family]:
    """An instance with the register, and without the sandbox."""
    put_credential(town)
    asta, cilla = town.person("Asta Test", born="1988-03-03"), town.person("Cilla", born="2017-01-01")
    registered.persons, registered.units = {}, [UNIT]
    registered.put(asta)
    registered.put(cilla, guardians=[asta.number])
    with town.instance(toml=toml("persons", "units", port=registered.port)) as place:
        yield Family(town, place, registered, asta, cilla)


def test_register_connectors(family: Family) -> None:
    """The plugin serves both ports, and what the register says of a person is what the host keeps."""
    connected = {port: one.plugin for port, one in family.place.house.connected.items()}
    assert connected.items() >= {"PersonRegister": "registry", "UnitDirectory": "registry"}.items()
    family.register.put(family.asta, name="Asta Enligt Registret", county="12")
    assert "Asta Enligt Registret" in family.place.sign_in(family.asta).get("/signin/sessions").text
    nobody = family.town.person("Ingen", born="2018-02-02")
    assert family.place.run(family.place.house.checking.entry(nobody.number)) is None


@pytest.mark.parametrize(
    "facts",
    [{"guardians": []}, {"deceased": "2026-11-20"}, {"protection": "protected-registration"}],
    ids=["custody ended", "dead", "protected"],
)
def test_what_ends_there_ends_here(family: Family, facts: dict[str, Any]) -> None:
    """Custody that ends, death and protection end it with the next page after the register has been asked."""
    browser = family.acting()
    family.changed(**facts)
    assert ENDED in browser.get("/start").text
    assert "Cilla" not in browser.get("/start").text


def test_a_child_s_new_number_ends_nothing(family: Family) -> None:
    """Asked by the earlier number, the register tells the new one: it is the same child, and one goes on."""
    browser = family.acting()
    new = family.town.person("Cilla", born="2017-01-02")
    family.changed(number=new.number, earlier=[family.cilla.number], born="2017-01-02")
    assert "Du är ombud för Cilla" in browser.get("/start").text
    assert family.place.run(family.place.house.register.known(new.number)) is not None


def test_the_dead_do_not_sign_in(family: Family) -> None:
    """Whoever has died, by the register's word, has no visitors."""
    family.register.put(family.asta, deceased="2026-11-20")
    browser = family.place.browser()
    fields = {"number": family.asta.number, "name": "Asta", "born": "1988-03-03", "county": "24"}
    assert browser.post("/testing/signin", fields).status_code == 403


def test_the_directory_s_units_are_units(family: Family) -> None:
    """One that only the directory knows is one where somebody may work; and it has its provider's name."""
    gun = family.town.person("Gun Test", born="1975-09-12")
    family.place.run(family.place.house.units.refresh())
    assignment = family.place.appoint(gun, "treater", unit=UNIT["hsa_id"])
    assert "Psykiatrimottagningen Fjället" in family.place.at_work(gun, assignment).get("/staff/").text


def test_a_register_that_is_away_stops_no_start(town: Town) -> None:
    """Nobody is asked at start; one's own services are there, and a question is answered with that it cannot be told."""
    put_credential(town)
    with town.instance(toml=toml("persons", "units", port=1)) as place:
        dag = town.person("Dag", born="1985-03-14")
        assert place.sign_in(dag).get("/start").status_code == 200
        with pytest.raises(RegisterAway):
            place.run(place.house.checking.entry(dag.number))


def test_register_settings(town: Town) -> None:
    """Where nothing is named the plugin serves nothing, and what speaks HTTP is not asked for."""
    with town.instance() as place:
        assert place.house.connected["PersonRegister"].plugin == "testing"
        assert "registry" in place.house.plugins.found


BAD: dict[str, tuple[str, str, str]] = {
    "http": ("http://127.0.0.1:{port}/", "http://register.example.se/", "must begin with https://"),
    "no host": ("http://127.0.0.1:{port}/", "https:///v1", "must begin with https://"),
    "a name like loopback": ("http://127.0.0.1:{port}/", "http://127.0.0.1.example.se/", "must begin with https://"),
    "password": ("http://127.0.0.1:{port}/", "https://us:secret@register.example.se/", "more than a host and a path"),
    "query": ("http://127.0.0.1:{port}/", "https://register.example.se/?key=1", "more than a host and a path"),
    "no file": ('"credential"', '"elsewhere"', "cannot be read from"),
}


@pytest.mark.parametrize("case", BAD)
def test_settings_that_cannot_be(town: Town, case: str) -> None:
    """The plugin is put aside at start, with a sentence that says what to do, and repeats no secret."""
    put_credential(town)
    before, after, told = BAD[case]
    text = TOML + SOURCE.replace(before, after).format(name="persons", port=1, seconds=1)
    with town.instance(toml=text, broken=True) as place:
        (fault,) = place.house.plugins.faults
        assert told in str(fault)
        assert "secret" not in str(fault)


@pytest.mark.parametrize(("mode", "text", "told"), [
    (0o444, "word", "chmod 0400"), (0o400, "", "one word"), (0o400, "two words", "one word"), (0o400, "å", "one word"),
])  # fmt: skip
def test_a_credential_that_cannot_be(town: Town, mode: int, text: str, told: str) -> None:
    """Open to others, empty or not to be sent in a header: told with the file and what to do."""
    path: Path = put_credential(town)
    path.chmod(0o600)
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    with town.instance(toml=toml("units", port=1), broken=True) as place:
        assert told in str(place.house.plugins.faults[0])
