"""Those who act for another add and fetch that one's files, for as long as they may act and no longer."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from ledstang.testing import TOML, Browser, Town

from .conftest import Albums, albums_of
from .corpus import photo


@pytest.fixture
def family(town: Town) -> Iterator[tuple[Albums, Browser, Browser, UUID]]:
    """Two guardians who act for a child, and the child's album; the register is asked anew after a minute."""
    for albums in albums_of(town, TOML + "[register]\nfresh_minutes = 1\n"):
        asta, bo = town.person("Asta", born="1988-03-03"), town.person("Bo", born="1986-09-12")
        cilla = town.child("Cilla", born="2017-01-01", guardians=[asta, bo])
        albums.last = cilla
        acting = [albums.place.sign_in(one) for one in (asta, bo)]
        for browser in acting:
            browser.post("/guardian/add", {"number": cilla.number})
            browser.post(browser.action("/guardian/", "/act"))
        yield albums, *acting, albums.place.visit(cilla).subject.id


def test_v8_3_2_what_one_may_is_asked_again_each_time(family: tuple[Albums, Browser, Browser, UUID]) -> None:
    """Custody ends between a piece and the next, and between sending and fetching: from then on nothing is there."""
    albums, asta, _, album = family
    content = photo("PNG")
    path = albums.create(asta, album, "a.png", len(content)).headers["location"]
    assert albums.piece(asta, path, 0, content[:50]).status_code == 204
    albums.send(asta, album, "b.png", photo("PNG"))
    row = albums.files(album)[1]
    assert albums.fetch(asta, row["id"]).status_code == 200
    token = asta.token()
    kind = {"content-type": "application/offset+octet-stream", "upload-offset": "50", "tus-resumable": "1.0.0"}
    albums.town.registry.put(albums.last, guardians=())
    albums.place.clock.move(minutes=2)
    after = asta._send("PATCH", path, content=content[50:], headers={"x-csrf-token": token, **kind})
    assert after.status_code == 403
    assert albums.fetch(asta, row["id"]).status_code in (403, 404)
    assert albums.fetch(asta, row["id"]).status_code == 404
    assert albums.send(asta, album, "c.png", photo("PNG")).status_code == 404
    assert albums.piece(asta, path, 50, content[50:]).status_code == 404
    assert albums.files(album)[0]["received"] == 50
    assert len(albums.files(album)) == 2


def test_a_draft_is_not_another_guardian_s_to_see(family: tuple[Albums, Browser, Browser, UUID]) -> None:
    """Until it is sent only who added it sees it, takes it back or sends it; then the other guardian reads it too."""
    albums, asta, bo, album = family
    albums.send(asta, album, "a.png", photo("PNG"))
    (row,) = albums.files(album)
    assert albums.fetch(bo, row["id"]).status_code == 404
    assert "a.png" not in albums.shown(bo, album)
    assert bo.post(f"/attachments/{row['id']}/remove").status_code == 404
    assert bo.post(f"/album/{album}/send").text == "0"
    assert asta.post(f"/album/{album}/send").text == "1"
    assert albums.fetch(bo, row["id"]).status_code == 200
    assert "a.png" in albums.shown(bo, album)
