"""The scanner: without its word nothing is handed out, and with it everything that waited for it is."""

from __future__ import annotations

from ledstang.connectors import PORTS, Connected
from ledstang_sandbox.scanner import SandboxScanner

from .conftest import Albums, Scanner
from .corpus import EICAR, pdf, photo


def test_register_attachments(albums: Albums) -> None:
    """A plugin's thing has files: added by whoever may add there, read by whoever may read, and listed in one query."""
    dag, album = albums.somebody()
    albums.send(dag, album, "Fot.png", photo("PNG"))
    (row,) = albums.files(album)
    assert f'href="/attachments/{row["id"]}"' in albums.shown(dag, album)
    assert albums.fetch(dag, row["id"]).status_code == 200
    eva, _ = albums.somebody("Eva")
    assert albums.fetch(eva, row["id"]).status_code == 404
    assert albums.send(eva, album, "a.png", photo("PNG")).status_code == 404


def test_without_a_scanner_a_file_waits_and_says_so(albums: Albums) -> None:
    """It is kept, told to be, and fetched by nobody; it is looked at as soon as there is a scanner, and then ready."""
    del albums.place.house.connected["FileScanner"]
    dag, album = albums.somebody()
    page = albums.send(dag, album, "Fot.png", photo("PNG"))
    assert "säkert förvar" in page.text
    (row,) = albums.files(album)
    assert row["state"] == "quarantined"
    assert albums.fetch(dag, row["id"]).status_code == 404
    albums.place.clock.move(minutes=6)
    albums.place.work()
    assert albums.files(album)[0]["state"] == "quarantined"
    albums.place.house.connected["FileScanner"] = Connected("album", albums.scanner)
    albums.place.clock.move(minutes=6)
    albums.place.work()
    assert albums.files(album)[0]["state"] == "ready"
    assert albums.fetch(dag, row["id"]).content == albums.scanner.seen[0]


def test_while_the_scanner_is_down_or_unsure_a_file_waits(albums: Albums) -> None:
    """One that raises, answers something else, or does not know has not said that the file is clean."""
    dag, album = albums.somebody()
    albums.scanner.down = True
    albums.send(dag, album, "a.png", photo("PNG"))
    albums.scanner.down, albums.scanner.unsure = False, True
    albums.send(dag, album, "b.png", photo("PNG"))

    class Babbler:
        async def scan(self, content, size):
            return True

    albums.place.house.connected["FileScanner"] = Connected("album", Babbler())
    albums.send(dag, album, "c.png", photo("PNG"))
    assert [row["state"] for row in albums.files(album)] == ["quarantined"] * 3
    albums.scanner.unsure = False
    albums.place.house.connected["FileScanner"] = Connected("album", albums.scanner)
    albums.place.clock.move(minutes=6)
    albums.place.work()
    assert [row["state"] for row in albums.files(album)] == ["ready"] * 3


def test_what_is_found_later_is_removed_later(albums: Albums) -> None:
    """A file that waited, and turns out to carry something, is removed then, though it was sent meanwhile."""
    albums.scanner.down = True
    dag, album = albums.somebody()
    albums.send(dag, album, "brev.pdf", pdf(b"<</Length 68>>\nstream\n" + EICAR + b"\nendstream"))
    assert dag.post(f"/album/{album}/send").text == "1"
    albums.scanner.down = False
    albums.place.clock.move(minutes=6)
    albums.place.work()
    (row,) = albums.files(album)
    assert (row["state"], row["reason"], albums.parts(row["id"])) == ("refused", "infected", 0)


def test_whoever_dies_while_looking_through_leaves_it_to_another(albums: Albums) -> None:
    """A file that has come wholly is looked through by the errand that was kept with it, once, whoever began before."""
    house, (dag, album) = albums.place.house, albums.somebody()
    content = photo("PNG")
    path = albums.create(dag, album, "a.png", len(content)).headers["location"]

    async def dies(_id: object) -> None:
        """Stand for a process that is killed when all has come."""

    soon, house.checking_files.soon = house.checking_files.soon, dies
    albums.piece(dag, path, 0, content)
    house.checking_files.soon = soon
    assert albums.files(album)[0]["state"] == "checking"
    assert "gås igenom" in albums.shown(dag, album)
    albums.place.work()
    assert albums.files(album)[0]["state"] == "ready"
    assert len(albums.scanner.seen) == 1
    albums.place.run(house.checking_files.check(albums.files(album)[0]["id"]))
    assert len(albums.scanner.seen) == 1


def test_what_stands_in_for_a_scanner_is_one() -> None:
    """The demo's can be asked as the port says, and so can that of these tests."""
    assert isinstance(SandboxScanner(), PORTS["FileScanner"])
    assert isinstance(Scanner(), PORTS["FileScanner"])
