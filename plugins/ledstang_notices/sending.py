"""Sends notices and codes: each channel hears for itself, so that one that fails holds up no other."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid5

import msgspec
from ledstang import (
    Addresses,
    CodeWanted,
    Every,
    Host,
    Job,
    Listener,
    Message,
    Messenger,
    NoticeWanted,
    NotSent,
    Undeliverable,
)  # fmt: skip

from ledstang_notices import kept
from ledstang_notices.choosing import Chosen, chosen
from ledstang_notices.counting import parts
from ledstang_notices.quiet import quiet_until
from ledstang_notices.settings import Settings
from ledstang_notices.tables import Sent
from ledstang_notices.words import USUAL, Notice

ERRANDS = UUID("6f3c0f5e-5d0b-4c8e-9a55-52a4c1f3f7d2")
DEMO = "http://127.0.0.1:8000"


class Channel(msgspec.Struct, frozen=True):
    """A way of telling: its name, the port of what sends, and the kind of address that it sends to."""

    name: str
    port: str
    kind: str


EMAIL, SMS = Channel("email", "Mail", "email"), Channel("sms", "TextMessages", "phone")
LETTER = Channel("letter", "Letters", "post")


def channels(host: Host) -> list[Channel]:
    """Return the channels that the settings open. In the demo all are, and nothing leaves the machine."""
    settings = host.settings(Settings)
    opened = [(EMAIL, settings.smtp or settings.email), (SMS, settings.sms), (LETTER, settings.letters)]
    return [channel for channel, on in opened if on or host.instance.demo]


def listeners(host: Host) -> list[Listener[Any]]:
    """Return what hears that somebody is to be told, and that a code is to be sent, for each channel."""
    found: list[Listener[Any]] = []
    for channel in channels(host):
        found.append(Listener(channel.name, NoticeWanted, partial(tell, host, channel)))
        if channel is not LETTER:
            found.append(Listener(f"{channel.name}-code", CodeWanted, partial(send_code, host, channel)))
    return found


async def tell(host: Host, channel: Channel, notice: NoticeWanted, once: str) -> datetime | None:
    """Tell somebody, if they want to be told so, can be reached, and still have to do with it; or say when it is day."""
    choice, settings, now = await chosen(host, notice.person), host.settings(Settings), host.clock.now()
    over = notice.until is not None and now >= notice.until
    wanted = choice.by(channel.name) and not notice.for_proxies and not over
    until = quiet_until(now, settings.quiet_from, settings.quiet_until)
    if wanted and until and not choice.at_night and channel is not LETTER:
        return until
    row = _row(host, channel, notice.person, notice.reason, once)
    to = await _address(host, channel, notice, choice) if wanted else ""
    if not to:
        await kept.drop(host, row.id)
        return None
    row.about, row.ground, row.path = notice.about, notice.ground, notice.path
    home = settings.address or DEMO
    link = home if channel is LETTER else f"{home}/notices/{row.id}"
    await _send(host, channel, row, to, words(host, notice.reason, choice.language), link)
    return None


async def _address(host: Host, channel: Channel, notice: NoticeWanted, choice: Chosen) -> str:
    """Return where a notice goes by a channel; empty where nobody is to be told so."""
    if notice.about and not await host.people.may_act(notice.person, notice.about, notice.ground):
        return ""
    reached = await host.people.addresses(notice.person, notice.about or notice.person)
    if channel is LETTER and not await _takes_a_letter(host, notice.person, choice, reached):
        return ""
    to: str = getattr(reached, channel.kind)
    return to


async def _takes_a_letter(host: Host, id_: UUID, choice: Chosen, reached: Addresses) -> bool:
    """Say whether somebody is told by a letter: nothing else reaches them, and they are old enough to get one of their own."""
    others = [one for one in channels(host) if one is not LETTER]
    if any(choice.by(one.name) and getattr(reached, one.kind) for one in others):
        return False
    person = await host.people.person(id_)
    return person is not None and person.age(host.clock.today()) >= host.settings(Settings).letter_age


async def send_code(host: Host, channel: Channel, wanted: CodeWanted, once: str) -> None:
    """Send a code, at once: somebody sits and waits for it, at whatever hour."""
    row = _row(host, channel, wanted.person, "code", once)
    code = await host.people.code(wanted.code)
    if code is None or code.kind != channel.kind:
        await kept.drop(host, row.id)
        return
    choice = await chosen(host, wanted.person)
    await _send(host, channel, row, code.address, words(host, "code", choice.language), code.digits)


def words(host: Host, reason: str, language: str) -> Notice:
    """Return the words of a reason, in a language or, where nobody has written them in that, in the instance's."""
    found, usual = host.content("notices"), host.instance.settings.language
    keys = [f"{reason}-{one}{ending}" for one in (language, usual) for ending in ("", USUAL)]
    notice: Notice = next(found[key] for key in keys if key in found).document
    return notice


def jobs(host: Host) -> list[Job]:
    """Return what is done by the clock: asking what has arrived, and forgetting what was sent long ago."""
    settings = host.settings(Settings)

    async def ask(_due: datetime) -> None:
        since = host.clock.now() - timedelta(hours=settings.receipt_hours)
        for channel in channels(host):
            messenger: Messenger | None = host.connector(channel.port)
            known = await kept.unconfirmed(channel.name, since) if messenger else {}
            for reference, arrived in (await messenger.receipts(known) if messenger and known else {}).items():
                if reference in known:
                    await kept.end(host, known[reference], kept.DELIVERED if arrived else kept.FAILED, reference)

    async def forget(_due: datetime) -> None:
        await kept.forget(host.clock.now() - timedelta(days=settings.keep_days))

    return [Job("receipts", Every(settings.receipt_minutes), ask), Job("forget", Every(60), forget)]


async def _send(host: Host, channel: Channel, row: Sent, to: str, notice: Notice, filled: str) -> None:
    """Send once. Raises NotSent, and whatever else a messenger raises: then the outbox asks again."""
    messenger: Messenger | None = host.connector(channel.port)
    if messenger is None:
        raise NotSent(f"nothing serves {channel.port}")
    text = notice.said(filled)
    row.parts = parts(text) if channel is SMS else 1
    if not await kept.begin(host, row):
        return
    subject = "" if channel is SMS else notice.subject
    try:
        reference = await messenger.send(Message(to, text, str(row.id), subject))
    except Undeliverable:
        await kept.end(host, row.id, kept.FAILED)
    except NotSent:
        await kept.end(host, row.id, kept.WAITING)
        raise
    else:
        await kept.end(host, row.id, kept.ACCEPTED, reference)


def _row(host: Host, channel: Channel, person: UUID, kind: str, once: str) -> Sent:
    now = host.clock.now()
    return Sent(
        id=uuid5(ERRANDS, once), person=person, channel=channel.name, kind=kind, state=kept.SENDING, at=now, changed=now
    )
