"""What is committed: no person's number, no machine's path, and what is shipped is clean."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from ledstang.cli.check import command as check
from ledstang.people.numbers import TEST_SERIALS, check_digit

ROOT = Path(__file__).parents[2]
LISTED = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
TRACKED = [ROOT / path for path in LISTED.split("\0") if path and (ROOT / path).is_file()]
PICTURES = {".png", ".jpg", ".webp", ".woff2"}
TEXTS = [path for path in TRACKED if path.suffix not in PICTURES]

NUMBER = re.compile(r"(?<![\w.-])(?:19|20)?(\d{2}(?:0\d|1[0-2])(?:[0-2]\d|3[01]|[678]\d|9[01]))[-+]?(\d{4})(?!\w)")
MACHINE = re.compile(r"(?<![\w.:])/(?:work|root|home|Users)/|/\.library")


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_numbers_that_nobody_has(path: Path) -> None:
    """Whatever looks like a personal number, and would be one, lies in the series for tests."""
    for found in NUMBER.finditer(path.read_text(encoding="utf-8")):
        digits = found[1] + found[2]
        if check_digit(digits[:9]) == digits[9]:
            assert int(digits[6:9]) in TEST_SERIALS, found[0]


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_path_of_a_machine(path: Path) -> None:
    """Nothing committed knows where it was written."""
    if path != Path(__file__):
        assert not MACHINE.search(path.read_text(encoding="utf-8"))


def test_what_is_shipped_is_clean() -> None:
    """Every programme, form, theme, policy and plugin of the repository checks without a fault or a warning."""
    result = CliRunner().invoke(check, [str(ROOT), "--language", "en"])
    assert (result.exit_code, result.output) == (0, "No faults found.\n")


def test_no_large_files() -> None:
    """Pictures and media are small enough to be cloned by anybody."""
    assert [path.name for path in TRACKED if path.stat().st_size > 1_000_000] == []
