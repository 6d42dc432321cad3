"""Where plugins come from: installed packages, files and folders of an instance; and what finding them leaves alone."""

from __future__ import annotations

import calendar
import sys
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from ledstang.house import House
from ledstang.plugins import Plugins
from ledstang.testing import Town

Drop = Callable[..., Path]
Found = Callable[..., Plugins]


def test_first_party_plugins_come_by_entry_points(found: Found) -> None:
    """What ships is found as an outside package is: by an entry point of the group `ledstang`, under its name there."""
    ours = {point.name for point in entry_points(group="ledstang")}
    plugins = found()
    assert ours <= plugins.found.keys()
    assert {"programmes", "instruments", "sandbox"} <= ours
    assert plugins.found["programmes"].origin.startswith("ledstang ")
    assert plugins.found["programmes"].version


def test_a_file_is_a_plugin(found: Found, drop: Drop) -> None:
    """A file in `plugins/` is a plugin of its own name, described by the first line of its docstring."""
    file = drop("hello.py", '"""Says hello.\n\nAnd more."""\n__version__ = "1.2"\n')
    plugin = found().found["hello"]
    assert plugin.about == "Says hello."
    assert plugin.version == "1.2"
    assert plugin.origin == str(file)
    assert plugin.folder is None


def test_a_folder_is_a_plugin_and_imports_its_parts(found: Found, drop: Drop) -> None:
    """A folder with an `__init__.py` is a plugin; it imports its own modules relatively."""
    drop("diary/__init__.py", "from .words import HELLO\n")
    drop("diary/words.py", 'HELLO = "hello"\n')
    plugin = found().found["diary"]
    assert plugin.module.HELLO == "hello"
    assert plugin.folder
    assert plugin.folder.name == "diary"


def test_what_is_hidden_or_no_plugin_is_passed_over(found: Found, drop: Drop) -> None:
    """Files that begin with a dot or underscore, folders without code, and other files are left alone."""
    for path in ("_half.py", ".hidden.py", "notes.txt", "words/sv.toml", "__pycache__/x.py"):
        drop(path, "raise SystemExit")
    plugins = found()
    assert plugins.faults == []
    assert plugins.found.keys() == {point.name for point in entry_points(group="ledstang")}


def test_a_drop_in_shadows_no_module(found: Found, drop: Drop) -> None:
    """A drop-in called as a module of the standard library is a plugin, and the library's stays what it was."""
    drop("calendar.py", "import calendar\nMONTHS = calendar.month_name\n")
    before = list(sys.path)
    plugin = found().found["calendar"]
    assert plugin.module.__name__ == "ledstang_local.calendar"
    assert plugin.module.MONTHS is calendar.month_name
    assert sys.modules["calendar"] is calendar
    assert sys.path == before


def test_nothing_of_another_instance_lingers(found: Found, drop: Drop) -> None:
    """A drop-in that was taken away, or changed, is gone when the plugins are looked for again."""
    file = drop("hello.py", "WORD = 1\n")
    assert found().found["hello"].module.WORD == 1
    file.write_text("WORD = 22\n", encoding="utf-8")
    assert found().found["hello"].module.WORD == 22
    file.unlink()
    assert "hello" not in found().found
    assert "ledstang_local.hello" not in sys.modules


def test_disabled_plugins_are_not_even_imported(found: Found, drop: Drop) -> None:
    """A name in `disabled` keeps a plugin out before any of its code has run, wherever it comes from."""
    file = drop("hello.py", "raise SystemExit(3)\n")
    plugins = found("hello", "sandbox")
    assert plugins.faults == []
    assert not {"hello", "sandbox"} & plugins.found.keys()
    assert plugins.disabled["hello"] == str(file)
    assert "sandbox" in plugins.disabled


def test_each_search_has_a_manager_of_its_own(found: Found) -> None:
    """There is no global plugin manager: two searches share nothing."""
    assert found().manager is not found().manager


def test_the_repository_s_own_folders_are_not_found_twice(house: Callable[[], House], folder: Path) -> None:
    """Where the instance's `plugins/` holds the installed packages themselves, as in the checkout, they count once."""
    root = Path(__file__).parents[3]
    (folder / "plugins").rmdir()
    (folder / "plugins").symlink_to(root / "plugins")
    plugins = house().plugins
    assert plugins.faults == []
    assert not any(name.startswith("ledstang_") for name in plugins.found)


@pytest.mark.parametrize(
    "toml",
    ['disabled = ["sandboks"]\n', '[[regions]]\nid = "mitt"\nname = "Mitt"\ncounties = ["22"]\noff = ["sandboks"]\n'],
)
def test_a_name_that_nobody_has_is_told(house: Callable[[], House], folder: Path, toml: str) -> None:
    """To switch off a misspelt plugin would switch off nothing: the settings are refused, with the nearest name."""
    text = f'title = "Test"\n{toml}'
    (folder / "ledstang.toml").write_text(text, encoding="utf-8")
    (fault,) = house().settings_faults
    assert fault.line == text.splitlines().index(next(line for line in text.splitlines() if "sandboks" in line)) + 1
    assert "`sandboks`" in fault.why
    assert fault.tip == "Did you mean `sandbox`?"


def test_a_drop_in_folder_has_tables_and_migrations(town: Town, tmp_path: Path) -> None:
    """A folder of one's own keeps rows: its migration is written by `ledstang migrate --write` and run at the start."""
    from click.testing import CliRunner
    from ledstang.cli.migrate import command

    plugin = tmp_path / "diary"
    plugin.mkdir()
    (plugin / "__init__.py").write_text(DIARY, encoding="utf-8")
    (plugin / "tables.py").write_text(TABLES, encoding="utf-8")
    region = tmp_path / "region"
    (region / "plugins").mkdir(parents=True)
    (region / "ledstang.toml").write_text('title = "Test"\n', encoding="utf-8")
    (region / "plugins" / "diary").symlink_to(plugin)
    written = CliRunner().invoke(command, [str(region), "--write", "diary"])
    assert written.exit_code == 0, written.output
    (migration,) = (plugin / "migrations").glob("diary_*.py")
    assert migration.name in written.output.replace("\n", "")

    with town.instance(plugins=plugin) as place:
        dag = place.sign_in(town.person("Dag", born="1985-03-14"))
        assert dag.post("/diary/").text == "1"
        assert dag.post("/diary/").text == "2"
    with town.instance() as again:
        dag = again.sign_in(town.person("Dag", born="1985-03-14"))
        assert dag.post("/diary/").text == "3"


DIARY = '''"""A diary that only counts its pages."""
from uuid import uuid4

from ledstang import Host, Visit, hookimpl
from litestar import post

from .tables import Page


@hookimpl
def register_routes(host: Host) -> list:
    @post("/", status_code=200, media_type="text/plain")
    async def write(visit: Visit) -> str:
        async def work() -> None:
            await Page.insert(Page(id=uuid4(), person=visit.subject.id))

        await host.database.write(work)
        return str(await Page.count())

    return [write]
'''
TABLES = """from ledstang import PersonTable
from piccolo.columns import UUID, ForeignKey, OnDelete
from piccolo.table import Table


class Page(Table, tablename="diary_page"):
    id = UUID(primary_key=True, default=None)
    person = ForeignKey(PersonTable, on_delete=OnDelete.restrict, null=False)
"""
