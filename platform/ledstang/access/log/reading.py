"""Reading one's own log: who has been there, told without anybody's name or number."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from ledstang.access.log.tables import AccessLogEntry as Row
from ledstang.database import prepared
from ledstang.people.personal_data import PersonalData

PAGE = 50
"""Entries on a page."""

EACH_TIME = frozenset({"my-data.made", "my-data.fetch", "my-data.erase"})
"""What is written down of one's own things each time, and not once a day."""
SHOWN = "at, id, who, ground, title, unit_name, unit, provider_name, provider, purpose, action, plugin, outcome"
_LAST = UUID(int=(1 << 128) - 1)
_END, _BEGINNING = datetime(9999, 12, 31, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC)


class Place(msgspec.Struct, frozen=True):
    """A place in somebody's log: what follows is older."""

    at: datetime = _END
    id: UUID = _LAST

    @classmethod
    def read(cls, text: str) -> Place:
        """Return the place that an address names; the newest entry for any text that names none."""
        at, _, id_ = text.partition("_")
        try:
            found = cls(datetime.fromisoformat(at), UUID(id_))
        except ValueError:
            return cls()
        return found if found.at.tzinfo else cls()

    def __str__(self) -> str:
        return f"{self.at.astimezone(UTC).isoformat().replace('+00:00', 'Z')}_{self.id}"


class Seen(msgspec.Struct, frozen=True):
    """One entry as its subject may read it: no id and no name of anybody who acted."""

    at: datetime
    id: UUID
    who: str
    ground: str
    title: str
    unit_name: str
    unit: str
    provider_name: str
    provider: str
    purpose: str
    action: str
    plugin: str
    outcome: str


async def entries_of(
    subject: UUID, *, who: str = "", since: datetime | None = None, before: Place | None = None, most: int = PAGE
) -> list[Seen]:
    """Return somebody's entries, the latest first. `who` is self, proxy, staff, system, or nothing for all."""
    place = before or Place()
    given = (subject, since or _BEGINNING, place.at, place.id)
    rows = await (_of_some(*given, who, most) if who else _of_all(*given, most))
    return [Seen(**row) for row in rows]


def log_data(most: int, titles: dict[str, str]) -> PersonalData:
    """Return how the log is handed to its subject, the latest `most` entries; `titles` has what the actions are called.

    It is never erased before its time: the law says how long it stays.
    """

    async def export(person: UUID) -> list[dict[str, Any]]:
        return plain(await entries_of(person, most=most))

    async def erase(_person: UUID, _why: str) -> int:
        return 0

    words = {"at": "When", "who": "Who", "title": "Title", "unit_name": "Unit", "provider_name": "Care provider",
             "purpose": "Why", "action": "What", "outcome": "How it went"}  # fmt: skip
    codes = {"who": _WHO, "purpose": _PURPOSES | {"own": "for yourself"}, "action": titles, "outcome": _OUTCOMES}
    return PersonalData("Who has read", export, erase, "log", "log", words, codes)


def plain(entries: Iterable[Seen]) -> list[dict[str, Any]]:
    """Return entries as plain values, without what only the pages need."""
    return [{name: value for name, value in msgspec.structs.asdict(one).items() if name != "id"} for one in entries]


def told(entry: Seen, say: Callable[..., str], what: str) -> tuple[str, str]:
    """Return who it was and what they did, in words. `say` translates a text and fills it; `what` is translated."""
    if entry.who == "self" and entry.action in EACH_TIME:
        return say("You"), f"{what}." if entry.outcome == "allowed" else say("%(what)s, but it stays.", what=what)
    if entry.who == "self":
        return say("You"), say("%(what)s. We note this once a day.", what=what)
    if entry.who == "proxy":
        who, why = say("Somebody who acts for you"), say("On your behalf.")
    else:
        named = {"title": entry.title, "unit": entry.unit_name or entry.unit,
                 "provider": entry.provider_name or entry.provider}  # fmt: skip
        at_work = "%(title)s at %(unit)s, %(provider)s" if entry.title else "Somebody at %(unit)s, %(provider)s"
        who = say("The system %(title)s, for %(unit)s, %(provider)s" if entry.who == "system" else at_work, **named)
        why = say("Why: %(purpose)s.", purpose=say(_PURPOSES.get(entry.purpose, entry.purpose) or "not told"))
    return who, f"{say(_DEEDS[entry.outcome], what=what)} {why}"


_WHO = {"self": "You", "proxy": "Somebody who acts for you", "staff": "Staff", "system": "Care systems"}
_OUTCOMES = {"allowed": "Was let in", "refused": "Was not let in", "emergency": "Opened it because it could not wait"}
_PURPOSES = {
    "care": "for your care",
    "quality": "to follow up how good care is",
    "administration": "to handle a matter",
}
_DEEDS = {
    "allowed": "%(what)s.",
    "refused": "Tried, and was not let in: %(what)s.",
    "emergency": "Opened what is yours because it could not wait. The reason is written down, and somebody looks at it.",
}
_of_all = prepared(
    lambda subject, since, at, id_, most: Row.raw(
        f"SELECT {SHOWN} FROM access_log_entry WHERE subject = {{}} AND at >= {{}} AND (at, id) < ({{}}, {{}}) "  # noqa: S608
        "ORDER BY at DESC, id DESC LIMIT {}",
        subject, since, at, id_, most,
    )
)  # fmt: skip
_of_some = prepared(
    lambda subject, since, at, id_, who, most: Row.raw(
        f"SELECT {SHOWN} FROM access_log_entry WHERE subject = {{}} AND at >= {{}} AND (at, id) < ({{}}, {{}}) "  # noqa: S608
        "AND who = {} ORDER BY at DESC, id DESC LIMIT {}",
        subject, since, at, id_, who, most,
    )
)  # fmt: skip
