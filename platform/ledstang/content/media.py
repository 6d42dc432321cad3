"""Pictures, sound, film and captions: what a file is, is told by its content, never by its name."""

from __future__ import annotations

import struct
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import msgspec

from ledstang.content.diagnostics import Diagnostic, error
from ledstang.content.limits import LIMITS
from ledstang.content.nodes import Place
from ledstang.content.svg import svg_fault

HEAD = 64 * 1024
"""Bytes that are read to tell what a file is, and how large its picture."""

IMAGES = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif", "image/svg+xml"})
FILMS = frozenset({"video/mp4", "video/webm"})
SOUNDS = frozenset({"audio/mpeg", "audio/ogg", "audio/wav", "audio/mp4", "video/mp4"})

WANTED = {
    "image": (IMAGES, LIMITS.image_bytes, "a picture (PNG, JPEG, WebP, GIF or SVG)"),
    "film": (FILMS, LIMITS.film_bytes, "a film (MP4 or WebM)"),
    "sound": (SOUNDS, LIMITS.sound_bytes, "a recording (MP3, M4A, Ogg or WAV)"),
    "captions": (frozenset({"text/vtt"}), LIMITS.captions_bytes, "captions (WebVTT)"),
}


class MediaFile(msgspec.Struct, frozen=True):
    """A file that content shows. `name` is as authors write it, `media/larm.svg`; `size` is bytes."""

    name: str
    type: str
    size: int
    hash: str


class MediaFolder:
    """The `media/` of one programme. A file's address is `address`, its name, and the first of its hash."""

    def __init__(self, folder: Path, address: str) -> None:
        self._folder, self._address = folder, address
        self.used: dict[str, MediaFile] = {}
        self._faults: dict[tuple[str, str], Diagnostic | None] = {}

    def use(self, name: str, place: Place, *, want: str) -> tuple[str | None, list[Diagnostic]]:
        """Return the address of a file that is what it should be, or what is wrong with it."""
        if (name, want) not in self._faults:
            self._faults[name, want] = self._look(name, place, want)
        fault = self._faults[name, want]
        if fault:
            here = msgspec.structs.replace(fault, file=place.file, line=place.line, column=place.column)
            return None, [here]
        return f"{self._address}{quote(name.removeprefix('media/'))}?v={self.used[name].hash[:8]}", []

    def _look(self, name: str, place: Place, want: str) -> Diagnostic | None:
        path = self._folder / name
        if not path.is_file() or not path.resolve().is_relative_to(self._folder.resolve()):
            return error(place, "media-missing", "There is no file “{name}”.",
                         "Put it there, or correct the name; capitals matter.", name=name[:80])  # fmt: skip
        types, most, wanted = WANTED[want]
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(HEAD)
        kind = type_of(head)
        if kind not in types:
            return error(place, "media-not-what-it-says", "“{name}” is not {wanted}.",
                         "Save it again from the program that made it, in one of those formats.",
                         name=name[:80], wanted=wanted)  # fmt: skip
        most = LIMITS.svg_bytes if kind == "image/svg+xml" else most
        if size > most:
            return error(place, "media-too-large", "“{name}” is {size} kB; at most {limit} kB may be used.",
                         "Make it smaller: fewer pixels, or harder compressed.",
                         name=name[:80], size=size // 1000, limit=most // 1000)  # fmt: skip
        return self._inside(name, place, path, kind, head)

    def _inside(self, name: str, place: Place, path: Path, kind: str, head: bytes) -> Diagnostic | None:
        """Look inside a file of the right kind and size."""
        width, height = pixels(head, kind)
        if width * height > LIMITS.image_pixels:
            return error(place, "media-too-large", "“{name}” is {width} × {height} pixels large.",
                         "Make it smaller: 1600 pixels across is enough.",
                         name=name[:80], width=width, height=height)  # fmt: skip
        data = path.read_bytes() if kind == "image/svg+xml" else b""
        fault = svg_fault(data) if data else None
        if fault:
            return error(place, "svg-active", "“{name}” holds more than a drawing: {what}.",
                         "Export it as a plain SVG, or as a PNG.", name=name[:80], what=fault)  # fmt: skip
        self.used[name] = MediaFile(name, kind, path.stat().st_size, _hash(path))
        return None


def type_of(head: bytes) -> str | None:
    """Tell a file's type from its first bytes, or None."""
    for signature, kind in SIGNATURES:
        if head.startswith(signature):
            return kind
    if head[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(head[8:12])
    if head[4:8] == b"ftyp":
        return "audio/mp4" if head[8:12] in (b"M4A ", b"M4B ") else "video/mp4"
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2:
        return "audio/mpeg"
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith((b"<svg", b"<?xml", b"<!--")) and b"<svg" in head:
        return "image/svg+xml"
    return "text/vtt" if start.startswith(b"WEBVTT") else None


SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"\x1aE\xdf\xa3", "video/webm"),
)


def pixels(head: bytes, kind: str) -> tuple[int, int]:
    """Return a picture's width and height as its head says; (0, 0) where that does not matter."""
    if kind == "image/png" and len(head) >= 24:
        return struct.unpack(">II", head[16:24])
    if kind == "image/gif" and len(head) >= 10:
        return struct.unpack("<HH", head[6:10])
    if kind == "image/jpeg":
        return _jpeg(head)
    if kind == "image/webp" and head[12:16] == b"VP8X" and len(head) >= 30:
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    return 0, 0


def _jpeg(head: bytes) -> tuple[int, int]:
    at = 2
    while at + 9 < len(head) and head[at] == 0xFF:
        if 0xC0 <= head[at + 1] <= 0xCF and head[at + 1] not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", head[at + 5 : at + 9])
            return width, height
        at += 2 + int.from_bytes(head[at + 2 : at + 4], "big")
    return 0, 0


def _hash(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
