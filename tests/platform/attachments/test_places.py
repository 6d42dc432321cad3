"""Places of their own: each database keeps files alike, and two plugins cannot have one name for their things."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ledstang.testing import TOML, Town

from .conftest import Albums, albums_of
from .corpus import letter


@pytest.fixture(params=["sqlite", "postgres"])
def either(request: pytest.FixtureRequest, town: Town) -> Iterator[Albums]:
    """A place on each database, with small parts, so that every file is several."""
    if request.param == "postgres":
        town.database = request.getfixturevalue("postgres")
    yield from albums_of(town, "" if not town.database else TOML + "[attachments]\npart_kilobytes = 1\n")


def test_both_databases_keep_files_alike(either: Albums) -> None:
    """What is sent, in parts or whole, comes back to the byte, is forgotten, and leaves no part behind."""
    dag, album = either.somebody()
    either.send(dag, album, "brev.pdf", letter())
    path = either.create(dag, album, "två.pdf", len(letter())).headers["location"]
    for at in range(0, len(letter()), 1_900):
        assert either.piece(dag, path, at, letter()[at : at + 1_900]).status_code == 204
    assert [row["state"] for row in either.files(album)] == ["ready", "ready"]
    for row in either.files(album):
        assert either.fetch(dag, row["id"]).content == letter()
    assert dag.post(f"/album/{album}/send").text == "2"
    assert either.place.run(either.place.house.attachments.erase(album)) == 2
    assert either.rows("select id from attachment_part") == []


def test_two_plugins_cannot_have_one_name(town: Town) -> None:
    """The second is put aside with a sentence: its rule would be asked about the other's things."""
    plugins = town.folder / "instance" / "plugins"
    plugins.mkdir(parents=True)
    source = "from ledstang import AttachmentUse, hookimpl\nasync def find(visit, item):\n    return None\n"
    source += "@hookimpl\ndef register_attachments(host):\n"
    source += "    return [AttachmentUse(%r, find, 'a.b', '/x/')]\n"
    (plugins / "one.py").write_text(source % "papers", encoding="utf-8")
    (plugins / "two.py").write_text(source % "papers", encoding="utf-8")
    (plugins / "three.py").write_text(source % "Not/This", encoding="utf-8")
    with town.instance(broken=True) as place:
        told = {fault.plugin: str(fault.why) for fault in place.house.plugins.faults}
    assert "a name that the plugin `one` has taken" in told["two"]
    assert "cannot stand in an address" in told["three"]
    assert "one" not in told
