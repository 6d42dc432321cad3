"""Confirmed addresses: by a code that goes there, counts for a while, bears few guesses, and stands nowhere."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from ledstang.access.log.reading import entries_of
from ledstang.outbox.events import CodeWanted, ContactChanged
from ledstang.outbox.tables import OutboxRow
from ledstang.people.contacts import contact_id
from ledstang.people.persons import Identity
from ledstang.people.tables import ContactCode, PersonContact
from ledstang.testing import TOML, Browser, Place, Town

PHONE, EMAIL = "070-174 06 05", "dag@example.se"
LISTENER = '''
"""A channel: says where what would go."""
from __future__ import annotations
from ledstang import CodeWanted, ContactChanged, Host, Listener, hookimpl

HEARD: list = []

@hookimpl
def register_listeners(host: Host) -> list[Listener]:
    async def send(event: CodeWanted, once: str) -> None:
        HEARD.append(await host.people.code(event.code))

    async def hear(event: ContactChanged, once: str) -> None:
        HEARD.append(event)

    return [Listener("send", CodeWanted, send), Listener("hear", ContactChanged, hear)]
'''


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, town: Town) -> Iterator[Place]:
    """A running instance on each database, with a channel."""
    address = request.getfixturevalue("postgres") if request.param == "postgres" else ""
    (town.folder / "channel.py").write_text(LISTENER, encoding="utf-8")
    with Town(town.folder, address).instance(plugins=town.folder / "channel.py") as place:
        yield place


@pytest.fixture
def dag(town: Town) -> Identity:
    """Somebody with a phone and an address."""
    return town.person("Dag", born="1985-03-14")


@pytest.fixture
def browser(place: Place, dag: Identity) -> Browser:
    """A browser in which they have written both."""
    browser = place.sign_in(dag)
    browser.post("/settings", {"phone": PHONE, "email": EMAIL, "version": "0"})
    return browser


def heard(place: Place) -> list:
    """Carry out what is due, and return what the channel has heard since the last time."""
    place.work()
    said = place.house.plugins.found["channel"].module.HEARD
    found = said[:]
    said.clear()
    return found


def sent(place: Place) -> list:
    """Return what the channel was to send."""
    return [one for one in heard(place) if one is None or hasattr(one, "digits")]


def kept(place: Place, identity: Identity):
    """Return how somebody is reached."""
    id_ = place.visit(identity).actor.id
    return place.run(place.house.contacts.of(id_, id_))


@pytest.mark.parametrize(("kind", "address"), [("phone", "+46701740605"), ("email", EMAIL)])
def test_a_code_that_came_confirms_what_it_was_sent_to(
    place: Place, dag: Identity, browser: Browser, kind, address
) -> None:
    """It goes there and nowhere else, is written with or without spaces, counts once, and confirms nothing but that."""
    page = browser.post("/settings/code", {"kind": kind})
    assert (page.url.path, address in page.text) == ("/settings/confirm", True)
    (code,) = sent(place)
    assert (code.kind, code.address, bool(re.fullmatch(r"[0-9]{6}", code.digits))) == (kind, address, True)
    assert code.digits not in page.text
    done = browser.post("/settings/confirm", {"kind": kind, "code": f" {code.digits[:3]} {code.digits[3:]} "})
    assert "Det är bekräftat" in done.text
    assert kept(place, dag).verified(kind) == place.clock.now()
    assert kept(place, dag).verified("email" if kind == "phone" else "phone") is None
    assert browser.get("/settings/confirm", params={"kind": kind}).url.path == "/settings"
    assert place.run(ContactCode.count().run()) == 0


def test_what_is_changed_is_no_longer_confirmed_and_the_rest_is(place: Place, dag: Identity, browser: Browser) -> None:
    """Another number takes its mark away; the address keeps its own, and so does what is only saved again."""
    for kind in ("phone", "email"):
        browser.post("/settings/code", {"kind": kind})
        browser.post("/settings/confirm", {"kind": kind, "code": sent(place)[0].digits})
    fields = {"phone": PHONE, "email": EMAIL, "comment": "Ring 8–16", "version": str(kept(place, dag).version)}
    browser.post("/settings", fields)
    assert None not in (kept(place, dag).phone_verified, kept(place, dag).email_verified)
    browser.post("/settings", fields | {"phone": "08-123 45 67", "version": str(kept(place, dag).version)})
    assert kept(place, dag).phone_verified is None
    assert kept(place, dag).email_verified is not None
    back = fields | {"version": str(kept(place, dag).version)}
    browser.post("/settings", back)
    assert (kept(place, dag).contact.phone, kept(place, dag).phone_verified) == ("+46701740605", None)


def test_a_code_for_a_number_that_was_changed_meanwhile_confirms_nothing(
    place: Place, dag: Identity, browser: Browser
) -> None:
    """Neither the old number nor the new one; and one that has not gone out yet never does."""
    browser.post("/settings/code", {"kind": "phone"})
    (code,) = sent(place)
    browser.post("/settings/code", {"kind": "phone"})
    browser.post("/settings", {"phone": "08-123 45 67", "version": "1"})
    assert sent(place) == [None]
    answer = browser.post("/settings/confirm", {"kind": "phone", "code": code.digits})
    assert (answer.status_code, "gäller inte längre" in answer.text) == (422, True)
    assert kept(place, dag).phone_verified is None


def test_nothing_is_sent_to_somebody_who_is_protected(place: Place, dag: Identity, browser: Browser) -> None:
    """A code that is on its way when protection comes is not told to any plugin, and no other is offered."""
    browser.post("/settings/code", {"kind": "phone"})
    place.house.connected["PersonRegister"].service.put(dag, protection="confidentiality-marking")
    place.run(place.house.checking.changed(dag.number))
    assert sent(place) == [None]
    assert "/settings/code" not in browser.get("/settings").text
    assert browser.post("/settings/code", {"kind": "email"}).url.path == "/settings"
    assert sent(place) == []


def test_a_code_is_over_after_its_minutes_and_after_a_newer_one(place: Place, dag: Identity, browser: Browser) -> None:
    """Whatever is written then; a code of before is none, though it was never used."""
    browser.post("/settings/code", {"kind": "phone"})
    (first,) = sent(place)
    browser.post("/settings/code", {"kind": "phone"})
    (second,) = sent(place)
    assert first.digits != second.digits
    assert browser.post("/settings/confirm", {"kind": "phone", "code": first.digits}).status_code == 422
    place.clock.move(minutes=15)
    assert "gäller inte längre" in browser.post("/settings/confirm", {"kind": "phone", "code": second.digits}).text
    assert kept(place, dag).phone_verified is None
    assert place.run(place.house.codes.prune()) == 1


def test_guesses_are_few_over_all_devices_and_the_right_one_comes_too_late(
    place: Place, dag: Identity, browser: Browser
) -> None:
    """After five the code is over; twenty at once are not six; and nothing that is no number is a fault."""
    browser.post("/settings/code", {"kind": "phone"})
    (code,) = sent(place)
    wrong = f"{(int(code.digits) + 1) % 10**6:06}"
    visit = place.visit(dag)

    async def race() -> list[str]:
        return await asyncio.gather(*(place.house.codes.take(visit, "phone", wrong) for _ in range(20)))

    assert sorted(place.run(race()))[:16] == ["over"] * 16
    (row,) = place.run(ContactCode.select(ContactCode.tries).run())
    assert row["tries"] == 5
    assert "gäller inte längre" in browser.post("/settings/confirm", {"kind": "phone", "code": code.digits}).text
    browser.post("/settings/code", {"kind": "phone"})
    for rubbish in ("", "\0", "１２３４５６", "9" * 5000):
        assert browser.post("/settings/confirm", {"kind": "phone", "code": rubbish}).status_code == 422


def test_the_database_holds_no_code(place: Place, browser: Browser) -> None:
    """Neither its row nor the errand that sends it: who reads them learns ids, and a keyed hash of where it went."""
    browser.post("/settings/code", {"kind": "phone"})
    rows = place.run(ContactCode.select().run())
    errands = place.run(OutboxRow.select(OutboxRow.payload, OutboxRow.kind).run())
    (code,) = sent(place)
    text = repr(rows) + repr(errands)
    assert "CodeWanted" not in text or code.digits not in text
    assert not any(word in text for word in (code.digits, "701740605", "46701740605", EMAIL))
    assert any("channel.send" in row["kind"] for row in errands)


def test_codes_are_not_sent_without_end(town: Town, place: Place, dag: Identity, browser: Browser) -> None:
    """Five an hour to one person; and five to one number, whoever asks, so that nobody's phone is filled by another."""
    answers = [browser.post("/settings/code", {"kind": "phone"}).status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]
    other = place.sign_in(town.person("Asta", born="1988-03-03"))
    other.post("/settings", {"phone": PHONE, "version": "0"})
    assert other.post("/settings/code", {"kind": "phone"}).status_code == 429
    assert len(sent(place)) <= 5
    place.clock.move(minutes=60)
    assert place.sign_in(dag).post("/settings/code", {"kind": "phone"}).status_code == 200


def test_nobody_confirms_for_another_nor_what_there_is_not(town: Town, place: Place, browser: Browser) -> None:
    """A code of one person's is nothing to another with the same number; what is not written or no kind leads back."""
    browser.post("/settings/code", {"kind": "phone"})
    (code,) = sent(place)
    asta = town.person("Asta", born="1988-03-03")
    other = place.sign_in(asta)
    for kind in ("phone", "email", "", "pigeon"):
        assert other.post("/settings/code", {"kind": kind}).url.path == "/settings"
    other.post("/settings", {"phone": PHONE, "version": "0"})
    assert other.post("/settings/confirm", {"kind": "phone", "code": code.digits}).status_code == 422
    assert kept(place, asta).phone_verified is None
    assert place.browser().post("/settings/code", {"kind": "phone"}).url.path == "/signin"


def test_every_change_is_told_once_and_with_ids_only(place: Place, dag: Identity, browser: Browser) -> None:
    """A save, a confirmation, and not what was as it was."""
    me = place.visit(dag).actor.id
    changed = ContactChanged(person=me, holder=me)
    assert heard(place) == [changed]
    browser.post("/settings", {"phone": PHONE, "email": EMAIL, "version": "1"})
    assert heard(place) == []
    browser.post("/settings/code", {"kind": "phone"})
    (code,) = sent(place)
    browser.post("/settings/confirm", {"kind": "phone", "code": code.digits})
    assert heard(place) == [changed]
    assert CodeWanted.__struct_fields__ == ("person", "code")


def test_what_one_forgets_takes_the_codes_with_it(place: Place, dag: Identity, browser: Browser) -> None:
    """Nothing of a code is left of somebody who was forgotten, and the export says when an address was confirmed."""
    browser.post("/settings/code", {"kind": "phone"})
    me = place.visit(dag).actor.id
    (row,) = place.run(place.house.contacts.export(me))
    assert row.keys() >= {"phone", "phone_verified", "email_verified", "changed"}
    place.run(place.house.contacts.erase(me))
    assert (place.run(ContactCode.count().run()), place.run(PersonContact.count().run())) == (0, 0)


def test_a_guardian_confirms_their_own_for_the_child_and_the_child_s_log_has_it(town: Town) -> None:
    """The guardian's row about the child is confirmed, nobody else's; *Vem har läst* shows it to the child."""
    asta = town.person("Asta", born="1988-03-03")
    cilla = town.child("Cilla", born="2019-01-01", guardians=[asta])
    (town.folder / "channel.py").write_text(LISTENER, encoding="utf-8")
    with town.instance(plugins=town.folder / "channel.py") as place:
        browser = place.sign_in(asta)
        browser.post("/guardian/add", {"number": cilla.number})
        act = re.search(r'action="(/guardian/[^"/]+/act)"', browser.get("/guardian/").text)
        assert act
        browser.post(act[1])
        browser.post("/settings", {"phone": PHONE, "version": "0"})
        browser.post("/settings/code", {"kind": "phone"})
        child, guardian = place.visit(cilla).actor.id, place.visit(asta).actor.id
        (row,) = place.run(ContactCode.select(ContactCode.id).run())
        code = place.run(place.house.codes.wanted(UUID(str(row["id"]))))
        browser.post("/settings/confirm", {"kind": "phone", "code": code.digits})
        assert place.run(place.house.contacts.of(child, guardian)).phone_verified is not None
        assert place.run(place.house.contacts.of(guardian, guardian)).version == 0
        assert contact_id(child, guardian) != contact_id(guardian, guardian)
        seen = place.run(entries_of(child, who="proxy"))
        assert {(one.action, one.ground, one.outcome) for one in seen} == {("settings.contact", "guardian", "allowed")}


def test_where_nothing_sends_codes_none_is_offered(town: Town, dag: Identity) -> None:
    """No button, and nothing comes of pressing one that was there before: nobody waits for what never comes."""
    with town.instance() as place:
        browser = place.sign_in(dag)
        page = browser.post("/settings", {"phone": PHONE, "version": "0"})
        assert "+46701740605" in page.text
        assert "Är det bekräftat?" not in page.text
        assert browser.post("/settings/code", {"kind": "phone"}).url.path == "/settings"
        assert place.run(ContactCode.count().run()) == 0


def test_a_region_in_another_country_has_its_own_numbers(town: Town) -> None:
    """What is written without a country's code is one of the region's country, or else of the instance's."""
    toml = TOML.replace('contact = "Ring 1177."', 'contact = "Ring 1177."\ncountry = "NO"')
    with town.instance(toml=toml + '\n[contact]\ncountry = "FI"\n') as place:
        for born, county, phone in (("1985-03-14", "24", "+4721990000"), ("1986-03-14", "12", "+358213300000")):
            identity = town.person("Dag", born=born, county=county)
            written = "21 99 00 00" if county == "24" else "02 13300000"
            place.sign_in(identity).post("/settings", {"phone": written, "version": "0"})
            assert kept(place, identity).contact.phone == phone
