"""Reminders of forms that come back: on the day that their schedule names, if nobody has answered by then."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from ledstang import STOCKHOLM, Daily, Host, Job, NoticeWanted

from ledstang_programmes import participation, reminders
from ledstang_programmes.course import Course
from ledstang_programmes.occasions import place_of
from ledstang_programmes.outline import Outline
from ledstang_programmes.series import by_place, merged
from ledstang_programmes.settings import Settings
from ledstang_programmes.tables import home


class _Unknown:
    """No condition is known to a job: it unseals nobody's answers. What depends on one is not reminded of."""

    def holds(self, _: str) -> bool | None:
        return None

    def may_hold(self, _: str) -> bool:
        return False


def returning_job(host: Host) -> Job:
    """Return the job that reminds of each occasion of a form once, while it is open and not answered."""

    async def remind(due: datetime) -> None:
        outlines: dict[str, Outline] = {}
        async for row in reminders.all_running():
            version = row["version"]
            if version not in outlines:
                outlines[version] = Outline(await host.content("programmes").version(version))
            if any(part.schedule.remind_day for parts in outlines[version].scheduled.values() for part in parts):
                await _remind(host, outlines[version], row["id"], due)

    return Job("returning", Daily(host.settings(Settings).notices_at), remind)


async def call_off(host: Host, id_: UUID, place: str) -> None:
    """Take back a reminder that is on its way: the form has been sent by all who are to answer it."""
    await host.call_off(NoticeWanted, _once(id_, place))


async def _remind(host: Host, outline: Outline, id_: UUID, due: datetime) -> None:
    found, steps, responses, answers = await host.database.together(
        *participation.statements(id_), *host.answers.statements(id_)
    )
    if not found:
        return
    part, kept = participation.part(found[0]), host.answers.responses(responses)
    each = {one.id for parts in outline.scheduled.values() for one in parts if one.answered_by == "each guardian"}
    answered = merged(kept, each, await _guardians(host, part.person) if each else 1)
    course = Course(outline, part, participation.steps(steps), answered, due, _Unknown())
    today = due.astimezone(STOCKHOLM).date()
    for _, sheet, occasions in course.scheduled():
        now = occasions.due
        if now and now.remind and now.remind <= today:
            place = place_of(sheet.id, now.number)
            sent = [one for one in by_place(kept).get(place, ()) if kept[one].completed]
            spared = {author.actor for one in sent for author in host.answers.authors(answers, id_, one)}
            notice = NoticeWanted(person=part.person, reason="waits", spared=tuple(sorted(spared)), path=home(id_))
            await host.emit(notice, once=_once(id_, place))


async def _guardians(host: Host, person: UUID) -> int:
    """Return how many guardians a child has, and one where nobody knows."""
    found = await host.people.persons({person})
    return max(1, len(found[person].guardians)) if person in found else 1


def _once(id_: UUID, place: str) -> str:
    return f"form/{id_}/{place}"
