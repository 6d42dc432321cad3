"""Reading what an author saved: UTF-8, of a bearable size, without characters that nobody meant to write."""

from __future__ import annotations

import re
from pathlib import Path

from ledstang.content.diagnostics import Diagnostic, error, warning
from ledstang.content.limits import LIMITS
from ledstang.content.nodes import Place

UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u2029\u202d\u202e\ud800-\udfff\ufffe\uffff]")
"""Control characters, separators that only some editors show as new lines, and what turns text around."""


def read(path: Path) -> tuple[str | None, list[Diagnostic]]:
    """Read a file as text. The text is None when it could not be read; then the diagnostics say why."""
    file = str(path)
    try:
        size = path.stat().st_size
        if size > LIMITS.document_bytes:
            return None, [too_large(file, size)]
        data = path.read_bytes()
    except OSError as fault:
        why = fault.strerror or str(fault)
        return None, [
            _whole(
                file, "file-unreadable", "The file cannot be read: {why}.", "See to its name and permissions.", why=why
            )
        ]
    return decode(data, file)


def decode(data: bytes, file: str) -> tuple[str | None, list[Diagnostic]]:
    """Decode the bytes of a file; a byte order mark of UTF-8 is taken away with a warning."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return None, [
            _whole(file, "not-utf-8", "The file is saved as UTF-16.", "Save it again with the encoding UTF-8.")
        ]
    found = []
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
        found.append(
            warning(
                Place(file, 1),
                "byte-order-mark",
                "The file begins with a byte order mark, which is invisible.",
                "Save it again as UTF-8 without BOM.",
            )
        )
    try:
        return data.decode("utf-8"), found
    except UnicodeDecodeError as fault:
        return None, [_not_utf8(data, fault.start, file)]


def clean(text: str, file: str) -> tuple[str, list[Diagnostic]]:
    """Make line ends `\\n` and replace unwanted characters by `\ufffd`, telling where the first one stood."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    first = UNWANTED.search(text)
    if not first:
        return text, []
    line = text.count("\n", 0, first.start()) + 1
    place = Place(file, line, first.start() - text.rfind("\n", 0, first.start()))
    fault = error(
        place,
        "control-character",
        "Here is a character that cannot be seen (U+{number}).",
        "Delete it. It often comes along when text is pasted from elsewhere.",
        number=f"{ord(first[0]):04X}",
    )
    return UNWANTED.sub("\ufffd", text), [fault]


def too_large(file: str, size: int) -> Diagnostic:
    """Say that a document is larger than the compiler reads."""
    return _whole(
        file,
        "file-too-large",
        "The file is {size} kB; a document may be at most {limit} kB.",
        "Divide it into several modules, and put pictures in media/.",
        size=size // 1000,
        limit=LIMITS.document_bytes // 1000,
    )


def _not_utf8(data: bytes, at: int, file: str) -> Diagnostic:
    line = data.count(b"\n", 0, at) + 1
    column = at - data.rfind(b"\n", 0, at)
    return error(
        Place(file, line, column),
        "not-utf-8",
        "The file is not UTF-8; it may be Latin-1 (Windows-1252).",
        "Save it again with the encoding UTF-8.",
    )


def _whole(file: str, code: str, sentence: str, tip: str, **values: object) -> Diagnostic:
    return Diagnostic(file, None, None, code, "error", sentence, tip, dict(values))
