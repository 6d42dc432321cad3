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
    Permission,
    PersonalData,
    Task,
    TaskSource,
    Visit,
    hookimpl,
)
from litestar.handlers import BaseRouteHandler

from ledstang_programmes import participation
from ledstang_programmes.blocks import BLOCKS
from ledstang_programmes.catalogue import Offers
from ledstang_programmes.filling import form_pages
from ledstang_programmes.kind import PROGRAMMES
from ledstang_programmes.loading import TAKE_PART, Loader
from ledstang_programmes.overview import overview_pages
from ledstang_programmes.pages import public_pages
from ledstang_programmes.personal_data import kept_data
from ledstang_programmes.reminders import reminder_job
from ledstang_programmes.returning import returning_job
from ledstang_programmes.settings import Settings
from ledstang_programmes.steps import step_pages


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
    ]


@hookimpl
def register_links() -> list[Link]:
    about = "Courses that you take on your own, at your own pace."
    return [Link("Support programmes", "/programmes/", about, public=True)]


@hookimpl
def register_tasks(host: Host) -> list[TaskSource]:
    """Offer the programmes that the person is in the middle of, the one they were in last first."""

    def statement(visit: Visit) -> Bound:
        return participation.of_person.bind(visit.subject.id)

    async def tasks(_: Visit, rows: list[dict[str, Any]]) -> list[Task]:
        versions = host.content("programmes")
        running = sorted((row for row in rows if row["ended"] is None), key=lambda row: row["active"], reverse=True)
        return [
            Task(programme.title, f"/programmes/mine/{row['id']}", description="Go on where you were")
            for row in running
            if (programme := await versions.version(row["version"]))
        ]

    return [TaskSource(tasks=tasks, statement=statement)]


@hookimpl
def register_jobs(host: Host) -> list[Job]:
    """Remind those of whom nothing has been heard for as long as their programme says, and of forms that come back."""
    return [reminder_job(host), returning_job(host)]


@hookimpl
def register_permissions() -> list[Permission]:
    return [Permission(TAKE_PART, "Take part in a programme", who="self")]


@hookimpl
def register_personal_data(host: Host) -> list[PersonalData]:
    return kept_data(host)
