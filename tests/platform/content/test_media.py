"""Pictures, sound and film: what a file is, is told by its content."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from ledstang.content.limits import LIMITS
from ledstang.content.media import MediaFolder
from ledstang.content.nodes import Place

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + struct.pack(">II", 800, 600) + b"\x08\x02\x00\x00\x00"
JPEG = b"\xff\xd8\xff\xe0\x00\x04AB\xff\xc0\x00\x11\x08\x02\x58\x03\x20\x03" + b"\x00" * 12
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><title>a</title><circle r="4" fill="url(#g)"/></svg>'
HERE = Path("prov.md").name
PLACE = Place(HERE, 7, 3)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "media").mkdir()
    return tmp_path


def told(folder: Path, name: str, data: bytes, want: str = "image") -> list[str]:
    """Put a file in media/ and tell what is wrong with using it."""
    (folder / "media" / name).write_bytes(data)
    url, found = MediaFolder(folder, "/m/").use(f"media/{name}", PLACE, want=want)
    assert (url is None) == bool(found)
    assert all((fault.line, fault.column) == (7, 3) for fault in found)
    return [fault.code for fault in found]


@pytest.mark.parametrize(
    ("name", "data", "want"),
    [
        ("a.png", PNG, "image"),
        ("a.jpg", JPEG, "image"),
        ("a.gif", b"GIF89a\x09\x00\x09\x00", "image"),
        ("a.webp", b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image"),
        ("a.svg", SVG.encode(), "image"),
        ("a.svg", b'<?xml version="1.0"?>\n<!-- drawn by hand -->\n' + SVG.encode(), "image"),
        ("a.mp4", b"\x00\x00\x00\x20ftypisom", "film"),
        ("a.webm", b"\x1aE\xdf\xa3", "film"),
        ("a.mp3", b"ID3\x04", "sound"),
        ("a.mp3", b"\xff\xfb\x90\x00", "sound"),
        ("a.m4a", b"\x00\x00\x00\x20ftypM4A ", "sound"),
        ("a.ogg", b"OggS", "sound"),
        ("a.vtt", b"\xef\xbb\xbfWEBVTT\n", "captions"),
    ],
)
def test_a_file_that_is_what_it_should_be_gets_an_address(folder: Path, name: str, data: bytes, want: str) -> None:
    """The address is the folder's, the file's name, and the first of its hash, so that it may be cached for ever."""
    assert told(folder, name, data, want) == []
    media = MediaFolder(folder, "/m/")
    url, _ = media.use(f"media/{name}", PLACE, want=want)
    assert url == f"/m/{name}?v={media.used[f'media/{name}'].hash[:8]}"


@pytest.mark.parametrize(
    "data",
    [b"", b"hej", b"<html><script>alert(1)</script></html>", b"MZ\x90\x00", b"%PDF-1.7", b"WEBVTT\n", b"\x89PNG"],
)
def test_an_image_that_is_none_is_refused_whatever_its_name(folder: Path, data: bytes) -> None:
    """A page, a program or a text called .png is no picture."""
    assert told(folder, "bild.png", data) == ["media-not-what-it-says"]


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<a href="https://ond.se"><text>hej</text></a>',
        '<image href="https://ond.se/spion.png"/>',
        "<foreignObject><p>hej</p></foreignObject>",
        '<circle r="1" onclick="alert(1)"/>',
        '<circle r="1" OnLoad="alert(1)"/>',
        '<use href="https://ond.se/a.svg#b"/>',
        '<use xlink:href="data:image/svg+xml;base64,AAAA" xmlns:xlink="http://www.w3.org/1999/xlink"/>',
        '<circle r="1" fill="url(https://ond.se/a)"/>',
        '<circle r="1" style="background: url( //ond.se/a )"/>',
        "<style>@import url(https://ond.se/a.css)</style>",
        '<animate attributeName="href" to="javascript:alert(1)"/>',
        '<x:script xmlns:x="http://www.w3.org/2000/svg">alert(1)</x:script>',
    ],
)
def test_an_svg_that_is_more_than_a_drawing_is_refused(folder: Path, inside: str) -> None:
    """No script, no handler, no address that leads out."""
    assert told(folder, "bild.svg", SVG.replace("<title>", inside + "<title>").encode()) == ["svg-active"]


@pytest.mark.parametrize(
    "data",
    [
        b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "aaaa">]><svg>&a;</svg>',
        b'<?xml version="1.0"?><?xml-stylesheet href="https://ond.se/a.css"?><svg/>',
        b'<?xml version="1.0"?><!DOCTYPE svg SYSTEM "https://ond.se/a.dtd"><svg/>',
        b"<svg><g></svg>",
        b'<?xml version="1.0" encoding="no-such"?><svg/>',
    ],
)
def test_an_svg_with_declarations_or_faults_is_refused(folder: Path, data: bytes) -> None:
    """No entity can be declared, so none can be expanded; what is not well-formed is not shown."""
    assert told(folder, "bild.svg", data) == ["svg-active"]


def test_a_file_that_is_too_large_is_told(folder: Path) -> None:
    """Bytes count, and so do pixels: a small file may unpack to a huge picture."""
    assert told(folder, "a.png", PNG + b"\x00" * LIMITS.image_bytes) == ["media-too-large"]
    flood = PNG.replace(struct.pack(">II", 800, 600), struct.pack(">II", 50_000, 50_000))
    assert told(folder, "b.png", flood) == ["media-too-large"]
    assert told(folder, "c.svg", SVG.replace("<title>", "<title>" + "a" * LIMITS.svg_bytes).encode()) == [
        "media-too-large"
    ]


def test_a_file_that_is_missing_or_elsewhere_is_told(folder: Path) -> None:
    """A link out of the folder is followed by nobody."""
    (folder / "hemligt.png").write_bytes(PNG)
    (folder.parent / "utanför.png").write_bytes(PNG)
    (folder / "media" / "länk.png").symlink_to(folder.parent / "utanför.png")
    media = MediaFolder(folder, "/m/")
    for name in ("media/saknas.png", "media/länk.png"):
        assert [fault.code for fault in media.use(name, PLACE, want="image")[1]] == ["media-missing"]


def test_the_same_fault_is_told_at_every_place(folder: Path) -> None:
    """A file is looked at once, but each use of it has its own line."""
    media = MediaFolder(folder, "/m/")
    lines = [media.use("media/a.png", Place(HERE, line), want="image")[1][0].line for line in (3, 9)]
    assert lines == [3, 9]
