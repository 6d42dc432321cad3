"""The staff's lists: answers that nobody has seen to, and forms that nobody has answered."""

from __future__ import annotations

from typing import Any

from ledstang import Bound, Host, Visit, WorkList, WorkRow

from ledstang_forms import sendings, statements, waiting
from ledstang_forms.staff_pages import READ, SEND


def staff_lists(host: Host) -> list[WorkList]:
    """Return them, the most pressing first: red before the oldest, and what is soon to be answered before the rest."""

    def units(visit: Visit) -> list[str]:
        return host.people.unit_names(visit.unit or "")

    def answered(visit: Visit) -> Bound:
        return waiting.unseen(units(visit))

    def unanswered(visit: Visit) -> Bound:
        return waiting.unanswered(units(visit), host.clock.now())

    async def of_answered(_: Visit, found: list[dict[str, Any]]) -> list[WorkRow]:
        return [
            WorkRow(
                (await sendings.form_of(host, one)).title,
                f"/forms/staff/{one.id}/answers",
                one,
                one.completed,
                one.read_by,
            )
            for one in map(statements.sent, found)
        ]

    async def of_unanswered(_: Visit, found: list[dict[str, Any]]) -> list[WorkRow]:
        return [
            WorkRow((await sendings.form_of(host, one)).title, f"/forms/staff/{one.id}", one, one.created, one.due)
            for one in map(statements.sent, found)
        ]

    def stopped(visit: Visit) -> Bound:
        return waiting.stopped(units(visit))

    async def of_stopped(_: Visit, found: list[dict[str, Any]]) -> list[WorkRow]:
        return [
            WorkRow((await sendings.form_of(host, one)).title, f"/forms/staff/{one.id}", one, since=one.changed)
            for one in map(statements.sent, found)
        ]

    failed = "They were to be sent by now, and something stood in the way."
    seen = "Forms that have been sent to the unit. Red ones come first."
    asked = "Forms that the unit has sent, and that have not been answered yet."
    return [
        WorkList("answered", "Answers to see to", READ, of_answered, answered, seen),
        WorkList("unanswered", "Forms that wait for an answer", SEND, of_unanswered, unanswered, asked),
        WorkList("stopped", "Forms that could not be sent", SEND, of_stopped, stopped, failed),
    ]
