"""*Hämta mina uppgifter*: one archive, asked for once, fetched after a renewed sign-in, and gone after three days."""

from __future__ import annotations

import asyncio
from html.parser import HTMLParser
from pathlib import Path

import pytest
from ledstang.access.log.reading import entries_of
from ledstang.database import SealBroken
from ledstang.rights.copies import CopyWanted
from ledstang.rights.tables import DataCopy, DataCopyPart
from ledstang.testing import TOML, Browser, Town

from .conftest import Office, opened, write_programme

FILE = "/settings/data/copy"


def takes_part(office: Office, browser: Browser, text: str) -> str:
    """Begin the programme, write a worksheet and send the form; return the participation's address."""
    mine = browser.post("/programmes/prova/begin").url.path
    browser.post(f"{mine}/module/ett/blad", {"blad.text": text})
    browser.post(f"{mine}/form/enkat/1", {"enkat.a": "j"})
    browser.post(f"{mine}/form/enkat/2", {"enkat.b": f"Mer om {text}"})
    browser.post(f"{mine}/form/enkat/check")
    return mine


def test_the_page_tells_how_it_stands(office: Office) -> None:
    """First an offer, then that it is being made, then that it is ready and until when; the start page says so too."""
    dag = office.place.sign_in(office.town.person("Dag", born="1985-03-14"))
    assert 'href="/settings/data"' in dag.get("/settings").text
    assert "72 timmar" in dag.get("/settings/data").text
    assert "görs i ordning" in dag.post("/settings/data").text
    assert dag.get(FILE).url.path == "/settings/data"
    assert "/settings/data" not in dag.get("/start").text
    office.place.work()
    ready = dag.get("/settings/data").text
    assert "Din kopia är klar" in ready
    assert "26 november 2026, 12:00" in ready
    assert 'href="/settings/data"' in dag.get("/start").text


def test_it_is_fetched_only_after_a_new_proof(office: Office) -> None:
    """Who signed in before they asked proves once more who they are; a proof grows old; the name tells nobody's."""
    who = office.town.person("Dag", born="1985-03-14")
    dag = office.asked(who)
    sent = dag.get(FILE, follow_redirects=False)
    assert (sent.status_code, sent.headers["location"]) == (303, "/signin?next=/settings/data&again=1")
    office.prove(dag, who)
    file = dag.get(FILE)
    assert file.headers["content-disposition"] == 'attachment; filename="mina-uppgifter.zip"'
    assert (file.headers["content-type"], file.headers["cache-control"]) == ("application/zip", "no-store")
    assert opened(file.content).names == ["index.html", "data.json"]
    office.place.clock.move(minutes=6)
    assert dag.get(FILE, follow_redirects=False).status_code == 303


def test_it_is_gone_after_three_days(office: Office) -> None:
    """At the minute it can be fetched no more, the next tidying leaves no row, and one may ask anew."""
    who = office.town.person("Dag", born="1985-03-14")
    office.asked(who)
    office.place.clock.move(hours=71, minutes=59)
    dag = office.place.sign_in(who)
    assert "Din kopia är klar" in dag.get("/settings/data").text
    office.place.clock.move(minutes=1)
    assert "Hämta mina uppgifter" in dag.get("/settings/data").text
    assert dag.get(FILE).url.path == "/settings/data"
    office.place.clock.move(hours=1)
    office.place.work()
    assert [office.place.run(table.count().run()) for table in (DataCopy, DataCopyPart)] == [0, 0]


def test_how_long_it_is_kept_is_the_instance_s_to_say(town: Town) -> None:
    """Of three days nothing stands in the code: `[copies] hours` does."""
    write_programme(town)
    with town.instance(toml=f"{TOML}\n[copies]\nhours = 2\n") as place:
        office = Office(town, place)
        who = town.person("Dag", born="1985-03-14")
        dag = office.asked(who)
        assert "23 november 2026, 14:00" in dag.get("/settings/data").text
        place.clock.move(hours=2)
        assert "2 timmar" in place.sign_in(who).get("/settings/data").text


def test_asking_twice_is_one_archive(office: Office) -> None:
    """From two devices, before and after it was made; and ten at once have one row."""
    who = office.town.person("Dag", born="1985-03-14")
    office.asked(who)
    office.asked(who)
    asta = office.place.visit(office.town.person("Asta", born="1988-03-03"))

    async def ten() -> None:
        await asyncio.gather(*(office.place.house.copies.ask(asta) for _ in range(10)))

    office.place.run(ten())
    office.place.work()
    rows = office.place.run(DataCopy.select(DataCopy.id, DataCopy.parts).run())
    assert len(rows) == 2
    assert office.place.run(DataCopyPart.count().run()) == sum(row["parts"] for row in rows)


def test_an_errand_that_is_carried_out_again_makes_no_second(small: Office) -> None:
    """A worker that died, or one that was thought dead: the parts of the first that ended count, and no others stay."""
    who = small.town.person("Dag", born="1985-03-14")
    visit = small.place.visit(who)
    copies = small.place.house.copies
    small.place.run(copies.ask(visit))
    copy = small.place.run(copies.of(visit))
    wanted = CopyWanted(person=visit.actor.id, copy=copy.id)

    async def both() -> None:
        await asyncio.gather(copies.make(wanted, "a"), copies.make(wanted, "b"))

    small.place.run(both())
    done = small.place.run(copies.of(visit))
    small.place.run(copies.make(wanted, "a"))
    assert small.place.run(copies.of(visit)) == done
    assert small.place.run(DataCopyPart.count().run()) == done.parts

    async def content() -> bytes:
        return b"".join([part async for part in copies.content(done)])

    assert opened(small.place.run(content())).data["missing"] == []


def test_making_and_fetching_stand_in_the_log(office: Office) -> None:
    """Each of them each time, so that somebody else's fetching would show; and the page of the log says what it was."""
    who = office.town.person("Dag", born="1985-03-14")
    dag = office.asked(who)
    office.prove(dag, who)
    for _ in range(2):
        dag.get(FILE)
    seen = office.place.run(entries_of(office.place.visit(who).subject.id))
    assert [one.action for one in seen if one.action == "my-data.fetch"] == ["my-data.fetch"] * 2
    assert [one.action for one in seen].count("my-data.made") == 1
    page = dag.get("/access-log/").text
    assert "Kopian av allt som rör dig gjordes.</" in page
    assert "Hämta kopian av allt som rör dig" in dag.get("/access-log/").text


def test_the_archive_can_be_read_by_people_and_programs(small: Office) -> None:
    """Forms with the questions' own words, times as they are in Sweden, headings one below the other, nothing fetched."""
    who = small.town.person("Dag Söder <b>", born="1985-03-14")
    browser = small.place.sign_in(who)
    takes_part(small, browser, "Jag tänker på <script>")
    browser.post("/settings", {"phone": "070-174 06 05", "version": "0"})
    got = small.fetched(who)
    for words in ("Prova på", "Mina tankar", "Vad tänker du på?", "Jag tänker på &lt;script&gt;", "Hur ofta?", "Jämt",
                  "23 november 2026, 12:00", "+46701740605", "Dag Söder &lt;b&gt;", who.number):  # fmt: skip
        assert words in got.page, words
    assert "<script" not in got.page
    outline = Outline()
    outline.feed(got.page)
    assert outline.faults == []
    assert outline.levels[0] == 1
    assert 'lang="sv"' in got.page
    (part,) = got.kind("programmes.record")["things"]
    answer, _ = part["responses"][0]["answers"]
    assert (answer["item"], answer["value"], answer["question"], answer["answer"]) == ("a", "j", "Hur ofta?", "Jämt")
    assert got.data["format"] == "ledstang-personal-data/1"
    assert {one["kept"] for one in got.data["parts"]} == {"own", "passing", "record", "work", "log", "identity"}


class Outline(HTMLParser):
    """A page's headings, and what is wrong with its structure."""

    def __init__(self) -> None:
        super().__init__()
        self.levels: list[int] = []
        self.faults: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.faults += [
            f"{tag} {name}" for name, value in attrs if name in ("src", "href") and value and value[0] != "#"
        ]
        if tag in ("meta", "link"):
            return
        self._open.append(tag)
        if tag[0] == "h" and tag[1:].isdigit():
            if self.levels and int(tag[1:]) > self.levels[-1] + 1:
                self.faults.append(f"{tag} below h{self.levels[-1]}")
            self.levels.append(int(tag[1:]))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"</{tag}>")


def test_nothing_of_anybody_else_is_in_it(office: Office) -> None:
    """A child, two guardians and staff, each with words of their own: nobody's copy holds any of the others'."""
    town, place = office.town, office.place
    asta, bo = town.person("Asta Astasson", born="1988-03-03"), town.person("Bo Bosson", born="1986-09-12")
    cilla = town.child("Cilla Cillasson", born="2013-01-01", guardians=[asta, bo])
    eva = town.person("Eva Evasson", born="1980-01-01")
    words = {}
    for who, name in ((asta, "Asta"), (bo, "Bo"), (cilla, "Cilla")):
        browser = place.sign_in(who)
        browser.post("/settings", {"phone": f"070-174 06 0{len(words)}", "comment": f"{name}kommentar", "version": "0"})
        takes_part(office, browser, f"{name}tankar")
        words[who.number] = (who.number, who.name, f"+4670174060{len(words)}", f"{name}kommentar", f"{name}tankar")
    place.at_work(eva, place.appoint(eva, "access-administrator")).get("/staff/people")
    words[eva.number] = (eva.number, eva.name, f"TEST{eva.number[-4:]}")
    fact = {"subject": place.visit(cilla).subject.id, "decided_by": place.visit(eva).subject.id}
    place.run(place.house.facts.keep(fact["subject"], blocked(), decided_by=fact["decided_by"], reason="Hemligt skäl"))
    place.run(
        place.client.app.state.withheld.keep(
            fact["subject"], place.visit(asta).subject.id, "/x", [("t", "Halvskrivet")]
        )
    )
    ids = {who.number: str(place.visit(who).subject.id) for who in (asta, bo, cilla, eva)}
    for who in (asta, bo, cilla, eva):
        raw = office.fetched(who).raw
        mine = [word for word in words[who.number] if word not in raw]
        assert mine == []
        others = [word for number, some in words.items() if number != who.number for word in some if word in raw]
        assert others == []
        assert [one for number, one in ids.items() if number != who.number and one in raw] == []
        assert not {"Hemligt skäl", "Halvskrivet"} & {word for word in ("Hemligt skäl", "Halvskrivet") if word in raw}


def blocked():
    """Return a block of everybody."""
    from datetime import date

    from ledstang.access.facts import Fact

    return Fact("block", date(2026, 11, 1))


def test_it_lies_sealed_and_only_where_it_was_put(small: Office) -> None:
    """No word of it is in the database or beside it; a part moved to another's copy does not open."""
    who = small.town.person("Dag", born="1985-03-14")
    takes_part(small, small.place.sign_in(who), "Kanariefågel " * 50)
    small.asked(who)
    (part, *_) = small.place.run(DataCopyPart.select().run())
    assert part["content"][:2] != b"PK"
    folder = small.place.instance.folder / "data"
    assert all("Kanariefågel".encode() not in file.read_bytes() for file in folder.rglob("*") if file.is_file())
    place = {"table": "data_copy_part", "column": "content", "row": part["id"], "subject": part["copy"]}
    with pytest.raises(SealBroken):
        small.place.house.keys.unseal(part["content"], **place)


def test_a_copy_that_cannot_be_opened_is_said_to_be_so(small: Office, caplog: pytest.LogCaptureFixture) -> None:
    """By a lost key or a lost part: no half file is sent, the page says it and offers a new one, the log says which."""
    who = small.town.person("Dag", born="1985-03-14")
    for spoil in (
        DataCopyPart.update({DataCopyPart.content: b"\x09" * 60}, force=True),
        DataCopyPart.delete(force=True),
    ):
        dag = small.asked(who)
        small.prove(dag, who)
        small.place.run(spoil.run())
        answer = dag.get(FILE)
        assert (answer.status_code, "Kopian gick inte att öppna" in answer.text) == (200, True)
        assert "Hämta mina uppgifter" in answer.text
        assert small.place.run(DataCopy.count().run()) == 0
    assert "data_copy_part.content" in caplog.text
    seen = small.place.run(entries_of(small.place.visit(who).subject.id))
    assert "my-data.fetch" not in {one.action for one in seen}


FAILING = '''
"""Notes: a plugin that cannot tell what it keeps."""
from __future__ import annotations
from ledstang import PersonalData, hookimpl

async def export(person):
    {body}

async def erase(person, why):
    return 0

@hookimpl
def register_personal_data():
    return [PersonalData("Anteckningar", export, erase)]
'''


@pytest.mark.parametrize(
    "body", ["raise ValueError", "raise SystemExit", "return None", "return ['x']", "return [{'a': object()}]"]
)
def test_what_a_plugin_cannot_hand_out_is_named(town: Town, tmp_path: Path, body: str) -> None:
    """In the page, in the file and before it is fetched; all else is there."""
    plugin = tmp_path / "notes.py"
    plugin.write_text(FAILING.format(body=body), "utf-8")
    with town.instance(plugins=plugin) as place:
        office = Office(town, place)
        who = town.person("Dag", born="1985-03-14")
        browser = office.asked(who)
        assert "En del saknas" in browser.get("/settings/data").text
        office.prove(browser, who)
        got = opened(browser.get(FILE).content)
        assert got.data["missing"] == [{"service": "notes", "title": "Anteckningar"}]
        assert "notes: Anteckningar" in got.page
        assert got.kind("host.identity")["things"][0]["number"] == who.number


def test_a_plugin_that_is_put_aside_is_named(town: Town, tmp_path: Path) -> None:
    """What it keeps cannot be asked for, and the copy does not pretend that there was nothing."""
    plugin = tmp_path / "notes.py"
    plugin.write_text('"""Notes."""\nraise ValueError\n', "utf-8")
    with town.instance(plugins=plugin, broken=True) as place:
        assert Office(town, place).fetched(town.person("Dag", born="1985-03-14")).data["missing"] == [
            {"service": "notes", "title": ""}
        ]


BIG = FAILING.replace("{body}", "import secrets\n    return [{'text': secrets.token_hex(40_000)} for _ in range(20)]")


def test_a_large_copy_is_kept_and_handed_out_in_parts(town: Town, tmp_path: Path) -> None:
    """No part is larger than the settings say, and together they are one archive."""
    plugin = tmp_path / "notes.py"
    plugin.write_text(BIG, "utf-8")
    with town.instance(plugins=plugin, toml=f"{TOML}\n[copies]\npart_kilobytes = 64\n") as place:
        got = Office(town, place).fetched(town.person("Dag", born="1985-03-14"))
        parts = place.run(DataCopyPart.select(DataCopyPart.content).run())
        assert len(parts) > 5
        assert max(len(part["content"]) for part in parts) <= 64 * 1024 + 30
        assert len(got.kind("notes")["things"]) == 20


def test_nobody_comes_there_without_signing_in_nor_at_work(small: Office) -> None:
    """Neither to look, nor to ask, nor to fetch; whoever works leaves work first."""
    for method in ("get", "post"):
        assert getattr(small.place.browser(), method)("/settings/data").url.path == "/signin"
    assert small.place.browser().get(FILE).url.path == "/signin"
    eva = small.town.person("Eva", born="1980-01-01")
    assert small.place.at_work(eva, small.place.appoint(eva, "treater")).get("/settings/data").status_code == 404


def test_a_copy_can_be_removed_before_its_time(small: Office) -> None:
    """At once, with its parts."""
    dag = small.asked(small.town.person("Dag", born="1985-03-14"))
    assert "Hämta mina uppgifter" in dag.post("/settings/data/remove").text
    assert [small.place.run(table.count().run()) for table in (DataCopy, DataCopyPart)] == [0, 0]
