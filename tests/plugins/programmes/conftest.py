"""Taking part over HTTP: programmes written in the tests, persons who begin them, and pages read as a browser reads them.

A test module names its programmes in `PROGRAMMES`, each a text with its files one after the other: a line `=== NAME`,
the rows of the front matter, a blank line, and the body. All tests of a module share one running instance; each brings
persons of its own, and the clock stands at noon on Monday 23 November 2026 when it begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from ledstang.cli.check import command as check
from ledstang.testing import NOON, Town

from ..village import BOTH, Village, address

USUAL = {
    "språk": "sv",
    "ägare": "SE2321000016-1003",
    "version": "1.0",
    "sort": "öppet",
    "medicinskt ansvarig": "Testläkaren",
    "licens": "CC BY 4.0",
    "säkerhet": "Ring 112 om det är akut. Ring 1177 för råd.",
}


def write(folder: Path, text: str) -> Path:
    """Write a programme's files into a folder of its key, with the rows that every programme has. Returns the folder."""
    files = re.split(r"^=== (\S+)\n", text.lstrip("\n"), flags=re.M)[1:]
    parts = dict(zip(files[::2], files[1::2], strict=True))
    key = re.search(r"^program: (\S+)", parts["programme.md"], re.M)
    assert key
    home = folder / key[1]
    for name, content in parts.items():
        rows, _, body = content.partition("\n\n")
        if name == "programme.md":
            given = {row.partition(":")[0] for row in rows.splitlines()}
            rows += "".join(f"\n{row}: {value}" for row, value in USUAL.items() if row not in given)
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"---\n{rows.strip()}\n---\n\n{body or 'Välkommen.'}", encoding="utf-8")
    return home


@contextmanager
def settled(folder: Path, *programmes: str, toml: str = "", database: str = "", **about: Any) -> Iterator[Village]:
    """Run an instance in a folder, with programmes written into it. Again on the same folder, it is a restart."""
    town = Town(folder, database)
    written = [write(folder / "instance" / "programmes", text) for text in programmes]
    with town.instance(**({"toml": toml} if toml else {}), **about) as place:
        missing = [home for home in written if home.name not in place.house.published.of("programmes")]
        assert not missing, CliRunner().invoke(check, [*map(str, missing)]).stdout
        yield Village(town, place)


@pytest.fixture(scope="module", params=BOTH)
def started(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Village]:
    """The instance that a module's tests share: all of them once on each database."""
    folder = tmp_path_factory.mktemp("village")
    with settled(folder, *request.module.PROGRAMMES, database=address(request)) as village:
        yield village


@pytest.fixture
def village(started: Village) -> Village:
    """The module's instance, at noon on the Monday."""
    started.clock.set(NOON)
    return started


@pytest.fixture(params=BOTH)
def settle(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """Start and restart an instance of the test's own: `settle(PROGRAMME)`, then `settle()` on the same folder."""
    stack, database = ExitStack(), address(request)

    def start(*programmes: str, **about: Any) -> Village:
        stack.close()
        return stack.enter_context(settled(tmp_path, *programmes, database=database, **about))

    yield start
    stack.close()
