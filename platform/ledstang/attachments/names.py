"""What a file is called: as whoever sent it called it, without what could do harm where it is read or saved."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

LONGEST = 100
ENDINGS = {"pdf": ".pdf", "jpeg": ".jpg", "png": ".png"}
"""How the name of each kind of file ends that is ever handed out."""

OURS = re.compile(r"\.(pdf|jpe?g|png|webp|hei[cf])$", re.IGNORECASE)
FORBIDDEN = re.compile(r'[<>:"/\\|?*;%]+')
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Characters that no one sees: they break lines, turn the direction of a text, or are no characters at all."""


def plain_name(given: str) -> str:
    """Return a name with no folder, no line breaks, nothing hidden, and none of the characters that systems take ill."""
    spaced = given.replace("\r", " ").replace("\n", " ").replace("\t", " ")
    last = re.split(r"[/\\]", spaced)[-1] if not FORBIDDEN.match(spaced) else spaced
    visible = "".join(one for one in last if unicodedata.category(one) not in _HIDDEN)
    text = FORBIDDEN.sub(" ", unicodedata.normalize("NFC", visible))
    return re.sub(r"\s+", " ", text).strip(" .")


def name_for(given: str, kind: str = "") -> str:
    """Return the name of a file that turned out to be of a kind: it ends as that does, whatever it said."""
    ending = ENDINGS.get(kind, "")
    name = plain_name(given)
    stem = OURS.sub("", name) if ending else name
    return (stem[: LONGEST - len(ending)].rstrip(" .") or "file") + ending


def disposition(name: str) -> str:
    """Return the header that hands a file out as a file: once for old programs, once with all its letters."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode() or "file"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
