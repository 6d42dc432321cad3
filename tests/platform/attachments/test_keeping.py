"""Keeping: sealed wherever it lies, handed out with everything else about somebody, and gone when they are."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from ledstang import Delivery
from ledstang.attachments.attachments import NotTaken

from .conftest import Albums
from .corpus import CANARY, letter, pdf, photo


def test_v11_3_2_nothing_lies_in_the_clear(albums: Albums) -> None:
    """Neither what is in a file nor what it is called is anywhere in the folder, whatever state it is in."""
    dag, album = albums.somebody()
    albums.send(dag, album, f"{CANARY.decode()}.pdf", letter())
    albums.scanner.down = True
    albums.send(dag, album, f"{CANARY.decode()} två.pdf", letter(900_000))
    path = albums.create(dag, album, f"{CANARY.decode()}.png", 20_000).headers["location"]
    albums.piece(dag, path, 0, CANARY * 100)
    assert [row["state"] for row in albums.files(album)] == ["ready", "quarantined", "receiving"]
    files = [file for file in albums.town.folder.rglob("*") if file.is_file()]
    assert sum(file.stat().st_size for file in files if ".sqlite" in file.name) > 900_000
    assert [file for file in files if CANARY in file.read_bytes() or CANARY[:12] in file.read_bytes()] == []


def test_a_part_fits_only_where_it_was_put(albums: Albums) -> None:
    """Parts that are swapped, or given to another person's file, do not open."""
    dag, album = albums.somebody()
    albums.send(dag, album, "brev.pdf", letter(900_000))
    (row,) = albums.files(album)
    parts = albums.rows("select id, content from attachment_part where attachment = {}", row["id"])
    assert len(parts) > 2
    albums.rows("update attachment_part set content = {} where id = {}", parts[0]["content"], parts[1]["id"])
    answer = albums.fetch(dag, row["id"])
    assert answer.status_code == 500
    assert CANARY not in answer.content, "the beginning of a file that cannot be read to its end was sent"


def test_a_copy_of_everything_holds_the_files(albums: Albums) -> None:
    """They lie beside what is said of them, as they are fetched; what was refused, or waits, is not there."""
    dag, album = albums.somebody()
    albums.send(dag, album, "Fot.png", photo("PNG"))
    albums.send(dag, album, "a.exe", b"MZ")
    albums.scanner.down = True
    albums.send(dag, album, "sen.png", photo("PNG"))
    dag.post(f"/album/{album}/send")
    dag.post("/settings/data")
    albums.place.clock.move(minutes=1)
    albums.place.work()
    assert albums.last
    dag = albums.place.sign_in(albums.last)
    archive = dag.get("/settings/data/copy")
    assert archive.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(archive.content)) as file:
        (name,) = [one for one in file.namelist() if one.startswith("files/")]
        assert name.endswith(" Fot.png")
        assert file.read(name) == albums.scanner.seen[0]
        told = json.loads(file.read("data.json"))
        (part,) = [one for one in told["parts"] if one["name"] == "host.files"]
        assert [(one["title"], one["file"]) for one in part["things"]] == [("Fot.png", name)]
        assert name in file.read("index.html").decode()


def test_a_copy_holds_the_files_of_a_plugin_that_is_off(albums: Albums) -> None:
    """What is switched off is not offered, and the files cannot be fetched there; they are somebody's all the same."""
    dag, album = albums.somebody()
    albums.send(dag, album, "Fot.png", photo("PNG"))
    dag.post(f"/album/{album}/send")
    (row,) = albums.files(album)
    house = albums.place.house
    files = next(one for _, one in house.personal_data() if one.name == "files")
    albums.place.run(house.switches.switch("album", "norra", on=False))
    try:
        assert albums.fetch(dag, row["id"]).status_code == 404
        assert [one["title"] for one in albums.place.run(files.export(album))] == ["Fot.png"]
    finally:
        albums.place.run(house.switches.switch("album", "norra", on=True))
    house.offers["register_attachments"], kept = [], house.offers["register_attachments"]
    try:
        assert [one["title"] for one in albums.place.run(files.export(album))] == ["Fot.png"]
    finally:
        house.offers["register_attachments"] = kept


def test_who_added_it_may_be_forgotten(albums: Albums) -> None:
    """Erasing somebody removes their files; those of others that they added stay, from nobody."""
    place, town = albums.place, albums.town
    asta = town.person("Asta", born="1988-03-03")
    cilla = town.child("Cilla", born="2017-01-01", guardians=[asta])
    acting = place.sign_in(asta)
    acting.post("/guardian/add", {"number": cilla.number})
    acting.post(acting.action("/guardian/", "/act"))
    album = place.visit(cilla).subject.id
    albums.send(acting, album, "a.png", photo("PNG"))
    acting.post(f"/album/{album}/send")
    assert place.run(place.house.attachments.erase(place.visit(asta).subject.id)) == 0
    assert [(row["owner"], row["subject"]) for row in albums.files(album)] == [(None, album)]
    assert place.run(place.house.attachments.erase(album)) == 1


def test_v13_1_4_a_full_disk_keeps_what_was_kept(albums: Albums) -> None:
    """A piece that finds no room is not half kept; the page is told to try again, and the same piece goes in later."""
    dag, album = albums.somebody()
    content = letter(900_000)
    path = albums.create(dag, album, "brev.pdf", len(content)).headers["location"]
    assert albums.piece(dag, path, 0, content[:300_000]).status_code == 204
    engine = albums.place.house.database.engine
    pages = albums.place.run(engine.run("PRAGMA page_count", ()))[0]["page_count"]
    albums.place.run(engine.run(f"PRAGMA max_page_count = {pages}", ()))
    assert albums.piece(dag, path, 300_000, content[300_000:]).status_code == 503
    assert albums.send(dag, album, "två.pdf", content).status_code == 503
    assert albums.tus(dag, "HEAD", path).headers["upload-offset"] == "300000"
    albums.place.run(engine.run("PRAGMA max_page_count = 1000000", ()))
    assert albums.piece(dag, path, 300_000, content[300_000:]).status_code == 204
    row = albums.files(album)[0]
    assert albums.fetch(dag, row["id"]).content == content
    assert len(albums.files(album)) == 1, "of the form that found no room nothing is left"


def test_what_care_delivers_may_have_files(albums: Albums) -> None:
    """A service attaches a file to what it delivers; the inbox shows it, to whoever may read the item, and it goes with it."""
    from ledstang.delivery.inbox import PluginInbox

    dag, person = albums.somebody()
    house, place = albums.place.house, albums.place
    inbox = PluginInbox(house, "summons")

    async def deliver() -> object:
        async def work() -> object:
            item = await inbox.deliver(Delivery(person=person, kind="summons", title="Besök"), once="1")
            one = await inbox.attach("1", "Karta.pdf", pdf())
            assert one == await inbox.attach("1", "Karta.pdf", pdf())
            return item

        return await house.database.write(work)

    item = place.run(deliver())
    assert "gås igenom" in dag.get(f"/inbox/{item}").text
    place.work()
    page = dag.get(f"/inbox/{item}").text
    assert "Karta.pdf" in page
    (row,) = albums.files(item)
    assert albums.fetch(dag, row["id"]).content == pdf()
    eva, _ = albums.somebody("Eva")
    assert albums.fetch(eva, row["id"]).status_code == 404
    assert albums.send(dag, item, "a.png", photo("PNG"), use="delivered-item").status_code == 404
    place.run(inbox.withdraw("1"))
    assert albums.fetch(dag, row["id"]).status_code == 404
    with pytest.raises(LookupError):
        place.run(inbox.attach("2", "a.pdf", pdf()))
    with pytest.raises(NotTaken):
        place.run(inbox.attach("1", "stor.pdf", bytes(20_000_001)))


def test_a_plugin_reaches_its_own_things_only(albums: Albums) -> None:
    """The door of another plugin does not lead to them."""
    from ledstang.attachments.door import PluginFiles

    _, album = albums.somebody()
    with pytest.raises(LookupError, match="has registered no use of files"):
        albums.place.run(PluginFiles(albums.place.house, "inbox").drop("album", album))
    assert albums.place.run(PluginFiles(albums.place.house, "album").drop("album", album)) == 0
