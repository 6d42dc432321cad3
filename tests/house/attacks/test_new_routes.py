"""The proof that each route needs a fixture: one that has none is told of."""

from __future__ import annotations

from pathlib import Path

from ledstang.testing import TOML, Town

from .fixtures import missing

NOVEL = '''
"""A plugin with a route of its own."""
from ledstang import hookimpl
from litestar import get
from litestar.params import FromPath

@hookimpl
def register_routes() -> list:
    @get("/{thing:str}", sync_to_thread=False)
    def show(thing: FromPath[str]) -> str:
        return thing

    return [show]
'''


def test_a_route_without_a_fixture_is_noticed(town: Town, tmp_path: Path) -> None:
    """A plugin that brings a new route makes the matrix incomplete."""
    plugin = tmp_path / "novel.py"
    plugin.write_text(NOVEL, encoding="utf-8")
    with town.instance(plugins=plugin) as place:
        assert "/novel/{thing:str}" in missing(place.client.app)


def test_v5_1_3_7_a_region_s_texts_are_only_texts(town: Town) -> None:
    """What the settings call things stands on every page as it is, markup, braces and all."""
    nasty = "<script>alert(1)</script>{{7*7}}"
    toml = TOML.replace('"Testregionen"', f'"{nasty}"').replace('"Ring 1177."', f'"{nasty}"')
    with town.instance(toml=toml) as place:
        for path in ("/", "/signin", "/urgent", "/programmes/", "/programmes/hantera-oro", "/nothing"):
            page = place.browser().get(path).text
            assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in page
            assert "<script>alert" not in page
