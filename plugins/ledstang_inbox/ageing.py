"""Cases that have been kept for their time: which they are, and taking them away with all that belongs to them.

What is in them is the patient record's: nobody erases it on request, a region's period does, and two people approve it.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from ledstang import Ageing, Host, prepared

from ledstang_inbox.tables import Case as CaseTable
from ledstang_inbox.tables import Message as MessageTable
from ledstang_inbox.threads import ANSWERS, MESSAGES

TITLE = "Cases that have come to an end, with all that was written in them"


def ageing(host: Host) -> Ageing:
    """Return it. A case that waits for the unit's answer never grows old, and no draft does: those go by their days.

    Closed or not, a case is as old as the last that was written or done in it by anybody.
    """

    async def due(before: datetime, after: UUID, most: int) -> list[tuple[UUID, UUID]]:
        return [(row["id"], row["person"]) for row in await _old(after, before, before, before, most)]

    async def remove(ids: list[UUID], before: datetime) -> int:
        async def work() -> int:
            return sum([await _remove(host, id_, before) for id_ in ids])

        return await host.database.write(work)

    return Ageing(due, remove, TITLE)


async def _remove(host: Host, id_: UUID, before: datetime) -> int:
    """Inside a transaction: take one case away if it is due still, and say whether it was."""
    await host.database.take_turns(f"inbox case {id_}")
    if not await _due(id_, before, before, before) or await _is_written_in(host, id_, before):
        return 0
    await _messages_gone(id_)
    await host.answers.forget(id_)
    for use in (MESSAGES, ANSWERS):
        await host.inbox.files.drop(use, id_)
    return len(await _gone(id_))


async def _is_written_in(host: Host, id_: UUID, before: datetime) -> bool:
    """Say whether somebody has a draft in a case that was never closed, and has gone on with it since."""
    _, answers = await host.database.together(*host.answers.statements(id_))
    return any(row["changed"] >= before for row in answers)


_old = prepared(
    lambda after, moved, closed, sent, most: CaseTable.raw(
        "SELECT id, person FROM inbox_case WHERE id > {} AND draft IS NULL AND due IS NULL AND moved < {} "
        "AND (closed IS NULL OR closed < {}) AND NOT EXISTS (SELECT 1 FROM inbox_message m "
        'WHERE m."case" = inbox_case.id AND COALESCE(m.corrected, m.sent) >= {}) ORDER BY id LIMIT {}',
        after, moved, closed, sent, most,
    )
)  # fmt: skip
_due = prepared(
    lambda id_, moved, closed, sent: CaseTable.raw(
        "SELECT id FROM inbox_case WHERE id = {} AND draft IS NULL AND due IS NULL AND moved < {} "
        "AND (closed IS NULL OR closed < {}) AND NOT EXISTS (SELECT 1 FROM inbox_message m "
        'WHERE m."case" = inbox_case.id AND COALESCE(m.corrected, m.sent) >= {})',
        id_, moved, closed, sent,
    )
)  # fmt: skip
_messages_gone = prepared(lambda id_: MessageTable.delete().where(MessageTable.case == id_))
_gone = prepared(lambda id_: CaseTable.delete().where(CaseTable.id == id_).returning(CaseTable.id))
