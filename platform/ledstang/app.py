"""From an instance to an application: read it from top to bottom, it is the whole of how the house is put together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, nullcontext
from functools import partial

from litestar import Litestar
from litestar.datastructures import State
from litestar.handlers import BaseRouteHandler

from ledstang import own_permissions
from ledstang.access.barring import Barring
from ledstang.access.deciding import Deciding
from ledstang.access.keeping import KeptFacts
from ledstang.access.log import review_pages
from ledstang.access.log.log import AccessLog
from ledstang.access.log.sink import Sink
from ledstang.access.may import Access
from ledstang.access.proxies import Proxies
from ledstang.access.rates import RateLimiter
from ledstang.api.clients import read_clients
from ledstang.api.mounting import api_router
from ledstang.api.subjects import Subjects
from ledstang.api.tokens import Tokens
from ledstang.attachments.attachments import Attachments
from ledstang.attachments.checking import Checking, looking_through
from ledstang.attachments.left import LeftFiles, use_of
from ledstang.clock import Clock, MovableClock
from ledstang.connectors import Connected, connect_for
from ledstang.content.answers import Answers
from ledstang.content.published import compile_instance, kinds_of, policies_of, set_faults
from ledstang.content.versions import Published
from ledstang.database import Database, Keys, migrate
from ledstang.delivery.inbox import Inbox
from ledstang.faults import Told
from ledstang.fitting import SettingsFault
from ledstang.gathering import fit_settings, gather
from ledstang.host import Host
from ledstang.house import House
from ledstang.instance import Instance
from ledstang.interrupting import interrupting
from ledstang.outbox.events import Listener, ProxyEnded
from ledstang.outbox.housekeeping import HOST, housekeeping
from ledstang.outbox.outbox import Outbox
from ledstang.outbox.worker import Worker
from ledstang.people.checking import RegisterCheck
from ledstang.people.codes import ContactCodes
from ledstang.people.contacts import Contacts
from ledstang.people.locks import Locks
from ledstang.people.register import Register
from ledstang.people.staff import Staff
from ledstang.plugins import find
from ledstang.problems.problems import Problems
from ledstang.rights.ageing import retention_faults
from ledstang.rights.copies import Copies, making
from ledstang.routing import ours, routers
from ledstang.sealing.columns import columns_of
from ledstang.sealing.resealing import Resealing
from ledstang.sealing.rollover import Rollover
from ledstang.signin.acting import act_for
from ledstang.signin.begin import (
    AtWork,
    OffDuty,
    SignInNeeded,
    SignInRefused,
    begin,
    refused,
    sign_in_again,
    to_signin,
)
from ledstang.signin.duty import at_work, off_duty
from ledstang.signin.handing import hand_over
from ledstang.signin.middleware import SessionMiddleware
from ledstang.signin.origins import end_from
from ledstang.signin.pages import signin_pages
from ledstang.signin.rescue import RescuedTexts
from ledstang.signin.session import SessionLimits
from ledstang.signin.sessions import Sessions
from ledstang.signin.withheld import WithheldTexts
from ledstang.signin.written_for import WrittenForOthers
from ledstang.soundness import refuse_unroutable, refuse_unsound
from ledstang.switches import Switches
from ledstang.tables import apps_of, tables_of
from ledstang.web.errors import handlers as error_handlers
from ledstang.web.headers import HeadersMiddleware
from ledstang.web.origin import OriginMiddleware
from ledstang.web.pages import Pages
from ledstang.web.statement import read_statement
from ledstang.web.watching import WatchingMiddleware
from ledstang.work_lists import WorkLists

BODY_LIMIT = 4_000_000
"""The most bytes of one request: an answer of a megabyte, thrice as long in a form's spelling, is refused by its question."""


class BrokenPlugins(Told):
    """Raised at start under `strict = true` when a plugin had to be refused."""

    code = 1


def assemble(instance: Instance, clock: Clock | None = None, *, lenient: bool = False) -> House:
    """Find the plugins and make the parts of the house that need no database.

    Raises SettingsFault, and BrokenPlugins under `strict = true`; with `lenient` neither: `check` tells of all at once.
    """
    plugins = find(instance.drop_ins, instance.settings.disabled, instance.settings.patience)
    clock = clock or (MovableClock(kept=instance.path("data/clock")) if instance.demo else Clock())
    house = House(instance, clock, plugins, Database(instance.database, clock, instance.settings.postgres))
    house.settings, house.settings_faults = fit_settings(plugins, instance)
    if house.settings_faults and not lenient:
        raise SettingsFault.of(house.settings_faults)
    house.offers = gather(plugins, lambda plugin: Host(house, plugin.name), instance.settings.patience)
    refuse_unsound(house)
    house.clients, wrong = read_clients(instance)
    not_there = [*set_faults(instance, house.offers), *retention_faults(instance, house.growing_old()), *wrong]
    if not_there and not lenient:
        raise SettingsFault.of(not_there)
    house.settings_faults += not_there
    house.connected = connect_for(instance, house.offers.get("register_connectors", []))
    house.units.connect(house.connected.get("UnitDirectory"))
    house.published = Published(kinds_of(house.offers))
    permissions = [permission for _, permission in house.offers.get("register_permissions", [])]
    policies = [*own_permissions.POLICIES, *policies_of(instance, house.offers)]
    house.access = Access(
        [*own_permissions.PERMISSIONS, *permissions], policies, clock, house.isolation, house.units.same
    )
    house.switches = Switches(instance, house.units, house.database, clock)
    if lenient:
        refuse_unroutable(house)
    else:
        _be_strict(house)
    return house


@asynccontextmanager
async def running(house: House) -> AsyncIterator[House]:
    """Open the database of a house, bring it up to date, and close it afterwards. Raises DatabaseFault."""
    house.database.bind(tables_of(house.plugins))
    await house.database.start()
    try:
        await migrate(house.database, apps_of(house.plugins))
        yield house
    finally:
        await house.database.stop()


def create_app(
    instance: Instance,
    clock: Clock | None = None,
    extra_routes: Callable[[House], list[BaseRouteHandler]] = lambda _: [],
    *,
    works: bool = False,
    connected: Mapping[str, Connected] | None = None,
) -> Litestar:
    """Make the application of an instance.

    `extra_routes` and `connected`, what serves a port that no plugin serves, are the ways in of tests.

    With `works` it also carries out what the outbox holds, while it runs.
    """
    house = assemble(instance, clock)
    house.connected = {**(connected or {}), **house.connected}
    house.pages = Pages(house)
    _be_strict(house)
    settings = instance.settings
    house.keys = Keys.load(instance.path(settings.keys), create=not settings.production)
    house.rollover = Rollover(house.database, house.keys, house.clock, settings.rotation)
    house.answers = Answers(house.database, house.keys, house.clock)
    house.register = Register(house.database, house.keys, house.clock, house.tell)
    house.contacts = Contacts(house.database, house.keys, house.clock, house.tell)
    house.codes = ContactCodes(
        house.database, house.keys, house.clock, settings.contact, house.contacts, house.register, house.tell
    )
    house.tokens = Tokens(house.database, house.clock, settings.api.token_minutes)
    house.subjects = Subjects(house.database, house.clock)
    house.resealing = Resealing(
        house.database, house.keys, house.clock, house.rollover, columns_of(house.keys, house.register),
        settings.rotation,
    )  # fmt: skip
    house.attachments = Attachments(house)
    house.attachments.own = ((HOST, use_of(house)),)
    house.checking_files = Checking(house, house.attachments)
    house.log = AccessLog(house.database, house.keys, house.clock, settings.access_log, instance.path)
    house.access.log = house.log
    limits = SessionLimits.of(settings.signin)
    sessions = Sessions(house.database, house.clock, house.register, limits, production=settings.production)
    rescued = RescuedTexts(house.database, house.keys, sessions)
    rates = RateLimiter(house.database, house.keys, house.clock, settings.rates)
    problems = Problems(house.database, house.keys, house.clock, settings.problems.keep_days)
    house.copies = Copies(house)
    house.checking = RegisterCheck(
        house.connected.get("PersonRegister"), house.register, house.clock, settings.register, house.isolation,
        settings.reserve_numbers,
    )  # fmt: skip
    house.facts = KeptFacts(house.database, house.keys, house.clock, house.tell)
    house.access.barring = house.barring = Barring(
        house.database, house.register, house.facts, house.log.reviews, house.clock, house.units.same
    )
    house.log.sink = Sink(
        house.connected.get("AccessLogSink"), house.database, house.register, house.clock, house.isolation,
        settings.access_log,
    )  # fmt: skip
    house.work_lists = WorkLists(house, [review_pages.review_list(house)])
    house.locks = Locks(house.database, house.keys, house.clock, house.register)
    house.withheld = WithheldTexts(house.database, house.keys, house.clock)
    house.deciding = Deciding(house.access, house.facts, house.database, house.clock)
    grounds = house.offers.get("register_proxies", [])
    proxies = house.proxies = Proxies(
        grounds, house.access, house.checking, house.register, house.database, house.isolation, _region_id(instance),
        house.facts,
    )  # fmt: skip
    house.units.connect(house.connected.get("UnitDirectory"))
    house.staff = Staff(house.database, house.register, house.units, house.clock)
    house.sign_in = partial(begin, sessions, rates, house.checking)
    house.sign_in_again = partial(sign_in_again, sessions)
    house.end_sessions = partial(end_from, sessions, house.keys)
    house.act_for = partial(act_for, sessions, proxies)
    house.hand_over, house.rescued = partial(hand_over, sessions), rescued

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        async with running(house), house.rollover.holding():
            await house.register.seal()
            await house.units.refresh()
            shelf = await asyncio.to_thread(compile_instance, instance, house.offers)
            await house.published.keep(shelf.all, house.database, house.clock)
            _make_outbox(house, sessions, rescued, problems)
            async with house.worker.running() if works else nullcontext():
                with interrupting(house.plugins, settings.patience.blocked_ms):
                    house.ready = True
                    yield
                    house.ready = False

    def made() -> Litestar:
        return Litestar(
            [*routers(house), ours(house, extra_routes(house)), signin_pages(), api_router(house)],
            lifespan=[lifespan],
            exception_handlers={
                SignInNeeded: to_signin,
                SignInRefused: refused,
                OffDuty: off_duty,
                AtWork: at_work,
                **error_handlers(),
            },
            request_max_body_size=BODY_LIMIT,
            openapi_config=None,
            logging_config=None,
            state=State(
                {
                    "house": house,
                    "demo": instance.demo,
                    "page": house.pages.render,
                    "sessions": sessions,
                    "rescued": rescued,
                    "withheld": house.withheld,
                    "rates": rates,
                    "problems": problems,
                    "statement": read_statement(instance.folder),
                    "access": house.access,
                    "signin_methods": [method for _, method in house.offers.get("register_signin", [])],
                }
            ),
        )

    try:
        app = made()
    except Exception:
        if not refuse_unroutable(house):
            raise
        _be_strict(house)
        app = made()
    inner = SessionMiddleware(
        app.asgi_handler,
        sessions=sessions,
        rescued=rescued,
        first=house.keep_up,
        region_of=_region_id(instance),
        proxies=proxies,
        staff=house.staff,
        kept=house.facts,
    )
    origin = OriginMiddleware(inner, proxies=settings.proxies, hosts=settings.hosts)
    watching = WatchingMiddleware(origin, metrics=house.metrics, load=settings.load)
    app.asgi_handler = HeadersMiddleware(watching, production=settings.production, language=settings.language)
    return app


def _make_outbox(house: House, sessions: Sessions, rescued: RescuedTexts, problems: Problems) -> None:
    """Make the outbox of a house whose plugins all stand, and who carries out what is in it."""
    written = WrittenForOthers(house.database, rescued, house.withheld, house.proxies, house.register)
    left = LeftFiles(house)
    own = [
        making(house.copies),
        looking_through(house.checking_files),
        Listener("written-for-others", ProxyEnded, written.ended),
        Listener("files-for-others", ProxyEnded, left.ended),
        *house.subjects.listeners(),
    ]
    listeners = [*house.offers.get("register_listeners", []), *((HOST, one) for one in own)]
    house.outbox = Outbox(house.database, house.clock, house.instance.settings.work, listeners)
    house.inbox = Inbox(house.database, house.keys, house.clock, house.outbox, house.units)
    jobs = housekeeping(house, sessions, written, left, problems) + house.offers.get("register_jobs", [])
    house.worker = Worker(house.outbox, listeners, jobs, first=house.keep_up)


def _be_strict(house: House) -> None:
    if house.instance.settings.strict and house.plugins.faults:
        raise BrokenPlugins("\n".join(str(fault) for fault in house.plugins.faults))


def _region_id(instance: Instance) -> Callable[[str | None], str | None]:
    def region_of(county: str | None) -> str | None:
        region = instance.region_of(county)
        return region.id if region else None

    return region_of
