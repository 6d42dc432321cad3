"""The unit that the tests of the inbox write to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from ledstang.testing import Town

from .ward import (
    AWAY,
    BOTH,
    ELSEWHERE,
    FROM_CARE,
    LEND,
    MERGED,
    NARROW,
    QUESTION,
    READY,
    RENEW,
    SETTINGS,
    SIGNED,
    Ward,
)


@pytest.fixture
def ward(town: Town) -> Iterator[Ward]:
    """A Monday noon: 23 November 2026."""
    yield from ward_in(town)


def ward_in(town: Town, toml: str = SETTINGS) -> Iterator[Ward]:
    """Open a unit in a town."""
    folder = town.folder / "instance" / "cases"
    folder.mkdir(parents=True)
    for name, text in {
        "fraga": QUESTION, "langt": ELSEWHERE, "fran": FROM_CARE, "recept": NARROW, "bada": BOTH, "gammal": MERGED,
        "fornya": RENEW,
    }.items():  # fmt: skip
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    texts = folder.parent / "texts"
    texts.mkdir()
    for name, text in {"tid": READY, "hej": SIGNED, "jul": AWAY}.items():
        (texts / f"{name}.md").write_text(text, encoding="utf-8")
    dag, asta = town.person("Dag", born="1985-05-06"), town.person("Asta", born="1988-03-03")
    town.registry.put(dag)
    lend = town.folder / "lend.py"
    lend.write_text(LEND, encoding="utf-8")
    with ExitStack() as running:
        yield Ward(town, running.enter_context(town.instance(toml=toml, plugins=lend)), dag, asta, running)
