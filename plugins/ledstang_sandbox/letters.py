"""Stands in for a care unit that writes: a letter with a file, for one of the invented persons, once they sign in."""

from __future__ import annotations

from pathlib import Path

import msgspec
from ledstang import Delivery, Host, Identity, RegisterAway

FILE = Path(__file__).parent / "content" / "letters.toml"
HEAD, LINE, LEFT, TOP = 18, 12, 72, 740


class Letter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A letter to an invented person, and the file that comes with it."""

    to: str
    title: str
    body: str
    unit: str
    file: str
    lines: tuple[str, ...]


class Letters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of them."""

    letters: tuple[Letter, ...]


async def deliver_letters(host: Host, identity: Identity) -> None:
    """Put what is written to somebody into their inbox, the first time that they are there."""
    mine = [one for one in read_letters() if one.to == identity.name and host.instance.unit(one.unit)]
    if not mine:
        return
    try:
        person = await host.people.by_number(identity.number)
    except RegisterAway:
        return  # the next time will do
    if person is None:
        return
    for number, one in enumerate(mine):
        once = f"letter/{person.id}/{number}"

        item = Delivery(person=person.id, kind="information", title=one.title, body=one.body, unit=one.unit)

        async def work(one: Letter = one, item: Delivery = item, once: str = once) -> None:
            await host.inbox.deliver(item, once=once)
            await host.inbox.attach(once, one.file, pdf_of(one.lines))

        await host.database.write(work)


def read_letters() -> tuple[Letter, ...]:
    """Return the letters as the file has them."""
    return msgspec.toml.decode(FILE.read_bytes(), type=Letters).letters


def pdf_of(lines: tuple[str, ...]) -> bytes:
    """Return a page with some lines, the first of them large: no more than a demo needs."""
    text = f"BT /F {HEAD} Tf {LEFT} {TOP} Td {HEAD + 8} TL"
    for number, line in enumerate(lines):
        escaped = line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        text += f" ({escaped}) Tj T*" + (f" /F {LINE} Tf {LINE + 6} TL" if number == 0 else "")
    drawn = (text + " ET").encode("cp1252")
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>"
    objects = (b"<</Type/Catalog/Pages 2 0 R/Lang(sv)>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page,
               b"<</Length %d>>\nstream\n%b\nendstream" % (len(drawn), drawn), font)  # fmt: skip
    body, table = b"%PDF-1.7\n", b"%010d 65535 f \n" % 0
    for number, content in enumerate(objects, 1):
        table += b"%010d 00000 n \n" % len(body)
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    end = b"xref\n0 %d\n%btrailer\n<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n"
    return body + end % (len(objects) + 1, table, len(objects) + 1, len(body))
