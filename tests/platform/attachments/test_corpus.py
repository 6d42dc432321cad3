"""Bad files are refused, each with a sentence of its own; good ones are painted anew, and nothing else of them is kept."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from ledstang.attachments.names import disposition, name_for
from ledstang.attachments.reasons import REASONS
from ledstang.content.texts import text
from ledstang.testing import TOML, Town
from PIL import Image

from .conftest import Albums, albums_of
from .corpus import EICAR, GPS, HEIC, NAMES, PAYLOAD, REFUSED, pdf, photo, photo_from_somewhere

TIGHT = TOML + "[attachments]\nunpacked_megabytes = 50\n"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Albums]:
    yield from albums_of(Town(tmp_path_factory.mktemp("corpus")), TIGHT)


@pytest.mark.parametrize("case", REFUSED)
def test_v5_5_2_a_bad_file_is_refused_in_words(albums: Albums, case: str) -> None:
    """It is refused with the sentence of its kind, can be fetched by nobody, and not a byte of it is kept."""
    name, content, reason = REFUSED[case]
    dag, album = albums.somebody()
    page = albums.send(dag, album, name, content)
    assert page.status_code == 200
    (row,) = albums.files(album)
    assert (row["state"], row["reason"]) == ("refused", reason)
    assert text(REASONS[reason], "sv") in page.text
    assert text(REASONS[reason], "sv") != REASONS[reason]
    assert albums.fetch(dag, row["id"]).status_code == 404
    assert albums.parts(row["id"]) == 0
    assert albums.scanner.seen == []


def test_a_photo_is_painted_anew(albums: Albums) -> None:
    """What lay after its end is gone, and so is where it was taken and by what; it stands the right way up."""
    sent = photo_from_somewhere()
    assert PAYLOAD in sent
    assert b"Kanariekamera" in sent
    dag, album = albums.somebody()
    albums.send(dag, album, "Fot.JPEG", sent)
    (row,) = albums.files(album)
    answer = albums.fetch(dag, row["id"])
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/jpeg"
    assert PAYLOAD not in answer.content
    assert b"Kanariekamera" not in answer.content
    with Image.open(io.BytesIO(answer.content)) as image:
        assert image.size == (48, 64)
        assert not image.getexif()
        assert not image.getexif().get_ifd(GPS)
    assert albums.scanner.seen == [answer.content], "what was scanned is not what is handed out"


def test_a_photo_from_a_phone_becomes_one_that_all_can_open(albums: Albums) -> None:
    """HEIC comes out as JPEG, with the name of one, and without its metadata."""
    assert b"Kanariekamera" in HEIC
    dag, album = albums.somebody()
    albums.send(dag, album, "IMG_0042.HEIC", HEIC)
    (row,) = albums.files(album)
    answer = albums.fetch(dag, row["id"])
    assert answer.headers["content-type"] == "image/jpeg"
    assert 'filename="IMG_0042.jpg"' in answer.headers["content-disposition"]
    assert b"Kanariekamera" not in answer.content
    with Image.open(io.BytesIO(answer.content)) as image:
        assert (image.format, image.size) == ("JPEG", (64, 48))


def test_a_pdf_that_is_only_read_stays_as_it_is(albums: Albums) -> None:
    """To the byte: it may be signed."""
    dag, album = albums.somebody()
    albums.send(dag, album, "brev.pdf", pdf())
    (row,) = albums.files(album)
    answer = albums.fetch(dag, row["id"])
    assert answer.content == pdf()
    assert answer.headers["content-type"] == "application/pdf"


@pytest.mark.parametrize("case", NAMES)
def test_v5_5_4_a_name_does_no_harm(case: str) -> None:
    """Whatever a file is called, its name is one line, of one direction, of no folder, and ends as what it is."""
    given, kept = NAMES[case]
    assert name_for(given, "png") == kept
    header = disposition(kept)
    assert header.isascii()
    assert not set(header) & set("\r\n\0")
    assert header.startswith('attachment; filename="')


def test_naughty_names_from_a_form(albums: Albums) -> None:
    """A browser sends them in a form; the page shows them as text, and the file comes with a header of one line."""
    dag, album = albums.somebody()
    for number, name in enumerate(
        ("a\r\nX-Evil: 1\r\n.png", "<script>alert(1)</script>.png", "\u202egnp.exe", "{{7*7}}.png")
    ):
        albums.send(dag, album, name, photo("PNG"))
        row = albums.files(album)[number]
        answer = albums.fetch(dag, row["id"])
        assert answer.status_code == 200
        assert "x-evil" not in answer.headers
        assert answer.headers["content-disposition"].startswith("attachment; ")
    shown = albums.shown(dag, album)
    assert "<script>" not in shown
    assert "\u202e" not in shown
    assert "{{7 7}}.png" in shown


def test_what_the_scanner_finds_is_removed(albums: Albums) -> None:
    """A file that carries something harmful is said to, and is nowhere any more."""
    dag, album = albums.somebody()
    page = albums.send(dag, album, "brev.pdf", pdf(b"<</Length 68>>\nstream\n" + EICAR + b"\nendstream"))
    (row,) = albums.files(album)
    assert (row["state"], row["reason"]) == ("refused", "infected")
    assert "något skadligt" in page.text
    assert albums.parts(row["id"]) == 0
    assert albums.fetch(dag, row["id"]).status_code == 404
