"""What lies in the inbox about a programme: that guardians have to say yes first, that it has ended, and how long it can be read.

It lies in the child's inbox where it is a child's programme. The child and each guardian read it there on their own, so it
says nothing of who did what.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec
from babel.dates import format_date
from ledstang import Delivery, Host, text

from ledstang_programmes.audience import ANSWERERS
from ledstang_programmes.document import Programme
from ledstang_programmes.occasions import last_day
from ledstang_programmes.tables import home

if TYPE_CHECKING:
    from ledstang_programmes.participation import Part

LOCALE = Path(__file__).parent / "locale"
SAID = {
    "completed": "You have gone through all of %(programme)s. What you wrote stays here for you.",
    "ended_by_participant": "You have ended %(programme)s. What you wrote stays here for you.",
}
FAMILY_SAID = {
    "completed": "%(programme)s has been gone through to the end. What has been written is kept.",
    "ended_by_participant": "%(programme)s has been ended early. What has been written is kept.",
}
ENDED_FOR = "The care unit has ended %(programme)s. What has been written is kept."
READABLE = "You can read it until %(day)s."
WAITS = "%(programme)s begins when guardians have said yes. Read what it means, and say yes if you want it and have not yet."


async def deliver(host: Host, one: Part, programme: Programme, ended: datetime, reason: str, words: str) -> None:
    """Put the receipt into the participant's inbox, in the programme's language; to be called where the end is written.

    `reason` is why it ended, and `words` what a treater says to it, or an empty text.
    """
    said = FAMILY_SAID if programme.audience in ANSWERERS else SAID
    body = _said(programme, said.get(reason, ENDED_FOR))
    if programme.readable_days:
        day = format_date(last_day(ended, programme.readable_days), "long", locale=programme.language)
        body = f"{body}\n{_said(programme, READABLE, day=day)}"
    if words:
        body = f"{body}\n\n{words}"
    await waits_no_more(host, one.id)
    await host.inbox.deliver(_item(one.person, one.id, programme, body), once=f"ended/{one.id}")


async def wait(host: Host, child: UUID, participation: UUID, programme: Programme) -> None:
    """Tell a child's guardians that a programme waits for them; to be called where its beginning is written."""
    item = _item(child, participation, programme, _said(programme, WAITS))
    await host.inbox.deliver(msgspec.structs.replace(item, audience="proxies"), once=_waiting(participation))


async def waits_no_more(host: Host, participation: UUID) -> None:
    """Take back what told guardians that a programme waits: enough of them have said yes, or it has ended."""
    await host.inbox.withdraw(_waiting(participation))


def _item(person: UUID, participation: UUID, programme: Programme, body: str) -> Delivery:
    """Return what is put into the inbox. What guardians take part in alone, no child is told of."""
    return Delivery(
        person=person,
        kind="information",
        title=programme.title,
        body=body,
        href=home(participation),
        audience="proxies" if programme.audience == "guardian of a child" else "both",
    )


def _said(programme: Programme, message: str, **values: str) -> str:
    return text(message, programme.language, (LOCALE,)) % {"programme": programme.title, **values}


def _waiting(participation: UUID) -> str:
    return f"consent/{participation}"
