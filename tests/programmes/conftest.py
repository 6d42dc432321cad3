"""Programmes from a few lines of Markdown, and the cases of tests/fixtures/programmes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from ledstang.content.kinds import Compiled, Library
from ledstang_programmes.blocks import BLOCKS
from ledstang_programmes.kind import compile_programme

FIXTURES = Path(__file__).parents[1] / "fixtures" / "programmes"
PROGRAMME = (
    "---\nprogram: prov\ntitel: Prov\nspråk: sv\nägare: SE2321000016-1003\nversion: 1.0\nsort: öppet\n"
    "medicinskt ansvarig: Chefen\nlicens: CC BY 4.0\nsäkerhet: Ring 112.\n---\n\nVälkommen till *provet*.\n"
)
MODULE = "---\nmodul: start\ntitel: Start\n---\n\n# Start\n\nText.\n"


def cases(name: str) -> list[tuple[str, str, str]]:
    """Return the cases of a fixture file: title, source and what is expected."""
    blocks: list[list[str]] = [[]]
    for line in (FIXTURES / name).read_text(encoding="utf-8").split("\n"):
        blocks.append([]) if line == "." else blocks[-1].append(line)
    texts = ["\n".join(block) for block in blocks]
    return [
        (texts[at].strip("\n").rpartition("\n")[2], texts[at + 1], texts[at + 2].strip("\n"))
        for at in range(0, len(texts) - 2, 3)
    ]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that asks for `<name>_case` every case of tests/fixtures/programmes/<name>.md."""
    for name in metafunc.fixturenames:
        if name.endswith("_case"):
            found = cases(f"{name.removesuffix('_case')}.md")
            metafunc.parametrize(name, [case[1:] for case in found], ids=[case[0] for case in found])


@pytest.fixture
def build(tmp_path: Path) -> Callable[[dict[str, str]], Compiled]:
    """Write files into a folder, with a programme and a module where there is none, and compile it."""

    def compile_files(files: dict[str, str], library: Library | None = None) -> Compiled:
        folder = tmp_path / "prov"
        files = {"programme.md": PROGRAMME, **files}
        if not any("/" not in name and name != "programme.md" for name in files):
            files["01-start.md"] = MODULE
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        return compile_programme(folder / "programme.md", library or Library(BLOCKS))

    return compile_files
