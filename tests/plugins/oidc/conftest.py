"""An instance with two providers, both of them ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from ledstang.testing import TOML, Place, Town

from .hostile import Hostile

PROVIDER = """
[[plugins.oidc.providers]]
name = "{name}"
title = "{title}"
issuer = "{issuer}"
client_id = "ledstang"
secret_file = "secret"
"""


def toml(*providers: tuple[str, str], more: str = "") -> str:
    """Return settings with some providers, each a name and an issuer."""
    written = [PROVIDER.format(name=name, title=f"Legitimation {name}", issuer=issuer) for name, issuer in providers]
    return TOML + "".join(written) + more


def put_secret(folder: Path) -> Path:
    """Put the client's secret where the settings say that it is."""
    path = folder / "instance" / "secret"
    path.parent.mkdir()
    path.write_text("a-secret-of-the-client\n", encoding="utf-8")
    path.chmod(0o400)
    return path


@contextmanager
def running(town: Town, provider: Hostile, other: Hostile) -> Iterator[Place]:
    """Run an instance where one signs in with either of two providers, as Dag."""
    put_secret(town.folder)
    dag = town.person("Dag Test", born="1985-03-14")
    with town.instance(toml=toml(("ett", provider.issuer), ("annan", other.issuer))) as place:
        for one in (provider, other):
            one.place, one.person = place, dag.number
            one.reset()
        yield place


@pytest.fixture
def secret(town: Town) -> Path:
    """The client's secret."""
    return put_secret(town.folder)


@pytest.fixture(scope="module")
def standing() -> Iterator[tuple[Hostile, Hostile]]:
    """The providers `ett` and `annan`, for as long as a module's tests run."""
    made = Hostile(), Hostile()
    yield made
    for one in made:
        one.stop()


@pytest.fixture
def provider(standing: tuple[Hostile, Hostile]) -> Hostile:
    """The provider `ett`, honest until a test says otherwise."""
    return standing[0].reset()


@pytest.fixture
def other(standing: tuple[Hostile, Hostile]) -> Hostile:
    """The provider `annan`."""
    return standing[1].reset()


@pytest.fixture
def place(town: Town, provider: Hostile, other: Hostile) -> Iterator[Place]:
    """An instance of a test's own where one signs in with either."""
    with running(town, provider, other) as made:
        yield made


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, standing: tuple[Hostile, Hostile]) -> Iterator[Place]:
    """One that a module's tests share: its clock goes on from test to test."""
    with running(Town(tmp_path_factory.mktemp("shared")), *standing) as made:
        yield made
