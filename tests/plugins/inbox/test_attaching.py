"""Files in messages: added while one writes, sent with the text and not before, and fetched by the other side only."""

from __future__ import annotations

import re

import pytest
from ledstang.attachments.tables import Attachment, AttachmentPart
from ledstang.connectors import Connected
from ledstang.testing import Browser

from .ward import PATH, Ward, fields, guardian, send

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\nxref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n"
    b"0000000052 00000 n \n0000000101 00000 n \ntrailer<</Size 4/Root 1 0 R>>\nstartxref\n160\n%%EOF\n"
)
NAME = "intyg från skolan.pdf"


class Clean:
    """Finds nothing."""

    async def scan(self, content: object, size: int) -> str:
        return "clean"


@pytest.fixture(autouse=True)
def scanned(ward: Ward) -> None:
    """A scanner, without which nothing can be fetched."""
    ward.place.house.connected = {**ward.place.house.connected, "FileScanner": Connected("testing", Clean())}


def begin(browser: Browser, path: str, text: str = "Här är intyget.") -> str:
    """Write, go to where one attaches, add a file, and return that page's path."""
    page = browser.post(path, fields(browser.get(path), text=text, attach="yes"))
    assert page.url.path.endswith("/files")
    action = re.search(r'action="(/attachments/at/[^"]+)"', page.text)[1]
    sent = [("_csrf", (None, browser.token())), ("file", (NAME, PDF))]
    back = browser._send("POST", action, files=sent)
    assert back.url.path == page.url.path
    assert NAME in back.text
    return back.url.path


def fetched(browser: Browser, page: str) -> list[int]:
    """Return how each file of a page is answered."""
    return [browser.get(one).status_code for one in re.findall(r'href="(/attachments/[0-9a-f-]{36})"', page)]


def test_a_file_is_sent_with_the_message_and_not_before(ward: Ward) -> None:
    """The text is kept while one attaches; staff see neither before it is sent, and both stand with the message after."""
    dag, eva = ward.place.sign_in(ward.dag), ward.staff("Eva")
    case = begin(dag, PATH).removesuffix("/files")
    desk = case.replace("cases", "desk")
    page = dag.get(PATH)
    assert "Här är intyget." in page.text
    assert f"Följer med: {NAME}" in page.text
    draft = dag.get(f"{case}/files").text
    (file,) = re.findall(r'href="(/attachments/[0-9a-f-]{36})"', draft)
    assert dag.get(file).content.startswith(b"%PDF")
    assert [eva.get(path).status_code for path in (file, desk)] == [404, 404]
    sent = dag.post(PATH, fields(page, send="yes"))
    assert fetched(dag, sent.text) == [200]
    assert "Följer med" not in sent.text
    opened = eva.get(desk).text
    assert NAME in opened
    assert fetched(eva, opened) == [200]
    stranger = ward.place.sign_in(ward.asta)
    assert stranger.get(file).status_code == 404


def test_staff_answer_with_a_file(ward: Ward) -> None:
    """The citizen fetches it from the case; another unit's staff never do."""
    desk, eva = ward.asked(), ward.staff("Eva")
    begin(eva, desk, "Se bilagan.")
    dag = ward.place.sign_in(ward.dag)
    case = desk.replace("desk", "cases")
    assert NAME not in dag.get(case).text
    answered = eva.post(desk, fields(eva.get(desk), send="yes")).text
    assert fetched(eva, answered) == [200]
    page = dag.get(case).text
    assert fetched(dag, page) == [200]
    other = ward.staff("Olle", unit="SE2321000016-2004")
    assert set(fetched(other, page)) == {404}


def test_each_message_has_its_own_files(ward: Ward) -> None:
    """What goes with the second message does not stand with the first."""
    dag = ward.place.sign_in(ward.dag)
    begin(dag, PATH)
    case = dag.post(PATH, fields(dag.get(PATH), send="yes")).url.path
    begin(dag, case, "Och ett till.")
    page = dag.post(case, fields(dag.get(case), send="yes")).text
    first, _, second = page.partition("Och ett till.")
    assert (first.count(NAME), second.count(NAME)) == (1, 1)


def test_a_guardian_s_file_is_a_child_s_own_to_read(ward: Ward) -> None:
    """What Asta sends for Cilla is Cilla's; what she had only added, Cilla never sees."""
    cilla = ward.town.child("Cilla", born="2012-01-01", guardians=[ward.asta])
    asta, young = guardian(ward, ward.asta, cilla), ward.place.sign_in(cilla)
    path = begin(asta, PATH)
    files = re.findall(r'href="(/attachments/[0-9a-f-]{36})"', asta.get(path).text)
    assert [young.get(one).status_code for one in (*files, path)] == [404, 404]
    case = asta.post(PATH, fields(asta.get(PATH), send="yes")).url.path
    assert fetched(young, young.get(case).text) == [200]


def test_a_draft_that_is_removed_takes_its_files_with_it(ward: Ward) -> None:
    """Nobody went on with it for its days: no row of the file, and no part, is left."""
    begin(ward.place.sign_in(ward.dag), PATH)
    ward.place.clock.move(days=91)
    ward.place.work()
    assert [ward.place.run(table.count().run()) for table in (Attachment, AttachmentPart)] == [0, 0]


def test_nothing_is_attached_to_a_closed_case(ward: Ward) -> None:
    """The page leads back to the case, and a form that was open is not taken."""
    dag = ward.place.sign_in(ward.dag)
    case, eva = send(dag).url.path, ward.staff("Eva")
    form = re.search(r'action="(/attachments/at/[^"]+)"', dag.get(f"{case}/files").text)[1]
    desk = case.replace("cases", "desk")
    send(eva, "Ja", desk)
    eva.post(f"{desk}/close", {"_heard": "2"})
    assert dag.get(f"{case}/files").url.path == case
    answer = dag._send("POST", form, files=[("_csrf", (None, dag.token())), ("file", (NAME, PDF))])
    assert answer.status_code == 404
