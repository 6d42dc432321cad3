"""Support and treatment programmes, written in Markdown: find one, take part, follow your own curve."""

from __future__ import annotations

from typing import Any

import msgspec
from ledstang import (
    Block,
    Bound,
    ContentKind,
    Host,
    Job,
    Link,
    Listener,
    Panel,
    Permission,
    PersonalData,
    Task,
    TaskSource,
    Visit,
    WorkList,
    hookimpl,
)
from litestar.handlers import BaseRouteHandler

from ledstang_programmes import endings, participation, unsent
from ledstang_programmes.audience import ANSWERERS
from ledstang_programmes.blocks import BLOCKS
from ledstang_programmes.catalogue import Offers
from ledstang_programmes.document import Programme
from ledstang_programmes.families import SEEING, family_list, family_pages
from ledstang_programmes.following import ENDING, FOLLOWING, following_pages, quiet_list
from ledstang_programmes.form_pages import form_pages
from ledstang_programmes.handing import handing_pages
from ledstang_programmes.kind import PROGRAMMES
from ledstang_programmes.loading import READ_CHILD, TAKE_PART, Loader
from ledstang_programmes.overview import overview_pages
from ledstang_programmes.pages import public_pages
from ledstang_programmes.personal_data import kept_data
from ledstang_programmes.reminders import reminder_job
from ledstang_programmes.returning import returning_job
from ledstang_programmes.settings import Settings
from ledstang_programmes.steps import step_pages
from ledstang_programmes.tables import home


@hookimpl
def register_settings() -> type[msgspec.Struct]:
    return Settings


@hookimpl
def register_content() -> list[ContentKind]:
    return [PROGRAMMES]


@hookimpl
def register_blocks() -> list[Block]:
    return list(BLOCKS)


@hookimpl
def register_routes(host: Host) -> list[BaseRouteHandler]:
    offers = Offers(host, to_everybody=host.settings(Settings).offered_to_everybody)
    loader = Loader(host)
    return [
        *public_pages(host, offers),
        *overview_pages(host, loader),
        *step_pages(host, loader),
        *form_pages(host, loader),
        *following_pages(host),
        *family_pages(host, loader),
        *handing_pages(host, loader),
    ]


@hookimpl
def register_links() -> list[Link]:
    about = "Courses that you take on your own, at your own pace."
    return [Link("Support programmes", "/programmes/", about, public=True, needs=TAKE_PART)]


@hookimpl
def register_tasks(host: Host) -> list[TaskSource]:
    """Offer the programmes that the person is in the middle of, the one they were in last first."""

    def statement(visit: Visit) -> Bound:
        return participation.of_person.bind(visit.subject.id)

    async def tasks(_: Visit, rows: list[dict[str, Any]]) -> list[Task]:
        versions = host.content("programmes")
        running = sorted((row for row in rows if row["ended"] is None), key=lambda row: row["active"], reverse=True)
        return [
            Task(programme.title, home(row["id"]), description=_onwards(programme))
            for row in running
            if (programme := await versions.version(row["version"]))
        ]

    return [TaskSource(tasks=tasks, statement=statement, needs=TAKE_PART)]


@hookimpl
def register_work_lists(host: Host) -> list[WorkList]:
    """Tell staff who takes part in a programme of the unit's and has gone quiet, and which families have not begun."""
    return [quiet_list(host), family_list(host)]


def _onwards(programme: Programme) -> str:
    """Return what a task of a running programme says: in a family somebody else may have begun it."""
    return "Open the programme" if programme.audience in ANSWERERS else "Go on where you were"


@hookimpl
def register_jobs(host: Host) -> list[Job]:
    """Remind those of whom nothing has been heard for as long as their programme says, and of forms that come back."""
    return [reminder_job(host), returning_job(host)]


@hookimpl
def register_listeners(host: Host) -> list[Listener[Any]]:
    """Hear that a participant's proxies will soon lose something, and that there are none any more."""
    return [endings.listener(host), unsent.listener(host, Loader(host))]


@hookimpl
def register_panels(host: Host) -> list[Panel]:
    """Tell the unit of a programme of it, on the front page of those at work."""
    return [endings.panel(host)]


@hookimpl
def register_permissions() -> list[Permission]:
    return [
        Permission(TAKE_PART, "Take part in a programme", who="self"),
        Permission(READ_CHILD, "Read what a child has answered by itself", who="self"),
        SEEING,
        FOLLOWING,
        ENDING,
        endings.PERMISSION,
    ]


@hookimpl
def register_personal_data(host: Host) -> list[PersonalData]:
    return kept_data(host, Loader(host))
