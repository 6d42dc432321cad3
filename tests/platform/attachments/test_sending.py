"""Sending: by a plain form, or in pieces that go on after a cut; and the limits there are."""

from __future__ import annotations

from base64 import b64encode

from .conftest import Albums
from .corpus import pdf, photo, png_of


def test_a_form_without_any_script(albums: Albums) -> None:
    """The button alone sends a file, two at a time too; the page then shows them, with a way to take each back."""
    dag, album = albums.somebody()
    files = [("_csrf", (None, dag.token())), ("file", ("ett.png", photo("PNG"))), ("file", ("två.pdf", pdf()))]
    page = dag._send("POST", f"/attachments/at/album/{album}", files=files)
    assert page.url.path == f"/album/{album}"
    assert "ett.png" in page.text
    assert "två.pdf" in page.text
    one, _ = albums.files(album)
    page = dag.post(f"/attachments/{one['id']}/remove")
    assert "ett.png" not in albums.shown(dag, album)
    assert "två.pdf" in albums.shown(dag, album)
    assert albums.parts(one["id"]) == 0


def test_nothing_chosen_is_nothing_sent(albums: Albums) -> None:
    """A form in which no file was chosen leads back to its page, and nothing has come."""
    dag, album = albums.somebody()
    assert albums.send(dag, album, "", b"").status_code == 200
    assert albums.files(album) == []


def test_a_form_s_token_comes_before_its_files(albums: Albums) -> None:
    """Without it, with a wrong one, or behind the file, not a byte is kept; from another site neither."""
    dag, album = albums.somebody()
    path, file = f"/attachments/at/album/{album}", ("file", ("a.png", photo("PNG")))
    for files in ([file], [("_csrf", (None, "x" * 43)), file], [file, ("_csrf", (None, dag.token()))]):
        assert dag._send("POST", path, files=files).status_code == 403
    sent = [("_csrf", (None, dag.token())), file]
    assert dag._send("POST", path, files=sent, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert albums.files(album) == []
    assert dag._send("POST", path, data={"_csrf": dag.token()}).status_code == 200
    assert albums.files(album) == []


def test_whoever_is_signed_out_comes_back_to_the_page(albums: Albums) -> None:
    """The sign-in leads to the page that the form was on, and nothing was kept."""
    _, album = albums.somebody()
    answer = albums.send(albums.place.browser(), album, "a.png", photo("PNG"))
    assert answer.url.path == "/signin"
    assert f"/album/{album}" in str(answer.url)
    assert albums.files(album) == []


def test_one_use_takes_less_than_the_instance(albums: Albums) -> None:
    """Where only PDF is taken, in one megabyte, two at a time, a picture is refused there and taken elsewhere."""
    dag, album = albums.somebody()
    albums.send(dag, album, "a.png", photo("PNG"), use="letters")
    assert [row["reason"] for row in albums.files(album)] == ["kind"]
    assert albums.create(dag, album, "stor.pdf", 1_000_001, use="letters").status_code == 413
    albums.send(dag, album, "a.png", photo("PNG"))
    assert albums.files(album)[-1]["state"] == "ready"


def test_what_was_cut_off_goes_on_where_it_stopped(albums: Albums) -> None:
    """By tus 1.0: asked how much has come after a cut, the server tells; the rest is sent, and the file is whole."""
    dag, album = albums.somebody()
    content = png_of(40, 40, bytes(40 * 161))
    created = albums.create(dag, album, "Ångest – natt.png", len(content))
    assert created.status_code == 201
    assert created.headers["tus-resumable"] == "1.0.0"
    assert "upload-expires" in created.headers
    path = created.headers["location"]
    half = len(content) // 2
    assert albums.piece(dag, path, 0, content[:half]).headers["upload-offset"] == str(half)
    assert "Hela filen har inte kommit" in albums.shown(dag, album)
    told = albums.tus(dag, "HEAD", path)
    assert (told.headers["upload-offset"], told.headers["upload-length"]) == (str(half), str(len(content)))
    assert albums.piece(dag, path, 0, content[:half]).status_code == 409, "a piece that is there already"
    assert albums.piece(dag, path, half, content[half:]).status_code == 204
    (row,) = albums.files(album)
    assert row["state"] == "ready"
    assert albums.fetch(dag, row["id"]).status_code == 200
    assert "Ångest – natt.png" in albums.shown(dag, album)


def test_the_protocol_s_own_manners(albums: Albums) -> None:
    """Another version, another content type, rubbish for numbers and names: each is refused as the protocol says."""
    dag, album = albums.somebody()
    where = f"/attachments/uploads/album/{album}"
    assert dag._send("POST", where, headers={"x-csrf-token": dag.token(), "upload-length": "1"}).status_code == 412
    for length in ("", "-1", "1e3", "٣", "9" * 16):
        assert albums.tus(dag, "POST", where, upload_length=length.encode()).status_code == 400  # type: ignore[arg-type]
    for metadata in ("filename", "filename %%%", "other " + b64encode(b"x").decode(), ""):
        assert albums.tus(dag, "POST", where, upload_length="3", upload_metadata=metadata).status_code == 201
    path = f"/attachments/uploads/{albums.files(album)[0]['id']}"
    assert albums.tus(dag, "PATCH", path, b"abc", upload_offset="0").status_code == 415
    assert dag._send("PATCH", path, content=b"abc", headers={"upload-offset": "0"}).status_code == 403
    dag.post(f"/attachments/{path.rpartition('/')[2]}/remove")
    assert albums.tus(dag, "HEAD", path).status_code == 404


def test_a_draft_is_for_who_added_it_and_goes_by_itself(albums: Albums) -> None:
    """Nobody else goes on with it, sees it or takes it back; what was never sent is gone after a day."""
    dag, album = albums.somebody()
    eva, _ = albums.somebody("Eva")
    path = albums.create(dag, album, "a.png", 100).headers["location"]
    assert albums.tus(eva, "HEAD", path).status_code == 404
    assert albums.piece(eva, path, 0, b"x").status_code == 404
    assert eva.post(f"/attachments/{path.rpartition('/')[2]}/remove").status_code == 404
    albums.place.clock.move(hours=23)
    albums.place.work()
    assert len(albums.files(album)) == 1
    albums.place.clock.move(hours=2)
    albums.place.work()
    assert albums.files(album) == []


def test_what_is_sent_stays(albums: Albums) -> None:
    """Files that go along with the thing they belong to are no drafts any more: they stay, and nobody takes them back."""
    dag, album = albums.somebody()
    albums.send(dag, album, "a.png", photo("PNG"))
    albums.send(dag, album, "b.exe", b"MZ")
    albums.create(dag, album, "c.png", 100)
    assert dag.post(f"/album/{album}/send").text == "1"
    albums.place.clock.move(hours=30)
    albums.place.work()
    (row,) = albums.files(album)
    assert albums.last
    dag = albums.place.sign_in(albums.last)
    assert dag.post(f"/attachments/{row['id']}/remove").status_code == 404
    assert albums.fetch(dag, row["id"]).status_code == 200
