"""A register that is down, slow or wrong: each time a clear reason for operators, and nothing of anybody anywhere."""

from __future__ import annotations

import gzip
import json
import logging
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from ledstang import RegisteredPerson, make_test_number
from ledstang.testing import Browser, Place, Town
from ledstang_registry.asking import Asking, RegistryAway, RegistrySlow
from ledstang_registry.serving import Persons, Units
from ledstang_registry.settings import Source

from .conftest import CREDENTIAL, put_credential, toml
from .hostile import Hostile, answer, head, person

NUMBER, OTHER = (make_test_number(date(1985, 3, 14), place) for place in range(2))
JSON, ODD = "it answers with what is not JSON in UTF-8", "its answer is not as the protocol has it, at $"
BREAKS = "it breaks off, or does not speak HTTP"

Say = Callable[[Hostile, str], Any]


def whole(**changes: Any) -> Say:
    """Answer with a person of whom something is changed, or left out."""
    return lambda _, number: answer({"person": person(number, **changes)})


def raw(said: bytes, *more: str, **how: Any) -> Say:
    """Answer with these bytes as the body."""
    return lambda *_: answer(said, *more, **how)


def dripping(hostile: Hostile, number: str) -> Iterator[bytes]:
    """Answer rightly, but a letter at a time, each in good time, until whoever asked has gone."""
    for letter in answer({"person": person(number)}):
        yield bytes([letter])
        hostile.over.wait(0.05)


def endless(*_: Any) -> Iterator[bytes]:
    """Answer with what has no end."""
    yield b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    while True:
        yield b"1000\r\n" + b" " * 0x1000 + b"\r\n"


def silent(hostile: Hostile, _: str) -> Iterator[bytes]:
    """Say nothing for as long as the tests run."""
    hostile.over.wait()
    yield b""


WRONG: dict[str, tuple[Say, str]] = {
    "garbage": (lambda *_: b"\x00\xff\x17 what" * 50, BREAKS),
    "hung up": (lambda *_: b"", BREAKS),
    "half": (lambda _, number: head(900) + answer({"person": person(number)}).partition(b"\r\n\r\n")[2][:99], BREAKS),
    "twice": (lambda _, number: answer(2 * json.dumps({"person": person(number)}).encode()), JSON),
    "a field twice": (raw(b'{"person": null, "person": null}'), "its answer says the same thing twice"),
    "slowly": (dripping, "it has not answered in time"),
    "never": (silent, "it has not answered in time"),
    "another person": (lambda *_: answer({"person": person(OTHER)}), "it tells of another person"),
    "too much": (raw(b" " * 20_001), "it answers with too much"),
    "without end": (endless, "it answers with too much"),
    "a page": (raw(b"<html>", kind="text/html"), JSON),
    "of no kind": (raw(b'{"person": null}', kind=None), JSON),
    "latin-1": (raw(b'{"person": null}', kind="application/json; charset=iso-8859-1"), JSON),
    "latin-1 unsaid": (raw('{"person": "ö"}'.encode("latin-1")), JSON),
    "packed": (raw(gzip.compress(b'{"person": null}'), "Content-Encoding: gzip"), "it packs its answer, which nobody asked for"),
    "elsewhere": (
        lambda hostile, _: answer(b"", f"Location: http://127.0.0.1:{hostile.port}/else", status="307 Go"),
        "it sends us elsewhere, and we go nowhere else",
    ),
    "an error": (raw(b'{"person": null}', status="500 Oh"), "it answers with an error, 500"),
    "too often": (raw(b'{"person": null}', status="429 Wait"), "it answers with an error, 429"),
    "nothing": (raw(b"", status="204 None"), "it answers with an error, 204"),
    "no credential": (raw(b'{"person": null}', status="401 No"), "it does not accept the credential"),
    "not found": (
        raw(b'{"person": null}', status="404 No"),
        "nobody speaks version 1 of the protocol at this address",
    ),
}  # fmt: skip
UNFIT: dict[str, tuple[Say, str]] = {
    "null": (raw(b"null"), ODD),
    "a list": (raw(b"[]"), ODD),
    "no number": (raw(b"NaN"), ODD),
    "nobody said": (raw(b"{}"), ODD),
    "nested": (raw(b"[" * 19_000), JSON),
    "a field of which we know nothing": (whole(secret=True), ODD + ".person"),
    **{f"without {name}": (whole(**{name: ...}), ODD + ".person") for name in person(NUMBER)},
    "protection unknown": (whole(protection="some"), ODD + ".person.protection"),
    "protection null": (whole(protection=None), ODD + ".person.protection"),
    "a name of two lines": (whole(name="Kanarie\nTest"), ODD + ".person.name"),
    "a name without end": (whole(name="K" * 201), ODD + ".person.name"),
    "no such day": (whole(born="1985-02-30"), ODD + ".person.born"),
    "a day as a number": (whole(born=19850314), ODD + ".person.born"),
    "a sex in words": (whole(sex="F"), ODD + ".person.sex"),
    "a guardian in words": (whole(guardians=["Asta"]), ODD + ".person.guardians[0]"),
    "a guardian with a line break": (whole(guardians=[OTHER + "\n"]), ODD + ".person.guardians[0]"),
    "full-width": (whole(earlier=["１９８５０３１４９８０２"]), ODD + ".person.earlier[0]"),
    "one guardian, not several": (whole(guardians=OTHER), ODD + ".person.guardians"),
}


def asking(hostile: Hostile, seconds: float = 1.5) -> Asking:
    """Return how the plugin asks it."""
    source = Source(f"http://127.0.0.1:{hostile.port}", "credential", seconds, answer_bytes=20_000)
    return Asking(source, CREDENTIAL)


@pytest.mark.parametrize("case", [*WRONG, *UNFIT])
async def test_whatever_is_wrong_is_told_in_our_words(
    hostile: Hostile, case: str, caplog: pytest.LogCaptureFixture
) -> None:
    """No answer but the one that the protocol has counts as one. The log says why, and nothing that came from outside."""
    say, why = (WRONG | UNFIT)[case]
    hostile.says = lambda number: say(hostile, number)
    slow = "in time" in why
    with caplog.at_level(logging.DEBUG), pytest.raises(RegistryAway) as away:
        await Persons(asking(hostile, 0.3 if slow else 1.5)).person(NUMBER)
    assert away.value.why == why
    assert isinstance(away.value, RegistrySlow) is slow
    assert f"The population register could not tell: {why}." in caplog.text
    assert not [one for one in ("Kanarie", NUMBER, CREDENTIAL) if one in caplog.text]
    assert len(hostile.asked) == 1, "it is asked once, and nobody else is"


async def test_the_number_travels_in_the_body_and_nowhere_else(hostile: Hostile) -> None:
    """What is sent: one address for everybody, the credential in its header, and a body with the number alone."""
    hostile.says = lambda number: answer({"person": person(number)})
    found = await Persons(asking(hostile)).person(NUMBER)
    assert found == RegisteredPerson(NUMBER, "Kanarie Test", date(1985, 3, 14), "24")
    (sent,) = hostile.asked
    lines, _, body = sent.partition(b"\r\n\r\n")
    assert lines.startswith(b"POST /v1/person HTTP/1.1\r\n")
    assert NUMBER.encode() not in lines
    assert f"authorization: bearer {CREDENTIAL}".encode() in lines.lower()
    assert json.loads(body) == {"number": NUMBER}


async def test_an_answer_that_nobody_asked_for_is_taken_for_none(hostile: Hostile) -> None:
    """Two answers to one question: the first is it, and the second is not taken for that to the next question."""
    hostile.says = lambda number: answer({"person": person(number)}) + answer({"person": None})
    persons = Persons(asking(hostile))
    for number in (NUMBER, OTHER):
        found = await persons.person(number)
        assert found is not None
        assert found.number == number


async def test_nobody_listens(hostile: Hostile) -> None:
    """A port that is closed is told as what it is."""
    source = Source("http://127.0.0.1:1", "credential")
    with pytest.raises(RegistryAway, match="nobody answers there"):
        await Persons(Asking(source, CREDENTIAL)).person(NUMBER)


UNIT = {"hsa_id": "SE2321000016-1003", "name": "Björken", "region": "norra", "provider": None, "provider_name": None}
UNIT |= {"valid_from": None, "valid_to": None, "merged_into": None}


@pytest.mark.parametrize(
    ("units", "why"),
    [
        ([UNIT, UNIT], "it tells of one unit twice"),
        ([UNIT | {"hsa_id": "1003"}], ODD + ".units[0].hsa_id"),
        ([UNIT | {"name": ""}], ODD + ".units[0].name"),
        ([UNIT | {"beds": 3}], ODD + ".units[0]"),
        (UNIT, ODD + ".units"),
        (None, ODD + ".units"),
    ],
)
async def test_units_that_cannot_be(hostile: Hostile, units: Any, why: str) -> None:
    """A directory is believed whole or not at all."""
    hostile.says = lambda _: answer({"units": units})
    with pytest.raises(RegistryAway) as away:
        await Units(asking(hostile)).units()
    assert away.value.why == why


@pytest.fixture(scope="module")
def family(tmp_path_factory: pytest.TempPathFactory, standing: Hostile) -> Iterator[tuple[Place, Any, Any]]:
    """An instance that asks the register anew after a minute, a guardian, and her child."""
    town = Town(tmp_path_factory.mktemp("family"))
    put_credential(town)
    asta, cilla = town.person("Asta Test", born="1988-03-03"), town.person("Cilla", born="2017-01-01")
    more = "[register]\nfresh_minutes = 1\nanswer_ms = 1000\n"
    with town.instance(toml=toml("persons", port=standing.port, seconds=0.3, more=more)) as place:
        yield place, asta, cilla


def acting(place: Place, hostile: Hostile, asta: Any, cilla: Any) -> Browser:
    """Return a browser in which a guardian acts for her child, by the word of an honest register."""
    people = {asta.number: person(asta.number, name="Asta Test", born="1988-03-03")}
    people[cilla.number] = person(cilla.number, name="Cilla", born="2017-01-01", guardians=[asta.number])
    hostile.says = lambda number: answer({"person": people.get(number)})
    browser = place.sign_in(asta)
    assert browser.post("/guardian/add", {"number": cilla.number}).status_code == 200
    act = browser.get("/guardian/").text.partition('action="/guardian/')[2].partition('"')[0]
    assert "Du är ombud för Cilla" in browser.post(f"/guardian/{act}").text
    return browser


@pytest.mark.parametrize("case", WRONG)
def test_nobody_acts_for_another_and_everybody_for_themselves(
    family: tuple[Place, Any, Any], hostile: Hostile, case: str
) -> None:
    """Acting for a child ends with the next page, no child can be added, and one's own pages and sign-in go on."""
    place, asta, cilla = family
    browser = acting(place, hostile, asta, cilla)
    hostile.says = lambda number: WRONG[case][0](hostile, number)
    place.clock.move(minutes=2)
    place.house.isolation.breakers.clear()
    assert "Du kan inte längre vara ombud" in browser.get("/start").text
    own = browser.get("/start")
    assert (own.status_code, "Cilla" in own.text) == (200, False)
    again = place.sign_in(asta)
    assert again.get("/start").status_code == 200
    added = again.post("/guardian/add", {"number": cilla.number})
    assert added.status_code == 422
    assert "svarar inte just nu" in added.text
    place.clock.move(minutes=2)
    place.house.isolation.breakers.clear()


def test_one_of_whom_it_cannot_tell_silences_it_for_nobody(family: tuple[Place, Any, Any], hostile: Hostile) -> None:
    """However often somebody asks about a number that makes it fail, others are answered."""
    place, asta, cilla = family
    browser = acting(place, hostile, asta, cilla)
    own, honest = place.sign_in(asta), hostile.says
    hostile.says = lambda number: honest(number) if number != NUMBER else answer(b"", status="500 Oh")
    for _ in range(6):
        assert own.post("/guardian/add", {"number": NUMBER}).status_code == 422
    place.clock.move(minutes=2)
    assert "Du är ombud för Cilla" in browser.get("/start").text
