"""Texts of the interface: `.po` files of the host and of plugins, read at start. Nothing compiled is kept."""

from __future__ import annotations

import gettext
from collections.abc import Iterable
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

HOST = Path(__file__).parent.parent / "locale"


def catalogue(language: str, folders: Iterable[Path]) -> gettext.GNUTranslations:
    """Return the texts of a language: all `<language>.po` and `*.<language>.po` in the folders, as one.

    Where two say different things of one message id, the first folder wins, so put the host's first. English needs no
    file: its message ids are its texts.
    """
    return read(language, sources(language, folders))


def sources(language: str, folders: Iterable[Path]) -> tuple[bytes, ...]:
    """Return the catalogues of a language as they are written, those that win first."""
    return tuple(
        file.read_bytes()
        for folder in folders
        for file in sorted([*folder.glob(f"{language}.po"), *folder.glob(f"*.{language}.po")])
    )


@lru_cache(maxsize=64)
def read(language: str, written: tuple[bytes, ...]) -> gettext.GNUTranslations:
    """Return written catalogues as one; the first that has a text for a message id wins."""
    merged = Catalog(locale=language)
    for source in written:
        for message in read_po(BytesIO(source), locale=language):
            if message.id and message.string and not message.fuzzy and not merged.get(message.id, message.context):
                merged[message.id] = message
    compiled = BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
