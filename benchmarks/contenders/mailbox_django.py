"""Django: the same two pages as its users would write them, through the ORM, asked over WSGI."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from time import process_time
from typing import Any

import django
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.handlers.wsgi import WSGIHandler
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from contenders.mailbox import COOKIE, IDLE, LISTED, QUEUE, UNIT, Flat, Seal
from contenders.page import Visitor


class Site:
    """What the views need of the instance; set when the contender opens."""

    seal: Seal
    item: Any
    case: Any
    reading: Any
    session: Any


def reader(request: HttpRequest) -> str:
    """Return who asks. Raises PermissionDenied."""
    token = sha256(request.COOKIES.get(COOKIE, "").encode()).hexdigest()
    found = Site.session.objects.select_related("person").filter(pk=token).first()
    if found is None or found.ended or found.seen + IDLE < datetime.now(UTC):
        raise PermissionDenied
    return str(found.person_id)


def inbox(request: HttpRequest) -> HttpResponse:
    """Show the latest items, with who has read them."""
    who = reader(request)
    read = models.Prefetch("readings", Site.reading.objects.filter(reader=who), to_attr="mine")
    lying = Site.item.objects.filter(subject=who, withdrawn=None).order_by("-delivered", "-id").prefetch_related(read)
    rows = [(one.id, Site.seal.title(one.id, one.subject, bytes(one.words))) for one in lying[:50]]
    return render(request, "inbox.html", {"rows": rows})


def queue(request: HttpRequest) -> HttpResponse:
    """Show what nobody has taken, with whose it is."""
    reader(request)
    lying = (
        Site.case.objects.filter(desk=UNIT, assigned=None, due__isnull=False).select_related("person").order_by("due")
    )
    rows = [(one.id, Site.seal.name(one.person_id, one.person.facts)) for one in lying[:200]]
    return render(request, "queue.html", {"rows": rows})


urlpatterns = [path(LISTED[1:], inbox), path(QUEUE[1:], queue)]


def models_of() -> None:
    """Describe the tables; ids are texts with hyphens, as SQLite stores them."""
    from contenders.django_models import Id, Person, Session

    def table(name: str, **fields: Any) -> Any:
        meta = type("Meta", (), {"managed": False, "db_table": name, "app_label": "contenders"})
        return type(name.title().replace("_", ""), (models.Model,), {"__module__": __name__, "Meta": meta, **fields})

    Site.session = Session
    Site.item = table(
        "delivered_item", id=Id(), subject=Id(primary_key=False), words=models.BinaryField(),
        delivered=models.DateTimeField(), withdrawn=models.DateTimeField(null=True),
    )  # fmt: skip
    Site.reading = table(
        "delivered_reading", id=Id(), reader=Id(primary_key=False), read=models.DateTimeField(),
        item=models.ForeignKey(Site.item, models.PROTECT, db_column="item", related_name="readings"),
    )  # fmt: skip
    Site.case = table(
        "inbox_case", id=Id(), desk=models.CharField(max_length=40, null=True), due=models.DateTimeField(null=True),
        assigned=Id(primary_key=False, null=True), moved=models.DateTimeField(),
        person=models.ForeignKey(Person, models.PROTECT, db_column="person"),
    )  # fmt: skip


class Django:
    """A contender that answers a WSGI call."""

    def __init__(self, folder: Path) -> None:
        Site.seal = Seal(folder)
        texts = {"inbox.html": Flat(folder, LISTED).template, "queue.html": Flat(folder, QUEUE).template}
        loaders = [("django.template.loaders.cached.Loader", [("django.template.loaders.locmem.Loader", texts)])]
        database = {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": folder / "data/ledstang.sqlite",
            "CONN_MAX_AGE": None,
        }
        settings.configure(
            SECRET_KEY="x" * 32, ALLOWED_HOSTS=["127.0.0.1"], ROOT_URLCONF=__name__, USE_TZ=True, USE_I18N=False,
            INSTALLED_APPS=["contenders"], DATABASES={"default": database},
            MIDDLEWARE=["django.middleware.security.SecurityMiddleware", "django.middleware.common.CommonMiddleware"],
            TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "OPTIONS": {"loaders": loaders}}],
        )  # fmt: skip
        django.setup()
        models_of()
        self._app = WSGIHandler()

    def one(self, visitor: Visitor) -> bytes:
        """Return the page."""
        from contenders.django_site import environ_of

        response = self._app(environ_of(visitor, COOKIE), lambda *_: None)
        body = b"".join(response)
        response.close()
        return body

    def many(self, visitors: Sequence[Visitor]) -> float:
        """Return the CPU seconds that one page after the other takes."""
        start = process_time()
        for visitor in visitors:
            self.one(visitor)
        return process_time() - start
