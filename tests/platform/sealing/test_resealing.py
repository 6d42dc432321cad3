"""What an older key has sealed is sealed again, a little at a time, wherever it stands, and reads as it did."""

from __future__ import annotations

import asyncio
from contextvars import Context
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from ledstang.access.log.tables import AccessReview
from ledstang.access.tables import AccessFact
from ledstang.attachments.tables import Attachment, AttachmentPart
from ledstang.content.tables import Answer, LostText, Response
from ledstang.database import DatabaseFault
from ledstang.delivery.tables import DeliveredItem
from ledstang.people.contacts import contact_id
from ledstang.people.numbers import make_test_number
from ledstang.people.persons import Identity
from ledstang.people.tables import AccountLock, Person, PersonContact
from ledstang.plugins import find
from ledstang.problems.tables import Problem
from ledstang.rights.tables import DataCopy, DataCopyPart
from ledstang.sealing.columns import columns_of
from ledstang.sealing.rollover import known_keys
from ledstang.sealing.tables import SealKey
from ledstang.signin.tables import RescuedText, WithheldText
from ledstang.tables import tables_of
from piccolo.columns import Bytea

BORN = date(1985, 5, 6)
NOT_SEALED = {"content_version.document"}
"""Columns of bytes that hold nothing of a person."""


def identity(number: int) -> Identity:
    return Identity(make_test_number(BORN, number), f"Dag Test-{number}", BORN, "24")


def place(table: str, column: str, row: UUID, person: UUID) -> dict:
    return {"table": table, "column": column, "row": row, "subject": person}


async def write(process, number: int) -> UUID:
    """Write one of everything that is sealed, for one person, and return who that is."""
    person = (await process.register.keep(identity(number))).id
    now, ids = process.database.clock.now(), [uuid4() for _ in range(11)]
    seal = process.keys.seal
    await Response.insert(
        Response(id=ids[0], person=person, owner=uuid4(), place="x", form="f", form_hash="h", started=now,
                 completed=now, scores=seal(b"scores", **place("response", "scores", ids[0], person))))  # fmt: skip
    await Answer.insert(
        Answer(id=ids[1], response=ids[0], owner=uuid4(), person=person, item="a", changed=now, actor=person,
               value=seal(b"answer", **place("answer", "value", ids[1], person))))  # fmt: skip
    await LostText.insert(
        LostText(id=ids[2], answer=ids[1], person=person, kept=now,
                 value=seal(b"lost", **place("lost_text", "value", ids[2], person))))  # fmt: skip
    await RescuedText.insert(
        RescuedText(id=ids[3], person=person, path="/", created=now,
                    fields=seal(b"rescued", **place("rescued_text", "fields", ids[3], person))))  # fmt: skip
    await WithheldText.insert(
        WithheldText(id=ids[5], subject=person, actor=person, path="/", created=now,
                     fields=seal(b"withheld", **place("withheld_text", "fields", ids[5], person))))  # fmt: skip
    contact = contact_id(person, person)
    await PersonContact.insert(
        PersonContact(id=contact, subject=person, holder=person, actor=person, changed=now,
                      details=seal(b"contact", **place("person_contact", "details", contact, person))))  # fmt: skip
    await Problem.insert(
        Problem(id=ids[4], page="/", version="1", created=now,
                words=seal(b"problem", **place("problem", "words", ids[4], ids[4]))))  # fmt: skip
    await AccessReview.insert(
        AccessReview(id=ids[6], cause="emergency", subject=person, actor=person, unit="u", day=BORN, drawn=now,
                     reason=seal(b"reason", **place("access_review", "reason", ids[6], person)),
                     note=seal(b"note", **place("access_review", "note", ids[6], person))))  # fmt: skip
    await AccessFact.insert(
        AccessFact(id=ids[7], kind="block", subject=person, relation="*", service="*", action="*", since=BORN, created=now,
                   reason=seal(b"decided", **place("access_fact", "reason", ids[7], person))))  # fmt: skip
    await DeliveredItem.insert(
        DeliveredItem(id=ids[8], subject=person, audience="both", kind="message", plugin="p", delivered=now, once=str(ids[8]),
                      words=seal(b"delivered", **place("delivered_item", "words", ids[8], person))))  # fmt: skip
    lock = uuid4()
    await AccountLock.insert(
        AccountLock(id=lock, person=person, actor=person, unit="u", at=now,
                    reason=seal(b"locked", **place("account_lock", "reason", lock, person))))  # fmt: skip
    await DataCopy.insert(
        DataCopy(
            id=ids[9], person=person, asker=person, pair=ids[9], ground="self", language="sv", asked=now, until=now
        )
    )
    await DataCopyPart.insert(
        DataCopyPart(id=ids[10], copy=ids[9], person=person,
                     content=seal(b"part", **place("data_copy_part", "content", ids[10], person))))  # fmt: skip
    file = uuid4()
    await Attachment.insert(
        Attachment(id=file, subject=person, use="u", item=file, batch=file, added=now,
                   name=seal(b"name", **place("attachment", "name", file, person))))  # fmt: skip
    await AttachmentPart.insert(
        AttachmentPart(id=file, attachment=file, subject=person, batch=file,
                       content=seal(b"file", **place("attachment_part", "content", file, person))))  # fmt: skip
    return person


async def texts(process) -> list[bytes]:
    """Open all that is sealed but who people are."""
    found = []
    for column in (Response.scores, Answer.value, LostText.value, RescuedText.fields, DataCopyPart.content):
        table, name = column._meta.table, column._meta.name
        for row in await table.select(table.id, table.person, column):
            if row[name] is not None:
                where = place(table._meta.tablename, name, row["id"], row["person"])
                found.append(process.keys.unseal(row[name], **where))
    for row in await Problem.select(Problem.id, Problem.words):
        found.append(process.keys.unseal(row["words"], **place("problem", "words", row["id"], row["id"])))
    for row in await PersonContact.select(PersonContact.id, PersonContact.subject, PersonContact.details):
        where = place("person_contact", "details", row["id"], row["subject"])
        found.append(process.keys.unseal(row["details"], **where))
    for row in await WithheldText.select(WithheldText.id, WithheldText.subject, WithheldText.fields):
        found.append(process.keys.unseal(row["fields"], **place("withheld_text", "fields", row["id"], row["subject"])))
    for name in ("reason", "note"):
        for row in await AccessReview.select(AccessReview.id, AccessReview.subject, getattr(AccessReview, name)):
            where = place("access_review", name, row["id"], row["subject"])
            found.append(process.keys.unseal(row[name], **where))
    for row in await AccessFact.select(AccessFact.id, AccessFact.subject, AccessFact.reason):
        where = place("access_fact", "reason", row["id"], row["subject"])
        found.append(process.keys.unseal(row["reason"], **where))
    for row in await DeliveredItem.select(DeliveredItem.id, DeliveredItem.subject, DeliveredItem.words):
        where = place("delivered_item", "words", row["id"], row["subject"])
        found.append(process.keys.unseal(row["words"], **where))
    for column in (Attachment.name, AttachmentPart.content):
        table, name = column._meta.table, column._meta.name
        for row in await table.select(table.id, table.subject, column):
            where = place(table._meta.tablename, name, row["id"], row["subject"])
            found.append(process.keys.unseal(row[name], **where))
    for row in await AccountLock.select(AccountLock.id, AccountLock.person, AccountLock.reason):
        found.append(process.keys.unseal(row["reason"], **place("account_lock", "reason", row["id"], row["person"])))
    return sorted(found)


async def replace(house, process) -> None:
    """Make a new key and let it seal."""
    await process.rollover.make()
    await process.rollover.look()


async def test_all_is_sealed_again_and_reads_as_it_did(house) -> None:
    """Every table, whole portions and rests, the index of each person too; then the older key may go."""
    one = await house.begun(portion=3)
    persons = [await write(one, number) for number in range(8)]
    open_response = uuid4()
    await Response.insert(
        Response(id=open_response, person=persons[0], owner=uuid4(), place="y", form="f", form_hash="h",
                 started=house.clock.now()))  # fmt: skip
    before, indexes = await texts(one), await Person.select(Person.number_index).output(as_list=True)
    await replace(house, one)
    await write(one, 8)
    await one.resealing.run()
    left = await one.resealing.left()
    assert {name: dict(found) for name, found in left.items()} == {
        name: {2: 9}
        for name in (
            "access_fact",
            "account_lock",
            "access_review",
            "access_review.note",
            "answer",
            "attachment",
            "attachment_part",
            "data_copy_part",
            "delivered_item",
            "lost_text",
            "problem",
            "response",
            "rescued_text",
            "withheld_text",
            "person_contact",
            "person",
        )
    }
    await one.resealing.retire(1)
    fresh = await house.begun()
    assert list(fresh.keys.marks) == [2]
    everything = (
        b"answer", b"contact", b"decided", b"delivered", b"file", b"locked", b"lost", b"name", b"note", b"part", b"problem",
            b"reason", b"rescued", b"scores", b"withheld",
    )  # fmt: skip
    assert await texts(fresh) == sorted([*before, *everything])
    assert [(await fresh.register.keep(identity(number))).id for number in range(8)] == persons
    assert not set(indexes) & set(await Person.select(Person.number_index).output(as_list=True))
    assert await Person.count() == 9


async def test_it_is_done_in_small_portions_and_goes_on_where_it_was(house) -> None:
    """One occasion does no more than it may; the next goes on, in whichever process that is."""
    one = await house.begun(portion=2, portions=2)
    for number in range(5):
        await write(one, number)
    await replace(house, one)
    await one.resealing.run()
    assert (await one.resealing.left())["answer"] == {1: 1, 2: 4}
    (row, _) = await known_keys()
    assert row["place"].startswith("answer ")
    other = await house.begun(portion=2, portions=100)
    await one.rollover.look()
    await other.resealing.run()
    assert all(set(found) == {2} for found in (await other.resealing.left()).values())
    assert (await known_keys())[0]["resealed"] == house.clock.now()


async def test_nothing_is_read_when_nothing_is_to_be_done(house, monkeypatch) -> None:
    """With one key, and when all is done, the job looks at no table of people's."""
    one = await house.begun()
    await write(one, 0)
    await replace(house, one)
    await one.resealing.run()

    async def never(*_: object) -> None:
        raise AssertionError("a table was read")

    for column in one.resealing._columns.values():
        monkeypatch.setattr(column, "heads", never)
    await one.resealing.run()


async def test_it_waits_until_nobody_seals_with_the_older_key(house) -> None:
    """Else one would have to begin again: what is written behind one's back."""
    one, other = await house.begun(), await house.begun()
    await write(one, 0)
    await one.rollover.make()
    for process in (one, other):
        await process.rollover.look()
    await other.resealing.run()
    assert (await other.resealing.left())["answer"] == {1: 1}
    await one.rollover.look()
    await other.resealing.run()
    assert (await other.resealing.left())["answer"] == {2: 1}


@pytest.mark.parametrize("table", ["answer", "lost_text", "response", "rescued_text", "person"])
async def test_a_key_is_not_retired_while_anything_is_sealed_with_it(house, table: str) -> None:
    """One value anywhere is enough; the sentence says how many and where, and the work begins again."""
    one = await house.begun()
    await write(one, 0)
    columns = {column.name: column.column for column in columns_of(one.keys, one.register)}
    column = columns[table]
    (old,) = await column._meta.table.select(column).output(as_list=True)
    (old_index,) = await Person.select(Person.number_index).output(as_list=True)
    await replace(house, one)
    await one.resealing.run()
    await column._meta.table.update({column: old}, force=True)
    await Person.update({Person.number_index: old_index}, force=True)
    with pytest.raises(DatabaseFault, match=rf"key 1: values are sealed with it still \(1 in {table}\)"):
        await one.resealing.retire(1)
    await one.resealing.run()
    await one.resealing.retire(1)


async def test_what_somebody_writes_meanwhile_stays(house) -> None:
    """A value that was changed since it was read is left as it is: it is sealed with the new key anyway."""
    one = await house.begun()
    person = await write(one, 0)
    await replace(house, one)
    (row,) = await Answer.select()
    newer = one.keys.seal(b"newer", **place("answer", "value", row["id"], person))
    column = next(column for column in columns_of(one.keys, one.register) if column.name == "answer")
    await Answer.update({Answer.value: newer}, force=True)
    await column.reseal(row["id"])
    assert await Answer.select(Answer.value, Answer.revision).first() == {"value": newer, "revision": 1}


async def test_what_somebody_writes_in_the_same_moment_stays(house, monkeypatch: pytest.MonkeyPatch) -> None:
    """The value is read, then another is committed: sealing the first again does not bring it back."""
    one = await house.begun()
    person = await write(one, 0)
    await replace(house, one)
    (row,) = await Answer.select()
    newer = one.keys.seal(b"newer", **place("answer", "value", row["id"], person))
    column = next(column for column in columns_of(one.keys, one.register) if column.name == "answer")

    read, unseal = asyncio.Event(), one.keys.unseal

    def opened(*value: bytes, **where: Any) -> bytes:
        read.set()
        return unseal(*value, **where)

    monkeypatch.setattr(one.keys, "unseal", opened)

    async def work() -> asyncio.Task:
        await Answer.update({Answer.value: newer}, force=True)
        resealing = asyncio.create_task(column.reseal(row["id"]), context=Context())
        await asyncio.wait_for(read.wait(), 30)  # what it writes now waits for this transaction
        return resealing

    await (await house.database.write(work))
    assert await Answer.select(Answer.value).first() == {"value": newer}


async def test_what_cannot_be_opened_stops_nothing(house, caplog) -> None:
    """It is named in the log without a word of it, the others are sealed, and the key cannot be retired."""
    one = await house.begun()
    for number in range(3):
        await write(one, number)
    broken = (await Answer.select(Answer.id).first())["id"]
    await Answer.update({Answer.value: one.keys.seal(b"x", **place("answer", "value", uuid4(), uuid4()))}).where(
        Answer.id == broken
    )
    await replace(house, one)
    await one.resealing.run()
    assert (await one.resealing.left())["answer"] == {1: 1, 2: 2}
    assert f"answer.value, row {broken}" in caplog.text
    with pytest.raises(DatabaseFault, match="1 in answer"):
        await one.resealing.retire(1)


async def test_a_forgotten_person_stays_forgotten(house) -> None:
    """Their row is sealed again as nobody's, and found by no number."""
    one = await house.begun()
    person = (await one.register.keep(identity(0))).id
    await one.register.forget(person)
    await replace(house, one)
    await one.resealing.run()
    await one.resealing.retire(1)
    fresh = await house.begun()
    assert (await fresh.register.find(person)).name == ""
    assert (await fresh.register.keep(identity(0))).id != person


async def test_a_third_key_takes_over_from_two(house) -> None:
    """Keys may be replaced before the last one's work is done."""
    one = await house.begun(portion=1, portions=1)
    for number in range(3):
        await write(one, number)
    await replace(house, one)
    await one.resealing.run()
    await replace(house, one)
    last = await house.begun()
    await one.rollover.look()
    await last.resealing.run()
    assert all(set(found) == {3} for found in (await last.resealing.left()).values())
    for number in (1, 2):
        await last.resealing.retire(number)
    assert sorted(await SealKey.select(SealKey.number).where(SealKey.retired.is_null()).output(as_list=True)) == [3]


def test_every_column_that_may_hold_something_sealed_is_known(tmp_path) -> None:
    """A column of bytes, of the host's or a plugin's, is sealed and sealed again, or said here to hold nothing."""
    from ledstang.clock import Clock
    from ledstang.database import Database, Keys
    from ledstang.people.register import Register

    keys = Keys.load(tmp_path / "keys", create=True)
    register = Register(Database(tmp_path / "x", Clock()), keys, Clock())
    known = {f"{one.table._meta.tablename}.{one.column._meta.name}" for one in columns_of(keys, register)} - {
        "person.facts"
    }
    bytes_ = {
        f"{table._meta.tablename}.{column._meta.name}"
        for table in tables_of(find([]))
        for column in table._meta.columns
        if isinstance(column, Bytea)
    }
    assert bytes_ == known | NOT_SEALED
