"""The compiler's own sentences in the reader's language: catalogues are read from `.po` files, nothing is compiled."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path

from babel.messages.pofile import read_po

HOST = Path(str(files("ledstang"))) / "locale"


@cache
def catalogue(language: str, folder: Path = HOST) -> dict[str, str]:
    """Read every `*.<language>.po` and `<language>.po` of a folder. English is the language of the ids themselves."""
    found: dict[str, str] = {}
    for file in sorted({*folder.glob(f"*.{language}.po"), *folder.glob(f"{language}.po")}):
        with file.open("rb") as stream:
            for message in read_po(stream, locale=language):
                if isinstance(message.id, str) and message.id and message.string:
                    found[message.id] = str(message.string)
    return found


def text(message: str, language: str, folders: Iterable[Path] = ()) -> str:
    """Return a message in a language, looked for in the host's catalogue and in those of `folders`; else itself."""
    for folder in (HOST, *folders):
        if message in (found := catalogue(language, folder)):
            return found[message]
    return message
