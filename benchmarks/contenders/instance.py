"""The instance that all contenders read: its settings, which say where its database is."""

from __future__ import annotations

import tomllib
from pathlib import Path

TOML = """\
title = "Region Norra"
[[regions]]
id = "norra"
name = "Region Norra"
counties = ["24"]
contact = "Ring 1177."
"""
SETTINGS = "ledstang.toml"


def settle(folder: Path, address: str) -> None:
    """Write the settings. `address` is that of a PostgreSQL database; an empty one leaves the instance with its file."""
    where = f'database = "{address}"\n' if address else ""
    (folder / SETTINGS).write_text(where + TOML, encoding="utf-8")


def address_of(folder: Path) -> str:
    """Return the address of the PostgreSQL database, or nothing."""
    return str(tomllib.loads((folder / SETTINGS).read_text(encoding="utf-8")).get("database", ""))
