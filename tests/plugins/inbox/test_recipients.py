"""Somebody dies, is protected, or turns thirteen while care writes to them, or they to care: nothing is sent to nobody."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from ledstang import Identity
from ledstang.testing import Browser

from .test_desk import LISTS, verb
from .ward import PATH, Ward, fields, guardian, send

PROTECTED = {"protection": "protected-registration", "guardians": ()}
DIED = {"deceased": date(2026, 11, 23)}
HEARD = pytest.mark.parametrize("heard", [True, False], ids=["the register has told", "the register is asked"])


def becomes(ward: Ward, who: Identity, heard: bool = True, **facts: object) -> None:
    """Let the register know something new of somebody, and perhaps tell it."""
    ward.town.registry.put(who, **facts)
    if heard:
        ward.place.run(ward.place.house.checking.changed(who.number))


def an_hour_goes(ward: Ward, eva: Browser, desk: str) -> None:
    """Let so much time go that what the register said is not good any more, while somebody sits and writes."""
    for _ in range(3):
        ward.place.clock.move(minutes=21)
        eva.get(desk)


def lies_with(ward: Ward, who: Identity) -> int:
    """Return how much was ever put into somebody's inbox."""
    person = ward.place.visit(who).subject.id
    return len(ward.place.run(ward.place.house.inbox.reader.export(person)))


@HEARD
def test_an_answer_to_somebody_who_has_died_is_not_sent_and_the_case_can_be_closed(ward: Ward, heard: bool) -> None:
    """The page says so, and still has the text; nothing lies in the inbox, and nothing hangs over the unit for ever."""
    desk, eva = ward.asked(), ward.staff("Eva")
    form = fields(eva.get(desk), text="Ja, träna", send="yes")
    an_hour_goes(ward, eva, desk)
    becomes(ward, ward.dag, heard, **DIED)
    answer = eva.post(desk, form)
    assert answer.status_code == 409
    assert "Enligt folkbokföringen har personen avlidit. Inget skickas." in answer.text
    assert "Ja, träna" in answer.text
    assert lies_with(ward, ward.dag) == 0
    page = eva.get(desk).text
    assert "har personen avlidit" in page
    assert "Ja, träna" in page
    assert "<textarea" not in page
    assert verb(eva, desk, "close").status_code == 200
    assert "Inget väntar" in eva.get(LISTS + "open").text


def test_what_was_sent_before_stays_sent(ward: Ward) -> None:
    """A second press after the death leads to the case, as the first did."""
    desk, eva = ward.asked(), ward.staff("Eva")
    form = fields(eva.get(desk), text="Ja", send="yes")
    eva.post(desk, form)
    becomes(ward, ward.dag, **DIED)
    assert eva.post(desk, form).status_code == 200
    assert eva.get(desk).text.count(">Ja<") == 1


def test_whoever_has_died_is_signed_out(ward: Ward) -> None:
    """From the next request on: nobody goes on in their name, at whatever device it lay open; what they wrote is kept."""
    dag = ward.place.sign_in(ward.dag)
    form = fields(dag.get(PATH), text="Hej", send="yes")
    becomes(ward, ward.dag, **DIED)
    assert "Du har blivit utloggad" in dag.post(PATH, form).text
    assert "Inget väntar" in ward.staff("Eva").get(LISTS + "open").text
    becomes(ward, ward.dag, deceased=None)
    assert dag.get("/inbox/").url.path != "/inbox/", "the session is not brought back when the register was wrong"
    assert "Hej" not in ward.place.sign_in(ward.dag).get("/inbox/cases/").text


def test_an_adult_who_is_protected_reads_the_answer(ward: Ward) -> None:
    """Their own services go on; only notices go nowhere."""
    desk, eva = ward.asked(), ward.staff("Eva")
    form = fields(eva.get(desk), text="Ja, träna", send="yes")
    becomes(ward, ward.dag, **PROTECTED)
    assert "Ditt svar är skickat" in eva.post(desk, form).text
    assert "Ja, träna" in ward.place.sign_in(ward.dag).get(desk.replace("desk", "cases")).text


def begun(ward: Ward, eva: Browser, cilla: Identity, audience: str) -> tuple[str, dict[str, str]]:
    """Let Eva begin to write about a child, and return where, and what her page would send."""
    desk = ward.begin(eva, cilla).url.path
    assert f'value="{audience}"' in eva.get(desk).text
    eva.post(desk, fields(eva.get(desk), text="Hej", audience=audience))
    return desk, fields(eva.get(desk), audience=audience, send="yes")


@HEARD
@pytest.mark.parametrize("audience", ["both", "proxies"])
def test_what_is_about_a_child_who_is_protected_is_not_sent_to_guardians(
    ward: Ward, audience: str, heard: bool
) -> None:
    """Who is too young to read alone, and for whom nobody acts now: it stays a draft, and says no reason."""
    cilla, eva = ward.town.child("Cilla", born="2017-01-01", guardians=[ward.asta]), ward.staff("Eva")
    desk, form = begun(ward, eva, cilla, audience)
    an_hour_goes(ward, eva, desk)
    becomes(ward, cilla, heard, **PROTECTED)
    answer = eva.post(desk, form)
    assert answer.status_code == 409
    assert "Ingen som det är till kan läsa det här i dag" in answer.text
    assert fields(answer)["text"] == "Hej"
    assert lies_with(ward, cilla) == 0


@pytest.mark.parametrize("audience", ["both", "proxies"])
def test_at_midnight_on_the_birthday_it_is_the_child_s_alone(ward: Ward, audience: str) -> None:
    """Of what is for both, the child reads alone; what is for those who act is for nobody any more, and is not sent."""
    settings = ward.town.folder / "instance" / "ledstang.toml"
    settings.write_text(settings.read_text("utf-8").replace("shared-early-teens", "1177-2022"), encoding="utf-8")
    ward.restart()
    ward.place.clock.set(datetime(2026, 11, 23, 22, 50, tzinfo=UTC))
    cilla = ward.town.child("Cilla", born="2013-11-24", guardians=[ward.asta])
    eva, asta = ward.staff("Eva"), guardian(ward, ward.asta, cilla)
    desk, form = begun(ward, eva, cilla, audience)
    ward.place.clock.set(datetime(2026, 11, 23, 23, 0, 1, tzinfo=UTC))
    answer = eva.post(desk, form)
    assert answer.status_code == (200 if audience == "both" else 409)
    items = re.findall(r'href="(/inbox/[0-9a-f-]{36})"', ward.place.sign_in(cilla).get("/inbox/").text)
    assert len(items) == (audience == "both")
    case = desk.replace("desk", "cases")
    assert (case in asta.get("/inbox/cases/").text, asta.get(case).status_code) == (False, 404)


def test_what_a_guardian_sends_a_second_after_a_death_is_not_sent(ward: Ward) -> None:
    """Nobody acts for somebody who has died; what was written is kept for the unit."""
    cilla = ward.town.child("Cilla", born="2017-01-01", guardians=[ward.asta])
    asta = guardian(ward, ward.asta, cilla)
    case = send(asta, "Hon har feber").url.path
    form = fields(asta.get(case), text="Hon är sämre", send="yes")
    becomes(ward, cilla, **DIED)
    answer = asta.post(case, form)
    assert answer.status_code != 500
    assert "Hon är sämre" not in ward.staff("Eva").get(case.replace("cases", "desk")).text
