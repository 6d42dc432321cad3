"""No version with a known hole: the floors are a table, since an audit that finds nothing may have looked at nothing."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LINES = [
    line
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
PINNED = {canonicalize_name(line.partition("==")[0]): line.partition("==")[2] for line in LINES}

FLOORS = {
    "litestar": ("2.20.0", "CVE-2026-48060 HTML injection by the CSRF cookie; CVE-2026-25478, -25479, -25480"),
    "jinja2": ("3.1.6", "CVE-2025-27516, CVE-2024-56201, CVE-2024-56326: ways out of the sandbox"),
    "markdown-it-py": ("2.2.0", "CVE-2023-26302, CVE-2023-26303: input that stops the parser"),
    "piccolo": ("1.1.1", "CVE-2023-47128 SQL injection by the name of a savepoint"),
    "joserfc": (
        "1.6.3",
        "CVE-2025-65015 whole tokens in log lines; older ones bound neither tokens nor key derivation",
    ),
    "cryptography": ("45", "older builds carry an OpenSSL that is no longer mended"),
}
"""Distribution → (the first version that will do, why)."""
IF_THERE = {
    "authlib": ("1.6.11", "CVE-2026-41425, CVE-2025-68158 forged sign-in"),
    "starlette": ("1.0.1", "CVE-2026-48710 a host header that is believed"),
}
"""The same for what we do not ask for: something else may bring it."""


def required(name: str) -> set[str]:
    """Return the run-time dependencies of an installed distribution, and theirs."""
    seen: set[str] = set()
    wanted = [(canonicalize_name(name), frozenset[str]())]
    while wanted:
        one, extras = wanted.pop()
        for line in distribution(one).requires or ():
            needed = Requirement(line)
            marker = needed.marker
            if marker and not any(marker.evaluate({"extra": extra}) for extra in (*extras, "")):
                continue
            other = canonicalize_name(needed.name)
            if other not in seen:
                seen.add(other)
                wanted.append((other, frozenset(needed.extras)))
    return seen


@pytest.mark.parametrize("name", FLOORS)
def test_what_runs_is_above_its_floor(name: str) -> None:
    """Installed, pinned and asked for: none of the three lets a version with a known hole in."""
    floor, why = FLOORS[name]
    asked = next(one for line in PROJECT["dependencies"] if canonicalize_name((one := Requirement(line)).name) == name)
    (least,) = (Version(part.version) for part in asked.specifier if part.operator == ">=")
    assert min(Version(version(name)), Version(PINNED[name]), least) >= Version(floor), why


@pytest.mark.parametrize("name", IF_THERE)
def test_what_others_bring_is_above_its_floor(name: str) -> None:
    """What nobody of us asks for is either not there or whole."""
    floor, why = IF_THERE[name]
    try:
        found = version(name)
    except PackageNotFoundError:
        found = PINNED.get(name, floor)
    assert Version(found) >= Version(floor), why


def test_constraints_are_names_and_versions() -> None:
    """A plain list: a lock file that records where packages came from would name somebody's machine."""
    assert [line for line in LINES if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.]*", line)] == []
    assert len(PINNED) == len(LINES)


def test_every_dependency_is_pinned() -> None:
    """Whatever runs beside us is pinned, at every depth, to the version that these tests pass with."""
    needed = required("ledstang")
    assert {"litestar", "msgspec", "anyio"} <= needed
    assert needed - PINNED.keys() == set()
    assert {name: version(name) for name in needed} == {name: PINNED[name] for name in needed}


def test_what_the_tests_ask_for_is_pinned() -> None:
    """So are the tools of the tests."""
    asked = {canonicalize_name(Requirement(line).name) for line in PROJECT["optional-dependencies"]["test"]}
    assert asked - PINNED.keys() == set()
