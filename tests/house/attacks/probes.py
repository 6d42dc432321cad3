"""What each guard is there to keep out, tried against it alone: every probe returns what got in, which is nothing.

The probes know by themselves what is right: they never ask a guard, so a weakened one cannot hide behind its own word.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import msgspec
from ledstang.access.may import Access
from ledstang.access.permissions import AtUnit, Own, Permission
from ledstang.access.policies import PolicyRow
from ledstang.access.rates import RateLimiter, TooOften
from ledstang.access.visit import Visit
from ledstang.access.windows import Rate, Rates
from ledstang.clock import MovableClock
from ledstang.database import SealBroken
from ledstang.people.assignments import Assignment
from ledstang.people.numbers import make_test_number
from ledstang.people.persons import Person
from ledstang.signin.next import safe_next
from ledstang.signin.sessions import Sessions
from ledstang.signin.tables import Session as SessionRow
from ledstang.switches import Switches
from ledstang.testing import NOON
from ledstang.web.origin import OriginMiddleware

from .fixtures import FIXTURES
from .scene import Scene, closed

Probe = Callable[[Scene], list[str]]
NEW_YEAR = datetime(2029, 12, 31, 23, 30, tzinfo=UTC)
"""Half past midnight on New Year's Day in Sweden, and still the old year in UTC."""

HALF_PAST = timedelta(minutes=40)
ATTACKED = ("/programmes/mine/{id_:uuid}", "/signin/rescued/{text:uuid}", "/signin/sessions/{session:str}/end")
INSIDERS = {
    "/ward/{note:uuid}": ("staff of the unit", "treater of the unit"),
    "/staff/people/{id_:uuid}": ("staff of the unit",),
}
"""What staff see, and who of them."""
EVIL = ("//e", "/\\e", "https://e", "javascript:e", "/a\r\nSet-Cookie: a=b", "/a b", "/å", "/" + "a" * 500, None)
UNIT = "SE2321000016-1003"


def _person(born: date, index: int = 0) -> Person:
    return Person(uuid4(), make_test_number(born, index), "Test", born, "24")


def _saying(answer: Any) -> Callable[..., Any]:
    async def check(_visit: Any, _resource: Any) -> Any:
        if isinstance(answer, Exception):
            raise answer
        return answer

    return check


def _rules() -> list[PolicyRow]:
    row = PolicyRow
    return [
        *(row("ward", what, "self", None, None, "t") for what in ("own", "no", "word", "fails", "one-no")),
        row("ward", "child", "self", None, 12, "t"),
        row("ward", "grown", "self", 14, None, "t"),
        row("ward", "over", "self", None, None, "t", valid_to=date(2029, 12, 31)),
        row("ward", "not-yet", "self", None, None, "t", valid_from=date(2030, 1, 2)),
        row("ward", "notes", "self", None, None, "t"),
        row("park", "*", "self", 13, None, "t"),
        row("park", "strict", "self", 18, None, "t"),
    ]


def _permissions() -> list[Permission]:
    plain = ("ward.own", "ward.child", "ward.grown", "ward.over", "ward.not-yet", "ward.unruled", "park.strict")
    checks = {"ward.no": False, "ward.word": "yes", "ward.fails": ZeroDivisionError(), "ward.one-no": False}
    return [
        *(Permission(action, "t") for action in plain),
        *(Permission(action, "t", check=_saying(answer)) for action, answer in checks.items()),
        Permission("ward.one-no", "t", check=_saying(True)),
        Permission("ward.notes", "t", who="staff", roles=("treater",)),
    ]


def _of_staff(own: Visit, another: Person) -> dict[str, tuple[Visit | None, str, Any]]:
    """Return what staff may not read: of another unit, without the role, not at work, in another's assignment."""
    given = {"staff": "SE1", "title": "t", "unit_name": "t", "provider": "", "provider_name": "", "region": "norra"}
    work = Assignment(uuid4(), own.actor.id, unit=UNIT, roles=frozenset({"treater"}), **given)
    change = msgspec.structs.replace
    here, notes = own.at_work(work), AtUnit(UNIT)
    return {
        "a citizen, as staff": (own, "ward.notes", notes),
        "a citizen, of their own": (own, "ward.notes", Own(own.actor.id)),
        "staff whose visit is not at work": (change(here, ground="self"), "ward.notes", notes),
        "staff without an assignment": (change(here, assignment=None), "ward.notes", notes),
        "another's assignment": (own.at_work(change(work, person=another.id)), "ward.notes", notes),
        "another role": (own.at_work(change(work, roles=frozenset({"author"}))), "ward.notes", notes),
        "another unit": (here, "ward.notes", AtUnit("SE2321000016-2004")),
        "a thing of no unit": (here, "ward.notes", Own(own.actor.id)),
        "their own things, at work": (here, "ward.own", Own(own.actor.id)),
    }


def may(_: Scene) -> list[str]:
    """Ask for everything that nobody may."""
    dag, asta, teen = (_person(date(1985, 5, 6)), _person(date(1985, 5, 6), 1), _person(date(2017, 1, 1)))
    own, mine, young = Visit.of(dag), Own(dag.id), Visit.of(teen)
    cases: dict[str, tuple[Visit | None, str, Any]] = {
        "an action that nobody registered": (own, "ward.nothing", mine),
        "nobody": (None, "ward.own", mine),
        "another's thing": (own, "ward.own", Own(asta.id)),
        "a thing of nobody's": (own, "ward.own", Own(None)),  # type: ignore[arg-type]
        "acting for another": (msgspec.structs.replace(own, actor=asta), "ward.own", mine),
        "an unknown ground": (msgspec.structs.replace(own, ground="guardian"), "ward.own", mine),
        "too young": (young, "ward.grown", Own(teen.id)),
        "too old since midnight": (young, "ward.child", Own(teen.id)),
        "too young for the stricter rule": (young, "park.strict", Own(teen.id)),
        **_of_staff(own, asta),
        **{action: (own, action, mine) for action in ("ward.over", "ward.not-yet", "ward.unruled", "ward.no")},
        **{action: (own, action, mine) for action in ("ward.word", "ward.fails", "ward.one-no")},
    }

    async def ask() -> list[str]:
        access = Access(_permissions(), _rules(), MovableClock(at=NEW_YEAR))
        return [name for name, question in cases.items() if await _admits(access, *question)]

    return asyncio.run(ask())


async def _admits(access: Access, *question: Any) -> bool:
    try:
        return bool(await access.may(*question))
    except AttributeError:
        return True  # what a guard that is gone runs into is no denial


def matrix(scene: Scene) -> list[str]:
    """Attack something of each kind as everybody whose it is not."""
    found = []
    for path in (*ATTACKED, *INSIDERS):
        target = FIXTURES[path](scene)
        for who, actor in scene.actors.items():
            if who in INSIDERS.get(path, ()):
                continue
            browser = scene.browser_of(actor)
            for method in ("GET", "POST"):
                data = {"_csrf": browser.token()} if method == "POST" else None
                answer = browser._send(method, target.path, data=data, follow_redirects=False)
                found += [] if closed(answer, method) else [f"{who}: {method} {path}"]
    return found


def forms(scene: Scene) -> list[str]:
    """Post a form of somebody's as another site would."""
    token, other = scene.browser.token(), scene.browser_of(scene.actors["stranger"]).token()
    tries: dict[str, tuple[str, dict[str, str]]] = {
        "no token": ("", {}),
        "another's token": (other, {}),
        "a token that is no ASCII": ("å", {}),
        "another site": (token, {"sec-fetch-site": "cross-site"}),
        "another origin": (token, {"origin": "https://evil.example"}),
        "no origin that anybody vouches for": (token, {"origin": "null"}),
    }
    return [
        name
        for name, (given, headers) in tries.items()
        if scene.browser._send("POST", "/programmes/min/begin", data={"_csrf": given}, headers=headers).status_code
        != 403
    ]


def redirects(_: Scene) -> list[str]:
    """Name pages that are not ours as where to go next."""
    return [repr(path)[:40] for path in EVIL if safe_next(path) != "/"]


def sessions(scene: Scene) -> list[str]:
    """Use sessions that have ended, in each way that one can."""
    return list(scene.place.run(_begun_anew(scene))) + list(scene.place.run(_timed_out(scene)))


def _sessions(scene: Scene, **ago: int) -> tuple[Sessions, MovableClock]:
    clock = MovableClock(at=NOON - timedelta(**ago))
    return Sessions(scene.place.house.database, clock, scene.place.house.register), clock


async def _alive(made: Sessions, token: str) -> bool:
    found = await made.read(token)
    return found is not None and made.alive(found[0])


async def _begun_anew(scene: Scene) -> list[str]:
    """Sign in with a planted cookie, sign in over a session, and sign out."""
    made, _ = _sessions(scene)
    planted = f"planted {uuid4()}"
    first, *_ = await made.begin(scene.owner, instead_of=planted)
    if await _alive(made, planted):
        return ["a planted token"]
    token, session, _ = await made.begin(scene.owner, instead_of=first)
    found = {
        "the token in the table": await SessionRow.exists().where(SessionRow.id == token),
        "the session before": await _alive(made, first),
    }
    await made.end(session)
    found["signed out"] = await _alive(made, token)
    return [name for name, got_in in found.items() if got_in]


async def _timed_out(scene: Scene) -> list[str]:
    """Be silent for half an hour, click for four hours, and set the clock back."""
    made, clock = _sessions(scene)
    idle, busy = (await made.begin(scene.owner))[0], (await made.begin(scene.owner))[0]
    found = {"from the future": await _alive(_sessions(scene, hours=1)[0], busy)}
    for _ in range(12):
        clock.move(minutes=20)
        session, _ = await made.read(busy)  # type: ignore[misc]
        if made.alive(session):
            await made.touch(session)
        found["idle"] = found.get("idle", False) or (clock.now() - NOON == HALF_PAST and await _alive(made, idle))
    found["four hours"] = await _alive(made, busy)
    clock.move(hours=-4)
    found["after the clock went back"] = await _alive(made, idle)
    return [name for name, got_in in found.items() if got_in]


def signed_out(scene: Scene) -> list[str]:
    """Come with the cookies of sessions that were signed out of, and of one that was signed in over."""
    found = []
    for name, path in {"signed out": "/signout", "signed in over": "/testing/signin"}.items():
        browser, thief = scene.place.sign_in(scene.owner), scene.place.browser()
        thief.cookies.update(browser.cookies)
        fields = msgspec.to_builtins(scene.owner) if path.startswith("/testing") else {}
        browser.post(path, fields)
        if thief.get("/start", follow_redirects=False).status_code != 303:
            found.append(name)
    return found


def rates(scene: Scene) -> list[str]:
    """Do at once, many times, what may be done ten times; and look for who it was."""
    house, corner = scene.place.house, f"corner {uuid4()}"
    limiter = RateLimiter(house.database, house.keys, MovableClock(at=NOON), Rates(signins=Rate(10, 10)))

    async def attempt() -> bool:
        try:
            await limiter.admit("signins", corner)
        except TooOften:
            return False
        return True

    async def storm() -> list[bool]:
        return await asyncio.gather(*(attempt() for _ in range(60)))

    admitted = sum(scene.place.run(storm()))
    told = scene.rows("select id from rate_count where id like ?", f"%{corner}%")
    return [f"{admitted} of 10"] * (admitted > 10) + ["whose count it is"] * bool(told)


def seals(scene: Scene) -> list[str]:
    """Move a sealed value to each place that is not its own."""
    keys, home = scene.place.house.keys, {"table": "ab", "column": "c", "row": "d", "subject": "e"}
    moved = [{**home, part: "x"} for part in home] + [{**home, "table": "a", "column": "bc"}]
    sealed, found = keys.seal(b"x", **home), []
    for place in moved:
        try:
            found.append(str(place)) if keys.unseal(sealed, **place) else None
        except SealBroken:
            continue
    return found


def switches(scene: Scene) -> list[str]:
    """Look for what was switched off in a region: there, in its unit, and where all have it off."""
    house = scene.place.house
    made = Switches(scene.place.instance, house.units, house.database, MovableClock(at=NOON))

    async def off() -> None:
        for region in ("norra", "sodra"):
            await made.switch("nowhere", region, on=False)
        await made.refresh()

    scene.place.run(off())
    return [str(scope) for scope in ("norra", UNIT, None) if made.on("nowhere", scope)]


def origins(_: Scene) -> list[str]:
    """Claim to come from elsewhere, past a proxy of ours and through it, and ask for another host."""
    return asyncio.run(_claimed())


async def _claimed() -> list[str]:
    seen: list[str] = []

    async def app(scope: Any, _receive: Any, _send: Any) -> None:
        seen.append(scope["client"][0])

    async def send(_: Any) -> None:
        return

    layer = OriginMiddleware(app, proxies=["10.0.0.0/8"], hosts=["test.example"])
    for client, host in (("192.0.2.1", "test.example"), ("10.0.0.1", "test.example"), ("192.0.2.1", "evil.example")):
        headers = [(b"host", host.encode()), (b"x-forwarded-for", b"203.0.113.9, 198.51.100.7")]
        await layer({"type": "http", "path": "/", "client": (client, 1), "headers": headers}, None, send)  # type: ignore
    return [one for one, right in zip(seen, ("192.0.2.1", "198.51.100.7", ""), strict=False) if one != right]
