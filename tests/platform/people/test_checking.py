"""The population register is asked at sign-in, and whatever it answers costs nobody their own services."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from ledstang.fitting import SettingsFault
from ledstang.people.checking import RegisterAway
from ledstang.people.persons import Identity
from ledstang.people.ports import RegisteredPerson
from ledstang.testing import TOML, Town

CONNECTOR = """
from ledstang import Connector, RegisteredPerson, hookimpl

class Register:
    async def person(self, number):
        return RegisteredPerson(number, "Enligt registret", {born!r}, "12")

@hookimpl
def register_connectors():
    return [Connector("PersonRegister", Register())]
"""


@pytest.fixture
def dag(town: Town) -> Identity:
    return town.person("Dag Gammal", born="1985-05-06")


def connector(folder: Path, name: str) -> Path:
    """Write a plugin that serves the register."""
    path = folder / f"{name}.py"
    path.write_text("import datetime\n" + CONNECTOR.format(born=date(1985, 5, 6)), encoding="utf-8")
    return path


def test_register_connectors(town: Town, dag: Identity, tmp_path: Path) -> None:
    """What a plugin serves is asked at sign-in, and what it says counts: name and county are the register's."""
    with town.instance(plugins=connector(tmp_path, "folkbok")) as place:
        place.sign_in(dag)
        person = place.run(place.house.register.keep(dag))
        place.sign_in(dag)
        rows = place.run(place.house.register.find(person.id))
        assert (rows.name, rows.county) == ("Enligt registret", "12")
        assert rows.checked == place.clock.now()


def test_two_that_serve_one_port_are_named_in_the_settings(town: Town, tmp_path: Path) -> None:
    """Without a choice the start is refused with both names; with one it goes on; a wrong name has its line."""
    folder = town.folder / "instance" / "plugins"
    folder.mkdir(parents=True)
    for name in ("ett", "tva"):
        connector(folder, name)
    with pytest.raises(SettingsFault) as refused, town.instance():
        pass
    assert "`PersonRegister` is served by several plugins: ett, tva." in str(refused.value)
    with town.instance(toml=TOML + "[connectors]\nPersonRegister = 'tva'\n") as place:
        assert place.house.connected["PersonRegister"].plugin == "tva"
    for wrong, told in (("tre", "does not serve"), ("ett'\nPigeons = 'ett", "There is no port `Pigeons`")):
        with (
            pytest.raises(SettingsFault) as refused,
            town.instance(toml=TOML + f"[connectors]\nPersonRegister = '{wrong}'\n"),
        ):
            pass
        assert told in str(refused.value)


ANSWERS: dict[str, Any] = {
    "nothing of the kind": 5,
    "half": {"number": "1"},
    "another person": lambda number: RegisteredPerson("189001019802", "Annan", date(1890, 1, 1)),
    "no number": lambda number: RegisteredPerson("x", "X", date(1985, 5, 6), earlier=(number,)),
    "no date": lambda number: RegisteredPerson(number, "X", "igår"),  # type: ignore[arg-type]
    "no such guardian": lambda number: RegisteredPerson(number, "X", date(1985, 5, 6), guardians=("123",)),
    "no such protection": lambda number: RegisteredPerson(number, "X", date(1985, 5, 6), protection="some"),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_rubbish_is_no_answer(town: Town, dag: Identity, answer: Any) -> None:
    """What cannot be about this person is as if the register were down: one signs in with what the sign-in knows."""
    town.registry.put(dag)
    with town.instance() as place:

        async def person(number: str) -> Any:
            return answer(number) if callable(answer) else answer

        town.registry.person = person  # type: ignore[method-assign]
        assert place.sign_in(dag).get("/start").status_code == 200
        with pytest.raises(RegisterAway):
            place.run(place.house.checking.entry(dag.number))


def test_a_slow_register_is_not_waited_for(town: Town, dag: Identity) -> None:
    """One signs in after the budget, and after some failures the register is left alone for a while."""
    town.registry.put(dag)
    with town.instance(toml=TOML + "[register]\nanswer_ms = 20\n") as place:
        asked = []

        async def person(number: str) -> None:
            asked.append(number)
            await asyncio.Event().wait()

        town.registry.person = person  # type: ignore[method-assign]
        for _ in range(5):
            assert place.sign_in(dag).get("/start").status_code == 200
        assert len(asked) == 3


def test_a_changed_number_carries_everything_along(town: Town, dag: Identity) -> None:
    """Somebody with a new number is the same person: what they did under the old one is theirs."""
    town.registry.put(dag)
    with town.instance() as place:
        before = place.run(place.house.checking.signed_in(dag))
        new = town.person("Dag Ny", born="1985-05-07")
        town.registry.persons = {new.number: RegisteredPerson(new.number, "Dag Ny", new.born, earlier=(dag.number,))}
        after = place.run(place.house.checking.signed_in(new))
        assert (after.id, after.number) == (before.id, new.number)
        again = place.run(place.house.checking.signed_in(dag))
        assert (again.id, again.number) == (before.id, new.number)


@pytest.mark.parametrize("why", ["dead", "locked"])
def test_whoever_may_not_sign_in_is_not_told_why(town: Town, dag: Identity, why: str) -> None:
    """The dead have no visitors, and a locked account opens for nobody: one page for both, and no session."""
    town.registry.put(dag)
    with town.instance() as place:
        person = place.run(place.house.checking.signed_in(dag))
        if why == "dead":
            town.registry.put(dag, deceased=date(2026, 11, 1))
        else:
            place.run(place.house.register.lock(person.id))
        browser = place.browser()
        answer = browser.post("/testing/signin", msgspec.to_builtins(dag))
        assert answer.status_code == 403
        assert "Du kan inte logga in här" in answer.text
        assert browser.get("/start").url.path == "/signin"
        if why == "locked":
            place.run(place.house.register.lock(person.id, locked=False))
            assert place.sign_in(dag).get("/start").status_code == 200
