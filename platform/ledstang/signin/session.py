"""A session as it is read from its row, and how long one lives."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from ledstang.settings import SignIn

_USUAL = SignIn()


class SessionLimits(msgspec.Struct, frozen=True):
    """How long things live. An instance says `idle` and `absolute` in its settings.

    `seen_every` is how often a sign of life is written at most, `drift` how far clocks may lie apart, `rescue` for how
    long after its end a session's text is still taken care of.
    """

    idle: timedelta = timedelta(minutes=_USUAL.idle_minutes)
    absolute: timedelta = timedelta(minutes=_USUAL.absolute_minutes)
    seen_every: timedelta = timedelta(minutes=1)
    drift: timedelta = timedelta(minutes=1)
    rescue: timedelta = timedelta(hours=24)

    @classmethod
    def of(cls, settings: SignIn) -> SessionLimits:
        """Return the limits that an instance's settings ask for."""
        idle, absolute = settings.idle_minutes, settings.absolute_minutes
        return cls(idle=timedelta(minutes=idle), absolute=timedelta(minutes=absolute))


class Session(msgspec.Struct, frozen=True):
    """A session as read from its row. `csrf` is the token that its forms carry.

    `acting_for` is for whom the person has gone on to act and `ground` on what ground, `assignment` in what capacity they
    work, as they chose: not that they may. `locked_to` is the only path that the session is for, while the device is
    handed over to the one that they act for.
    """

    id: str
    person: UUID
    csrf: str
    created: datetime
    seen: datetime
    auth_at: datetime
    ended: datetime | None = None
    acting_for: UUID | None = None
    ground: str | None = None
    assignment: UUID | None = None
    locked_to: str | None = None
    origin: str | None = None
    origin_subject: str | None = None

    def __repr__(self) -> str:
        return f"Session(person={self.person})"
