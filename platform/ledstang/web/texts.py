"""Texts of the interface: `.po` files of the host and of plugins, read at start. Nothing compiled is kept."""

from __future__ import annotations

import gettext
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

HOST = Path(__file__).parent.parent / "locale"


def catalogue(language: str, folders: Iterable[Path]) -> gettext.NullTranslations:
    """Return the texts of a language: all `<language>.po` and `*.<language>.po` in the folders.

    Where two say different things of one message id, the first folder wins, so put the host's first. English needs no
    file: its message ids are its texts.
    """
    texts = gettext.NullTranslations()
    for folder in folders:
        for file in sorted([*folder.glob(f"{language}.po"), *folder.glob(f"*.{language}.po")]):
            texts.add_fallback(_read(file, language))
    return texts


def _read(file: Path, language: str) -> gettext.GNUTranslations:
    with file.open("rb") as source:
        read = read_po(source, locale=language)
    compiled = BytesIO()
    write_mo(compiled, read)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
