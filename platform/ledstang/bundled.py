"""What came along with the installation: programmes and themes, in a wheel or in a checkout."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def bundled(kind: str) -> Path:
    """Return the folder of a kind of data (`programmes`, `themes`) that was installed with us."""
    carried = Path(str(files("ledstang"))) / "bundled" / kind
    return carried if carried.is_dir() else Path(__file__).parents[2] / kind
