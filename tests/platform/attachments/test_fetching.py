"""Fetching: as a file and as nothing else, by whoever may at that moment, and with a line in the access log."""

from __future__ import annotations

import pytest

from .conftest import Albums
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
