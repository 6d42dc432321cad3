"""What passes between a person and care, with a region's own systems: messages with files, forms, and how one is told of them.

Provider, register, mail server and Ledstång are processes or servers of their own. The sandbox is not loaded.
"""

from __future__ import annotations

import email
import email.policy
import re
import subprocess
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from PIL import Image
from playwright.sync_api import Page, expect

from .accessibility_checks import axe_violations, overflows
from .conftest import _free_port
from .journeys import fill_step, follow
from .own_systems import LEDSTANG, UNIT, enter, guardian, lying_about, person, region

ASTA, CILLA = person("Asta", date(1988, 3, 3)), person("Cilla", date(2019, 1, 1))
EVA = person("Eva", date(1980, 2, 2))
PEOPLE = (ASTA, CILLA, EVA)
SETTINGS = """
[connectors]
FileScanner = "clamd"
[plugins.clamd]
address = "{clamd}"
[plugins.notices]
address = "ADDRESS"
quiet_from = 00:00:00
quiet_until = 00:00:00
[plugins.notices.smtp]
host = "127.0.0.1"
port = {port}
security = "none"
sender = "Regionen <no-reply@example.se>"
"""
QUESTION = f"""---
ärendetyp: fraga
titel: Fråga till oss
språk: sv
ägare: {UNIT["hsa_id"]}
version: 1.0
svar inom: 2 vardagar
säkerhet: Vi läser vardagar 8–16.
sammanfattning: Om du undrar något.
---

Skriv vad du undrar.
"""
WORRY, ANSWER = "Kanariefågeln sover dåligt. <b>Vad gör vi?</b>", "Ge kanariefågeln en mörkare bur."


class Post:
    """A mail server. `mails` are the texts that came, the newest last."""

    def __init__(self) -> None:
        self.mails: list[str] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        body = mail.get_body(("plain",))
        self.mails.append(f"{mail['subject']}\n{body.get_content() if body else ''}")
        return "250 OK"


@pytest.fixture(scope="module")
def post() -> Iterator[tuple[Post, int]]:
    """The mail server and its port."""
    handler, port = Post(), _free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, port
    controller.stop()


@pytest.fixture
def mails(post: tuple[Post, int]) -> list[str]:
    """What the mail server has taken."""
    return post[0].mails


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory,
    registered: Any,
    post: tuple[Post, int],
    clamd: str,
    sweep: Any,
    asked: list[str],
) -> Iterator[str]:
    """The address of the instance. Eva works at the unit; the instance's operator has appointed her."""
    folder: Path = tmp_path_factory.mktemp("instance")
    (folder / "cases").mkdir()
    (folder / "cases" / "fraga.md").write_text(QUESTION, encoding="utf-8")
    registered.units = [UNIT]
    for one in PEOPLE:
        registered.put(one)
    registered.put(CILLA, guardians=[ASTA.number])

    settings = SETTINGS.format(port=post[1], clamd=clamd)

    def appoint() -> None:
        named = ("--number", EVA.number, "--staff-hsa", "SE2321000016-EVA", "--title", "Kurator")
        where = ("--unit", UNIT["hsa_id"], "--role", "treater")
        subprocess.run([LEDSTANG, "appoint", folder, *named, *where], check=True, capture_output=True)

    with region(folder, registered, PEOPLE, settings=settings, prepare=appoint) as address:
        yield address
        assert lying_about(folder, registered, PEOPLE, sweep, asked) == []


def treater(open_page: Any, path: str) -> Page:
    """Sign in as Eva, go to work, and come to a path."""
    page = enter(open_page, EVA)
    page.goto("/staff/")
    if page.locator("main form[action='/staff/choose'] button").count():
        follow(page.locator("main form[action='/staff/choose'] button").first)
    page.goto(path)
    return page


def mother(open_page: Any, mails: list[str], eventually: Any, **how: Any) -> Page:
    """Sign in as Asta, who has confirmed her address with the code that came there, and act for Cilla."""
    page = enter(open_page, ASTA, "/settings", **how)
    if not page.get_by_text("bekräftat den").count() and not page.get_by_text("inte bekräftat").count():
        page.locator("input[name=email]").fill("asta@example.se")
        follow(page.get_by_role("button", name="Spara", exact=True))
    if page.get_by_role("button", name="Skicka en kod").count():
        follow(page.get_by_role("button", name="Skicka en kod"))
        mail = eventually(lambda: [one for one in mails if "kod" in one], bool)[-1]
        page.locator("input[name=code]").fill(re.search(r"\b\d{6}\b", mail)[0])  # type: ignore[index]
        follow(page.get_by_role("button", name="Bekräfta"))
        expect(page.locator("main")).to_contain_text("Det är bekräftat")
    page.close()
    return guardian(open_page, ASTA, CILLA, **how)


def told(mails: list[str], before: int, eventually: Any) -> str:
    """Wait for the mail that says there is something, see that it says nothing else, and return where its link leads."""
    mail = eventually(lambda: mails[before:], bool)[-1]
    for word in (CILLA.name, "Cilla", ASTA.name, EVA.name, str(UNIT["name"]), "Kurator", "Fråga", "Hälso", "barn"):
        assert word not in mail
    return str(re.search(r"/notices/[0-9a-f-]{36}", mail)[0])  # type: ignore[index]


def looked(page: Page, *, scripts: bool = True) -> None:
    """See that a page is for everybody, as far as one can without scripts."""
    assert overflows(page) == [], page.url
    assert not scripts or axe_violations(page) == [], page.url


def picture() -> dict[str, Any]:
    """Return a picture, as a browser chooses it."""
    made = BytesIO()
    Image.new("RGB", (60, 40), "green").save(made, "PNG")
    return {"name": "Kanariefågel.png", "mimeType": "image/png", "buffer": made.getvalue()}


def opened(open_page: Any, link: str, **how: Any) -> Page:
    """Follow a mail's link on another device: sign in, be asked for whom it is, and go over to her."""
    page: Page = open_page(link, **how)
    page.get_by_role("link", name="Testlegitimation").click()
    page.get_by_role("button", name=f"I am {ASTA.name}").click()
    page.wait_for_url(f"**{link}")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Det här gäller {CILLA.name}")
    looked(page)
    follow(page.get_by_role("button", name=f"Bli ombud för {CILLA.name}"))
    expect(page.locator("body")).to_contain_text(f"Du är ombud för {CILLA.name}")
    return page


def ended_elsewhere(open_page: Any) -> None:
    """End all of Asta's sessions, from another device of hers."""
    page = enter(open_page, ASTA, "/signin/sessions")
    follow(page.get_by_role("button", name="Logga ut överallt"))
    page.close()


def back_in(page: Page) -> None:
    """Sign in again where a dead session led to, say that it is for the child, and send what was kept."""
    expect(page.locator("main")).to_contain_text("Det du skrev finns kvar")
    follow(page.get_by_role("link", name="Testlegitimation"))
    expect(page.locator("main")).to_contain_text(f"Du skrev det för {CILLA.name}.")
    assert WORRY not in page.content()
    follow(page.get_by_role("button", name=f"Bli ombud för {CILLA.name}"))
    expect(page.locator("main")).to_contain_text(WORRY)
    assert "yes" not in page.locator("main").inner_text()
    follow(page.get_by_role("button", name=re.compile("^Skicka")))


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_mother_asks_for_her_child_and_is_answered(
    open_page: Any, mails: list[str], eventually: Any, scripts: bool
) -> None:
    """Her session dies while she writes, and the text is there; a picture goes along; the mail says nothing, and its link leads
    her to the answer, for the right child."""
    page = mother(open_page, mails, eventually, phone=True, scripts=scripts)
    page.goto("/inbox/write")
    follow(page.get_by_role("link", name="Fråga till oss"))
    looked(page, scripts=scripts)
    ended_elsewhere(open_page)
    page.locator("textarea").fill(WORRY)
    follow(page.get_by_role("button", name="Spara och bifoga filer"))
    back_in(page)
    page.set_input_files("input[type=file]", picture())
    if not scripts:
        follow(page.get_by_role("button", name="Lägg till"))
    expect(page.locator("#files li")).to_contain_text("Kanariefågel.png")
    looked(page, scripts=scripts)
    follow(page.get_by_role("link", name="Fortsätt skriva"))
    expect(page.locator("textarea")).to_have_value(WORRY)
    expect(page.locator("main")).to_contain_text("Kanariefågel.png")
    follow(page.get_by_role("button", name=re.compile("^Skicka")))
    expect(page.locator("main")).to_contain_text("Ditt meddelande är skickat")
    looked(page, scripts=scripts)

    staff, before = treater(open_page, "/staff/lists/inbox/new"), len(mails)
    follow(staff.get_by_role("link", name=re.compile("Fråga till oss|Cilla")).first)
    expect(staff.locator("main")).to_contain_text(WORRY)
    with staff.expect_download() as download:
        staff.get_by_role("link", name=re.compile("Kanariefågel")).click()
    with Image.open(download.value.path()) as sent:
        assert sent.size == (60, 40)
    staff.locator("textarea").fill(ANSWER)
    follow(staff.get_by_role("button", name="Skicka", exact=True))
    expect(staff.locator("main")).to_contain_text("Ditt svar är skickat")
    looked(staff)

    there = opened(open_page, told(mails, before, eventually), phone=not scripts)
    follow(there.locator("main a", has_text="Gå dit"))
    expect(there.locator("main")).to_contain_text(ANSWER)
    expect(there.locator("main")).to_contain_text("Kurator, Kuratorn vid Älven")
    assert EVA.name not in there.content()
    looked(there)


def test_a_form_is_sent_begun_on_a_phone_ended_elsewhere_and_read(
    open_page: Any, mails: list[str], eventually: Any
) -> None:
    """Eva sends the children's form by the child's number; the mother answers a page of it on her phone, her session dies, and
    she ends it on a computer, with what she had written; Eva reads the answers."""
    phone, before = mother(open_page, mails, eventually, phone=True), len(mails)
    staff = treater(open_page, "/forms/staff/send")
    staff.locator("input[name=number]").fill(CILLA.number)
    staff.get_by_label("Hälsodeklaration för barn").check()
    for box, value in zip(staff.locator("input[name=last]").all(), ("2027", "1", "15"), strict=True):
        box.fill(value)
    follow(staff.get_by_role("button", name="Vidare"))
    follow(staff.get_by_role("button", name="Skicka formuläret"))
    looked(staff)
    sending = staff.url

    phone.goto("/start")
    follow(phone.get_by_role("link", name=re.compile("Hälsodeklaration för barn")).first)
    expect(phone.locator("main")).to_contain_text("Kuratorn vid Älven ber dig svara")
    follow(phone.locator("main a", has_text="Gå dit"))
    follow(phone.get_by_role("link", name=re.compile("^Börja")))
    looked(phone)
    ended_elsewhere(open_page)
    phone.locator("textarea").first.fill(WORRY)
    follow(phone.get_by_role("button", name="Vidare"))
    back_in(phone)
    looked(phone)

    desk = opened(open_page, told(mails, before, eventually))
    follow(desk.get_by_role("link", name=re.compile("^Fortsätt")))
    while not desk.get_by_role("button", name=re.compile("^Skicka formuläret")).count():
        fill_step(desk)
        follow(desk.get_by_role("button", name=re.compile("^Vidare")))
    expect(desk.locator("main")).to_contain_text(WORRY)
    follow(desk.get_by_role("button", name=re.compile("^Skicka formuläret")))
    expect(desk.locator("main")).to_contain_text("Tack. Formuläret är skickat.")
    assert overflows(desk) == []

    staff.goto(f"{sending}/answers")
    expect(staff.locator("main")).to_contain_text(WORRY)
    looked(staff)
    assert len(mails[before:]) == 1
