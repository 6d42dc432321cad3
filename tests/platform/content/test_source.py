"""Files as editors save them, and as they should not be saved."""

from __future__ import annotations

from pathlib import Path

import pytest
from ledstang.content.limits import LIMITS
from ledstang.content.parsing import read_document
from ledstang.content.words import load_words

MODULE = "---\nmodul: oro\ntitel: Vad är oro?\n---\n\nÖvning gör mästare.\n"


def codes(path: Path, data: bytes) -> list[tuple[int | None, str]]:
    """Write a file and tell what is wrong with it."""
    path.write_bytes(data)
    return [(fault.line, fault.code) for fault in read_document(path, load_words())[1]]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "prov.md"


def test_utf8_is_read_whatever_the_line_ends(file: Path) -> None:
    """Line ends of Windows and of old Macintoshes are the same text."""
    for ends in ("\n", "\r\n", "\r"):
        file.write_bytes(MODULE.replace("\n", ends).encode())
        document, found = read_document(file, load_words())
        assert found == []
        assert document.front["title"].value == "Vad är oro?"


def test_latin_1_is_told_on_the_line_of_its_first_letter(file: Path) -> None:
    """A file saved as Windows-1252 is refused where its first Swedish letter stands."""
    assert codes(file, MODULE.encode("latin-1")) == [(3, "not-utf-8")]


def test_utf16_is_refused(file: Path) -> None:
    """What Notepad calls Unicode is not UTF-8."""
    assert codes(file, MODULE.encode("utf-16")) == [(None, "not-utf-8")]


def test_a_byte_order_mark_is_only_a_warning(file: Path) -> None:
    """The mark is taken away, the file is read, and the author is told."""
    file.write_bytes(b"\xef\xbb\xbf" + MODULE.encode())
    document, found = read_document(file, load_words())
    assert document.key == "oro"
    assert [(fault.code, fault.severity) for fault in found] == [("byte-order-mark", "warning")]


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\u202e", "\u2028"])
def test_a_character_that_cannot_be_seen_is_told_in_its_place(file: Path, character: str) -> None:
    """NUL, escape, and what turns text around or breaks lines in some editors only are errors."""
    file.write_text(MODULE.replace("mästare", f"mäst{character}are"), encoding="utf-8")
    document, found = read_document(file, load_words())
    assert [(fault.line, fault.column, fault.code) for fault in found] == [(6, 16, "control-character")]
    assert character not in repr(document.body)


def test_a_file_of_five_megabytes_is_refused_unread(file: Path) -> None:
    """The size is told before anything is read."""
    assert codes(file, b"a\n" * 2_500_000) == [(None, "file-too-large")]


def test_the_largest_file_that_is_allowed_is_read(file: Path) -> None:
    """The limit itself is not too much."""
    text = MODULE + "a" * (LIMITS.document_bytes - len(MODULE.encode()))
    assert codes(file, text.encode()) == []
    assert codes(file, text.encode() + b"a") == [(None, "file-too-large")]


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    """What cannot be opened is a fault like any other."""
    for path in (tmp_path / "none.md", tmp_path):
        assert [fault.code for fault in read_document(path, load_words())[1]] == ["file-unreadable"]


def test_an_empty_file_is_told(file: Path) -> None:
    """A file without front matter says nothing of what it is."""
    assert codes(file, b"") == [(1, "front-missing")]
