"""A sealed value opens where it was put, with the instance's keys, and nowhere else."""

from __future__ import annotations

import shutil
from itertools import combinations
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledstang.database import DatabaseFault, Keys, SealBroken, keyfiles
from ledstang.database.sealed import joined

ROW, PERSON = uuid4(), uuid4()
PLACE: dict[str, str | UUID] = {"table": "answer", "column": "text", "row": ROW, "subject": PERSON}
CANARY = "Jag sover dåligt".encode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Keys.load(tmp_path / "keys", create=True)
    return tmp_path / "keys"


@pytest.fixture
def keys(folder: Path) -> Keys:
    return Keys.load(folder, create=False)


def test_it_opens_where_it_was_put(keys: Keys) -> None:
    """What was sealed comes out again; ids may be UUIDs or their texts; an empty text is sealed too."""
    sealed = keys.seal(CANARY, **PLACE)
    assert keys.unseal(sealed, **PLACE) == CANARY
    assert keys.unseal(sealed, **{**PLACE, "row": str(ROW), "subject": str(PERSON)}) == CANARY
    assert keys.unseal(keys.seal(b"", **PLACE), **PLACE) == b""


def test_the_layout_is_the_one_promised(keys: Keys) -> None:
    """1, key id, nonce of 12, ciphertext and tag: thirty bytes more, never the same twice."""
    sealed = [keys.seal(CANARY, **PLACE) for _ in range(50)]
    assert {one[:2] for one in sealed} == {b"\x01\x01"}
    assert {len(one) for one in sealed} == {len(CANARY) + 30}
    assert len({one[2:14] for one in sealed}) == 50
    assert not any(b"sover" in one for one in sealed)


@pytest.mark.parametrize("part", ["table", "column", "row", "subject"])
def test_it_opens_nowhere_else(keys: Keys, part: str) -> None:
    """Moved to another table, column, row or person, it does not open."""
    sealed = keys.seal(CANARY, **PLACE)
    with pytest.raises(SealBroken, match="another row"):
        keys.unseal(sealed, **{**PLACE, part: uuid4()})


def test_two_values_cannot_be_swapped(keys: Keys) -> None:
    """The values of two rows, exchanged by somebody who can write the database, both fail."""
    other = {**PLACE, "row": uuid4()}
    first, second = keys.seal(b"mine", **PLACE), keys.seal(b"yours", **other)
    for sealed, place in ((second, PLACE), (first, other)):
        with pytest.raises(SealBroken):
            keys.unseal(sealed, **place)


def test_every_flipped_bit_is_seen(keys: Keys) -> None:
    """Each single bit of a sealed value counts, those of its head too."""
    sealed = keys.seal(b"kort", **PLACE)
    for place in range(len(sealed) * 8):
        changed = bytearray(sealed)
        changed[place // 8] ^= 1 << place % 8
        with pytest.raises(SealBroken):
            keys.unseal(bytes(changed), **PLACE)


def test_every_cut_is_seen(keys: Keys) -> None:
    """Cut anywhere, at either end, it does not open."""
    sealed = keys.seal(b"kort", **PLACE)
    for length in range(len(sealed)):
        with pytest.raises(SealBroken):
            keys.unseal(sealed[:length], **PLACE)
        with pytest.raises(SealBroken):
            keys.unseal(sealed[length + 1 :], **PLACE)
    with pytest.raises(SealBroken):
        keys.unseal(sealed + b"\0", **PLACE)


def test_another_instances_keys_do_not_open_it(keys: Keys, tmp_path: Path) -> None:
    """A key of the same number from elsewhere opens nothing, and an unknown number is named."""
    other = Keys.load(tmp_path / "other", create=True)
    with pytest.raises(SealBroken, match="changed"):
        other.unseal(keys.seal(CANARY, **PLACE), **PLACE)
    keyfiles.add(tmp_path / "other")
    newer = Keys.load(tmp_path / "other", create=False)
    keyfiles.put_away(tmp_path / "other", 2)
    with pytest.raises(SealBroken, match="key 2, which is not"):
        other.unseal(newer.seal(CANARY, **PLACE), **PLACE)


def test_a_broken_seal_tells_nothing_of_person_or_content(keys: Keys) -> None:
    """The sentence names the place, which is no secret, and neither the person nor a byte of the value."""
    sealed = keys.seal(CANARY, **PLACE)
    with pytest.raises(SealBroken) as caught:
        keys.unseal(sealed[:-1], **PLACE)
    assert f"answer.text, row {ROW}" in str(caught.value)
    assert str(PERSON) not in str(caught.value)
    assert caught.value.__cause__ is None


def test_keys_are_replaced_without_a_stop(folder: Path, keys: Keys) -> None:
    """The newest key seals, the older ones open; when everything is sealed anew, the older key may go."""
    old = keys.seal(CANARY, **PLACE)
    assert keyfiles.add(folder) == 2
    both = Keys.load(folder, create=False)
    new = both.seal(CANARY, **PLACE)
    assert (new[1], both.unseal(old, **PLACE), both.unseal(new, **PLACE)) == (2, CANARY, CANARY)
    assert (both.is_current(old), both.is_current(new)) == (False, True)
    keyfiles.put_away(folder, 1)
    newest = Keys.load(folder, create=False)
    assert newest.unseal(new, **PLACE) == CANARY
    with pytest.raises(SealBroken):
        newest.unseal(old, **PLACE)


def test_the_tenth_key_is_newer_than_the_ninth(folder: Path) -> None:
    """Numbers are compared as numbers."""
    for _ in range(9):
        keyfiles.add(folder)
    assert Keys.load(folder, create=False).seal(CANARY, **PLACE)[1] == 10


def test_a_blind_index_finds_and_tells_nothing(folder: Path, keys: Keys, tmp_path: Path) -> None:
    """Equal for equal values of one purpose and key; different for other purposes, other keys and other instances."""
    index = keys.index("person.number", "one value")
    assert Keys.load(folder, create=False).index("person.number", "one value") == index
    keyfiles.add(folder)
    newer = Keys.load(folder, create=False)
    assert newer.index("person.number", "one value") != index
    assert newer.indexes("person.number", "one value") == [newer.index("person.number", "one value"), index]
    assert len(index) == 32
    assert keys.index("person.number", "another") != index
    assert keys.index("session", "one value") != index
    assert Keys.load(tmp_path / "other", create=True).index("person.number", "one value") != index


@given(st.lists(st.text(max_size=4), max_size=4), st.lists(st.text(max_size=4), max_size=4))
def test_places_are_never_taken_for_each_other(one: list[str], other: list[str]) -> None:
    """Two different lists of parts never give the same bytes: moving a boundary is seen."""
    assert (joined(*one) == joined(*other)) == (one == other)


def test_a_place_is_told_by_texts_and_ids(keys: Keys) -> None:
    """None as a row or a subject would let values of different places pass for each other."""
    with pytest.raises(TypeError):
        keys.seal(CANARY, **{**PLACE, "subject": None})


def test_first_keys_are_made_whole_and_private(tmp_path: Path) -> None:
    """The first serve makes both files, for their owner's eyes only, and a second load changes nothing."""
    folder = tmp_path / "deep" / "keys"
    keys = Keys.load(folder, create=True)
    files = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert sorted(files) == ["index.key", "seal-1.key"]
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o400}
    assert folder.stat().st_mode & 0o077 == 0
    assert all(len(one) == 32 and one != other for one, other in combinations(files.values(), 2))
    again = Keys.load(folder, create=True)
    assert again.unseal(keys.seal(CANARY, **PLACE), **PLACE) == CANARY
    assert list(folder.parent.iterdir()) == [folder]


@pytest.mark.parametrize("mode", [0o440, 0o404, 0o444, 0o640, 0o602])
def test_keys_that_others_may_read_are_refused(folder: Path, mode: int) -> None:
    """A key file that the group or the world may read or write stops the start, and the sentence says the cure."""
    for name in ("seal-1.key", "index.key"):
        (folder / name).chmod(mode)
        with pytest.raises(DatabaseFault, match=rf"{name}: others than its owner.*chmod 400"):
            Keys.load(folder, create=True)
        (folder / name).chmod(0o400)


def test_missing_keys_are_never_made_anew(folder: Path, tmp_path: Path) -> None:
    """Where keys are missing that have been there, new ones would only hide the loss."""
    with pytest.raises(DatabaseFault, match=r"no seal-1\.key"):
        Keys.load(tmp_path / "nothing", create=False)
    (folder / "index.key").rename(folder / "away")
    with pytest.raises(DatabaseFault, match=r"index\.key: it cannot be read"):
        Keys.load(folder, create=True)
    (folder / "away").rename(folder / "index.key")
    (folder / "seal-1.key").unlink()
    with pytest.raises(DatabaseFault, match=r"no seal-1\.key"):
        Keys.load(folder, create=True)


def test_damaged_and_misnamed_keys_are_refused(folder: Path) -> None:
    """A key of the wrong length, or with a number that does not fit in its byte, is named."""
    short = folder / "seal-2.key"
    short.write_bytes(b"short")
    short.chmod(0o400)
    with pytest.raises(DatabaseFault, match="5 bytes instead of 32"):
        Keys.load(folder, create=False)
    for name in ("seal-0.key", "seal-256.key", "seal-01.key", "seal-new.key"):
        short = short.rename(folder / name)
        with pytest.raises(DatabaseFault, match="1 to 255"):
            Keys.load(folder, create=False)


def test_a_place_where_nothing_can_be_made_is_named(tmp_path: Path) -> None:
    """A key folder below a file is one sentence; so is a key where there is none to follow."""
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseFault, match="cannot be made"):
        Keys.load(tmp_path / "file" / "keys", create=True)
    with pytest.raises(DatabaseFault, match="cannot be made"):
        Keys.load(tmp_path / "file", create=True)
    assert [file.name for file in tmp_path.iterdir()] == ["file"]
    with pytest.raises(DatabaseFault, match="no sealing key yet"):
        keyfiles.add(tmp_path)


def test_two_first_serves_agree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who comes second, while its own keys are under way, takes those that are there."""
    winner = Keys.load(tmp_path / "winner", create=True)
    folder = tmp_path / "keys"
    write = Path.rename

    def overtaken(self: Path, target: Path) -> Path:
        if not folder.exists():
            shutil.copytree(tmp_path / "winner", folder)
        return write(self, target)

    monkeypatch.setattr(Path, "rename", overtaken)
    assert Keys.load(folder, create=True).unseal(winner.seal(CANARY, **PLACE), **PLACE) == CANARY
    assert sorted(file.name for file in tmp_path.iterdir()) == ["keys", "winner"]
