"""The demo's staff: at work where the instance has their unit, and nowhere else."""

from __future__ import annotations

from pathlib import Path

from ledstang_sandbox.persons import read_cast

from .conftest import served
from .test_sandbox import token_on

ROOT = Path(__file__).parents[3]
UNIT = '[[units]]\nhsa_id = "SE2321000016-1003"\nname = "Testmottagningen"\nregion = "norra"\n'
BY_NAME = {person.name: person for person in read_cast().persons}


def test_the_demo_s_staff_work_where_the_scenarios_have_them() -> None:
    """Eva treats and Frida administers at one unit, Gun treats at another of the region, Stellan in the other region."""
    works = {name: person.works[0] for name, person in BY_NAME.items() if person.works}
    eva, frida, gun, stellan = (works[name] for name in ("Eva Strand", "Frida Moberg", "Gun Dahl", "Stellan Krok"))
    assert eva.unit == frida.unit != gun.unit
    assert "treater" in eva.roles
    assert set(frida.roles) == {"citizen-administrator", "access-administrator"}
    known = (ROOT / "ledstang.toml").read_text(encoding="utf-8")
    assert all(work.unit in known for work in (eva, gun, stellan))


def test_who_works_is_sent_to_choose_and_meets_colleagues(tmp_path: Path) -> None:
    """Frida's button leads to her assignment; Eva is there beside her; Gun, whose unit is not here, finds no work."""
    with served(tmp_path / "demo", demo=True, more=UNIT) as demo:
        page = demo.get("/sandbox/").text
        assert "Arbetar: Psykolog, Testmottagningen" in page
        assert page.count('value="/staff/"') == 2
        number = BY_NAME["Frida Moberg"].identity.number
        chosen = demo.post("/sandbox/signin", data={"number": number, "next": "/staff/"})
        assert chosen.url.path == "/staff/"
        work = chosen.text.partition('name="assignment" value="')[2].partition('"')[0]
        demo.post("/staff/choose", data={"_csrf": token_on(chosen.text), "assignment": work})
        people = demo.get("/staff/people").text
        assert "Eva Strand" in people
        assert "Frida Moberg" in people
        gun = BY_NAME["Gun Dahl"].identity.number
        demo.cookies.clear()
        assert demo.post("/sandbox/signin", data={"number": gun, "next": "/staff/"}).status_code == 404
