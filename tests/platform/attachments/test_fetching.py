"""Fetching: as a file and as nothing else, by whoever may at that moment, and with a line in the access log."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from ledstang.testing import TOML, Browser, Town

from .conftest import Albums, albums_of
from .corpus import photo


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_v5_3_2_1_a_file_is_never_a_page(albums: Albums, kind: str) -> None:
    """It comes as a file to save, of the kind that it was found to be, kept by nobody on the way, and it runs nothing."""
    dag, album = albums.somebody()
    albums.send(dag, album, "Ångest.html", photo(kind))
    (row,) = albums.files(album)
    answer = albums.fetch(dag, row["id"])
    told = answer.headers
    assert told["content-disposition"].startswith('attachment; filename="Angest.html.')
    assert "filename*=UTF-8''%C3%85ngest.html" in told["content-disposition"]
    assert told["content-type"] == f"image/{kind.lower()}"
    assert told["x-content-type-options"] == "nosniff"
    assert told["cache-control"] == "private, no-store"
    assert "default-src 'none'; sandbox" in told.get_list("content-security-policy")
    assert int(told["content-length"]) == len(answer.content)


def test_nobody_fetches_what_is_not_there(albums: Albums) -> None:
    """A stranger, nobody at all, and the owner of something that there is not: all get the same."""
    dag, album = albums.somebody()
    albums.send(dag, album, "a.png", photo("PNG"))
    assert dag.post(f"/album/{album}/send").text == "1"
    (row,) = albums.files(album)
    eva, _ = albums.somebody("Eva")
    there, not_there = albums.fetch(eva, row["id"]), albums.fetch(eva, album)
    assert (there.status_code, not_there.status_code) == (404, 404)
    assert albums.fetch(albums.place.browser(), row["id"]).url.path == "/signin"


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


def test_v8_3_1_a_rule_that_shuts_counts_with_the_next_piece(albums: Albums) -> None:
    """Nothing about who is there changes, only what the plugin's rule says: no piece, no file and no download from then on."""
    dag, album = albums.somebody()
    content = photo("PNG")
    path = albums.create(dag, album, "a.png", len(content)).headers["location"]
    assert albums.piece(dag, path, 0, content[:50]).status_code == 204
    albums.send(dag, album, "b.png", content)
    row = albums.files(album)[1]
    assert albums.fetch(dag, row["id"]).status_code == 200
    dag.post(f"/album/{album}/shut")
    assert albums.piece(dag, path, 50, content[50:]).status_code == 404
    assert albums.tus(dag, "HEAD", path).status_code == 404
    assert albums.send(dag, album, "c.png", content).status_code == 404
    assert albums.fetch(dag, row["id"]).status_code == 404
    assert [one["received"] for one in albums.files(album)] == [50, len(content)]


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


def test_v16_3_2_that_staff_fetch_it_is_in_the_log_first(albums: Albums) -> None:
    """The unit's treaters may, once it is sent; the line names the file and whose it is. Another role may not."""
    dag, album = albums.somebody()
    albums.send(dag, album, "a.png", photo("PNG"))
    (row,) = albums.files(album)
    town, place = albums.town, albums.place
    eva = town.person("Eva", born="1981-04-17")
    at_work = place.at_work(eva, place.appoint(eva, "treater"))
    assert albums.fetch(at_work, row["id"]).status_code == 404
    dag.post(f"/album/{album}/send")
    assert albums.fetch(at_work, row["id"]).status_code == 200
    place.run(place.house.log.writer.drain())
    lines = albums.rows("select action, outcome, subject from access_log_entry where resource = {}", row["id"])
    assert ("attachments.fetch", "allowed", album) in [(one["action"], one["outcome"], one["subject"]) for one in lines]
    frida = town.person("Frida", born="1976-10-08")
    office = place.at_work(frida, place.appoint(frida, "citizen-administrator"))
    assert albums.fetch(office, row["id"]).status_code == 404
    assert albums.send(at_work, album, "b.png", photo("PNG")).status_code == 404
