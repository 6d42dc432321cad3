"""Backups: everything at one instant, in one file, back in an empty place of either kind; never half, never over another."""

from __future__ import annotations

import json
import re
import stat
import zipfile
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from click.testing import CliRunner
from ledstang.cli import backup, restore
from ledstang.database import DatabaseFault, keyfiles
from ledstang.database.copies import MANIFEST
from ledstang.testing import Town

TOML = """\
title = "Testregionen"
{database}
[[regions]]
id = "norra"
name = "Region Norra"
counties = ["24"]
contact = "Ring 1177."
[plugins.programmes]
offered_to_everybody = true
"""


@pytest.fixture(params=["sqlite", "postgres"])
def address(request: pytest.FixtureRequest) -> str:
    """Where the instance that is copied keeps its data; nothing for a file."""
    return str(request.getfixturevalue("postgres")) if request.param == "postgres" else ""


def toml(database: str) -> str:
    return TOML.format(database=f'database = "{database}"' if database else "")


def run(command: Any, *arguments: Path) -> str:
    """Run a command that must go well."""
    done = CliRunner().invoke(command, [*map(str, arguments)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture
def copied(tmp_path: Path, address: str) -> tuple[Town, Path, Any, str]:
    """A town with somebody in the middle of a programme, copied while it is served; with its page as it was."""
    town = Town(tmp_path)
    dag = town.person("Dag Testsson", born="1985-03-14")
    with town.instance(toml=toml(address)) as place:
        browser = place.sign_in(dag)
        version = re.search(r'name="consent" value="([^"]+)"', browser.get("/programmes/hantera-oro/begin").text)
        assert version
        browser.post("/programmes/hantera-oro/begin", {"consent": version[1]})
        page = browser.get("/start").text
        assert "Hantera oro" in page
        run(backup.command, tmp_path / "copy.zip", tmp_path / "instance")
    return town, tmp_path / "copy.zip", dag, page


def empty(town: Town, name: str, database: str = "") -> Path:
    """Make an empty place with the same keys."""
    folder = town.folder / name / "instance"
    (folder / "data").mkdir(parents=True)
    (folder / "ledstang.toml").write_text(toml(database), encoding="utf-8")
    (town.folder / "instance" / "data" / "keys").rename(folder / "data" / "keys")
    return folder


@pytest.mark.parametrize("to", ["sqlite", "postgres"])
def test_restored_it_serves_the_same(copied: Any, to: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """Into a file or into PostgreSQL, whichever it came from: the same person finds the same page."""
    town, file, dag, page = copied
    server = request.getfixturevalue("postgres_server")
    folder = empty(town, "other", server.database() if to == "postgres" else "")
    said = run(restore.command, file, folder)
    assert re.search(r"\b1  programmes_participation", said)
    with Town(folder.parent).instance() as place:
        again = place.sign_in(dag).get("/start").text
    plain = re.compile(r'nonce="[^"]*"|value="[^"]*"|mine/[^"]*|data-csrf="[^"]*"')
    assert plain.sub("", again) == plain.sub("", page)


def test_only_its_owner_reads_it_and_it_tells_nobody(copied: Any) -> None:
    """Not whose they are, not what they wrote, not the keys."""
    _, file, dag, _ = copied
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with zipfile.ZipFile(file) as archive:
        inside = b"".join(archive.read(name) for name in archive.namelist())
    for canary in (dag.name, dag.number):
        assert canary.encode() not in inside


def test_nothing_is_overwritten(copied: Any) -> None:
    """Neither a backup nor a database that has something in it."""
    town, file, _, _ = copied
    with pytest.raises(DatabaseFault, match="already"):
        run(backup.command, file, town.folder / "instance")
    with pytest.raises(DatabaseFault, match="not empty"):
        run(restore.command, file, town.folder / "instance")


def test_a_damaged_file_is_refused(copied: Any, tmp_path: Path) -> None:
    """Cut, changed, or something else; and the place is as empty as it was."""
    town, file, _, _ = copied
    folder = empty(town, "other")
    whole = file.read_bytes()
    with ZipFile(file) as copy:
        largest = max(copy.infolist(), key=lambda one: one.compress_size)
    changed = bytearray(whole)
    changed[largest.header_offset + 30 + len(largest.filename) + largest.compress_size // 2] ^= 0xFF
    for content in (whole[: len(whole) // 2], b"", b"no zip at all", bytes(changed)):
        bad = tmp_path / "bad.zip"
        bad.write_bytes(content)
        with pytest.raises(DatabaseFault):
            run(restore.command, bad, folder)
    run(restore.command, file, folder)


def test_a_backup_needs_every_key_that_was_in_use(copied: Any) -> None:
    """Also after they were retired; and one from before a key was replaced is restored with the keys of after."""
    town, before, _, _ = copied
    keyfiles.add(town.folder / "instance" / "data" / "keys")
    after = town.folder / "after.zip"
    run(backup.command, after, town.folder / "instance")
    folder = empty(town, "other")
    keyfiles.put_away(folder / "data" / "keys", 1)
    for file in (before, after):
        with pytest.raises(DatabaseFault, match=r"other keys.*retired ones too"):
            run(restore.command, file, folder)
    for path in (folder / "data" / "keys" / "retired").iterdir():
        path.rename(folder / "data" / "keys" / path.name)
    run(restore.command, before, folder)


def test_a_backup_of_the_first_release_knows_its_keys(copied: Any) -> None:
    """It holds a mark of half the length."""
    town, file, _, _ = copied
    old = town.folder / "old.zip"
    with zipfile.ZipFile(file) as archive, zipfile.ZipFile(old, "w") as rewritten:
        for name in archive.namelist():
            content = archive.read(name)
            if name == MANIFEST:
                manifest = json.loads(content)
                assert len(manifest["keys"]) == 64
                content = json.dumps(manifest | {"keys": manifest["keys"][:32]}).encode()
            rewritten.writestr(name, content)
    run(restore.command, old, empty(town, "other"))


def test_other_keys_are_refused(copied: Any) -> None:
    """With them nobody's answers could be read, and one would find out too late."""
    town, file, _, _ = copied
    other = Town(town.folder / "other")
    other.folder.mkdir()
    with other.instance(toml=toml("")):
        pass
    (other.folder / "instance" / "data" / "ledstang.sqlite").unlink()
    with pytest.raises(DatabaseFault, match="other keys"):
        run(restore.command, file, other.folder / "instance")


def test_a_file_that_is_not_there(copied: Any) -> None:
    town, file, _, _ = copied
    with pytest.raises(DatabaseFault, match="no such file"):
        run(restore.command, file.with_name("gone.zip"), town.folder / "instance")
