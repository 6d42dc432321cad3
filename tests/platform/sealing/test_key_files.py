"""What can happen to a key file: before a start it stops the start; while running, the process goes on and says so."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from ledstang.cli.doctor import command as doctor
from ledstang.database import DatabaseFault, keyfiles
from ledstang.database.sealed import Keys
from ledstang.sealing.tables import KeyHolder, SealKey
from ledstang.testing import TOML, Place, Town

OFTEN = "[rotation]\nlook_seconds = 0.05\n"
NOBODY = 65534


def write(content: bytes) -> Callable[[Path], None]:
    """Put something else into the first sealing key's file."""

    def do(folder: Path) -> None:
        (folder / "seal-1.key").unlink()
        (folder / "seal-1.key").write_bytes(content)
        (folder / "seal-1.key").chmod(0o400)

    return do


def given_away(folder: Path) -> None:
    os.chown(folder / "seal-1.key", NOBODY, NOBODY)


CASES = {
    "missing": (lambda folder: (folder / "seal-1.key").unlink(), "there is no seal-1.key", "Restore the key files"),
    "no index": (lambda folder: (folder / "index.key").unlink(), "index.key: it cannot be read: No such file", "Restore"),
    "folder gone": (lambda folder: folder.rename(folder.with_name("away")), "there is no seal-1.key", "Restore"),
    "readable": (lambda folder: (folder / "seal-1.key").chmod(0o444), "others than its owner may read or write it", "chmod 400"),
    "empty": (write(b""), "seal-1.key: it is empty", "Restore the key file from where it is kept safe"),
    "truncated": (write(b"x" * 31), "it holds 31 bytes instead of 32", "Restore the key file"),
    "rubbish": (write(b"-----BEGIN PRIVATE KEY-----\n" * 9), "it holds 252 bytes instead of 32", "Restore the key file"),
    "no number": (lambda folder: (folder / "seal-1.key").rename(folder / "seal-x.key"), "is not one of 1 to 255", "seal-1.key"),
    "a folder": (lambda folder: (folder / "seal-2.key").mkdir(), "seal-2.key: it cannot be read: Is a directory", "Restore"),
    "half a pair": (lambda folder: (folder / "seal-2.key").write_bytes(b"x" * 32) and (folder / "seal-2.key").chmod(0o400),
                    "index-2.key: it cannot be read", "Restore the key file"),
}  # fmt: skip
ONLY_RUNNING = {
    "another": (write(b"y" * 32), "key 1 is another than the one that is in use", "before any restart"),
}


@pytest.fixture
def place(town: Town):
    """An instance that looks at its keys all the time."""
    with town.instance(toml=TOML + OFTEN) as made:
        yield made


def folder_of(place: Place) -> Path:
    return place.instance.path("data/keys")


@pytest.mark.parametrize("case", CASES)
def test_a_start_is_refused_with_a_sentence(tmp_path: Path, case: str) -> None:
    """One sentence: which file, what is the matter, and what to do now."""
    spoil, why, tip = CASES[case]
    Keys.load(tmp_path / "keys", create=True)
    spoil(tmp_path / "keys")
    with pytest.raises(DatabaseFault) as told:
        Keys.load(tmp_path / "keys", create=False)
    assert why in str(told.value)
    assert tip in str(told.value)
    assert str(tmp_path / "keys") in str(told.value)
    assert "\n" not in str(told.value)


def test_another_user_s_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who owns a file may change it: the user who runs must own the keys. Root, who looks after it, may read them."""
    Keys.load(tmp_path / "keys", create=True)
    given_away(tmp_path / "keys")
    Keys.load(tmp_path / "keys", create=False)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(DatabaseFault, match=r"it belongs to another user \(number 65534\).*As root: chown 1000 "):
        Keys.load(tmp_path / "keys", create=False)


def test_a_key_that_root_makes_belongs_to_whose_the_folder_is(tmp_path: Path) -> None:
    """Else `ledstang keys rotate` by root would make a key that the service cannot read."""
    Keys.load(tmp_path / "keys", create=True)
    os.chown(tmp_path / "keys", NOBODY, NOBODY)
    keyfiles.add(tmp_path / "keys")
    assert {(tmp_path / "keys" / name).stat().st_uid for name in keyfiles.names(2)} == {NOBODY}


@pytest.mark.parametrize("case", CASES | ONLY_RUNNING)
def test_a_running_process_goes_on_and_says_so(place: Place, town: Town, case: str, caplog) -> None:
    """People read and write with the keys that were read; /health says what is wrong, until it is put right."""
    spoil, why, _ = (CASES | ONLY_RUNNING)[case]
    dag = place.sign_in(town.person("Dag", born="1985-03-14"))
    kept = {path.name: path.read_bytes() for path in folder_of(place).iterdir()}
    spoil(folder_of(place))
    place.run(place.house.rollover.look())
    assert dag.get("/start").status_code == 200
    place.sign_in(town.person("Eva", born="1985-03-14"))
    health = dag.get("/health").json()
    assert health["status"] == "degraded"
    assert health["keys"]["state"] == "fault"
    assert why.rpartition(": ")[2] in health["keys"]["why"]
    assert str(folder_of(place)) not in health["keys"]["why"]
    assert dag.get("/ready").status_code == 200
    told = [record.getMessage() for record in caplog.records if record.name == "ledstang.keys"]
    assert len(told) == 1
    assert "What was read before stays in use." in told[0]
    restore(place, kept)
    place.run(place.house.rollover.look())
    assert dag.get("/health").json()["keys"] == {"state": "ok"}


def restore(place: Place, kept: dict[str, bytes]) -> None:
    """Put the keys back from where they are kept safe."""
    folder = folder_of(place)
    folder.mkdir(mode=0o700, exist_ok=True)
    for path in folder.iterdir():
        path.rmdir() if path.is_dir() else path.unlink()
    for name, content in kept.items():
        (folder / name).write_bytes(content)
        (folder / name).chmod(0o400)


def test_who_lacks_a_key_that_others_have_gets_no_traffic(place: Place) -> None:
    """A load balancer sends nobody to a process that could not read what the others write; it serves whoever comes."""
    far = SealKey(number=2, mark="of another machine", made=datetime.now(UTC), since=None)
    place.run(SealKey.insert(far).run())
    place.run(place.house.rollover.look())
    browser = place.browser()
    assert browser.get("/ready").status_code == 503
    assert browser.get("/health").json()["keys"] == {
        "state": "fault",
        "why": "keys: key 2 is not among the key files",
    }
    assert browser.get("/urgent").status_code == 200
    place.run(SealKey.delete().where(SealKey.number == 2).run())
    place.run(place.house.rollover.look())
    assert browser.get("/ready").status_code == 200


def asked(folder: Path) -> list[str]:
    """Ask doctor about an instance that has stopped; return what it finds of keys that is not well."""
    findings = json.loads(CliRunner().invoke(doctor, [str(folder), "--json"]).stdout)["findings"]
    return [f"{one['sentence']} {one['tip']}" for one in findings if one["part"] == "keys" and one["state"] != "ok"]


def test_doctor_holds_the_files_against_the_database(town: Town) -> None:
    """It sees a folder that got older, a key that is another, and a file that lies open."""
    with town.instance() as place:
        folder = folder_of(place)
        kept = {path.name: path.read_bytes() for path in folder.iterdir()}
        place.run(place.house.rollover.make())
    newer = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert asked(place.instance.folder) == []
    restore(place, kept)
    assert (
        "key 2 is not among the key files. Copy seal-2.key and index-2.key to this" in asked(place.instance.folder)[0]
    )
    restore(place, newer | {"seal-1.key": b"y" * 32})
    assert "key 1 is another than the one that was used before" in asked(place.instance.folder)[0]
    restore(place, newer)
    (folder / "seal-2.key").chmod(0o444)
    assert "others than its owner may read or write it. chmod 400" in asked(place.instance.folder)[0]


def test_doctor_names_who_has_not_read_a_key(town: Town) -> None:
    """Another machine that lacks the new key's files is told by name."""
    with town.instance() as place:
        at = datetime.now(UTC)
        far = KeyHolder.insert(KeyHolder(process="far/17/x", keys="7", seals=1, seen=at))
        place.run(far.run())
    assert "far/17/x has not read key 1. Copy the files to its machine; no restart is needed." in asked(
        place.instance.folder
    )


def test_nothing_half_is_ever_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fills while a key is made leaves the folder as it was."""
    Keys.load(tmp_path / "keys", create=True)
    before = sorted(path.name for path in (tmp_path / "keys").iterdir())

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DatabaseFault, match="cannot be made: No space left"):
        keyfiles.add(tmp_path / "keys")
    assert sorted(path.name for path in (tmp_path / "keys").iterdir()) == before
