"""What a participant finds in the inbox when a programme has ended: that it has, and how long it can still be read."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from babel.dates import format_date
from ledstang import Delivery, Host, text

from ledstang_programmes.document import Programme
from ledstang_programmes.occasions import last_day

if TYPE_CHECKING:
    from ledstang_programmes.participation import Part

LOCALE = Path(__file__).parent / "locale"
DONE = "You have gone through all of %(programme)s. What you wrote stays here for you."
ENDED = "You have ended %(programme)s. What you wrote stays here for you."
READABLE = "You can read it until %(day)s."


async def deliver(host: Host, one: Part, programme: Programme, ended: datetime, *, completed: bool) -> None:
    """Put the receipt into the participant's inbox, in the programme's language; to be called where the end is written."""

    def said(message: str, **values: str) -> str:
        return text(message, programme.language, (LOCALE,)) % {"programme": programme.title, **values}

    body = said(DONE if completed else ENDED)
    if programme.readable_days:
        day = format_date(last_day(ended, programme.readable_days), "long", locale=programme.language)
        body = f"{body}\n{said(READABLE, day=day)}"
    receipt = Delivery(
        person=one.person, kind="information", title=programme.title, body=body, href=f"/programmes/mine/{one.id}"
    )
    await host.inbox.deliver(receipt, once=f"ended/{one.id}")
