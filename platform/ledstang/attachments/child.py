"""Looks through one file, in a process of its own that can hurt nobody: run by its path, with bytes in and bytes out.

The first argument is JSON: `kinds`, `pixels`, `memory` (bytes), `seconds` and `unpacked` (bytes). Standard input is the file.
Standard output is a line of JSON, `{"refused": code}` or `{"kind": …, "same": whether the bytes stay as they are}`, and
after the latter the new bytes. It imports nothing of ours, and nothing at all before its limits hold.
"""

from __future__ import annotations

import io
import json
import re
import resource
import sys
import zlib

OPENERS = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "heic": "HEIF"}
HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"heif")
PACKED = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"BZh", b"\xfd7zXZ\x00")
MARKUP = re.compile(rb"<\s*(!doctype|html|head|body|script|svg|iframe|\?xml)", re.IGNORECASE)
ACTIVE = re.compile(rb"/(JavaScript|Launch|EmbeddedFile|RichMedia|SubmitForm|ImportData)\b")
"""What is looked for in a PDF's bytes as they are; what is packed inside it, or spelt otherwise, is found object by object."""

ACTIONS = {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/GoToR", "/Rendition", "/Movie", "/Sound"}
KEYS = {"/JS", "/JavaScript", "/XFA", "/EmbeddedFiles", "/EF", "/RichMediaContent"}
TYPES = {"/EmbeddedFile", "/RichMedia", "/FileAttachment", "/Movie", "/Screen", "/3D"}
QUALITY = 88
TAIL = 1_024


class Refused(Exception):
    """The file is not to be kept; the argument is the code of the reason."""


def kind_of(content: bytes) -> str:
    """Return what a file is by its content, whatever it is called. Raises Refused for what none of our kinds is."""
    head = content[:TAIL]
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp" and any(head[at : at + 4] in HEIC for at in range(8, 64, 4)):
        return "heic"
    if head.startswith(PACKED):
        raise Refused("packed")
    raise Refused("markup" if MARKUP.search(head) else "kind")


def picture(content: bytes, kind: str, pixels: int) -> tuple[str, bytes]:
    """Return a picture painted anew: its pixels and nothing else, the right way up, and as what kind."""
    from PIL import Image, ImageOps

    if kind == "heic":
        try:
            import pi_heif
        except ImportError:
            raise Refused("heic") from None
        pi_heif.register_heif_opener(thumbnails=False)
    Image.MAX_IMAGE_PIXELS = None  # what is too large is refused below, by its own sentence
    with Image.open(io.BytesIO(content), formats=[OPENERS[kind]]) as image:
        if image.width * image.height > pixels:
            raise Refused("pixels")
        image.load()
        upright = ImageOps.exif_transpose(image)
    clear = upright.has_transparency_data
    plain = _in_usual_colours(upright, "RGBA" if clear else "L" if upright.mode in ("1", "L") else "RGB")
    plain.info = {}
    written, keeps = io.BytesIO(), kind == "png" or clear
    plain.save(written, "PNG" if keeps else "JPEG", **({} if keeps else {"quality": QUALITY}))
    return "png" if keeps else "jpeg", written.getvalue()


def _in_usual_colours(image, mode):  # type: ignore[no-untyped-def]
    """Return a picture in sRGB, since the profile that says what its colours mean goes with all else that is no pixel."""
    from PIL import ImageCms

    profile = image.info.get("icc_profile")
    if profile and image.mode in ("RGB", "RGBA", "CMYK"):
        try:
            meant = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            image = ImageCms.profileToProfile(image, meant, ImageCms.createProfile("sRGB"), outputMode=mode) or image
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a profile that cannot be read says nothing
    return image if image.mode == mode else image.convert(mode)


def document(content: bytes, unpacked: int) -> None:
    """Hold a PDF against what one that is only read has: raises Refused for one that does something, or hides something."""
    from pypdf import PdfReader
    from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

    if ACTIVE.search(content):
        raise Refused("active")
    if content[-TAIL:].rpartition(b"%%EOF")[2].strip(b"\r\n \t\0") or b"%%EOF" not in content[-TAIL:]:
        raise Refused("tail")
    reader = PdfReader(io.BytesIO(content), strict=False)
    if reader.is_encrypted:
        raise Refused("locked")
    if not reader.pages:
        raise Refused("broken")
    numbers = {(number, generation) for generation, row in reader.xref.items() for number in row}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    left = [
        reader.trailer,
        *(IndirectObject(number, generation, reader).get_object() for number, generation in numbers),
    ]
    while left:
        one = left.pop()
        if isinstance(one, DictionaryObject):
            if KEYS & one.keys() or one.get("/S") in ACTIONS or {one.get("/Type"), one.get("/Subtype")} & TYPES:
                raise Refused("active")
            unpacked -= _unpacked(one, unpacked)
        inside = one.values() if isinstance(one, DictionaryObject) else one if isinstance(one, ArrayObject) else ()
        left += [each for each in inside if isinstance(each, DictionaryObject | ArrayObject)]


def _unpacked(stream, most: int) -> int:  # type: ignore[no-untyped-def]
    """Return how many bytes a stream becomes, without ever having them in memory. Raises Refused for more than `most`."""
    data = getattr(stream, "_data", None)
    if not data or "/FlateDecode" not in str(stream.get("/Filter")):
        return 0
    unpacker, total = zlib.decompressobj(), 0
    try:
        while data:
            total += len(unpacker.decompress(data, 1 << 20))
            data = unpacker.unconsumed_tail
            if total > most:
                raise Refused("much")
    except zlib.error:
        return total  # what cannot be unpacked unpacks to nothing
    return total


def limit(memory: int, seconds: int) -> None:
    """Take from this process what it does not need: more memory and time than it was given, and files to write."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def look(content: bytes, given: dict) -> tuple[dict, bytes]:
    """Return the line that tells what became of a file, and the bytes that take its place."""
    try:
        if not content:
            raise Refused("empty")
        kind = kind_of(content)
        if kind not in given["kinds"]:
            raise Refused("kind")
        if kind == "pdf":
            document(content, given["unpacked"])
            return {"kind": kind, "same": True}, b""
        kind, content = picture(content, kind, given["pixels"])
    except Refused as refusal:
        return {"refused": refusal.args[0]}, b""
    except (MemoryError, RecursionError):
        return {"refused": "much"}, b""
    except Exception:  # whatever a library says of bytes that a stranger made: they cannot be read
        return {"refused": "broken"}, b""
    return {"kind": kind, "same": False}, content


def main() -> None:
    """Do it."""
    given = json.loads(sys.argv[1])
    limit(given["memory"], given["seconds"])
    told, content = look(sys.stdin.buffer.read(), given)
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + content)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
