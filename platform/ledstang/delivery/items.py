"""What lies in an inbox, as a service hands it over and as a person finds it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

Audience = Literal["both", "subject", "proxies"]
Kind = Literal["message", "form", "summons", "result", "information"]


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """What a service puts into the inbox of `person`, in a language that they read.

    `body` is plain text whose lines are kept; `href` is a page of the service's own that shows the rest, or where what is
    asked is done. `asks` says in some words what the person is to do, by `due` (an aware instant) if that is given.
    `unit` is the HSA-id of the care unit that it is from. `audience` is whom it is for: the person and whoever acts for
    them (`both`), the person alone (`subject`), or only those who act for them (`proxies`).
    """

    person: UUID
    kind: Kind
    title: str
    body: str = ""
    href: str = ""
    asks: str = ""
    due: datetime | None = None
    unit: str = ""
    audience: Audience = "both"

    def __repr__(self) -> str:
        return "Delivery()"


class Words(msgspec.Struct, frozen=True):
    """The part of an item that is sealed."""

    title: str
    body: str
    asks: str

    def __repr__(self) -> str:
        return "Words()"


class InboxItem(msgspec.Struct, frozen=True):
    """One thing in the inbox of `person`, as the visit that reads it finds it.

    `sender` is the name of the care unit that it is from, if it is from one, and `unit` its HSA-id.

    `read` and `archived` are when this reader did so; another who acts for the same person has their own.
    """

    id: UUID
    person: UUID
    kind: str
    sender: str
    words: Words
    href: str
    due: datetime | None
    delivered: datetime
    answered: datetime | None
    read: datetime | None
    archived: datetime | None
    unit: str | None = None
