"""Distributions, built and installed into an environment with nothing in it."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from click.testing import CliRunner
from ledstang.cli.migrate import command as migrate

ROOT = Path(__file__).parents[2]
APPOINTED = ROOT / "tests" / "fixtures" / "distributions" / "ledstang_appointed"
"""A second proxy ground, written from proxies/README.md and plugins/README.md alone."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all that lies here as building distributions."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.packaging)


def pip(*line: str | Path) -> None:
    """Run our pip, and tell what it said if it failed."""
    said = subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", *map(str, line)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": ""},
    )
    assert said.returncode == 0, said.stdout + said.stderr


@pytest.fixture(scope="session")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Somebody else's distribution: a diary with a table, a page, a task, a box and a panel."""
    folder = tmp_path_factory.mktemp("outside")
    package = folder / "region_diary"
    package.mkdir()
    (folder / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    (package / "__init__.py").write_text(PLUGIN, encoding="utf-8")
    (package / "tables.py").write_text(TABLES, encoding="utf-8")
    (package / "templates").mkdir()
    (package / "templates" / "diary.html").write_text(TEMPLATE, encoding="utf-8")
    _write_migration(package, tmp_path_factory.mktemp("desk"))
    return folder


def _write_migration(package: Path, desk: Path) -> None:
    """Write the plugin's migration as its author would: with the plugin dropped into an instance of their own."""
    (desk / "ledstang.toml").write_text('title = "Desk"\n', encoding="utf-8")
    (desk / "plugins").mkdir()
    (desk / "plugins" / "diary").symlink_to(package)
    written = CliRunner().invoke(migrate, [str(desk), "--write", "diary"])
    assert written.exit_code == 0, written.output


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory, outside: Path) -> dict[str, Path]:
    """The wheels of this project and of two others, by the distribution's name."""
    folder = tmp_path_factory.mktemp("wheels")
    pip("wheel", "--no-deps", "--wheel-dir", folder, ROOT, outside, APPOINTED)
    return {wheel.name.partition("-")[0]: wheel for wheel in folder.glob("*.whl")}


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory, wheels: dict[str, Path]) -> Path:
    """The `bin/` of an environment that has these wheels and what they stand on, in the versions that are pinned."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder)
    there = ("--python", folder / "bin" / "python")
    pip(*there, "install", "--no-compile", "-c", ROOT / "constraints.txt", *wheels.values())
    return folder / "bin"


@pytest.fixture(scope="session")
def author(environment: Path) -> Path:
    """The same environment as a plugin's author has it: with pytest."""
    pip("--python", environment / "python", "install", "--no-compile", "-c", ROOT / "constraints.txt", "pytest")
    return environment


PYPROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "region-diary"
version = "3.2"
dependencies = ["ledstang"]

[project.entry-points.ledstang]
diary = "region_diary"
"""
TABLES = '''"""Notes."""

from __future__ import annotations

from ledstang import PersonTable
from piccolo.columns import UUID, ForeignKey, OnDelete, Varchar
from piccolo.table import Table


class Note(Table, tablename="diary_note"):
    """What a person has noted."""

    id = UUID(primary_key=True, default=None)
    person = ForeignKey(PersonTable, on_delete=OnDelete.restrict, null=False, index=True)
    text = Varchar(200, null=False)
'''
TEMPLATE = """\
{% extends "host/layout.html" %}
{% import "host/parts.html" as parts with context %}
{% block main %}
{{ parts.heading("Dagbok") }}
<ul>{% for note in notes %}<li>{{ note }}</li>{% endfor %}</ul>
{% endblock %}
"""
PLUGIN = '''"""A diary from outside."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from ledstang import (
    Block, Box, Host, Link, Panel, PersonalData, Task, TaskSource, Visit, hookimpl, prepared,
)
from litestar import Request, Response, get, post
from litestar.response import Redirect
from markupsafe import Markup

from .tables import Note

notes_of = prepared(lambda person: Note.select(Note.text).where(Note.person == person))
forget = prepared(lambda person: Note.delete().where(Note.person == person).returning(Note.id))


@hookimpl
def register_routes(host: Host) -> list:
    @get("/")
    async def diary(request: Request, visit: Visit) -> Response:
        notes = [row["text"] for row in await notes_of(visit.subject.id)]
        return host.page(request, "diary/diary.html", notes=notes)

    @post("/")
    async def write(request: Request, visit: Visit) -> Redirect:
        text = (await request.form())["text"]

        async def work() -> None:
            await Note.insert(Note(id=uuid4(), person=visit.subject.id, text=text))

        await host.database.write(work)
        return Redirect("/diary/", status_code=303)

    return [diary, write]


@hookimpl
def register_links() -> list[Link]:
    return [Link("Min dagbok", "/diary/")]


@hookimpl
def register_tasks() -> list[TaskSource]:
    async def tasks(visit: Visit, rows: list[dict[str, Any]]) -> list[Task]:
        return [] if rows else [Task("Skriv din första anteckning", "/diary/")]

    return [TaskSource(tasks, lambda visit: notes_of.bind(visit.subject.id))]


@hookimpl
def register_panels() -> list[Panel]:
    async def render(visit: Visit, participation: Any) -> Markup:
        notes = await notes_of(visit.subject.id)
        return Markup("<p>{} anteckningar under {}</p>").format(len(notes), participation.programme)

    return [Panel("participant", "Dagboken", render)]


@hookimpl
def register_blocks() -> list[Block]:
    async def render(visit: Visit, box: Box, participation: Any) -> Markup:
        return Markup("<p>Anteckna om {}, {}.</p>").format(box.settings["about"].value, visit.subject.name)

    return [Block(name="note", words={"sv": "anteckna"}, settings={"about": {"sv": "om"}}, render=render)]


@hookimpl
def register_personal_data() -> list[PersonalData]:
    async def export(person: UUID) -> list[dict[str, Any]]:
        return await notes_of(person)

    async def erase(person: UUID, why: str) -> int:
        return len(await forget(person))

    return [PersonalData("Dagboken", export, erase)]
'''
