"""A small house with the real layers around it: headers, session, CSRF, the sign-in pages and a real database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from ledstang.access.rates import RateLimiter
from ledstang.access.tables import AccessFact, RateCount
from ledstang.access.visit import Visit
from ledstang.access.windows import Rate, Rates
from ledstang.clock import MovableClock
from ledstang.database import Database, Keys, create_tables
from ledstang.isolation import Isolation
from ledstang.people.checking import RegisterCheck
from ledstang.people.limits import RegisterLimits
from ledstang.people.numbers import make_test_number
from ledstang.people.persons import Identity
from ledstang.people.register import Register
from ledstang.people.tables import Person
from ledstang.signin import csrf
from ledstang.signin.begin import SignInNeeded, begin, to_signin, visit_of
from ledstang.signin.methods import SignInMethod
from ledstang.signin.middleware import SessionMiddleware
from ledstang.signin.pages import signin_pages
from ledstang.signin.rescue import RescuedTexts
from ledstang.signin.sessions import Sessions
from ledstang.signin.tables import RescuedText, Session, WithheldText
from ledstang.signin.withheld import WithheldTexts
from ledstang.web.context import context_of
from ledstang.web.headers import HeadersMiddleware
from litestar import Litestar, MediaType, Request, Response, Router, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
DAG = Identity(make_test_number(date(1985, 5, 6)), "Dag Test", date(1985, 5, 6), "24")
ASTA = Identity(make_test_number(date(1988, 3, 3)), "Asta Test", date(1988, 3, 3), "24")
RATES = Rates(posts=Rate(300, 10), visitors=Rate(100, 10))

AnyRequest = Request[Any, Any, Any]


@dataclass
class Gate:
    """Where a request waits until the test lets it on."""

    reached: asyncio.Event = field(default_factory=asyncio.Event)
    opened: asyncio.Event = field(default_factory=asyncio.Event)


def page(request: AnyRequest, template: str, *, status: int = 200, **context: Any) -> Response[str]:
    """Stand in for the templates: name the page, and carry what a test has to read from it."""
    told = {name: value for name, value in context.items() if name != "kept"}
    kept = context["kept"].fields if "kept" in context else ""
    text = f'{template} {told} {kept} name="_csrf" value="{csrf.token_of(context_of(request.scope))}"'
    return Response(text, status_code=status, media_type=MediaType.TEXT)


@post("/login")
async def login(request: AnyRequest, state: State) -> Response[Any]:
    """End a sign-in, as a plugin would."""
    form = await request.form()
    return await begin(
        state.sessions,
        state.rates,
        state.checking,
        request,
        ASTA if form.get("who") == "asta" else DAG,
        form.get("next", "/me"),
    )


@get("/me")
async def me(request: AnyRequest, visit: NamedDependency[Visit]) -> Response[str]:
    """Say who is signed in."""
    return page(request, visit.actor.name, region=visit.region)


@get("/slow")
async def slow(state: State, visit: NamedDependency[Visit]) -> str:
    """Answer only when the test says so."""
    state.gate.reached.set()
    await state.gate.opened.wait()
    return visit.actor.name


@post("/note", status_code=201)
async def note(request: AnyRequest, state: State, visit: NamedDependency[Visit]) -> str:
    """Save a text; one that says so is answered with an error of the form."""
    form = await request.form()
    text = form.get("text", "")
    state.notes.append((visit.actor.name, text))
    if text == "refuse me":
        return Response("no", status_code=422)  # type: ignore[return-value]
    return text


@get("/open")
async def open_page() -> str:
    """Serve everybody."""
    return "open"


@get("/fails")
async def fails() -> str:
    """Fail as a broken handler does."""
    raise ZeroDivisionError


@dataclass
class Place:
    """The running app, and what a test turns and looks at."""

    app: Any
    clock: MovableClock
    sessions: Sessions
    rescued: RescuedTexts
    gate: Gate
    notes: list[tuple[str, str]]

    def browser(self, base: str = "https://test.example") -> Browser:
        """Return a browser of its own, with no cookies."""
        return Browser(transport=httpx.ASGITransport(self.app, raise_app_exceptions=False), base_url=base)

    async def signed_in(self, who: str = "dag", base: str = "https://test.example") -> Browser:
        """Return a browser in which somebody has signed in."""
        browser = self.browser(base)
        answer = await browser.post("/login", data={"who": who})
        assert answer.status_code == 303, answer.text
        return browser


class Browser(httpx.AsyncClient):
    """A browser that can read the token of its page."""

    async def token(self) -> str:
        """Return the token that a form on this session's pages carries."""
        return (await self.get("/me")).text.rpartition('value="')[2].rstrip('"')


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    """A house in development: plain HTTP on loopback gets its own cookie."""
    async for made in _place(tmp_path, production=False):
        yield made


@pytest.fixture
async def production(tmp_path: Path) -> AsyncIterator[Place]:
    """A house in production."""
    async for made in _place(tmp_path, production=True):
        yield made


async def _place(folder: Path, *, production: bool) -> AsyncIterator[Place]:
    clock = MovableClock(at=NOON)
    database = Database(folder / "test.sqlite", clock)
    await database.start()
    await create_tables(database, [Person, Session, RescuedText, WithheldText, RateCount, AccessFact])
    keys = Keys.load(folder / "keys", create=True)
    register = Register(database, keys, clock)
    sessions = Sessions(database, clock, register, production=production)
    rescued = RescuedTexts(database, keys, sessions)
    checking = RegisterCheck(None, register, clock, RegisterLimits(), Isolation())
    rates, withheld = RateLimiter(database, keys, clock, RATES), WithheldTexts(database, keys, clock)
    inner = _app(sessions, rescued, withheld, rates, checking)
    wrapped = SessionMiddleware(inner, sessions=sessions, rescued=rescued, region_of={"24": "norra"}.get)
    app = HeadersMiddleware(wrapped, production=production)
    try:
        yield Place(app, clock, sessions, rescued, inner.state.gate, inner.state.notes)
    finally:
        await database.stop()


def _app(
    sessions: Sessions, rescued: RescuedTexts, withheld: WithheldTexts, rates: RateLimiter, checking: RegisterCheck
) -> Litestar:
    router = Router(
        "/",
        route_handlers=[login, me, slow, note, open_page, fails],
        before_request=csrf.check,
        dependencies={"visit": Provide(visit_of)},
        exception_handlers={SignInNeeded: to_signin},
    )
    methods = [SignInMethod("test", "Sign in as a test", "/login")]
    state = {
        "sessions": sessions,
        "rescued": rescued,
        "withheld": withheld,
        "rates": rates,
        "checking": checking,
        "page": page,
        "signin_methods": methods,
        "gate": Gate(),
        "notes": [],
    }
    return Litestar([router, signin_pages()], state=State(state), openapi_config=None)
