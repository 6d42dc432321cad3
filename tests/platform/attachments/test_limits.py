"""What one file may weigh and cost, one thing hold, and somebody have begun: in places whose settings are narrow."""

from __future__ import annotations

import os

import pytest
from ledstang.testing import TOML, Town

from .conftest import Albums, albums_of
from .corpus import pdf, photo, png_of

SMALL = TOML + "[attachments]\nmegabytes = 1\nmost = 3\ndraft_megabytes = 2\n"


@pytest.fixture
def small(town: Town):
    """A place where a file has a megabyte at most, an album three files, and somebody two megabytes of drafts."""
    yield from albums_of(town, SMALL)


def noise(size: int) -> bytes:
    """Return a PDF of so many bytes, which nothing makes smaller."""
    fixed = len(pdf(b"<</Length 1000000>>\nstream\n\nendstream"))
    inside = os.urandom(size).replace(b"e", b"f").replace(b"/", b"_").replace(b"%", b"&")[: size - fixed]
    return pdf(b"<</Length %d>>\nstream\n%b\nendstream" % (1_000_000, inside))


def test_a_file_that_is_too_large_is_said_to_be(small: Albums) -> None:
    """By a form it is read to the end, so that the page can say so; in pieces it is refused before it is sent."""
    dag, album = small.somebody()
    page = small.send(dag, album, "stor.pdf", noise(1_200_000))
    assert "för stor" in page.text
    (row,) = small.files(album)
    assert (row["state"], row["reason"], small.parts(row["id"])) == ("refused", "large", 0)
    assert small.create(dag, album, "stor.pdf", 1_000_001).status_code == 413
    assert small.send(dag, album, "stor.pdf", bytes(4_100_000)).status_code == 413
    path = small.create(dag, album, "liten.pdf", 100).headers["location"]
    assert small.piece(dag, path, 0, bytes(101)).status_code == 413, "more than was announced"
    path = small.create(dag, album, "ingen.pdf", 0).headers["location"]
    assert small.piece(dag, path, 0, b"a").status_code == 413, "more than nothing"


def test_what_is_wrong_with_a_file_of_a_plain_form_is_in_the_summary(small: Albums) -> None:
    """Of the wrong kind, too large, one too many: on top with the file's name, linked to the field, in the title; not a moment
    longer than the page that it was about."""
    dag, album = small.somebody()
    for name, content, said in (
        ("a.exe", b"MZ", "a.exe: Den här sortens fil kan vi inte ta emot."),
        ("stor.pdf", noise(1_200_000), "stor.pdf: Filen är för stor."),
    ):
        page = small.send(dag, album, name, content).text
        assert "<title>Fel: " in page
        summary = page.partition('id="errors"')[2].partition("</div>")[0]
        assert f'<a href="#f-file">{said}' in summary
        assert 'aria-invalid="true"' in page
    for number in range(3):
        page = small.send(dag, album, f"{number}.png", photo("PNG")).text
        assert 'id="errors"' not in page
    page = small.send(dag, album, "3.png", photo("PNG")).text
    assert "inte plats" in page.partition('id="errors"')[2].partition("</div>")[0]
    assert 'id="f-file"' in page
    assert 'id="errors"' not in dag.get(f"/album/{album}").text
    assert 'id="errors"' not in dag.get(f"/album/{album}?file=nonsense").text


def test_one_thing_has_so_many_files_and_somebody_so_many_drafts(small: Albums) -> None:
    """A fourth file, or a third megabyte of drafts, is refused in words; what was refused takes no place."""
    dag, album = small.somebody()
    small.send(dag, album, "a.exe", b"MZ")
    for number in range(3):
        assert small.create(dag, album, f"{number}.png", 1_000).status_code == 201
    assert small.create(dag, album, "3.png", 1_000).status_code == 409
    page = small.send(dag, album, "3.png", photo("PNG"))
    assert "inte plats" in page.text
    eva, other = small.somebody("Eva")
    small.send(eva, other, "a.exe", b"MZ" + bytes(900_000))
    assert small.create(eva, other, "1.pdf", 999_999).status_code == 201
    assert small.create(eva, other, "2.pdf", 999_999).status_code == 201
    assert small.create(eva, other, "3.pdf", 999_999).status_code == 409


def test_a_child_that_is_too_greedy_is_ended(town: Town) -> None:
    """With little memory a picture is too much; with none to decode in, the server is not the one that falls."""
    for limits in ("memory_megabytes = 128", "cpu_seconds = 1"):
        for albums in albums_of(town, TOML + f"[attachments]\n{limits}\n"):
            dag, album = albums.somebody()
            albums.send(dag, album, "a.png", png_of(7_000, 7_000, bytes(7_000 * 28_001)))
            assert [row["reason"] for row in albums.files(album)] == ["much"]
            albums.send(dag, album, "b.pdf", pdf())
            assert dag.get("/start").status_code == 200
