"""A child without an e-ID answers by itself on a guardian's telephone: one form is open, and it stays the child's own."""

from __future__ import annotations

from typing import Any

import pytest

PROGRAMMES = (
    """
=== programme.md
program: barnet
titel: Barnets program
sort: behandlarstött
målgrupp: barn och vårdnadshavare
till ålder: 12

=== 01-ett.md
modul: ett
titel: Ett

# Ett

::: formulär #eget
vem svarar: barn

::: sida #s1
::: fråga #hur lång text
Hur har du det?
:::
:::
::: sida #s2
::: fråga #mer lång text
Något mer?
:::
::: fråga #risk ja/nej
Har du det svårt?
:::
::: visa #hjalp
när: risk = ja

Prata med någon. Ring Bris på 116 111.
:::
:::
:::

## Blad

::: övning #blad
vem svarar: barn

::: fråga #ord lång text
Skriv ett ord.
:::
:::

## Läst

::: övning #last
vem svarar: barn
läses av vårdnadshavare: ja

::: fråga #ritat lång text
Vad har du ritat? Du skrev {{blad.ord}}.
:::
:::
""",
)


@pytest.fixture
def asta(started: Any) -> Any:
    """A guardian's device, where the programme has been begun for the child. Time only goes on between these tests."""
    family = started.family()
    device = family.device(family.asta)
    device.family = family
    device.begin("barnet")
    return device


def hand_over(device: Any, what: str = "form/eget") -> Any:
    """Hand the telephone over for a form or a step, and return the page that the child meets."""
    page = device.open(f"{what}/hand-over")
    assert "Lämna över till Cilla" in page.text
    device.village.clock.move(seconds=1)
    handed = page.submit()
    device.village.clock.move(seconds=1)
    device.token = handed.fields["_csrf"][0]
    return handed


def sign_in_again(device: Any) -> None:
    """Sign in once more on the same device, as its owner does who has got it back."""
    who = device.person
    fields = {
        "number": who.number,
        "name": who.name,
        "born": who.born.isoformat(),
        "county": "24",
        "_csrf": device.token,
    }
    device.browser.post("/testing/signin", fields)


def test_the_guardian_meets_a_way_to_hand_over_and_no_field(asta: Any) -> None:
    """The form says whose it is; its pages lead back to that."""
    page = asta.open("form/eget")
    assert "Cilla svarar på det här" in page.text
    assert "Lämna över till Cilla" in page.text
    assert asta.open("form/eget/1").path.endswith("/form/eget")
    assert "eget.hur" not in asta.open("module/ett/eget").html


def test_only_the_form_is_open(asta: Any) -> None:
    """Every other page answers calmly that it is closed; what needs nobody, such as urgent help, is there all the same."""
    page = hand_over(asta)
    assert page.path.endswith("/form/eget/1")
    assert "Cilla svarar själv" in page.text
    for hidden in (asta.person.name, "Mina barn", "Till mitt eget", "Logga ut"):
        assert hidden not in page.text
    closed = [
        "",
        "print",
        "module/ett/eget",
        "module/ett/blad",
        "end",
        "/start",
        "/guardian/",
        "/settings/",
        "/access-log/",
    ]
    closed += ["/programmes/", "/programmes/barnet", "/signin/sessions", "/staff/", "/staff/assignments"]
    for path in closed:
        page = asta.open(path)
        assert (page.status, "Den här sidan är stängd just nu" in page.text) == (403, True), path
        assert asta.person.name not in page.text
    for path in ("/urgent", "/accessibility"):
        assert asta.open(path).status == 200


@pytest.mark.parametrize("path", ["/signin/own", "/staff/choose", "/guardian/add", "end", "module/ett/blad", "consent"])
def test_no_press_leads_out(asta: Any, path: str) -> None:
    """Going back to oneself, to work, to another child, or ending: nothing of it is done from the child's hands."""
    hand_over(asta)
    where = path if path.startswith("/") else f"{asta.home}/{path}"
    answer = asta.browser.post(where, {"blad.ord": "x", "number": "1"})
    assert answer.status_code == 403
    assert asta.open("form/eget/1").status == 200
    assert asta.open("/start").status == 403


def test_an_old_page_of_the_guardian_s_is_worth_nothing(asta: Any) -> None:
    """What was open in another tab before cannot be sent: its session has ended."""
    old = asta.open("end")
    hand_over(asta)
    assert old.submit().status == 409
    assert asta.village.rows("select id from programmes_participation where reason = 'ended_by_participant'") == []


def test_it_is_recorded_as_the_child_s_with_a_guardian_there(asta: Any) -> None:
    """The answer knows the child, the guardian whose telephone it was, and that she was there; staff read it."""
    hand_over(asta).submit({"eget.hur": "Bra"}).submit({"eget.mer": "Nej"}).submit()
    child = asta.village.place.visit(asta.family.cilla).subject.id
    actor = asta.village.place.visit(asta.person).subject.id
    rows = asta.village.rows("select person, actor, ground from answer where item = 'hur' and person = ?", child)
    assert {(str(row["actor"]).replace("-", ""), row["ground"]) for row in rows} == {(actor.hex, "child-present")}
    eva = asta.village.person()
    work = asta.village.place.at_work(eva, asta.village.place.appoint(eva, "treater"))
    assert (
        "Cilla, och en vårdnadshavare var med" in work.get("/programmes/families/" + asta.home.rpartition("/")[2]).text
    )


def test_what_was_sent_is_never_the_guardian_s_to_read_or_open_again(asta: Any) -> None:
    """After signing in again: that it is answered, and nothing of what; no page, copy, curve or conflict shows a word of it."""
    page = hand_over(asta).submit({"eget.hur": "Kanarie"}).submit({"eget.mer": "Kanarie"}).submit()
    assert "Kanarie" not in page.text
    assert "Lämna tillbaka telefonen" in page.text
    sign_in_again(asta)
    assert "Det är besvarat." in asta.open("form/eget").text
    assert asta.open("form/eget/hand-over").path.endswith("/form/eget")
    bo = asta.family.device(asta.family.bo, asta.home)
    for device in (asta, bo):
        for path in ("", "print", "form/eget", "form/eget/1", "form/eget/check", "form/eget/result", "module/ett/eget"):
            assert "Kanarie" not in device.open(path).html


def test_the_way_out_asks_the_guardian_to_sign_in(asta: Any) -> None:
    """A calm page for the child, and one button for the guardian: signed in again, everything is open as before."""
    hand_over(asta)
    page = asta.open("/signin/hand-back")
    assert page.status == 200
    assert "Ge telefonen till den som lånade ut den till dig" in page.text
    assert "again=1" in page.html
    assert asta.open("/signin?again=1").status == 200
    sign_in_again(asta)
    assert asta.open().status == 200
    assert asta.open("/start").status == 200
    assert asta.open("/signin/hand-back").path == "/start"


def test_a_half_written_form_is_not_shown_when_it_is_handed_over_again(asta: Any) -> None:
    """The guardian could keep the telephone to themselves: what the child saved before is kept, counts, and stays unseen."""
    hand_over(asta).submit({"eget.hur": "Kanarie"})
    sign_in_again(asta)
    hand_over(asta)
    first = asta.open("form/eget/1")
    assert "Kanarie" not in first.html
    assert "Några svar är redan sparade och visas inte här" in first.text
    check = first.submit().submit({"eget.mer": "Lägger till"})
    assert "Kanarie" not in check.html
    assert "Sparat, och visas inte här" in check.text
    assert "Lägger till" in check.text
    forged = {"_csrf": asta.token, "eget.hur": "Fiskar", "_revision.eget.hur": "0"}
    assert "Kanarie" not in asta.browser.post(f"{asta.home}/form/eget/1", forged).text


def test_crisis_help_comes_at_once(asta: Any) -> None:
    """A risk answer shows where to turn, also when it is sent, and on no page that whoever lent the telephone opens later."""
    page = hand_over(asta).submit({"eget.hur": "Svårt"})
    check = page.submit({"eget.risk": "yes"})
    if not check.path.endswith("check"):
        assert "116 111" in check.text
        check = check.submit()
    assert "116 111" in check.text
    assert "116 111" in check.submit().text
    assert "116 111" not in asta.open("form/eget/result").text
    assert "Ring 112 om det är akut" in asta.open("form/eget/result").text


def test_a_step_is_handed_over_too(asta: Any) -> None:
    """A worksheet on a step: the child writes, is done, and the guardian goes on without seeing it."""
    page = hand_over(asta, "module/ett/blad")
    assert "Alla steg i den här delen" not in page.text
    done = page.submit({"blad.ord": "Kanarie"})
    assert "Lämna tillbaka telefonen" in done.text
    sign_in_again(asta)
    step = asta.open("module/ett/blad")
    assert "Det är besvarat." in step.text
    assert "Kanarie" not in step.html + asta.open("module/ett/last").html + asta.open("print").html
    assert "Kanarie" not in hand_over(asta, "module/ett/blad").html


def test_what_an_author_lets_guardians_read_they_read(asta: Any) -> None:
    """With `läses av vårdnadshavare: ja` the child's worksheet stands there for them, and cannot be changed."""
    hand_over(asta, "module/ett/last").submit({"last.ritat": "En katt"})
    sign_in_again(asta)
    page = asta.open("module/ett/last")
    assert "En katt" in page.text
    assert "last.ritat" not in page.html
    assert "En katt" in asta.open("print").text


@pytest.mark.parametrize("what", ["form/eget", "module/ett/blad"])
def test_a_text_that_met_a_dead_session_is_put_into_the_child_s_form(asta: Any, what: str) -> None:
    """The session dies while the child writes: the guardian never reads it, and the next handing over puts it in place."""
    page = hand_over(asta, what)
    field = "eget.hur" if what == "form/eget" else "blad.ord"
    asta.village.clock.move(minutes=40)
    page.submit({field: "Kanariefågel"})
    sign_in_again(asta)
    asta.acts_for(asta.family.cilla)
    (text,) = {row["id"] for row in asta.village.rows("select id from rescued_text where locked_to like ?", "%")} or {
        ""
    }
    shown = asta.open(f"/signin/rescued/{text}")
    assert "Det barnet skrev är sparat" in shown.text
    assert "Kanariefågel" not in shown.html
    assert "Kanariefågel" not in hand_over(asta, what).html
    assert asta.village.rows("select id from rescued_text where locked_to like ?", "%") == []
    item = field.partition(".")[2]
    (kept,) = asta.village.rows(
        "select ground from answer where item = ? and person = ?",
        item,
        asta.village.place.visit(asta.family.cilla).subject.id,
    )
    assert kept["ground"] == "child-present"


def test_when_custody_ends_the_telephone_shows_nothing_at_all(asta: Any) -> None:
    """The ground is gone while the child answers: nobody is signed in any more, and the unit gets the text as the child's."""
    page = hand_over(asta)
    asta.village.town.registry.put(asta.family.cilla, guardians=())
    asta.village.place.run(asta.village.place.house.checking.changed(asta.family.cilla.number))
    answer = page.submit({"eget.hur": "Kanariefågel"})
    assert answer.status == 403
    assert "Du kan inte längre vara ombud" in answer.text
    assert asta.person.name not in answer.text
    assert asta.open("/start").path.startswith("/signin")
    assert len(asta.village.rows("select id from withheld_text")) >= 1
    child = str(asta.village.place.visit(asta.family.cilla).subject.id)
    (row,) = asta.village.rows("select actor from withheld_text where subject = ?", child)
    assert str(row["actor"]).replace("-", "") == child.replace("-", "")


def test_when_custody_ends_no_press_makes_it_the_guardian_s_telephone_again(asta: Any) -> None:
    """From the child's hands nobody goes on as the guardian, at home or at work, and nothing of the press is kept."""
    hand_over(asta)
    asta.village.town.registry.put(asta.family.cilla, guardians=())
    asta.village.place.run(asta.village.place.house.checking.changed(asta.family.cilla.number))
    answer = asta.browser.post("/staff/choose", {"_csrf": asta.token, "next": "/start"})
    assert answer.status_code == 403
    assert asta.person.name not in answer.text
    assert asta.open("/start").path.startswith("/signin")
    child = str(asta.village.place.visit(asta.family.cilla).subject.id)
    assert asta.village.rows("select id from withheld_text where subject = ?", child) == []
