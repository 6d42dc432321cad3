"""What somebody who acted for a participant had begun and not sent when they could act no longer: it is no answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from ledstang import Filled, Host, Listener, ProxyEnded
from litestar import Request

from ledstang_programmes import participation
from ledstang_programmes.course import by_page
from ledstang_programmes.series import split
from ledstang_programmes.tables import home

if TYPE_CHECKING:
    from ledstang_programmes.document import Programme
    from ledstang_programmes.index import Index
    from ledstang_programmes.loading import Loader

Rows = list[dict[str, Any]]
Done = Mapping[tuple[str, str], datetime]


def begun_by(
    grounds: Collection[str], index: Index, done: Done, responses: Mapping[str, Filled], answers: Rows
) -> Rows:
    """Return the answers that were given on some grounds where nothing has been sent, nor been gone on from, yet."""
    rows = [row for row in answers if row["ground"] in grounds]
    places = [one.id for place, one in responses.items() if not one.completed and not _gone_on(index, done, place)]
    return [row for row in rows if row["response"] in places]


async def withhold(host: Host, rows: Rows, path: str, programme: Programme) -> None:
    """Keep them sealed for the unit that owns the programme, which decides what becomes of them."""
    if rows:
        await host.people.withhold([row["id"] for row in rows], path, programme.owner)


async def settle(host: Host, loader: Loader, person: UUID, grounds: Collection[str]) -> None:
    """Withhold what was begun on grounds that are shut now in all that somebody takes part in, or has."""
    for part in map(participation.part, await participation.of_person(person)):
        programme, version = await loader.version(part)
        _, steps, filled, answers = await host.database.together(
            *participation.statements(part.id), *host.answers.statements(part.id)
        )
        done, responses = participation.steps(steps), host.answers.responses(filled)
        begun = begun_by(grounds, loader.index(programme, version), done, responses, answers)
        await withhold(host, begun, home(part.id), programme)


def listener(host: Host, loader: Loader) -> Listener[Any]:
    """Return what hears that nobody acts for somebody in a relation any more, and sees to each programme of theirs."""

    async def hear(told: ProxyEnded, _once: str) -> None:
        await settle(host, loader, told.person, {told.relation})

    return Listener("unsent", ProxyEnded, hear)


def owner_of(host: Host) -> Callable[[Request[Any, Any, Any]], Awaitable[str | None]]:
    """Return what tells which unit owns the programme of a posted page: it decides on what could not be sent any more."""

    async def unit_of(request: Request[Any, Any, Any]) -> str | None:
        found, _ = await host.database.together(*participation.statements(request.path_params["id_"]))
        programme = await host.content("programmes").version(found[0]["version"]) if found else None
        return programme.owner if programme else None

    return unit_of


def _gone_on(index: Index, done: Done, place: str) -> bool:
    """Say whether a place is a worksheet on a step that has been gone on from: a form filled in by pages is sent."""
    part = index.parts.get(split(place)[0])
    if part is None or by_page(part):
        return False
    return any(
        (module, step.id) in done
        for module, steps in index.outline.steps.items()
        for _, step in steps
        if any(one is part for one in step.parts)
    )
