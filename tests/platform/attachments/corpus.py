"""Files to attach, good and bad, made here: none lies in the repository."""

from __future__ import annotations

import io
import zipfile
import zlib
from base64 import b64decode

from PIL import Image

PAYLOAD = b"<script>alert('kanariefagel')</script>"
GPS = 0x8825
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""What every scanner calls a virus, by agreement, and which is none."""


def photo(kind: str = "JPEG", size: tuple[int, int] = (64, 48), **how: object) -> bytes:
    """Return a picture."""
    file = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(file, kind, **how)
    return file.getvalue()


def photo_from_somewhere() -> bytes:
    """Return a photo lying on its side, with where and by whom it was taken, and a payload after its end."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Kanariekamera"
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (57.0, 42.0, 0.0)
    return photo(exif=exif) + PAYLOAD


def png_of(width: int, height: int, rows: bytes = b"") -> bytes:
    """Return a PNG that says it is so large, with whatever rows."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x06\0\0\0"
    body = chunk(b"IDAT", zlib.compress(rows or b"\0" * 1_000, 9))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + body + chunk(b"IEND", b"")


def pdf(*more: bytes, catalog: bytes = b"") -> bytes:
    """Return a PDF of one empty page, with further objects from number 4 on."""
    objects = [b"<</Type/Catalog/Pages 2 0 R" + catalog + b">>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
               b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>", *more]  # fmt: skip
    body, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    return (
        body
        + head
        + table
        + b"trailer\n<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n"
        % (
            len(objects) + 1,
            len(body),
        )
    )


def stream(content: bytes, more: bytes = b"") -> bytes:
    """Return a packed stream of a PDF."""
    packed = zlib.compress(content, 9)
    return b"<</Length %d/Filter/FlateDecode%b>>\nstream\n%b\nendstream" % (len(packed), more, packed)


CANARY = b"Kanariefageln sjunger i natt"
"""What must be nowhere in the clear."""


def letter(size: int = 5_000) -> bytes:
    """Return a PDF with a text that must be nowhere in the clear."""
    return pdf(b"<</Length %d>>\nstream\n%b\nendstream" % (size, CANARY * (size // len(CANARY))))


def pdf_with_a_packed_script() -> bytes:
    """Return a PDF whose script lies in a packed stream of objects, where no search of its bytes finds it."""
    catalog = b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>"
    held = b"1 0 " + catalog
    objects = stream(held, b"/Type/ObjStm/N 1/First 4")
    body, places = b"%PDF-1.7\n", {}
    rest = {2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>", 3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>", 4: objects}
    for number, content in rest.items():
        places[number] = len(body)
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    rows = [(0, 0, 65535), (2, 4, 0), *((1, places[number], 0) for number in rest), (1, len(body), 0)]
    table = b"".join(bytes((kind,)) + place.to_bytes(4, "big") + last.to_bytes(2, "big") for kind, place, last in rows)
    index = stream(table, b"/Type/XRef/W[1 4 2]/Size 6/Root 1 0 R")
    return body + b"5 0 obj\n%b\nendobj\nstartxref\n%d\n%%%%EOF\n" % (index, len(body))


def zip_bomb() -> bytes:
    """Return some kilobytes that become 60 MB."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("0", bytes(60_000_000))
    return file.getvalue()


HEIC = b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAb5tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAADRpbG9j"
    "AAAAAERAAAIAAQAAAAAB4gABAAAAAAAAAB8AAgAAAAACAQABAAAAAAAAAFAAAAA4aWluZgAAAAAAAgAAABVpbmZlAgAAAAABAABodmMxAAAA"
    "ABVpbmZlAgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAAA/WlwcnAAAADdaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNg"
    "AAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZE"
    "AcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xhcAAAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AA"
    "AAACAAAAEHBpeGkAAAAAAwgICAAAABhpcG1hAAAAAAAAAAEAAQWBAgMFhAAAABppcmVmAAAAAAAAAA5jZHNjAAIAAQABAAAAd21kYXQAAAAb"
    "KAGvC2D1Cu4LjXxY191Gurn7f8qMz0e4AD1bAAAABkV4aWYAAE1NACoAAAAIAAIBDwACAAAADgAAACaIJQAEAAAAAQAAADQAAAAAS2FuYXJp"
    "ZWthbWVyYQAAAQABAAIAAAACTgAAAAAAAAA="
)
"""A photo as a phone takes it: 64 × 48 points, with a place in its metadata. Its encoder is not for us to ship."""

REFUSED: dict[str, tuple[str, bytes, str]] = {
    "html named png": ("bild.png", b"<!DOCTYPE html><html><script>alert(1)</script></html>", "markup"),
    "svg": ("bild.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "markup"),
    "zip bomb": ("bilder.zip", zip_bomb(), "packed"),
    "zip bomb named pdf": ("brev.pdf", zip_bomb(), "packed"),
    "program": ("spel.exe", b"MZ" + bytes(200), "kind"),
    "nothing": ("tom.png", b"", "empty"),
    "twenty thousand square": ("karta.png", png_of(20_000, 20_000), "pixels"),
    "half a photo": ("halv.jpg", photo()[:300], "broken"),
    "pdf with a script": ("brev.pdf", pdf(b"<</S/JavaScript/JS(app.alert(1))>>", catalog=b"/OpenAction 4 0 R"), "active"),
    "pdf with a script spelt oddly": (
        "brev.pdf", pdf(b"<</S/J#61vaScript/#4aS(app.alert(1))>>", catalog=b"/OpenAction 4 0 R"), "active",
    ),
    "pdf with a packed script": ("brev.pdf", pdf_with_a_packed_script(), "active"),
    "pdf that starts a program": ("brev.pdf", pdf(b"<</S/L#61unch/F(cmd.exe)>>", catalog=b"/OpenAction 4 0 R"), "active"),
    "pdf with a file in it": ("brev.pdf", pdf(stream(b"MZ", b"/Type/Embedded#46ile")), "active"),
    "pdf that is a bomb": ("brev.pdf", pdf(stream(bytes(60_000_000))), "much"),
    "pdf with something after it": ("brev.pdf", pdf() + PAYLOAD, "tail"),
    "half a pdf": ("brev.pdf", pdf()[:120], "tail"),
    "pdf of rubbish": ("brev.pdf", b"%PDF-1.7\n\0\1\2\n%%EOF", "broken"),
}  # fmt: skip
"""What is refused: its name, its content, and the code of the reason."""

NAMES = {
    "line breaks": ("bild\r\nSet-Cookie: a=b\r\n.png", "bild Set-Cookie a=b.png"),
    "the other direction": ("bild\u202egpj.exe", "bildgpj.exe.png"),
    "a path": ("../../etc/passwd.png", "passwd.png"),
    "a path of another kind": ("C:\\Users\\Dag\\Bild.PNG", "Bild.png"),
    "nothing": ("", "file.png"),
    "dots": ("...", "file.png"),
    "quotes": ("bi\"ld;'.png", "bi ld '.png"),
    "another kind": ("brev.pdf", "brev.png"),
    "a letter and its mark": ("A\u030angest.png", "Ångest.png"),
    "half a letter": ("bild\ud800.png", "bild.png"),
    "nul": ("bi\0ld.png", "bild.png"),
    "long": ("ä" * 400 + ".png", "ä" * 96 + ".png"),
    "a device": ("CON.png", "CON.png"),
    "markup": ("<img src=x onerror=alert(1)>.png", "img src=x onerror=alert(1).png"),
}
"""What a file is called, and what it is called with us when it holds a PNG."""
