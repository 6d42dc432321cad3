"""A participant's proxies will soon lose something: noted for the unit of each programme going on, before the day comes."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from babel.dates import format_date
from ledstang import AtUnit, Host, Listener, Panel, Permission, ProxyEnding, Visit, prepared, text
from markupsafe import Markup

from ledstang_programmes.tables import Ending, Participation

LOCALE = Path(__file__).parent / "locale"
SEE = "programmes.see-endings"
ROLES = ("treater", "citizen-administrator")
PERMISSION = Permission(SEE, "See when participants' proxies lose something", who="staff", roles=ROLES)
ROW = "{day}: {many} in {title}, who turn {age} then."
ABOUT = (
    "Those who act for them lose something on that day. Agree before it comes whether the participant goes on alone or "
    "ends, or whether you make an exception."
)

_running = prepared(
    lambda person: Participation.select(Participation.id, Participation.version).where(
        (Participation.person == person) & Participation.ended.is_null()
    )
)
_ahead = prepared(
    lambda unit, today: (
        Ending.select(Ending.on, Ending.age, Ending.participation.version.as_alias("version"))
        .where((Ending.unit == unit) & (Ending.on > today) & Ending.participation.ended.is_null())
        .order_by(Ending.on)
    )
)


def listener(host: Host) -> Listener[Any]:
    """Return what hears of an end ahead, and notes it with each programme that the person is in the middle of."""

    async def hear(told: ProxyEnding, _once: str) -> None:
        versions = host.content("programmes")
        rows = [(row, await versions.version(row["version"])) for row in await _running(told.person)]

        async def work() -> None:
            for row, programme in rows:
                if programme is not None:
                    await _note(row["id"], programme.owner, told)

        await host.database.write(work)

    return Listener("endings", ProxyEnding, hear)


def panel(host: Host) -> Panel:
    """Return the box on the front page of those at work: how many, in what, and when. It names nobody."""

    async def render(visit: Visit, at: Any) -> Markup | None:
        if not isinstance(at, AtUnit) or visit.assignment is None or visit.assignment.roles.isdisjoint(ROLES):
            return None  # asked for nothing that they may not see, so no refusal is logged
        if not await host.may(visit, SEE, at):
            return None
        versions, counts = host.content("programmes"), Counter[tuple[date, int, str]]()
        for row in await _ahead(at.unit.upper(), host.clock.today()):
            if programme := await versions.version(row["version"]):
                counts[row["on"], row["age"], programme.title] += 1
        return _listed(counts, visit.language) if counts else None

    return Panel("staff", "Proxies that end soon", render)


async def forget(participation: UUID) -> None:
    """Remove what is noted of a participation."""
    await Ending.delete().where(Ending.participation == participation)


async def _note(participation: UUID, unit: str, told: ProxyEnding) -> None:
    id_ = uuid5(participation, f"{told.relation}/{told.on.isoformat()}")
    row = Ending(id=id_, participation=participation, unit=unit.upper(), on=told.on, age=told.age)
    await Ending.insert(row).on_conflict(target=Ending.id, action="DO NOTHING")


def _listed(counts: Counter[tuple[date, int, str]], language: str) -> Markup:
    def say(message: str) -> str:
        return text(message, language, (LOCALE,))

    rows = Markup()
    for (on, age, title), number in counts.items():
        many = say("one participant") if number == 1 else say("{number} participants").format(number=number)
        day = format_date(on, "long", locale=language)
        rows += Markup("<li>{}</li>").format(say(ROW).format(day=day, many=many, title=title, age=age))
    return Markup("<ul>{}</ul><p>{}</p>").format(rows, say(ABOUT))
