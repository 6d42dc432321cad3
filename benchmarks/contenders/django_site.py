"""Django: the same page as its users would write it, asked over WSGI, which is the quicker of its two doors.

Its own session middleware would read a table of its own; ours is read instead, through the ORM, by one as short.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from secrets import token_urlsafe
from time import process_time
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, render
from django.urls import path

from contenders.asgi import scope_of
from contenders.cipher import Cipher
from contenders.instance import address_of
from contenders.page import Page, Visitor, read_page

IDLE = timedelta(minutes=30)
CSRF = "X" * 32
POLICY = "default-src 'none'; style-src 'self' 'nonce-{0}'; script-src 'self' 'nonce-{0}'; img-src 'self'"

Answering = Callable[[HttpRequest], HttpResponse]


class Site:
    """What the view needs of the instance; set when the contender opens."""

    page: Page
    cipher: Cipher


def session_middleware(answer: Answering) -> Answering:
    """Find the session of the cookie and its person, and give the page a nonce."""
    from contenders.django_models import Session

    def middleware(request: HttpRequest) -> HttpResponse:
        token = request.COOKIES.get(Site.page.cookie, "")
        found = Session.objects.select_related("person").filter(pk=sha256(token.encode()).hexdigest()).first()
        if found is None or found.ended or found.seen + IDLE < datetime.now(UTC):
            raise PermissionDenied
        request.person, request.nonce = found.person, token_urlsafe(16)
        request.name = Site.cipher.name(found.person_id, found.person.facts)
        response = answer(request)
        response["Content-Security-Policy"] = POLICY.format(request.nonce)
        response["Cache-Control"] = "no-store"
        return response

    return middleware


def step(request: HttpRequest, id_: Any, module: str, step: str) -> HttpResponse:  # noqa: ARG001
    """Show the step."""
    from contenders.django_models import Answer, Participation, Response

    participation = get_object_or_404(Participation, pk=str(id_), person=request.person)
    done = {one.step for one in participation.steps.all() if one.module == module}
    places = {one.id: one.place for one in Response.objects.filter(owner=participation.id)}
    given = {}
    for one in Answer.objects.filter(owner=participation.id):
        if Site.page.shows(field := f"{places[one.response_id]}.{one.item}"):
            value = Site.cipher.answer(one.id, one.person_id, bytes(one.value))
            given[field] = value, one.revision
    holes = Site.page.holes(participation.id, request.name, done, given)
    return render(request, "step.html", holes | {"csrf": get_token(request), "nonce": request.nonce})


urlpatterns = [path("programmes/mine/<uuid:id_>/module/<str:module>/<str:step>", step)]


def configure(folder: Path, page: Page) -> None:
    """Say what a settings.py would."""
    loaders = [("django.template.loaders.cached.Loader", [("django.template.loaders.locmem.Loader", _texts(page))])]
    settings.configure(
        SECRET_KEY=CSRF,
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF=__name__,
        USE_TZ=True,
        USE_I18N=False,
        INSTALLED_APPS=["contenders"],
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "contenders.django_site.session_middleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "OPTIONS": {"loaders": loaders}}],
        DATABASES={"default": _database(folder) | {"CONN_MAX_AGE": None}},
    )
    django.setup()


def _database(folder: Path) -> dict[str, Any]:
    where = urlsplit(address_of(folder))
    if not where.scheme:
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "data/ledstang.sqlite"}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": where.path.strip("/"),
        "USER": where.username,
        "HOST": where.hostname,
        "PORT": where.port,
    }


def _texts(page: Page) -> dict[str, str]:
    return {"step.html": page.template}


class Django:
    """A contender that answers a WSGI call."""

    def __init__(self, folder: Path) -> None:
        Site.page, Site.cipher = read_page(folder), Cipher(folder)
        configure(folder, Site.page)
        self._app = WSGIHandler()

    def one(self, visitor: Visitor) -> bytes:
        """Return the page. Raises AssertionError when it is none."""
        seen = SimpleNamespace(status="")

        def start(status: str, headers: Any, fault: Any = None) -> None:  # noqa: ARG001
            seen.status = status

        response = self._app(environ_of(visitor, Site.page.cookie), start)
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


def environ_of(visitor: Visitor, cookie: str) -> dict[str, Any]:
    """Return what a WSGI server hands over for the same request."""
    scope = scope_of(visitor, cookie)
    headers = {f"HTTP_{name.decode().upper().replace('-', '_')}": value.decode() for name, value in scope["headers"]}
    headers["HTTP_COOKIE"] += f"; csrftoken={CSRF}"
    return headers | {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": visitor.path,
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        "wsgi.errors": BytesIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
