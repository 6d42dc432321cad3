"""An instance is a folder: what is said in it holds from wherever it is started."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from ledstang.app import assemble, create_app
from ledstang.database import DatabaseFault
from ledstang.instance import open_instance
from ledstang.testing import TOML, Town
from litestar.testing import TestClient


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An instance with nothing in it but its settings."""
    place = tmp_path / "region"
    place.mkdir()
    (place / "ledstang.toml").write_text(TOML, encoding="utf-8")
    return place


def say(folder: Path, more: str) -> None:
    """Put keys before the tables of the settings."""
    file = folder / "ledstang.toml"
    file.write_text(more + file.read_text(encoding="utf-8"), encoding="utf-8")


def test_relative_paths_are_the_folder_s(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Started from elsewhere, by a relative name, everything lies in the instance's folder and nothing elsewhere."""
    say(folder, 'database = "inner/x.sqlite"\nkeys = "inner/keys"\n')
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    with TestClient(create_app(open_instance(Path("../region")))):
        pass
    assert (folder / "inner" / "x.sqlite").is_file()
    assert stat.S_IMODE((folder / "inner" / "keys" / "seal-1.key").stat().st_mode) == 0o400
    assert list(elsewhere.iterdir()) == []


def test_an_absolute_path_stays(folder: Path, tmp_path: Path) -> None:
    """A path that says all stands as it is written."""
    instance = open_instance(folder)
    assert instance.path(str(tmp_path / "other")) == tmp_path / "other"


def test_regions_and_units_come_from_the_settings(folder: Path) -> None:
    """A county leads to its region, and an HSA-id to its unit in any spelling; what is not there is None."""
    instance = open_instance(folder)
    assert instance.region_of("24")
    assert instance.region_of("24").name == "Region Norra"
    assert instance.region_of("01") is None
    assert instance.region_of(None) is None
    assert instance.unit("se2321000016-1003")
    assert instance.unit("se2321000016-1003").name == "Testmottagningen"
    assert instance.unit("SE2321000016-9999") is None


def test_two_regions_are_told_apart_at_sign_in(town: Town) -> None:
    """A person's visit has the region of their county; none where this instance serves none there."""
    with town.instance() as place:
        regions = [
            place.visit(town.person("Dag", born="1985-03-14", county=county)).region for county in ("24", "12", "01")
        ]
        assert regions == ["norra", "sodra", None]


def test_nothing_is_shared_between_two(folder: Path, tmp_path: Path) -> None:
    """No global clock, database or plugin manager: two houses of one folder have nothing in common."""
    instance = open_instance(folder)
    one, other = assemble(instance), assemble(instance)
    assert one.clock is not other.clock
    assert one.database is not other.database
    assert one.plugins.manager is not other.plugins.manager


def test_production_makes_no_keys(folder: Path) -> None:
    """In production missing keys are a fault: new ones would leave what people wrote unreadable."""
    say(folder, "production = true\n")
    with pytest.raises(DatabaseFault, match=r"there is no seal-1\.key, so nothing can be sealed or opened"):
        create_app(open_instance(folder))
    assert not (folder / "data" / "keys").exists()


def test_production_takes_the_keys_that_are_there(folder: Path) -> None:
    """With the keys of before, production starts, and its cookies are for HTTPS only."""
    with TestClient(create_app(open_instance(folder))):
        pass
    say(folder, "production = true\n")
    with TestClient(create_app(open_instance(folder)), base_url="https://region.example") as client:
        answer = client.get("/")
        assert answer.status_code == 200
        assert "max-age=" in answer.headers["strict-transport-security"]


def test_keys_that_others_may_read_are_refused(folder: Path) -> None:
    """A key file that lies open stops the start."""
    with TestClient(create_app(open_instance(folder))):
        pass
    (folder / "data" / "keys" / "seal-1.key").chmod(0o444)
    with pytest.raises(DatabaseFault, match=r"seal-1\.key"):
        create_app(open_instance(folder))
