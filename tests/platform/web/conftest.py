"""The host's templates and theme as an instance without plugins has them."""

from __future__ import annotations

from pathlib import Path

import pytest
from ledstang.bundled import bundled
from ledstang.web.static import StaticFiles
from ledstang.web.templates import OURS, Templates
from ledstang.web.themes import Theme, load_theme


@pytest.fixture(scope="session")
def handrail() -> Theme:
    """Our own theme."""
    return load_theme(bundled("themes") / "handrail")


@pytest.fixture(scope="session")
def static(handrail: Theme) -> StaticFiles:
    """The host's files and the theme's."""
    files = StaticFiles()
    files.add("host", OURS.parent / "static")
    files.add("theme", handrail.folder / "static")
    files.put("theme", "theme.css", handrail.stylesheet().encode())
    return files


@pytest.fixture(scope="session")
def templates(static: StaticFiles) -> Templates:
    """The host's templates in both languages."""
    return Templates({}, static.href)


@pytest.fixture
def theme_folder(tmp_path: Path) -> Path:
    """A region's theme folder, still empty."""
    folder = tmp_path / "region"
    (folder / "static").mkdir(parents=True)
    return folder
