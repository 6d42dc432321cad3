"""Django: the same two pages as its users would write them, with templates and translations of its own, asked over WSGI.

Its pages are ours, word for word (benchmarks/inbox.py looks), with the texts of our catalogues.
"""

from __future__ import annotations

import hmac
import json
import re
import tomllib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path
from secrets import token_bytes, token_urlsafe
from time import process_time, time_ns
from types import SimpleNamespace
from typing import Any, ClassVar
from uuid import UUID

import django
import msgspec
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.handlers.wsgi import WSGIHandler
from django.db import transaction
from django.db.models import F, FilteredRelation, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from contenders.django_site import CSRF, POLICY, Answering, environ_of
from contenders.mailbox import COOKIE, IDLE, LISTED, PAGES, QUEUE, TOML, TYPE, Seal
from contenders.page import Visitor

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
TITLE = TYPE.partition("titel: ")[2].partition("\n")[0]
SERVICE = re.compile(r'<li><a href="([^"]+)"(?: aria-current="page")?>([^<]+)</a></li>')
KEY = b"k" * 32


class Site:
    """What the views need of the instance; set when the contender opens."""

    tables: Any
    seal: Seal
    static: dict[str, str]
    services: list[tuple[str, str]]
    title = tomllib.loads(TOML)["title"]
    units: ClassVar = {one["hsa_id"]: one["name"] for one in tomllib.loads(TOML)["units"]}


def visit_middleware(answer: Answering) -> Answering:
    """Find the session of the cookie, its person and their assignment, and give the page a nonce."""

    def middleware(request: HttpRequest) -> HttpResponse:
        token = sha256(request.COOKIES.get(COOKIE, "").encode()).hexdigest()
        found = Site.tables.WorkSession.objects.select_related("person", "assignment").filter(pk=token).first()
        if found is None or found.ended or found.seen + IDLE < timezone.now():
            raise PermissionDenied
        request.person, request.work, request.nonce = found.person, found.assignment, token_urlsafe(16)
        request.name = Site.seal.name(found.person_id, found.person.facts)
        if request.work:
            request.work.unit_name = Site.units[request.work.unit]
        response = answer(request)
        response["Content-Security-Policy"] = POLICY.format(request.nonce)
        response["Cache-Control"] = "no-store"
        return response

    return middleware


def around(request: HttpRequest) -> dict[str, Any]:
    """Return what every page has around it."""
    return {
        "title": Site.title, "name": request.name, "work": request.work, "nonce": request.nonce,
        "static": Site.static, "services": () if request.work else Site.services, "here": request.path.rstrip("/"),
        "seconds": int(IDLE.total_seconds()), "until": timezone.now() + IDLE,
    }  # fmt: skip


def inbox(request: HttpRequest) -> HttpResponse:
    """Show the latest items, with whether they have been read."""
    who = request.person.id
    mine = FilteredRelation("readings", condition=Q(readings__reader=who))
    lying = Site.tables.Item.objects.filter(subject=who, audience__in=("both", "subject"), withdrawn=None)
    lying = lying.annotate(mine=mine).filter(mine__archived=None).annotate(read=F("mine__read"))
    rows = list(lying.order_by("-delivered", "-id")[:51])
    for one in rows:
        one.title = Site.seal.title(one.id, one.subject, bytes(one.words))
        one.sender = Site.units.get(one.unit, "")
    last = rows[49]
    older = f"{last.delivered.astimezone(UTC).isoformat().replace('+00:00', 'Z')}_{last.id}" if len(rows) > 50 else ""
    return render(request, "inbox.html", {"rows": rows[:50], "older": older})


def queue(request: HttpRequest) -> HttpResponse:
    """Show what nobody has taken, with whose it is: what they have blocked without a name, and the rest in the log first."""
    work, now = request.work, timezone.now()
    if work is None:
        raise PermissionDenied
    lying = Site.tables.Case.objects.filter(desk=work.unit, assigned=None, due__isnull=False)
    cases = list(lying.select_related("person").order_by("due")[:200])
    decided = Site.tables.Fact.objects.filter(subject__in=[one.person_id for one in cases], ended=None, kind="block")
    blocks = {one.subject for one in decided if one.holds(now.date(), work)}
    opened = set(Site.tables.Review.opened(work, now).values_list("subject", flat=True))
    rows = [one for one in cases if one.is_for(work)]
    for one in rows:
        one.blocked, one.title = one.person_id in blocks and one.person_id not in opened, TITLE
        one.overdue, one.last = one.due < now, one.due - timedelta(seconds=1)
    log(work, [one for one in rows if not one.blocked], now)
    for one in rows:
        one.name = None if one.blocked else Site.seal.name(one.person_id, one.person.facts)
    return render(request, "queue.html", {"rows": rows})


def log(work: Any, cases: Sequence[Any], now: datetime) -> None:
    """Write down that these are shown, in a chain of Django's own, in one transaction."""
    day, number = timezone.localdate(now), count(time_ns())
    with transaction.atomic():
        start = {"day": day, "sequence": 0, "mac": "", "sent": 0}
        chain, _ = Site.tables.Chain.objects.select_for_update().get_or_create(id=f"{day} django", defaults=start)
        entries = []
        for one in cases:
            chain.sequence += 1
            entry = Site.tables.Entry(
                id=str(UUID(int=next(number) << 64 | int.from_bytes(token_bytes(8), "big"))), at=now, chain=chain.id,
                sequence=chain.sequence, key=1, subject=one.person_id, actor=work.person_id, who="staff",
                ground="staff", staff=work.staff, title=work.title, assignment=work.id, unit=work.unit,
                unit_name=work.unit_name, purpose="care", action="inbox.answer", kind="case", resource=one.id,
                plugin="inbox", outcome="allowed", previous=chain.mac,
            )  # fmt: skip
            signed = json.dumps([getattr(entry, name) for name in Site.tables.SIGNED], default=str).encode()
            chain.mac = entry.mac = hmac.digest(KEY, signed, "sha256").hex()
            entries.append(entry)
        Site.tables.Entry.objects.bulk_create(entries)
        chain.save()


urlpatterns = [path(LISTED[1:], inbox), path(QUEUE[1:], queue)]


def translate(folder: Path) -> Path:
    """Write our catalogues as the one that Django reads, and return its folder."""
    merged = Catalog(locale="sv")
    files = [*ROOT.glob("platform/ledstang/locale/*.sv.po"), *ROOT.glob("p*/*/locale/sv.po")]
    for file in files:
        for message in read_po(file.open("rb"), locale="sv"):
            if message.id and message.string and not merged.get(message.id):
                merged[message.id] = message
    kept = folder / "django" / "sv" / "LC_MESSAGES"
    kept.mkdir(parents=True)
    with (kept / "django.mo").open("wb") as file:
        write_mo(file, merged)
    return folder / "django"


class Django:
    """A contender that answers a WSGI call."""

    def __init__(self, folder: Path) -> None:
        configure(folder)
        Site.seal = Seal(folder)
        ours = "".join(msgspec.json.decode((folder / PAGES).read_bytes()).values())
        nav = ours.partition('<nav class="nav"')[2].partition("</nav>")[0]
        Site.services = [(text, href) for href, text in SERVICE.findall(nav)]
        hrefs = re.findall(r'"(/static/[^"]+)"', ours)
        Site.static = {re.sub(r"\W", "_", one.partition("?")[0].rpartition("/")[2]): one for one in hrefs}
        self._app = WSGIHandler()

    def one(self, visitor: Visitor) -> bytes:
        """Return the page. Raises AssertionError when it is none."""
        seen = SimpleNamespace(status="")

        def start(status: str, headers: Any, fault: Any = None) -> None:  # noqa: ARG001
            seen.status = status

        response = self._app(environ_of(visitor, COOKIE), start)
        body = b"".join(response)
        response.close()
        assert seen.status.startswith("200"), seen.status
        return body

    def many(self, visitors: Sequence[Visitor]) -> float:
        """Return the CPU seconds that one page after the other takes."""
        start = process_time()
        for visitor in visitors:
            self.one(visitor)
        return process_time() - start


def configure(folder: Path) -> None:
    """Say what a settings.py would."""
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "data/ledstang.sqlite", "CONN_MAX_AGE": None}
    loaders = [("django.template.loaders.cached.Loader", ["django.template.loaders.filesystem.Loader"])]
    processors = ["django.template.context_processors.csrf", "django.template.context_processors.request",
                  "django.template.context_processors.i18n", "contenders.mailbox_django.around"]  # fmt: skip
    settings.configure(
        SECRET_KEY=CSRF, ALLOWED_HOSTS=["127.0.0.1"], ROOT_URLCONF=__name__, USE_TZ=True, TIME_ZONE="Europe/Stockholm",
        USE_I18N=True, LANGUAGE_CODE="sv", LANGUAGES=[("sv", "Swedish"), ("en", "English")], LOCALE_PATHS=[translate(folder)],
        INSTALLED_APPS=["contenders"], DATABASES={"default": database},
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "contenders.mailbox_django.visit_middleware",
            "django.middleware.locale.LocaleMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
        TEMPLATES=[{
            "BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [HERE / "django_templates"],
            "OPTIONS": {"loaders": loaders, "context_processors": processors},
        }],
    )  # fmt: skip
    django.setup()
    from contenders import mailbox_models

    Site.tables = mailbox_models
