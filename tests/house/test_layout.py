"""The tree is as the design has it, and Python is not broken by it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
IMPORT_ROOTS = ("platform", "plugins", "proxies")
ROOTS = (*IMPORT_ROOTS, "programmes", "themes")
TRACKED = [
    ROOT / path
    for path in subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    if path
]


@pytest.mark.parametrize("root", ROOTS)
def test_a_root_is_a_folder_and_no_package(root: str) -> None:
    """Roots hold packages and are none: `platform/__init__.py` would shadow Python's own module."""
    assert (ROOT / root).is_dir()
    assert not (ROOT / root / "__init__.py").exists()
    assert (ROOT / root / "README.md").is_file()


def test_platform_is_the_standard_library_s() -> None:
    """From the repository's root, where a folder of that name lies, `import platform` gives what Python means by it."""
    code = "import platform, os; print(platform.__file__); print(os.__file__); platform.system()"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    platform, os = map(Path, told.stdout.split())
    assert platform.parent == os.parent


def test_the_repository_is_an_instance() -> None:
    """The settings lie beside the folders, as in a region's own."""
    from ledstang.instance import open_instance

    instance = open_instance(ROOT)
    assert instance.regions
    assert all(unit.region in {region.id for region in instance.regions} for unit in instance.units)


@pytest.mark.parametrize("root", ["plugins", "proxies"])
def test_packages_are_called_after_us(root: str) -> None:
    """Every folder in `plugins/` and `proxies/` is an import package `ledstang_<noun>`, and an entry point leads to it."""
    from importlib.metadata import entry_points

    led_to = {point.module for point in entry_points(group="ledstang")}
    for folder in (path for path in (ROOT / root).iterdir() if path.is_dir() and path.name != "__pycache__"):
        assert folder.name.startswith("ledstang_")
        assert (folder / "__init__.py").is_file()
        assert folder.name in led_to


def test_tests_are_no_packages() -> None:
    """Test folders have no `__init__.py`: modules of one name in two folders do not meet. What they install may be one."""
    packages = [path.relative_to(ROOT) for path in TRACKED if path.name == "__init__.py"]
    plugins = [Path("tests/fixtures/distributions"), Path("tests/fixtures/album")]
    tests = [path for path in packages if "tests" in path.parts]
    assert [path for path in tests if not any(path.is_relative_to(folder) for folder in plugins)] == []


def test_the_licence() -> None:
    """The European Union Public Licence, version 1.2, as its text is."""
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "EUROPEAN UNION PUBLIC LICENCE v. 1.2" in text
    assert len(text) > 10_000
    assert 'license = "EUPL-1.2"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_the_gate_guards_the_trap_first() -> None:
    """`.ci/run` looks for the file that would break Python before it does anything else, and then runs `make test`."""
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    commands = [line for line in lines if line and not line.startswith("#")]
    assert commands.index("if [ -e platform/__init__.py ]; then") < commands.index("make test")
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o100
