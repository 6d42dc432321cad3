"""Files sent by the page's own script: cut off in the middle, by either side, it goes on where it stopped; and without it."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from .conftest import ROOT, serving_folder

FILES = "#files li"
BOUND = 2_500_000


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A demo with an album for everybody, which files may be attached to."""
    folder = tmp_path_factory.mktemp("instance")
    shutil.copy(ROOT / "ledstang.toml", folder)
    shutil.copytree(Path(__file__).parent.parent / "fixtures" / "album", folder / "plugins" / "album")
    with serving_folder(folder) as address:
        yield address


@pytest.fixture
def album(sign_in: Any) -> Page:
    """The album of somebody who is signed in."""
    return sign_in("Ester Holm", "/album/mine", bypass_csp=False)


def pdf(size: int) -> dict[str, Any]:
    """Return a PDF of about so many bytes, as a browser chooses it."""
    held = b"<</Length %d>>\nstream\n%b\nendstream" % (size, b"A" * size)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
    objects = (b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, held)
    body, table = b"%PDF-1.7\n", b"%010d 65535 f \n" % 0
    for number, content in enumerate(objects, 1):
        table += b"%010d 00000 n \n" % len(body)
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    end = b"xref\n0 5\n%btrailer\n<</Root 1 0 R/Size 5>>\nstartxref\n%d\n%%%%EOF\n" % (table, len(body))
    return {"name": "Lång rapport.pdf", "mimeType": "application/pdf", "buffer": body + end}


def test_a_cut_on_the_way_is_mended(album: Page) -> None:
    """Two pieces are lost; the page says that it has no contact, goes on by itself, and the file is there, whole."""
    pieces: list[str] = []

    def lose_some(route: Any) -> None:
        if route.request.method == "PATCH":
            pieces.append(route.request.headers["upload-offset"])
            if len(pieces) in (2, 3):
                route.abort("connectionreset")
                return
        route.continue_()

    album.route("**/attachments/uploads/**", lose_some)
    album.set_input_files("input[type=file]", [pdf(BOUND)])
    expect(album.locator("form [role=status]")).to_contain_text("ingen kontakt")
    expect(album.locator(FILES)).to_have_count(1)
    expect(album.locator(FILES)).to_contain_text("PDF, 2,5 MB")
    expect(album.locator("form [role=status]")).to_contain_text("Skickat")
    assert pieces == ["0", "1000000", "1000000", "1000000", "2000000"]
    with album.expect_download() as download:
        album.locator(f"{FILES} a").click()
    assert download.value.path().read_bytes() == pdf(BOUND)["buffer"]


def test_a_piece_that_the_server_got_half_of_counts_for_nothing(album: Page, server: str) -> None:
    """A real connection is closed in the middle of a piece: asked then, the server has what came before, and takes it again."""
    form = album.locator("form[data-uploads]")
    token = form.locator("[name=_csrf]").input_value()
    cookies = "; ".join(f"{one['name']}={one['value']}" for one in album.context.cookies())
    headers = {"tus-resumable": "1.0.0", "x-csrf-token": token}
    where = form.get_attribute("data-uploads")
    length = {"upload-length": "300000", "upload-metadata": "filename aGFsdi5wZGY="}
    path = album.request.post(f"{server}{where}", headers=headers | length).headers["location"]
    piece = {"content-type": "application/offset+octet-stream"}

    def send(at: int, size: int) -> int:
        told = headers | piece | {"upload-offset": str(at)}
        return album.request.fetch(f"{server}{path}", method="PATCH", headers=told, data=b"A" * size).status

    def offset() -> str:
        return album.request.fetch(f"{server}{path}", method="HEAD", headers=headers).headers["upload-offset"]

    assert send(0, 100_000) == 204
    lines = (
        headers
        | piece
        | {"upload-offset": "100000", "content-length": "200000", "cookie": cookies, "host": "127.0.0.1"}
    )
    with socket.create_connection((urlsplit(server).hostname or "", urlsplit(server).port or 0)) as line:
        head = f"PATCH {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items()) + "\r\n"
        line.sendall(head.encode() + b"A" * 90_000)
    assert offset() == "100000"
    assert send(100_000, 200_000) == 204
    album.reload()
    expect(album.locator(FILES).filter(has_text="halv")).to_contain_text("Den här sortens fil kan vi inte ta emot")


def test_without_scripts(sign_in: Any) -> None:
    """The form's button sends it, and the page says what became of it."""
    page = sign_in("Malte Ek", "/album/mine", scripts=False)
    page.set_input_files(
        "input[type=file]", [pdf(1_000), {"name": "sida.png", "mimeType": "image/png", "buffer": b"<html>"}]
    )
    page.get_by_role("button", name="Lägg till").click()
    expect(page.locator(FILES)).to_have_count(2)
    expect(page.locator(FILES).first).to_contain_text("PDF, 1 kB")
    expect(page.locator(FILES).last).to_contain_text("Det här är en webbsida")


def test_a_letter_with_a_file_in_the_demo(sign_in: Any, eventually: Any) -> None:
    """One of the demo's persons has a letter from care, whose file can be fetched."""
    page = sign_in("Malte Ek", "/inbox/")
    page.get_by_role("link", name="Råd inför ditt besök").click()
    link = page.locator(f"{FILES} a")
    eventually(lambda: page.reload() and link.count())
    with page.expect_download() as download:
        page.locator(f"{FILES} a").click()
    assert download.value.suggested_filename == "Råd inför besöket.pdf"
    assert download.value.path().read_bytes().startswith(b"%PDF-")
