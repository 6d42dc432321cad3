"""Forms on their own: sent by care or chosen by oneself, answered page by page, sent, and corrected by a new version."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from ledstang import (
    Bound,
    Connector,
    ContentFolder,
    Host,
    Job,
    Link,
    Listener,
    Permission,
    PersonalData,
    Task,
    TaskSource,
    Visit,
    WorkList,
    hookimpl,
)
from litestar.handlers import BaseRouteHandler

from ledstang_forms import batches, sendings, statements, unsent
from ledstang_forms.batch_pages import batch_pages
from ledstang_forms.editions import edition_pages
from ledstang_forms.expiring import expiring_job
from ledstang_forms.handing import handing_pages
from ledstang_forms.loading import Loader
from ledstang_forms.offers import Offers
from ledstang_forms.pages import answering_pages
from ledstang_forms.personal_data import kept_data
from ledstang_forms.public_pages import public_pages
from ledstang_forms.settings import Settings
from ledstang_forms.staff_lists import staff_lists
from ledstang_forms.staff_pages import PERMISSIONS, SEND, staff_pages
from ledstang_forms.statements import ANSWER
from ledstang_forms.wanting import WantedForms


@hookimpl
def register_settings() -> type[msgspec.Struct]:
    return Settings


@hookimpl
def register_content(host: Host) -> list[ContentFolder]:
    """Bring forms of our own: health declarations for adults and for children, and what is good to know before a visit."""
    brought = ContentFolder("forms", Path(__file__).parent / "content")
    return [brought] if host.settings(Settings).examples else []


@hookimpl
def register_routes(host: Host) -> list[BaseRouteHandler]:
    offers, loader = Offers(host), Loader(host)
    return [
        *public_pages(host, offers),
        *edition_pages(host, offers),
        *answering_pages(host, loader),
        *handing_pages(host, loader),
        *staff_pages(host, offers, loader),
        *batch_pages(host, offers),
    ]


@hookimpl
def register_links() -> list[Link]:
    about = "What care has asked you to answer, and forms that you choose yourself."
    sending = "Ask somebody to answer before a visit, by a last day."
    return [
        Link("Forms", "/forms/", about, public=True, needs=ANSWER),
        Link("Send a form", "/forms/staff/send", sending, action=SEND),
    ]


@hookimpl
def register_tasks(host: Host) -> list[TaskSource]:
    """Offer to go on with what somebody has begun themselves. What care asks for lies in the inbox, and is told there."""

    def statement(visit: Visit) -> Bound:
        return statements.of_person.bind(visit.subject.id)

    async def tasks(_: Visit, rows: list[dict[str, Any]]) -> list[Task]:
        now = host.clock.now()
        begun = [one for one in map(statements.sent, rows) if not one.asked and one.is_open(now)]
        return [
            Task((await sendings.form_of(host, one)).title, f"/forms/mine/{one.id}", description="Go on where you were")
            for one in begun
        ]

    return [TaskSource(tasks=tasks, statement=statement, needs=ANSWER)]


@hookimpl
def register_work_lists(host: Host) -> list[WorkList]:
    """Tell staff what has been answered, and what has not."""
    return staff_lists(host)


@hookimpl
def register_jobs(host: Host) -> list[Job]:
    """Close the forms whose time is up."""
    return [expiring_job(host)]


@hookimpl
def register_listeners(host: Host) -> list[Listener[Any]]:
    """Hear that a person's proxies may act no longer, and that the time of something queued has come."""
    return [unsent.listener(host), batches.listener(host, Offers(host))]


@hookimpl
def register_connectors(host: Host) -> list[Connector]:
    """Ask for the forms that other plugins want answered, about things of theirs."""
    return [Connector("Forms", WantedForms(host, Offers(host)))]


@hookimpl
def register_permissions() -> list[Permission]:
    return [Permission(ANSWER, "Answer a form", who="self"), *PERMISSIONS]


@hookimpl
def register_personal_data(host: Host) -> list[PersonalData]:
    return kept_data(host)
