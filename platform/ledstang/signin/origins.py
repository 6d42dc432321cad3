"""Where a sign-in came from, so that it can be ended from there too: kept as keyed hashes, never in clear."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from ledstang.database.sealed import Keys

if TYPE_CHECKING:
    from ledstang.signin.sessions import Sessions


class Origin(msgspec.Struct, frozen=True):
    """What a sign-in method knows a session by: a provider, its session and its name for the person (either may be "").

    `proven` is the instant, in UTC, when the person proved who they are there; None is now.
    """

    provider: str
    session: str = ""
    subject: str = ""
    proven: datetime | None = None

    def __repr__(self) -> str:
        return f"Origin({self.provider})"


class Marks(msgspec.Struct, frozen=True):
    """What a session's row keeps of its origin: two keyed hashes in hex, and when the person proved who they are."""

    session: str | None = None
    subject: str | None = None
    proven: datetime | None = None


NOWHERE = Marks()


def marks_of(keys: Keys, plugin: str, origin: Origin) -> Marks:
    """Return what is kept of an origin. Another plugin's origin, or another provider's, never gives the same."""
    session, subject = (
        keys.index(_purpose(kind), _value(plugin, origin.provider, value)).hex() if value else None
        for kind, value in (("session", origin.session), ("subject", origin.subject))
    )
    return Marks(session, subject, origin.proven)


async def end_from(sessions: Sessions, keys: Keys, plugin: str, origin: Origin) -> int:
    """End the sessions that came from a provider's session, or, where it names none, all of its person's.

    Returns how many there were.
    """
    kind, value = ("session", origin.session) if origin.session else ("subject", origin.subject)
    if not value:
        return 0
    marks = [index.hex() for index in keys.indexes(_purpose(kind), _value(plugin, origin.provider, value))]
    return await sessions.end_marked(marks, of_session=kind == "session")


def _purpose(kind: str) -> str:
    return f"session.origin.{kind}"


def _value(plugin: str, provider: str, value: str) -> str:
    return msgspec.json.encode((plugin, provider, value)).decode()
