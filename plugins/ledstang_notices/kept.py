"""What was sent: written down before it goes, and what came of it; forgotten after a while."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from ledstang import Host, PersonalData, prepared

from ledstang_notices import choosing
from ledstang_notices.tables import Sent

WAITING, SENDING, ACCEPTED, DELIVERED, FAILED = "waiting", "sending", "accepted", "delivered", "failed"
UNCLEAR = "unclear"
SHOWN = 50
"""The most that a page shows of what was sent to somebody."""
ASKED = 500
"""The most messages that a channel is asked about at once."""
HOW = {"email": "By e-mail", "sms": "By SMS", "letter": "By letter"}
STATES = {
    WAITING: "Not sent",
    SENDING: "Being sent",
    ACCEPTED: "Sent",
    DELIVERED: "Has arrived",
    FAILED: "Could not be delivered",
    UNCLEAR: "May have been sent",
}


async def begin(host: Host, row: Sent) -> bool:
    """Write down that something is being sent; False where it has been already, or never can be.

    One that was being sent when something broke, or that another worker sends at this moment, is sent again: it may then
    have been sent twice, and that is kept.
    """

    async def work() -> bool:
        if await Sent.insert(row).on_conflict(target=Sent.id, action="DO NOTHING"):
            return True
        await host.database.take_turns(f"notice {row.id}")
        (known,) = await by_id(row.id)
        if known["state"] not in (WAITING, SENDING):
            return False
        await _again(known["twice"] or known["state"] == SENDING, host.clock.now(), row.id)
        return True

    return await host.database.write(work)


async def end(host: Host, id_: UUID, state: str, reference: str = "") -> None:
    """Write down what came of it. That it was not sent says nothing of what another worker has sent meanwhile."""
    now = host.clock.now()
    await host.database.write(
        lambda: _not_sent(now, id_) if state == WAITING else _ended(state, reference[:200], now, id_)
    )


async def drop(host: Host, id_: UUID) -> None:
    """Leave what nobody needs any more: what was not sent is forgotten, and of what was being sent nobody can tell."""
    known = await by_id(id_)
    if known and known[0]["state"] in (WAITING, SENDING):
        now = host.clock.now()
        await host.database.write(lambda: _given_up(id_) if known[0]["state"] == WAITING else _perhaps(now, id_))


async def of_person(person: UUID) -> list[dict[str, Any]]:
    """Return what was sent to somebody, the latest first, `SHOWN` at the most."""
    return await _of(person)


async def unconfirmed(channel: str, since: datetime) -> dict[str, UUID]:
    """Return what was taken by a channel and is not known to have arrived: ids by what the channel calls them."""
    rows = await _unconfirmed(channel, since)
    return {row["reference"]: row["id"] for row in rows}


async def forget(before: datetime) -> int:
    """Forget what was sent long ago. Returns how many there were."""
    return len(await _forget(before))


def kept_data() -> list[PersonalData]:
    """Return how what was sent, and what was chosen, is handed out and forgotten."""

    async def export(person: UUID) -> list[dict[str, Any]]:
        return [
            {name: row[name] for name in ("at", "channel", "state", "twice", "changed")} for row in await _of(person)
        ]

    async def erase(person: UUID, _why: str) -> int:
        gone = await Sent.delete().where((Sent.person == person) | (Sent.about == person)).returning(Sent.id)
        return len(gone)

    words = {"at": "When", "channel": "How", "state": "What came of it", "twice": "It may have come twice"}
    codes = {"channel": HOW, "state": STATES}
    chosen = {
        "email": "Tell me by e-mail", "sms": "Tell me by SMS", "letter": "Tell me by letter",
        "at_night": "Tell me at night too", "changed": "Last changed",
    }  # fmt: skip
    return [
        PersonalData("Notices that were sent to you", export, erase, "sent", "passing", words, codes),
        PersonalData("How you are told", choosing.export, choosing.erase, "choice", "own", chosen),
    ]


def leads_to(row: Mapping[str, Any]) -> UUID:
    """Return whom a notice is about."""
    about: UUID = row["about"] or row["person"]
    return about


by_id = prepared(
    lambda id_: Sent.select(
        Sent.id, Sent.person, Sent.about, Sent.ground, Sent.path, Sent.kind, Sent.state, Sent.twice
    ).where(Sent.id == id_)
)
_of = prepared(
    lambda person: (
        Sent.select(Sent.id, Sent.kind, Sent.channel, Sent.state, Sent.twice, Sent.parts, Sent.at, Sent.changed)
        .where(Sent.person == person)
        .order_by(Sent.at, ascending=False)
        .limit(SHOWN)
    )
)
_again = prepared(
    lambda twice, now, id_: Sent.update(
        {Sent.state: SENDING, Sent.twice: twice, Sent.changed: now}
    ).where(Sent.id == id_)
)  # fmt: skip
_ended = prepared(
    lambda state, reference, now, id_: Sent.update(
        {Sent.state: state, Sent.reference: reference, Sent.changed: now}
    ).where(Sent.id == id_)
)  # fmt: skip
_not_sent = prepared(
    lambda now, id_: Sent.update({Sent.state: WAITING, Sent.changed: now}).where(
        (Sent.id == id_) & (Sent.state == SENDING)
    )
)
_given_up = prepared(lambda id_: Sent.delete().where((Sent.id == id_) & (Sent.state == WAITING)))
_perhaps = prepared(
    lambda now, id_: Sent.update({Sent.state: UNCLEAR, Sent.changed: now}).where(
        (Sent.id == id_) & (Sent.state == SENDING)
    )
)
_unconfirmed = prepared(
    lambda channel, since: (
        Sent.select(Sent.id, Sent.reference)
        .where((Sent.state == ACCEPTED) & (Sent.channel == channel) & (Sent.at > since) & (Sent.reference != ""))
        .order_by(Sent.changed)
        .limit(ASKED)
    )
)
_forget = prepared(lambda before: Sent.delete().where(Sent.at < before).returning(Sent.id))
