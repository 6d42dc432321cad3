"""An instance whose registers are processes, or threads, of their own, spoken to over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from ledstang.testing import TOML, Town

from .hostile import Hostile

CREDENTIAL = "a-credential-of-the-instance"
SOURCE = """
[plugins.registry.{name}]
address = "http://127.0.0.1:{port}/"
credential_file = "credential"
timeout_seconds = {seconds}
answer_bytes = 20000
"""


def toml(*names: str, port: int, seconds: float = 1.5, more: str = "[register]\nfresh_minutes = 1\n") -> str:
    """Return settings in which some of `persons` and `units` are asked at a port."""
    return TOML + more + "".join(SOURCE.format(name=name, port=port, seconds=seconds) for name in names)


def put_credential(town: Town) -> Path:
    """Put the credential where the settings say that it is."""
    path = town.folder / "instance" / "credential"
    path.parent.mkdir(exist_ok=True)
    path.write_text(CREDENTIAL + "\n", encoding="utf-8")
    path.chmod(0o400)
    return path


@pytest.fixture(scope="module")
def standing() -> Iterator[Hostile]:
    """A register for as long as a module's tests run."""
    made = Hostile()
    yield made
    made.stop()


@pytest.fixture
def hostile(standing: Hostile) -> Hostile:
    """The same, having heard nothing yet."""
    standing.asked.clear()
    return standing
