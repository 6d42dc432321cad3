"""Fixtures in pairs of Markdown and what becomes of it."""

from __future__ import annotations

from pathlib import Path

import pytest

FIXTURES = Path(__file__).parents[2] / "fixtures" / "content"


def cases(path: Path) -> list[tuple[str, str, str]]:
    """Return the cases of a fixture file: title, source and what is expected."""
    blocks: list[list[str]] = [[]]
    for line in path.read_text(encoding="utf-8").split("\n"):
        blocks.append([]) if line == "." else blocks[-1].append(line)
    texts = ["\n".join(block) for block in blocks]
    return [
        (texts[at].strip("\n").rpartition("\n")[2], texts[at + 1], texts[at + 2].strip("\n"))
        for at in range(0, len(texts) - 2, 3)
    ]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that asks for `<name>_case` every case of tests/fixtures/content/<name>.md."""
    for name in metafunc.fixturenames:
        if name.endswith("_case"):
            found = cases(FIXTURES / f"{name.removesuffix('_case')}.md")
            metafunc.parametrize(name, [case[1:] for case in found], ids=[case[0] for case in found])
