"""Notices are sent once to whoever wants them, by what they have confirmed, and what came of it is told honestly."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from ledstang import NoticeWanted, NotSent, Undeliverable

from .conftest import ADDRESS, Telling


def choose(telling: Telling, **fields: str) -> None:
    """Choose as on the page."""
    assert "Det är sparat" in telling.place.sign_in(telling.dag).post("/notices/", fields).text


def test_a_notice_comes_by_both_channels_and_says_nothing_but_its_link(telling: Telling) -> None:
    """The same words by both, with a link of their own; e-mail has a subject and says that a machine sent it."""
    telling.tell(telling.dag, path="/programmes/")
    email, sms = telling.rows()
    (text,) = telling.texts
    said = "Du har något nytt att läsa. Logga in här: "
    assert (text.to, text.text, text.subject) == ("+46701740605", f"{said}{ADDRESS}/notices/{sms['id']}", "")
    (mail,) = telling.mailbox.mails
    body = mail.content.decode()
    assert mail.rcpt_tos == ["dag@example.se"]
    assert f"{ADDRESS}/notices/{email['id']}" in body.replace("=\r\n", "")
    assert "Auto-Submitted: auto-generated" in body
    for word in ("Dag", "programmes", "Testregionen", "Testmottagningen", telling.dag.number):
        assert word not in text.text + body
    assert telling.states() == {"email": "accepted", "sms": "accepted"}


def test_one_event_is_one_message_a_channel(telling: Telling) -> None:
    """Wanted twice, and heard again after a crash: one of each. Another event is another."""
    telling.tell(telling.dag)
    telling.tell(telling.dag)
    again = "update outbox set done = null, due = added where kind like 'notices.%'"
    telling.place.run(telling.place.house.database.write(lambda: _sql(again)))
    telling.place.work()
    assert (len(telling.texts), len(telling.mailbox.mails)) == (1, 1)
    telling.tell(telling.dag, "2")
    assert (len(telling.texts), len(telling.mailbox.mails)) == (2, 2)


def _sql(statement: str):
    from ledstang.outbox.tables import OutboxRow

    return OutboxRow.raw(statement).run()


def test_nobody_is_told_where_they_have_confirmed_nothing_or_said_no(telling: Telling) -> None:
    """Not whom we cannot reach, not by a channel that they took away; in the language that they chose."""
    stranger = telling.town.person("Bo", born="1986-01-01")
    telling.tell(stranger)
    choose(telling, email="yes", language="en")
    telling.tell(telling.dag, "2")
    assert telling.texts == []
    assert "You have something new to read" in telling.mailbox.mails[0].content.decode()


@pytest.mark.parametrize("fact", [{"deceased": date(2026, 11, 20)}, {"protection": "protected-registration"}])
def test_nothing_is_sent_to_the_dead_and_the_protected(telling: Telling, fact: dict) -> None:
    """The register has said so between the wanting and the sending; no channel learns an address of the protected."""
    telling.town.registry.put(telling.dag)
    telling.emit(telling.dag)
    telling.town.registry.put(telling.dag, **fact)
    telling.place.run(telling.place.house.checking.changed(telling.dag.number))
    telling.place.work()
    assert (telling.texts, telling.mailbox.mails, telling.rows()) == ([], [], [])


@pytest.mark.parametrize(
    ("step", "answer", "state", "mails"),
    [
        ("RCPT", "550 no such box", "failed", 0),
        ("RCPT", "451 come back", "accepted", 1),
        ("DATA", "554 spam", "failed", 1),
        ("DATA", "451 come back", "accepted", 2),
        ("DATA", "hang up", "accepted", 2),
    ],
)
def test_what_a_mail_server_says_decides(telling: Telling, step: str, answer: str, state: str, mails: int) -> None:
    """550 is for good; after 451 it is tried again; after a line that went dead too, which may have made two of it."""
    telling.mailbox.says[step] = answer
    telling.tell(telling.dag)
    first = telling.states()["email"]
    assert first == ("failed" if state == "failed" else "sending" if answer == "hang up" else "waiting")
    telling.mailbox.says.clear()
    telling.place.clock.move(minutes=1)
    telling.place.work()
    (email, sms) = telling.rows()
    assert (email["state"], email["twice"], sms["state"]) == (state, answer == "hang up", "accepted")
    assert (len(telling.mailbox.mails), len(telling.texts)) == (mails, 1)
    said = telling.place.sign_in(telling.dag).get("/notices/").text
    assert ("Det kan ha kommit två gånger" in said) == (answer == "hang up")
    assert ("Kunde inte lämnas fram" in said) == (state == "failed")


@pytest.mark.parametrize(
    ("fault", "first", "then"),
    [
        (Undeliverable("no such number"), ("failed", False), ("failed", False)),
        (NotSent("busy"), ("waiting", False), ("accepted", False)),
        (ConnectionResetError(), ("sending", False), ("accepted", True)),
    ],
)
def test_text_messages_stand_as_honestly(telling: Telling, fault: Exception, first: tuple, then: tuple) -> None:
    """Whatever sends them says whether a message was refused, not sent, or nobody can tell."""
    telling.texting.FAULTS.append(fault)
    for expected in (first, then):
        telling.tell(telling.dag)
        (row,) = telling.rows(channel="sms")
        assert (row["state"], row["twice"]) == expected
        telling.place.clock.move(minutes=1)
    assert len({text.once for text in telling.texts}) == 1


NOT_NEEDED = pytest.mark.parametrize(
    ("fault", "then"), [(NotSent("busy"), []), (ConnectionResetError(), [("unclear", False)])]
)
"""What goes wrong with a message before nobody needs it any more, and what is then written of it."""


@NOT_NEEDED
def test_a_notice_that_nobody_wants_any_more_is_not_being_sent_for_ever(
    telling: Telling, fault: Exception, then: list[tuple]
) -> None:
    """Somebody says no before it is tried again: what never went is forgotten, and what may have gone is told so."""
    telling.texting.FAULTS.append(fault)
    telling.tell(telling.dag)
    choose(telling, email="yes", language="sv")
    telling.place.clock.move(minutes=1)
    telling.place.work()
    assert [(row["state"], row["twice"]) for row in telling.rows(channel="sms")] == then
    assert len(telling.texts) == 1


def test_what_was_called_off_before_it_could_be_sent_was_not_sent(telling: Telling) -> None:
    """The page says no more than that, for nobody will try again; while somebody does it is as true."""
    telling.texting.FAULTS.append(NotSent("busy"))
    telling.tell(telling.dag)
    page = telling.place.sign_in(telling.dag).get("/notices/").text
    telling.place.run(telling.place.house.outbox.call_off(NoticeWanted, "1"))
    telling.place.clock.move(minutes=20)
    telling.place.work()
    later = telling.place.sign_in(telling.dag).get("/notices/").text
    for said in (page, later):
        assert "Med sms: Inte skickat" in said
        assert "skickat än" not in said
    assert len(telling.texts) == 1


@NOT_NEEDED
def test_nor_is_a_code_that_is_worth_nothing_any_more(telling: Telling, fault: Exception, then: list[tuple]) -> None:
    """Another address was written meanwhile."""
    browser = telling.place.sign_in(telling.town.person("Bo", born="1986-01-01"))
    browser.post("/settings", {"phone": "070-174 06 06", "version": "0"})
    browser.post("/settings/code", {"kind": "phone"})
    telling.texting.FAULTS.append(fault)
    telling.place.work()
    browser.post("/settings", {"phone": "070-174 06 07", "version": "1"})
    telling.place.clock.move(minutes=1)
    telling.place.work()
    assert [(row["state"], row["twice"]) for row in telling.rows()] == then
    assert len(telling.texts) == 1


def test_receipts_tell_what_has_arrived(telling: Telling) -> None:
    """Asked every few minutes: arrived, not arrived, or not known yet. A receipt for another's message changes nothing."""
    for number in "123":
        telling.tell(telling.dag, number)
    known = {row["reference"] for row in telling.rows(channel="sms")}
    assert known == {"ref 1", "ref 2", "ref 3"}
    telling.texting.ARRIVED.update({"ref 1": True, "ref 2": False, "other": True})
    telling.place.clock.move(minutes=6)
    telling.place.work()
    states = {row["reference"]: row["state"] for row in telling.rows(channel="sms")}
    assert states == {"ref 1": "delivered", "ref 2": "failed", "ref 3": "accepted"}
    assert "Har kommit fram" in telling.place.sign_in(telling.dag).get("/notices/").text


def test_what_was_sent_goes_after_a_while_and_holds_no_address(telling: Telling) -> None:
    """No number, address or word stands in the table; after `keep_days` nothing stands there."""
    telling.tell(telling.dag)
    kept = msgspec.json.encode(telling.rows(), enc_hook=str).decode()
    for word in ("70174", "dag@example.se", "läsa", telling.dag.number):
        assert word not in kept
    telling.place.clock.move(days=90)
    telling.place.work()
    assert telling.rows() != []
    telling.place.clock.move(days=1)
    telling.place.work()
    assert telling.rows() == []


def test_register_personal_data_hands_out_and_forgets(telling: Telling) -> None:
    """What was sent goes by itself, what one has chosen when one asks; both are handed out."""
    choose(telling, sms="yes", language="sv")
    telling.tell(telling.dag)
    person = telling.place.visit(telling.dag).subject.id
    sent, chosen = (data for plugin, data in telling.place.house.personal_data() if plugin == "notices")
    assert [row["channel"] for row in telling.place.run(sent.export(person))] == ["sms"]
    assert telling.place.run(chosen.export(person))[0]["email"] is False
    assert (sent.kept, chosen.kept) == ("passing", "own")
    for data in (sent, chosen):
        assert telling.place.run(data.erase(person, "")) == 1
        assert telling.place.run(data.export(person)) == []
