"""What the host keeps of persons because they sign in: handed out and forgotten like everything else."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from ledstang.database import Database, prepared
from ledstang.people.personal_data import ASKED, PersonalData
from ledstang.signin.tables import RescuedText, Session
from ledstang.signin.withheld import Drop, withheld_data


def signin_data(database: Database, drop: Drop | None = None) -> list[PersonalData]:
    """Return how sign-ins and rescued texts are handed out and forgotten; `drop` removes the files at a withheld one.

    A session's secrets are nobody's reading: what is handed out is when it began and ended.
    """

    async def erase_sessions(person: UUID, _why: str) -> int:
        return await _erase(database, _sessions_gone, person)

    async def erase_texts(person: UUID, why: str) -> int:
        return await _erase(database, _own_texts_gone if why == ASKED else _texts_gone, person)

    return [
        PersonalData("Signed in", _sessions_of, erase_sessions, "sessions", "passing", _SESSION),
        PersonalData("What you wrote when you were signed out", _texts_of, erase_texts, "rescued", "own", _TEXT),
        withheld_data(database, drop),
    ]


_SESSION = {"created": "Signed in since", "seen": "Last seen", "ended": "Signed out"}
_TEXT = {"path": "Page", "created": "Written"}


async def _erase(database: Database, statement: Any, person: UUID) -> int:
    async def work() -> int:
        return len(await statement(person))

    return await database.write(work)


_sessions_of = prepared(
    lambda person: Session.select(Session.created, Session.seen, Session.ended).where(Session.person == person)
)
_texts_of = prepared(
    lambda person: RescuedText.select(RescuedText.path, RescuedText.created).where(
        (RescuedText.person == person) & RescuedText.acting_for.is_null()
    )
)
_sessions_gone = prepared(lambda person: Session.delete().where(Session.person == person).returning(Session.id))
_texts_gone = prepared(
    lambda person: RescuedText.delete().where(RescuedText.person == person).returning(RescuedText.id)
)
_own_texts_gone = prepared(
    lambda person: (
        RescuedText.delete()
        .where((RescuedText.person == person) & RescuedText.locked_to.is_null())
        .returning(RescuedText.id)
    )
)
