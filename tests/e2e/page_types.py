"""One page of each type, as the server sends it: taken once, without a browser, for all gates to look at.

The signed-in ones are of an invented programme whose titles, questions and options are the longest Swedish words that
we have (`long-words.txt`): what bears those bears what regions write.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import chain
from pathlib import Path
from urllib.parse import unquote
from uuid import uuid4

import httpx
import msgspec
from ledstang import DELIVERED, Delivery, Identity, NoticeWanted
from ledstang.access.facts import Fact
from ledstang.attachments.attachments import Spot
from ledstang.attachments.uses import WITHHELD
from ledstang.people.assignments import ROLES
from ledstang.people.contacts import Contact
from ledstang.testing import TOML, Browser, Place, Town
from ledstang_notices.tables import Sent
from ledstang_sandbox.persons import read_cast

from .form_page_types import batch_pages, form_pages, lending_pages, sending_pages, write_forms

Named = tuple[str, httpx.Response]
WORDS = Path(__file__).with_name("long-words.txt").read_text(encoding="utf-8").split()
FRONT = """\
---
program: langa
titel: {0}
språk: sv
ägare: SE2321000016-1003
version: 1.0
sort: öppet
medicinskt ansvarig: Testläkaren
licens: CC BY 4.0
säkerhet: Ring 112 om det är akut. {1} svarar dygnet runt.
---

{2} och {3}.

## {4}

| {5} | {6} |
|---|---|
| {7} | {8} |
"""
MODULE = """\
---
modul: ett
titel: {0}
---

{1} för dig.

# {2}

::: övning #blad
titel: {3}

::: fråga #text lång text
hjälp: {4}

{5}?
:::

::: fråga #rad text obligatorisk
{6}?
:::

::: fråga #tal heltal 0–24
enhet: timmar

{7}?
:::

::: fråga #dag datum
{8}?
:::

::: fråga #val enval
{9}?

- ( ) {10} {{#a}}
- ( ) {11} {{#b}}
:::

::: fråga #fler flerval
{12}?

- [ ] {13} {{#a}}
- [ ] {14} {{#b}}
:::
:::

## {15}

::: viktigt
**{16}** är till för dig.
:::

::: formulär #langt
::: sida #s1
::: skala #ofta
- (0) {17}
- (1) {18}
- (2) {19}
- (3) {20}
:::

::: frågor #rader
skala: ofta
obligatorisk: ja

{21}?

1. {22}? {{#r1}}
2. {23}? {{#r2}}
:::

::: fråga #styrka skala 0–10 obligatorisk
{24}?
:::
:::

::: sida #s2
::: fråga #mer text
{25}?
:::
:::
:::
"""
SECOND = "---\nmodul: tva\ntitel: {0}\nöppnas: efter föregående + 7 dagar\n---\n\n{1}.\n\n# {2}\n\n{3}.\n"
PLUGIN = '''
"""Quiet: a page of one file, and a form that meets a full disk."""
from __future__ import annotations
import sqlite3
from typing import Any
from ledstang import Host, hookimpl
from litestar import Request, Response, get, post

@hookimpl
def register_routes(host: Host) -> list:
    @get("/")
    async def show(request: Request[Any, Any, Any]) -> Response:
        return host.page(request, "host/message.html", title="Quiet", body="Breathe.")

    @post("/")
    async def keep(request: Request[Any, Any, Any]) -> Response:
        await request.form()
        fault = sqlite3.OperationalError("database or disk is full")
        fault.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise fault

    return [show, keep]
'''
TIGHT = re.sub(r"posts = \{ times = \d+", "posts = { times = 1", TOML)
PROVIDER = """
[[plugins.oidc.providers]]
name = "borta"
title = "Bortalegitimation"
issuer = "http://127.0.0.1:1"
client_id = "ledstang"
secret_file = "secret"
"""
PERIOD = """
[[retention.periods]]
data = "programmes.record"
years = 10
valid_from = 2026-01-01
basis = "Beslut 2026:1"
"""
LONG_ADDRESS = f"{'kanariefagel.' * 4}flyger@{'sjunger' * 8}.se"
ANSWERS = {"langt.r1": "0", "langt.r2": "3", "langt.styrka": "7"}
FORM, SHEET = "form/langt/1", "module/ett/blad"


def write_programme(home: Path) -> None:
    """Write the programme with the longest words into a folder."""
    home.mkdir(parents=True)
    (home / "programme.md").write_text(FRONT.format(*WORDS), "utf-8")
    (home / "01-ett.md").write_text(MODULE.format(*WORDS[9:]), "utf-8")
    (home / "02-tva.md").write_text(SECOND.format(*WORDS[40:]), "utf-8")
    led = home.with_name("ledda")
    led.mkdir()
    front = FRONT.replace("program: langa", "program: ledda").replace("öppet", "behandlarstött")
    (led / "programme.md").write_text(front.format(*WORDS), "utf-8")
    (led / "01-ett.md").write_text(MODULE.format(*WORDS[9:]), "utf-8")


def fields_of(page: str) -> dict[str, str]:
    """Return what the form in a page's main part sends by itself."""
    form = re.search(r"<main.*?(<form .*?</form>)", page, re.DOTALL)
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[1] if form else "")
    return {name: html.unescape(value) for name, value in found}


def pages_of(town: Town, parts: Callable[[Callable[[str], httpx.Response], str], None]) -> Iterator[Named]:
    """Yield one page of each type, by a name that begins with its template: `programmes/step`, `programmes/step faults`.

    `parts(get, html)` is called with each page while its stylesheets and pictures can still be fetched.
    """
    for name, answer, place in _all(town):
        parts(place.browser().get, answer.text)
        yield name, answer


def _all(town: Town) -> Iterator[tuple[str, httpx.Response, Place]]:
    write_programme(town.folder / "instance" / "programmes" / "langa")
    write_forms(town.folder / "instance" / "forms", WORDS)
    (town.folder / "instance" / "ledstang.toml").write_text(TOML + PERIOD, "utf-8")
    plugin = town.folder / "quiet.py"
    plugin.write_text(PLUGIN, "utf-8")
    with town.instance(demo=True, plugins=plugin) as place:
        person = town.person("Dag Testsson", born="1985-03-14")
        dag = place.sign_in(person)
        own = chain(
            _own_pages(dag),
            _inbox_pages(place, dag, person, town),
            _notice_pages(place, town),
            _family_pages(place, town),
            _guardian_pages(place),
            _programme_pages(place, person, town),
            form_pages(place, town),
            sending_pages(place, town, WORDS[0]),
            batch_pages(place, town, WORDS[0]),
        )
        taken = chain(_open_pages(place.browser()), own, _staff_pages(place, town), _unit_pages(place, town))
        yield from ((name, answer, place) for name, answer in taken)
    (town.folder / "instance" / "ledstang.toml").write_text(TIGHT + PROVIDER, "utf-8")
    secret = town.folder / "instance" / "secret"
    secret.write_text("kanariefågel", "utf-8")
    secret.chmod(0o400)
    with town.instance(demo=True) as place:
        dag = place.sign_in(town.person("Dag Testsson", born="1985-03-15"))
        answers = [dag.post("/programmes/langa/begin") for _ in range(4)]
        yield "oidc/failed", place.browser().get("/oidc/borta?next=/start"), place
        yield "host/too-often", next(one for one in answers if one.status_code == 429), place


def _open_pages(anybody: Browser) -> Iterator[Named]:
    paths = {
        "front": "/", "urgent": "/urgent", "accessibility": "/accessibility", "signin": "/signin", "gallery": "/gallery",
        "error": "/no-such-page", "problem": "/problem?page=/start", "problem-thanks": "/problem/thanks",
        "signed-out": "/signout",
    }  # fmt: skip
    for name, path in paths.items():
        yield f"host/{name}", anybody.get(path)
    yield "host/problem faults", anybody.post("/problem", {"page": "/start", "words": "", "contact": "Kanariefågel"})
    yield "programmes/catalogue", anybody.get("/programmes/")
    yield "programmes/programme", anybody.get("/programmes/langa")
    yield "sandbox/persons", anybody.get("/sandbox/")
    anybody.get("/language?to=en&next=/")
    yield "host/accessibility in English", anybody.get("/accessibility")


def _own_pages(dag: Browser) -> Iterator[Named]:
    yield "host/start", dag.get("/start")
    yield "host/settings", dag.get("/settings")
    yield "host/settings faults", dag.post("/settings", {"version": "0", "phone": "tusen"})
    yield (
        "host/settings saved",
        dag.post("/settings", {"version": "0", "phone": "070-174 06 05", "email": LONG_ADDRESS}),
    )
    yield "host/confirm-address", dag.post("/settings/code", {"kind": "email"})
    yield "host/confirm-address faults", dag.post("/settings/confirm", {"kind": "email", "code": "Kanariefågel"})
    yield "host/sessions", dag.get("/signin/sessions")
    yield "host/error signed in", dag.get("/programmes/mine/0190b5f0-0000-7000-8000-000000000001")
    yield "sandbox/clock", dag.get("/sandbox/clock")
    yield "sandbox/sent", dag.get("/sandbox/sent")
    yield "host/message", dag.get("/quiet/")
    yield "host/access-log", dag.get("/access-log/")
    yield from _data_pages(dag)
    yield "host/unsaved", dag.post("/quiet/", {"text": "Kanariefågeln flyger"})


def _inbox_pages(place: Place, dag: Browser, identity: Identity, town: Town) -> Iterator[Named]:
    yield "inbox/list empty", dag.get("/inbox/")
    person = place.visit(identity).subject.id
    one = Delivery(
        person=person, kind="form", title=f"Kallelse {WORDS[3]}", body=f"Första raden.\n{WORDS[4]}", href="/programmes/",
        asks=f"Fyll i {WORDS[5]}", due=place.clock.now() + timedelta(days=9), unit="SE2321000016-1003",
    )  # fmt: skip
    id_ = place.run(place.house.inbox.deliver("testing", one, "1"))
    yield "inbox/list", dag.get("/inbox/")
    yield "inbox/list found", dag.post("/inbox/search", {"words": "kallelse"})
    yield "inbox/item", dag.get(f"/inbox/{id_}")
    place.run(place.house.inbox.answered("testing", "1"))
    files = place.house.attachments
    spot = Spot(files.uses[DELIVERED][1], id_, person)
    for name in (f"{WORDS[6]}.pdf", f"{WORDS[7]}.exe"):
        place.run(place.house.checking_files.check(place.run(files.put(spot, name, name.encode()))))
    place.run(files.put(spot, f"{WORDS[8]}.pdf", b"not looked through yet"))
    yield "inbox/item with files", dag.get(f"/inbox/{id_}")
    yield "inbox/item done", dag.get(f"/inbox/{id_}")
    yield "inbox/choose", dag.get("/inbox/write")
    yield "inbox/cases empty", dag.get("/inbox/cases/")
    page = dag.get("/inbox/write/fraga")
    yield "inbox/write", page
    yield "inbox/write faults", dag.post("/inbox/write/fraga", {"text": " ", "send": "yes"})
    sent = dag.post("/inbox/write/fraga", fields_of(page.text) | {"text": " ".join(WORDS[:9]), "send": "yes"})
    yield "inbox/case", sent
    yield "inbox/files", dag.get(f"{sent.url.path}/files")
    at = re.search(r'action="(/attachments/at/[^"]+)"', dag.get(f"{sent.url.path}/files").text)[1]
    wrong = [("_csrf", (None, dag.token())), ("file", (f"{WORDS[2]}.exe", b"MZ"))]
    yield "inbox/files faults", dag._send("POST", at, files=wrong)
    yield "inbox/case faults", dag.post(sent.url.path, {"text": " ", "send": "yes"})
    yield "inbox/cases", dag.get("/inbox/cases/")
    eva = town.person(f"Eva {WORDS[0]}", born="1981-01-01")
    place.appoint(town.person("Olle Testsson", born="1982-02-02"), "treater")
    staff, desk = (
        place.at_work(eva, place.appoint(eva, "treater", title=WORDS[1])),
        sent.url.path.replace("cases", "desk"),
    )
    yield "inbox/desk", staff.get(desk)
    yield "inbox/hand-on", staff.get(f"{desk}/hand-on")
    yield "inbox/hand-on faults", staff.post(f"{desk}/colleague")
    yield "inbox/desk faults", staff.post(desk, {"text": " ", "send": "yes"})
    yield "inbox/desk outrun", staff.post(desk, {"text": "Kanariefågeln", "send": "yes", "_heard": "9"})
    answer = {"text": " ".join(WORDS[:9]), "send": "yes", "_heard": "1", "_revision.text": "1"}
    yield "inbox/desk sent", staff.post(desk, answer)
    yield "inbox/case answered", dag.get(sent.url.path)
    yield from _asked_pages(dag, place.sign_in(identity), staff)
    yield from _letters_from_care(place, identity, staff)


def _asked_pages(dag: Browser, other: Browser, staff: Browser) -> Iterator[Named]:
    """A case type with questions of its own: asked, lacking, clashing, brought, sent, read, corrected."""
    path = "/inbox/write/fornya-recept"
    page = dag.get(path)
    yield "inbox/write asked", page
    send, hidden = {"send": "yes"}, fields_of(page.text)
    yield "inbox/write lacking", dag.post(path, hidden | send | {"q.dos": WORDS[4]})
    other.post(path, fields_of(other.get(path).text) | {"q.lakemedel": WORDS[0]})
    yield "inbox/conflict", dag.post(path, hidden | {"q.lakemedel": WORDS[2]})
    given = {
        "q.lakemedel": WORDS[0], "q.styrka": WORDS[1], "q.dos": " ".join(WORDS[:9]), "q.mot": WORDS[3], "q.racker": "slut",
        "q.samre": "ja", "q.hur-samre": WORDS[5], "q.nytt": "nej", "q.gravid": "ja",
    }  # fmt: skip
    brought = dag.post(path, fields_of(dag.get(path).text) | given | send)
    yield "inbox/write brought", brought
    seen = re.findall(r'name="_seen.q" value="([^"]*)"', brought.text)
    sent = dag.post(path, fields_of(brought.text) | given | {"_seen.q": seen} | send)
    yield "inbox/case asked", sent
    yield "inbox/correct asked", dag.get(re.search(r'href="(/inbox/cases/[^"]+/correct/[^"]+)"', sent.text)[1])
    yield "inbox/desk asked", staff.get(sent.url.path.replace("cases", "desk"))


def _letters_from_care(place: Place, identity: Identity, staff: Browser) -> Iterator[Named]:
    """What staff meet who write first, what a child's guardian reads of it, and how one corrects what nobody has read."""
    yield "inbox/begin", staff.get("/inbox/desk/begin")
    yield "inbox/begin faults", staff.post("/inbox/desk/begin", {"number": "Kanariefågel"})
    child = next(one.identity for one in read_cast().persons if one.name.startswith("Liam"))
    begun = staff.post("/inbox/desk/begin", {"number": child.number, "about": "fraga"})
    yield "inbox/desk begun", begun
    letter = {"text": " ".join(WORDS[:9]), "send": "yes", "audience": "proxies", "_heard": "0"}
    told = staff.post(begun.url.path, letter)
    yield "inbox/desk begun sent", told
    correct = re.search(r'href="(/inbox/desk/[^"]+/correct/[^"]+)"', told.text)[1]
    yield "inbox/correct", staff.get(correct)
    yield "inbox/correct faults", staff.post(correct, {"text": " ", "send": "yes", "_times": "0"})
    yield "inbox/correct clash", staff.post(correct, {"text": "Kanariefågeln", "send": "yes", "_times": "7"})
    place.clock.move(days=31)
    dag = place.sign_in(identity)
    away = dag.get("/inbox/write/fraga")
    yield "inbox/write absent", away
    replied = dag.post("/inbox/write/fraga", fields_of(away.text) | {"text": "Kanariefågeln", "send": "yes"})
    yield "inbox/case absent", replied
    place.clock.move(days=-31)


def _notice_pages(place: Place, town: Town) -> Iterator[Named]:
    """What a guardian chooses of how she is told, and where the links lead: to the child, to herself, to nothing more."""
    asta = town.person(f"Asta {WORDS[1]}", born="1988-03-03")
    cilla = town.person(f"Cilla {WORDS[0]}", born="2017-01-01")
    house, me, child = place.house, place.visit(asta), place.visit(cilla).subject.id
    kept = place.run(house.contacts.save(me, Contact(phone="+46701740605"), 0))
    place.run(house.contacts.verify(me.actor.id, me.actor.id, "phone", kept))
    browser = place.sign_in(asta)
    yield "notices/choices", browser.get("/notices/")
    place.run(house.outbox.emit(NoticeWanted(person=me.actor.id, reason="waits")))
    place.work()
    yield "notices/choices saved", browser.post("/notices/", {"sms": "yes", "at_night": "yes", "language": "sv"})
    now = place.clock.now()
    row = Sent(
        id=uuid4(), person=me.actor.id, about=child, ground="guardian", channel="sms", kind="waits", path="/start",
        state="accepted", at=now, changed=now,
    )  # fmt: skip
    place.run(Sent.insert(row).run())
    yield "notices/over", browser.get(f"/notices/{row.id}")


def _data_pages(dag: Browser) -> Iterator[Named]:
    """What somebody meets who asks for a copy of their data, and to have some of it erased."""
    yield "host/my-data", dag.get("/settings/data")
    yield "host/my-data lost", dag.get("/settings/data?lost=1")
    yield "host/my-data asked", dag.post("/settings/data")
    dag.place.work()
    yield "host/my-data ready", dag.get("/settings/data")
    yield "host/erase", dag.get("/settings/data/erase")
    yield "host/erase faults", dag.post("/settings/data/erase")
    yield "host/erase-check", dag.post("/settings/data/erase", {"what": "host.contact"})
    yield "host/erase-stays", dag.post("/settings/data/erase", {"what": "programmes.record"})
    yield "host/erase done", dag.post("/settings/data/erase", {"what": "host.contact", "sure": "yes"})
    dag.post("/settings/data/remove")


def _kept(browser: Browser, answer: httpx.Response) -> httpx.Response:
    """Follow the link to what was kept."""
    found = re.search(r"/signin/rescued/[0-9a-f-]{36}", answer.text)
    return browser.get(found[0] if found else "/signin/rescued/")


def _family_pages(place: Place, town: Town) -> Iterator[Named]:
    """What a family meets in the demo's programme for it: waiting for consent, each their own, and the telephone on loan."""
    cast = {person.name: person.identity for person in read_cast().persons}
    asta, bo = (_for_child(place, cast[name], cast["Cilla Lindgren"]) for name in ("Asta Lindgren", "Bo Lindgren"))
    begun = asta.post("/programmes/lugnare-kvallar/begin", {"consent": "1.0"})
    yield "programmes/waiting", begun
    home = begun.url.path
    yield "programmes/waiting faults", bo.post(f"{home}/consent")
    eva = town.person(f"Eva {WORDS[0]}", born="1980-01-02")
    family = f"/programmes/families/{home.rpartition('/')[2]}"
    yield "programmes/family faults", place.at_work(eva, place.appoint(eva, "treater")).post(f"{family}/consent")
    bo.post(f"{home}/consent", {"consent": "1.0"})
    asta.post(f"{home}/form/before/1", {f"@before.{item}": "2" for item in ("ro", "ovanner", "hjalp", "slut")})
    asta.post(f"{home}/form/before/check")
    yield "programmes/result of each guardian", asta.get(f"{home}/form/before/result")
    yield "programmes/step of another", asta.get(f"{home}/module/hur-ar-det/min-kvall")
    yield "programmes/of_another", asta.get(f"{home}/form/min-kvall")
    yield "programmes/hand_over", asta.get(f"{home}/form/min-kvall/hand-over")
    lent = asta.post(f"{home}/form/min-kvall/hand-over")
    yield "programmes/form on loan", lent
    yield "host/handed-over", asta.get("/start")
    yield "host/handed-over back", asta.get("/signin/hand-back")
    fields = fields_of(lent.text) | {"min-kvall.tanker": "Kanariefågeln"}
    asta.post("/signout", {"_csrf": fields["_csrf"]})
    kept = asta.post(f"{home}/form/min-kvall/1", fields)
    back = re.search(r"/signin/rescued/[0-9a-f-]{36}", html.unescape(kept.text) + unquote(str(kept.url)))
    asta.post("/testing/signin", msgspec.to_builtins(cast["Asta Lindgren"]))
    yield "host/rescued-for-child", asta.get(back[0] if back else "/signin/rescued/")
    yield from lending_pages(_for_child(place, cast["Bo Lindgren"], cast["Cilla Lindgren"]))


def _for_child(place: Place, who: Identity, child: Identity) -> Browser:
    """Return a browser in which a guardian acts for a child."""
    browser = place.sign_in(who)
    browser.post("/guardian/add", {"number": child.number})
    card = re.search(r'action="(/guardian/[0-9a-f-]{36})/act"', browser.get("/guardian/").text)
    assert card
    browser.post(f"{card[1]}/act")
    return browser


def _guardian_pages(place: Place) -> Iterator[Named]:
    """What a guardian meets, with the demo's own families: adding a child, acting for her, and the end of it."""
    cast = {person.name: person.identity for person in read_cast().persons}
    asta, cilla = place.sign_in(cast["Asta Lindgren"]), cast["Cilla Lindgren"]
    yield "guardian/children empty", place.sign_in(cast["Dag Nordin"]).get("/guardian/")
    yield "guardian/children faults", asta.post("/guardian/add", {"number": "Kanariefågel"})
    yield "guardian/children", asta.post("/guardian/add", {"number": cilla.number})
    card = re.search(r'href="(/guardian/[0-9a-f-]{36})"', asta.get("/guardian/").text)
    assert card
    yield "guardian/card", asta.get(card[1])
    yield "guardian/not-shown", asta.get("/guardian/not-shown")
    yield from _for_whom_pages(place, asta, cast["Asta Lindgren"], cilla)
    mine = asta.token()
    yield "host/start for a child", asta.post(f"{card[1]}/act")
    yield "programmes/refused a child", asta.get("/programmes/langa")
    changed = asta.post("/programmes/langa/begin", {"_csrf": mine, "text": "Kanariefågeln"})
    yield "host/other-capacity for a child", changed
    yield "host/rescued-for-another", _kept(asta, changed)
    yield "sandbox/register", asta.get("/sandbox/register")
    asta.post("/sandbox/register", {"number": cilla.number, "what": "protect"})
    yield "host/proxy-ended", asta.post("/programmes/langa/begin", {"text": "Kanariefågeln flyger"})
    alva = place.sign_in(cast["Alva Sundin"])
    yield "guardian/own", alva.get("/guardian/own")
    yield "host/signin-refused", place.browser().post("/sandbox/signin", {"number": cast["Rune Vik"].number})


def _for_whom_pages(place: Place, browser: Browser, guardian: Identity, child: Identity) -> Iterator[Named]:
    """Where the link of a notice about a child leads a guardian who is there for herself."""
    now, person = place.clock.now(), place.visit(guardian).actor.id
    row = Sent(
        id=uuid4(), person=person, about=place.visit(child).subject.id, ground="guardian", channel="sms", kind="waits",
        path="/start", state="accepted", at=now, changed=now,
    )  # fmt: skip
    place.run(Sent.insert(row).run())
    yield "notices/for-whom", browser.get(f"/notices/{row.id}")


def _staff_pages(place: Place, town: Town) -> Iterator[Named]:
    """What an access administrator meets, and what staff meet whose capacity has changed or ended."""
    frida, eva = town.person("Frida Testsson", born="1979-02-02"), town.person(f"Eva {WORDS[0]}", born="1980-01-01")
    work, other = place.appoint(frida, "access-administrator", title=WORDS[1]), place.appoint(eva, *ROLES)
    browser = place.sign_in(frida)
    yield "host/assignments", browser.get("/staff/")
    browser.post("/staff/choose", {"assignment": str(work)})
    yield from _retention_pages(place, town)
    for name, path in {"staff": "/staff/", "staff-people": "/staff/people", "appoint": "/staff/appoint"}.items():
        yield f"host/{name}", browser.get(path)
    yield "host/appoint faults", browser.post("/staff/appoint")
    filled = {"number": eva.number, "staff_hsa": "SE2321000016-EVA1", "title": WORDS[2], "roles": ROLES}
    yield "host/appoint-check", browser.post("/staff/appoint", filled)
    yield from _review_pages(place, town, browser)
    yield "host/staff-end", browser.get(f"/staff/people/{other}/end")
    yield "host/staff-absence faults", browser.post(f"/staff/people/{other}/absence")
    away = {"first": ["2026", "11", "1"], "substitute": str(place.visit(frida).actor.id)}
    yield "host/staff-person", browser.post(f"/staff/people/{other}/absence", away)
    yield "host/at-work", browser.get("/programmes/hantera-oro/begin")
    old = browser.token()
    browser.post("/staff/choose")
    changed = browser.post("/staff/appoint", filled | {"_csrf": old})
    yield "host/other-capacity", changed
    yield "host/rescued-for-another at work", _kept(browser, changed)
    browser.post("/staff/choose", {"assignment": str(work)})
    place.run(place.house.staff.end(work))
    yield "host/off-duty", browser.get("/staff/people")


def _review_pages(place: Place, town: Town, frida: Browser) -> Iterator[Named]:
    """What treaters meet where a citizen has blocked, and what an access administrator looks over."""
    tea, dag = town.person("Tea Testsson", born="1981-01-01"), town.person(f"Dag {WORDS[3]}", born="1986-01-01")
    browser = place.at_work(tea, place.appoint(tea, "treater", title=WORDS[1]))
    path = place.sign_in(dag).post("/programmes/ledda/begin").url.path.replace("/mine/", "/participants/")
    yield "programmes/participant", browser.get(path)
    yield "programmes/end-for", browser.get(f"{path}/end")
    yield "programmes/end-for faults", browser.post(f"{path}/end", {"words": "ord " * 501})
    subject = place.visit(dag).subject.id
    place.run(place.house.facts.keep(subject, Fact("block", place.clock.today(), relation="staff"), decided_by=subject))
    blocked = browser.get(path)
    yield "host/blocked", blocked
    way = re.search(r'href="(/staff/emergency[^"]+)"', blocked.text)
    form = browser.get(html.unescape(way[1]) if way else "")
    yield "host/emergency", form
    yield "host/emergency faults", browser.post("/staff/emergency", fields_of(form.text))
    browser.post("/staff/emergency", fields_of(form.text) | {"reason": "Kanariefågeln kunde inte vänta"})
    cia = place.at_work(tea, place.appoint(tea, "citizen-administrator", title=WORDS[2]))
    yield "host/account-find faults", cia.post("/staff/account", {"number": "Kanariefågel"})
    yield "host/account faults", cia.post("/staff/account", {"number": dag.number, "locked": "yes"})
    rows = frida.get("/staff/lists/host/reviews")
    yield "host/staff-list", rows
    review = re.search(r'href="(/staff/reviews/[^"]+)"', rows.text)
    yield "host/review faults", frida.post(review[1] if review else "")


def _unit_pages(place: Place, town: Town) -> Iterator[Named]:
    """What a treater meets who decides about a child: the question which, the child, and a text that could not be sent."""
    person = town.person("Eva Testsson", born="1980-02-02")
    eva = place.at_work(person, place.appoint(person, "treater", title=WORDS[1]))
    liam, alva = (
        next(one.identity for one in read_cast().persons if one.name.startswith(name)) for name in ("Liam", "Alva")
    )
    yield "host/staff of a treater", eva.get("/staff/")
    yield "guardian/unit", eva.get("/guardian/unit")
    yield "guardian/unit faults", eva.post("/guardian/unit", {"number": "Kanariefågel"})
    yield "guardian/unit-child faults", eva.post("/guardian/unit/block", {"number": liam.number})
    opened = {"number": alva.number, "door": "journal.read", "relation": "self", "until": ["2027", "1", "1"]}
    opened |= {"why": " ".join(WORDS[:4]), "again": ["2026", "12", "1"]}
    yield "guardian/unit-child", eva.post("/guardian/unit/grant", opened)
    child, fields = place.visit(liam).subject.id, [("a", "Kanariefågeln flyger"), ("b", WORDS[0])]
    kept = place.run(place.house.withheld.keep(child, child, "/programmes/langa", fields, "SE2321000016-1003"))
    files = place.house.attachments
    added = files.put(Spot(files.uses[WITHHELD][1], kept, child), f"{WORDS[6]}.pdf", WORDS[6].encode())
    place.run(place.house.checking_files.check(place.run(added)))
    waiting = eva.get("/staff/withheld")
    yield "host/withheld", waiting
    path = re.findall(r"/staff/withheld/[0-9a-f-]{36}", waiting.text)[0]
    yield "host/withheld-text", eva.get(path)
    yield "host/withheld-text faults", eva.post(path)


def _retention_pages(place: Place, town: Town) -> Iterator[Named]:
    """What a data administrator meets: the periods, a proposal, and what follows the first approval."""
    gun = town.person("Gun Testsson", born="1975-05-05")
    browser = place.at_work(gun, place.appoint(gun, "data-administrator", title=WORDS[3]))
    yield "host/retention", browser.get("/staff/retention")
    page = browser.post("/staff/retention/propose")
    yield "host/retention proposed", page
    yield "host/retention dropped", browser.post("/staff/retention/drop", fields_of(page.text))


def _programme_pages(place: Place, identity: Identity, town: Town) -> Iterator[Named]:
    dag = place.sign_in(identity)
    yield "programmes/consent", dag.get("/programmes/hantera-oro/begin")
    yield "programmes/consent faults", dag.post("/programmes/hantera-oro/begin")
    young = place.sign_in(town.person("Nils Testsson", born="2012-03-14"))
    yield "programmes/refused", young.get("/programmes/hantera-oro")
    mine = dag.post("/programmes/langa/begin").url.path
    yield "programmes/overview", dag.get(mine)
    step = dag.get(f"{mine}/{SHEET}")
    yield "programmes/step", step
    fields = fields_of(step.text)
    yield "programmes/step faults", dag.post(f"{mine}/{SHEET}", fields | {"blad.text": "Kanariefågel", "blad.tal": "x"})
    written = {"blad.text": "Kanariefågel", "blad.rad": "sjunger", "blad.tal": "7"}
    dag.post(f"{mine}/{SHEET}", fields_of(dag.get(f"{mine}/{SHEET}").text) | written)
    yield "programmes/conflict", dag.post(f"{mine}/{SHEET}", fields | written | {"blad.text": "Kanariefågeln"})
    yield "host/start with tasks", dag.get("/start")
    yield from _form_pages(dag, mine)
    yield "programmes/overview done", dag.get(mine)
    yield "programmes/print", dag.get(f"{mine}/print")
    yield "programmes/end", dag.get(f"{mine}/end")
    yield from _late_pages(place, town)


def _late_pages(place: Place, town: Town) -> Iterator[Named]:
    """What somebody meets who comes too late: signed out meanwhile, ended meanwhile, and long after the end."""
    asta = town.person("Asta Testsson", born="1988-03-03")
    browser = place.sign_in(asta)
    mine = browser.post("/programmes/langa/begin").url.path
    fields = fields_of(browser.get(f"{mine}/{SHEET}").text) | {"blad.text": "Kanariefågeln flyger"}
    started = fields_of(browser.get(f"{mine}/{FORM}").text) | {"langt.r1": "1"}
    browser.post("/signout")
    kept = browser.post(f"{mine}/{SHEET}", fields)
    yield "host/signin with what was written", kept
    back = re.search(r"/signin/rescued/[0-9a-f-]{36}", html.unescape(kept.text) + unquote(str(kept.url)))
    browser.post("/testing/signin", msgspec.to_builtins(asta))
    yield "host/rescued", browser.get(back[0] if back else "/signin/rescued/")
    browser.post(f"{mine}/end")
    yield "programmes/overview ended", browser.get(mine)
    yield "programmes/late", browser.post(f"{mine}/{FORM}", started | {"_csrf": browser.token()})
    place.clock.move(days=4000)
    yield "programmes/closed", place.sign_in(asta).get(mine)


def _form_pages(dag: Browser, mine: str) -> Iterator[Named]:
    form = dag.get(f"{mine}/{FORM}")
    yield "programmes/form", form
    yield "programmes/form faults", dag.post(f"{mine}/{FORM}", fields_of(form.text))
    yield "programmes/check missing", dag.get(f"{mine}/form/langt/check")
    dag.post(f"{mine}/{FORM}", fields_of(dag.get(f"{mine}/{FORM}").text) | ANSWERS)
    check = dag.get(f"{mine}/form/langt/check")
    yield "programmes/check", check
    dag.post(f"{mine}/form/langt/check", fields_of(check.text))
    yield "programmes/result", dag.get(f"{mine}/form/langt/result")
