"""An instance: a folder with a `ledstang.toml`, and what lies beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ledstang.fitting import read_text
from ledstang.reading import read
from ledstang.settings import Region, Settings, Unit

FILE = "ledstang.toml"


@dataclass(frozen=True, slots=True)
class Instance:
    """One region's, or several regions', installation. All relative paths are the folder's, wherever it is started from.

    `demo` is True under `serve --demo`: invented persons may sign in and the clock may be moved.
    """

    folder: Path
    settings: Settings
    text: str = field(default="", repr=False)
    demo: bool = False

    @property
    def title(self) -> str:
        return self.settings.title

    @property
    def regions(self) -> tuple[Region, ...]:
        return self.settings.regions

    @property
    def units(self) -> tuple[Unit, ...]:
        return self.settings.units

    @property
    def drop_ins(self) -> list[Path]:
        """The folders whose files and folders are plugins."""
        return [self.folder / "plugins", self.folder / "proxies"]

    def path(self, relative: str) -> Path:
        """Return a path of the settings as an absolute one."""
        return (self.folder / relative).resolve()

    @property
    def database(self) -> str | Path:
        """Where the database is: the file's absolute path, or an address."""
        given = self.settings.database
        return given if "://" in given else self.path(given)

    def region_of(self, county: str | None) -> Region | None:
        """Return the region whose residents live in a county, or None when this instance serves none of them."""
        return next((region for region in self.regions if county in region.counties), None)

    def unit(self, hsa_id: str) -> Unit | None:
        """Return the unit with an HSA-id, compared without regard to case."""
        return next((unit for unit in self.units if unit.hsa_id.upper() == hsa_id.upper()), None)


def open_instance(folder: Path, *, demo: bool = False) -> Instance:
    """Read the instance in a folder. Raises SettingsFault."""
    file = folder.resolve() / FILE
    return Instance(folder.resolve(), read(file), read_text(file), demo)
