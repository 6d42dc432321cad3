"""A copy for somebody who acts for another: where a policy opens it at all, it holds what they may see anyway."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from ledstang.access.facts import Fact
from ledstang.access.log.reading import entries_of
from ledstang.delivery.items import Delivery
from ledstang.outbox.tables import OutboxRow
from ledstang.people.persons import Identity
from ledstang.rights.tables import DataCopy
from ledstang.testing import Browser, Town

from .conftest import MODULE, PROGRAMME, Fetched, Office, opened, write_programme
from .test_copies import FILE, takes_part

HERE = "/settings/data"
POLICY = """\
---
policy: egen
titel: Barnets kopia
språk: sv
gäller från: 2026-01-01
källa: "Regionens beslut"
---

| tjänst | handling | relation | från ålder | till ålder | grund |
|---|---|---|---|---|---|
| my-data | * | vårdnadshavare | 0 | 12 | Regionens beslut |
"""
CLOSED = "| programmes | * | vårdnadshavare | 0 | 3 | Regionens beslut |\n"
AT_A_UNIT = """
| tjänst | handling | relation | från ålder | till ålder | grund | enhet |
|---|---|---|---|---|---|---|
| programmes | * | vårdnadshavare | 0 | 3 | Enhetens beslut | SE2321000016-1003 |
"""


FOR_CHILDREN = "sort: öppet\nmålgrupp: barn och vårdnadshavare\ntill ålder: 17\nfrån ålder: 0"
BY_THE_CHILD = "::: formulär #enkat\nvem svarar: barn\n"


@dataclass
class Family:
    """A place with a child and a guardian who acts for them."""

    office: Office
    asta: Identity
    cilla: Identity
    browser: Browser

    def __post_init__(self) -> None:
        self.place = self.office.place
        self.child = self.place.visit(self.cilla).subject.id

    def decide(self, fact: Fact) -> None:
        """Let something be decided for the child."""
        self.place.run(self.place.house.facts.keep(self.child, fact, decided_by=self.child, reason="Prövat"))

    def get(self) -> Fetched | None:
        """Fetch what the guardian has asked for, with a new proof; None where there is nothing to be had."""
        self.office.prove(self.browser, self.asta)
        answer = self.browser.get(FILE)
        return opened(answer.content) if answer.headers["content-type"] == "application/zip" else None

    def asks(self) -> Fetched:
        """Ask as the guardian, and fetch it."""
        self.browser.post(HERE)
        self.place.work()
        got = self.get()
        assert got is not None
        return got

    def copies(self) -> int:
        """Return how many copies there are."""
        return self.place.run(DataCopy.count().run())


def token_of(page: str) -> str:
    """Return what the forms of a page are sent with: on a device that is lent no other page has it."""
    return page.partition('name="_csrf" value="')[2].partition('"')[0]


@contextmanager
def family(town: Town, policy: str = POLICY, module: str = MODULE) -> Iterator[Family]:
    """Run an instance in which a guardian acts for a child of seven."""
    asta = town.person("Asta Astasson", born="1988-03-03")
    cilla = town.child("Cilla Cillasson", born="2019-01-01", guardians=[asta])
    write_programme(town, PROGRAMME.replace("sort: öppet", FOR_CHILDREN), module)
    folder = town.folder / "instance" / "policies"
    folder.mkdir(parents=True)
    if policy:
        (folder / "egen.md").write_text(policy, "utf-8")
    with town.instance(at=datetime(2026, 11, 23, 11, tzinfo=UTC)) as place:
        browser = place.sign_in(asta)
        browser.post("/guardian/add", {"number": cilla.number})
        link = browser.get("/guardian/").text.partition('action="/guardian/')[2].partition("/act")[0]
        browser.post(f"/guardian/{link}/act")
        yield Family(Office(town, place), asta, cilla, browser)


def test_a_guardian_does_not_fetch_the_child_s(town: Town) -> None:
    """What opens all services to guardians does not open this one: the page is not there for them, nor the file."""
    with family(town, "") as home:
        assert f'href="{HERE}"' not in home.browser.get("/settings").text
        pages = home.browser.get(HERE), home.browser.post(HERE), home.browser.get(FILE)
        assert [page.status_code for page in pages] == [404, 404, 404]
        assert home.copies() == 0


def test_a_region_s_policy_lets_a_guardian_fetch_what_they_may_see(town: Town) -> None:
    """A row that names the service is what it takes; then they get who the child is, and what else is open to them."""
    with family(town) as home:
        takes_part(home.office, home.browser, "Barntankar")
        assert f'href="{HERE}"' in home.browser.get("/settings").text
        got = home.asks()
        names = {
            "host.identity",
            "programmes.record",
            "programmes.drafts",
            "forms.record",
            "forms.drafts",
            "inbox.cases",
        }
        assert {one["name"] for one in got.data["parts"]} == names
        assert (got.data["whole"], got.data["missing"]) == (False, [])
        assert got.kind("host.identity")["things"][0]["number"] == home.cilla.number
        assert "Barntankar" in got.page
        assert "Kopia om Cilla Cillasson" in got.page
        assert home.asta.number not in got.raw
        who = {one.action: one.who for one in home.place.run(entries_of(home.child))}
        assert (who["my-data.made"], who["my-data.fetch"]) == ("proxy", "proxy")


def test_what_the_child_answers_by_itself_is_not_in_it(town: Town) -> None:
    """A guardian gets what guardians read in the programme; the child gets all of it."""
    with family(town, module=MODULE.replace("::: formulär #enkat\n", BY_THE_CHILD)) as home:
        mine = home.browser.post("/programmes/prova/begin").url.path
        home.browser.post(f"{mine}/module/ett/blad", {"blad.text": "Vår kväll"})
        lent = home.browser.post(f"{mine}/form/enkat/hand-over")
        home.browser.post(lent.url.path, {"_csrf": token_of(lent.text), "enkat.a": "j"})
        home.browser.post(f"{mine}/form/enkat/2", {"_csrf": token_of(lent.text), "enkat.b": "Bara mitt"})
        home.browser = home.place.sign_in(home.asta)
        link = home.browser.get("/guardian/").text.partition('action="/guardian/')[2].partition("/act")[0]
        home.browser.post(f"/guardian/{link}/act")
        got = home.asks()
        assert ("Vår kväll" in got.raw, "Bara mitt" in got.raw) == (True, False)
        assert "Bara mitt" in home.office.fetched(home.cilla).page


def test_what_is_the_child_s_alone_is_not_in_it(town: Town) -> None:
    """What was sent to the child only, how they want to be reached, who has read, and what was decided about others."""
    with family(town) as home:
        for audience in ("subject", "both"):
            one = Delivery(person=home.child, kind="message", title=f"Brev till {audience}", audience=audience)
            home.place.run(home.place.house.inbox.deliver("testing", one, audience))
        home.place.sign_in(home.cilla).post("/settings", {"phone": "070-174 06 05", "version": "0"})
        home.decide(Fact("block", date(2026, 11, 1), person=home.child))
        got = home.asks()
        assert [word for word in ("Brev till", "+46701740605", "access-log", "block") if word in got.raw] == []
        own = home.office.fetched(home.cilla)
        assert "Brev till subject" in own.page
        assert own.data["whole"]


@pytest.mark.parametrize("policy", [POLICY + CLOSED, POLICY + AT_A_UNIT])
def test_what_a_policy_closes_is_not_in_it(town: Town, policy: str) -> None:
    """A service that is closed at this age, everywhere or at one unit, is left out of the guardian's copy."""
    with family(town, policy) as home:
        takes_part(home.office, home.place.sign_in(home.cilla), "Barntankar")
        got = home.asks()
        assert not [one["name"] for one in got.data["parts"] if one["name"].startswith("programmes.")]
        assert "Barntankar" not in got.raw


def test_what_is_decided_meanwhile_counts_when_it_is_fetched(town: Town) -> None:
    """An exception made after the copy: it is not handed out, and it is gone; asked for anew it holds less."""
    with family(town) as home:
        takes_part(home.office, home.browser, "Barntankar")
        assert "Barntankar" in home.asks().raw
        home.decide(Fact("deny", date(2026, 11, 1), service="programmes", unit="SE2321000016-1003"))
        assert home.get() is None
        assert home.copies() == 0
        assert "Barntankar" not in home.asks().raw


def test_a_blocked_guardian_fetches_nothing(town: Town) -> None:
    """Of a copy that was ready before it, too."""
    with family(town) as home:
        home.asks()
        home.decide(Fact("block", date(2026, 11, 1), relation="guardian"))
        assert home.get() is None


def test_no_copy_is_made_for_whoever_may_act_no_longer(town: Town) -> None:
    """Blocked between asking and making: nothing is gathered, nothing goes to the guardian's phone, nothing is left."""
    with family(town) as home:
        home.browser.post(HERE)
        home.decide(Fact("block", date(2026, 11, 1), relation="guardian"))
        home.place.work()
        assert home.copies() == 0
        notices = OutboxRow.select().where(OutboxRow.dedupe.like("%copy ready%"))
        assert home.place.run(notices.run()) == []
        assert [one for one in home.place.run(entries_of(home.child)) if one.action == "my-data.made"] == []


def test_that_a_child_s_own_copy_is_ready_goes_to_no_guardian_s_phone(town: Town) -> None:
    """Cilla asked for it herself: there is nothing for Asta to see, and nothing for her to be told."""
    with family(town) as home:
        home.office.asked(home.cilla)
        rows = home.place.run(OutboxRow.select(OutboxRow.payload).run())
        told = " ".join(row["payload"] for row in rows if '"waits"' in row["payload"])
        asta = home.place.visit(home.asta).subject.id
        assert (str(home.child) in told, str(asta) in told) == (True, False)


def test_the_notice_of_a_child_s_copy_says_whom_it_is_about(town: Town) -> None:
    """So that its link leads Asta to Cilla's page, and not to her own."""
    with family(town) as home:
        home.asks()
        (notice,) = [
            row["payload"]
            for row in home.place.run(OutboxRow.select(OutboxRow.payload, OutboxRow.dedupe).run())
            if "copy ready" in (row["dedupe"] or "") and "/settings/data" in row["payload"]
        ][:1]
        assert f'"about":"{home.child}","ground":"guardian"' in notice


def test_each_has_a_copy_of_their_own(town: Town) -> None:
    """The child's is not handed to the guardian, nor the guardian's to the child; to remove one leaves the other."""
    with family(town) as home:
        cilla = home.office.asked(home.cilla)
        assert "Din kopia är klar" not in home.browser.get(HERE).text
        assert home.get() is None
        home.asks()
        assert home.copies() == 2
        home.browser.post(f"{HERE}/remove")
        assert home.copies() == 1
        assert "Din kopia är klar" in cilla.get(HERE).text


def test_nobody_erases_for_another(town: Town) -> None:
    """Not even where a region opens all of the service to guardians."""
    with family(town) as home:
        assert f"{HERE}/erase" not in home.browser.get(HERE).text
        assert home.browser.get(f"{HERE}/erase").status_code == 404
        assert home.browser.post(f"{HERE}/erase", {"what": "programmes.drafts", "sure": "yes"}).status_code == 404


def test_a_forgotten_person_leaves_no_copy(town: Town) -> None:
    """Neither of them, nor one that they have asked for."""
    with family(town) as home:
        home.asks()
        guardian = home.place.visit(home.asta).subject.id
        (erase,) = (data.erase for _, data in home.place.house.personal_data() if data.name == "copies")
        assert home.place.run(erase(guardian, "forgotten")) == 1
        assert home.copies() == 0
