"""Each hook does what its specification says: one test a hook, through a running instance."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from ledstang.cli import ledstang
from ledstang.fitting import SettingsFault
from ledstang.testing import TOML, Town

HEAD = "from ledstang import *\nfrom ledstang import hookimpl\nfrom litestar import get, post\n"
Plugin = Callable[..., Path]

PROGRAMME = """---
program: paus
titel: Paus
språk: sv
ägare: SE2321000016-1003
version: 0.1
sort: öppet
målgrupp: invånare
medicinskt ansvarig: Någon
licens: CC BY 4.0
säkerhet: Ring 112 om det är akut.
---

Ett litet program.
"""
MODULE = "---\nmodul: ett\ntitel: Ett\nöppnas: direkt\n---\n\n# Andas\n\n{box}\n"


@pytest.fixture
def plugin(tmp_path: Path) -> Plugin:
    """Write a plugin of one file, called `hello` if nothing else is said."""

    def write(source: str, name: str = "hello") -> Path:
        path = tmp_path / f"{name}.py"
        path.write_text(HEAD + source, encoding="utf-8")
        return path

    return write


@pytest.fixture
def programme(tmp_path: Path) -> Callable[[str], Path]:
    """Write a programme of one module with a box in it."""

    def write(box: str) -> Path:
        folder = tmp_path / "paus"
        folder.mkdir()
        (folder / "programme.md").write_text(PROGRAMME, encoding="utf-8")
        (folder / "01-ett.md").write_text(MODULE.format(box=box), encoding="utf-8")
        return folder

    return write


SETTINGS = """
import msgspec

class Settings(msgspec.Struct, frozen=True):
    greeting: str
    times: int = 1

@hookimpl
def register_settings():
    return Settings

@hookimpl
def register_routes(host):
    @get("/", media_type="text/plain")
    async def greet() -> str:
        mine = host.settings(Settings)
        return mine.greeting * mine.times
    return [greet]
"""


def test_register_settings(town: Town, plugin: Plugin) -> None:
    """The plugin's own table of the settings fits its struct, and is read back typed, defaults filled in."""
    toml = TOML + '[plugins.hello]\ngreeting = "Hej"\n'
    with town.instance(plugins=plugin(SETTINGS), toml=toml) as place:
        assert place.browser().get("/hello/").text == "Hej"


@pytest.mark.parametrize(
    ("table", "line", "sentence"),
    [
        ('greeting = "Hej"\ntime = 2\n', 3, "The key `plugins.hello.time` is unknown. Did you mean `times`?"),
        ('greeting = "Hej"\ntimes = "two"\n', 3, "The value of `plugins.hello.times` does not fit: it is a text"),
        ("times = 2\n", 1, "The key `plugins.hello.greeting` is missing. Add it."),
    ],
)
def test_register_settings_stops_the_start(town: Town, plugin: Plugin, table: str, line: int, sentence: str) -> None:
    """What does not fit stops the start with the file, the line and the key."""
    toml = TOML + "[plugins.hello]\n" + table
    with pytest.raises(SettingsFault) as raised, town.instance(plugins=plugin(SETTINGS), toml=toml):
        pass
    (fault,) = raised.value.all
    assert fault.line == TOML.count("\n") + line
    assert f"{fault.why} {fault.tip}".startswith(sentence)


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("[plugins.helo]\n", "It speaks of a plugin `helo` that is not installed. Did you mean `hello`?"),
        ("[plugins.sandbox]\nx = 1\n", "There are settings for a plugin `sandbox` that takes none. Remove the table"),
    ],
)
def test_settings_of_nobody(town: Town, plugin: Plugin, table: str, sentence: str) -> None:
    """A table for a plugin that there is none of, or that takes no settings, stops the start too."""
    toml = TOML + '[plugins.hello]\ngreeting = "Hej"\n' + table
    with pytest.raises(SettingsFault) as raised, town.instance(plugins=plugin(SETTINGS), toml=toml):
        pass
    assert f"{raised.value.why} {raised.value.tip}".startswith(sentence)
    assert raised.value.line == TOML.count("\n") + 3


def test_register_routes(town: Town, plugin: Plugin) -> None:
    """Handlers are mounted below the plugin's name. With `visit` one must be signed in; without, anybody may come."""
    source = """
@hookimpl
def register_routes(host):
    @get("/", media_type="text/plain")
    async def mine(visit: Visit) -> str:
        return visit.subject.name

    @get("/open", media_type="text/plain")
    async def open_(visitor: Visit | None) -> str:
        return visitor.subject.name if visitor else "nobody"

    @post("/", status_code=200, media_type="text/plain")
    async def save(visit: Visit) -> str:
        return "saved"

    return [mine, open_, save]
"""
    with town.instance(plugins=plugin(source, "named_contact")) as place:
        stranger, dag = place.browser(), place.sign_in(town.person("Dag", born="1985-03-14"))
        assert dag.get("/named-contact/").text == "Dag"
        assert dag.get("/named-contact/open").text == "Dag"
        assert stranger.get("/named-contact/open").text == "nobody"
        assert stranger.get("/named-contact/").url.path == "/signin"
        assert stranger.get("/named_contact/").status_code == 404
        assert dag.post("/named-contact/").text == "saved"
        assert dag.post("/named-contact/", {"_csrf": "wrong"}).status_code == 403


def test_register_links(town: Town, plugin: Plugin) -> None:
    """The start page lists the services that a person is to see, and the front page those that are public."""
    source = """
async def to_dag(visit):
    return visit.subject.name == "Dag"

@hookimpl
def register_links():
    return [
        Link("For Dag", "/hello/dag", "Only for one.", shown=to_dag),
        Link("For all", "/hello/all", public=True),
    ]
"""
    with town.instance(plugins=plugin(source)) as place:
        dag = place.sign_in(town.person("Dag", born="1985-03-14"))
        asta = place.sign_in(town.person("Asta", born="1990-05-02"))
        assert 'href="/hello/dag"' in main(dag.get("/start").text)
        assert 'href="/hello/dag"' not in main(asta.get("/start").text)
        assert 'href="/hello/all"' in main(asta.get("/start").text)
        front = place.browser().get("/").text
        assert 'href="/hello/all"' in front
        assert 'href="/hello/dag"' not in front


def test_a_link_with_an_action_is_for_staff(town: Town, plugin: Plugin) -> None:
    """It stands on the start page of whoever may do that at the unit where they work, and nowhere that citizens look."""
    source = """
from ledstang import Permission

@hookimpl
def register_permissions():
    return [Permission("hello.count", "Count", who="staff", roles=("treater",))]

@hookimpl
def register_links():
    return [Link("For staff", "/hello/staff", "Count them.", public=True, action="hello.count")]
"""
    with town.instance(plugins=plugin(source)) as place:
        eva, gun = town.person("Eva", born="1980-03-14"), town.person("Gun", born="1981-05-02")
        assert 'href="/hello/staff"' in place.at_work(eva, place.appoint(eva, "treater")).get("/staff/").text
        assert 'href="/hello/staff"' not in place.at_work(gun, place.appoint(gun, "author")).get("/staff/").text
        assert 'href="/hello/staff"' not in place.sign_in(eva).get("/start").text
        assert 'href="/hello/staff"' not in place.browser().get("/").text


PANEL = """
from markupsafe import Markup

@hookimpl
def register_panels():
    async def render(visit, participation):
        return Markup("<p>{} in {}</p>").format(visit.subject.name, participation.programme)

    async def nothing(visit, participation):
        return None

    return [Panel("participant", "Beside", render), Panel("participant", "Empty", nothing), Panel("no-slot", "No", render)]
"""


def test_register_panels(town: Town, plugin: Plugin, programme: Callable[[str], Path]) -> None:
    """A panel hangs in the slot of another's page, knows whose it is about, and may show nothing."""
    with town.instance(plugins=plugin(PANEL), programmes=programme("Andas.")) as place:
        dag = place.sign_in(town.person("Dag", born="1985-03-14"))
        page = dag.post("/programmes/paus/begin").text
        assert "<p>Dag in paus</p>" in page
        assert "Beside" in page
        assert "Empty" not in page


def test_register_tasks(town: Town, plugin: Plugin) -> None:
    """What needs a person is merged over plugins by deadline; a source over our database is handed its rows."""
    source = """
from datetime import timedelta

persons = prepared(lambda id_: PersonTable.select(PersonTable.county).where(PersonTable.id == id_))

@hookimpl
def register_tasks(host):
    async def from_rows(visit, rows):
        return [Task(f"Later, {row['county']}", "/hello/later", due=host.clock.now() + timedelta(days=2)) for row in rows]

    async def from_elsewhere(visit, rows):
        assert rows == []
        return [Task("No hurry", "/hello/no-hurry"), Task("Soon", "/hello/soon", due=host.clock.now())]

    return [TaskSource(from_rows, lambda visit: persons.bind(visit.subject.id)), TaskSource(from_elsewhere)]
"""
    with town.instance(plugins=plugin(source)) as place:
        page = main(place.sign_in(town.person("Dag", born="1985-03-14")).get("/start").text)
        order = [page.index(title) for title in ("Soon", "Later, 24", "No hurry")]
        assert order == sorted(order)


def test_register_content(town: Town, plugin: Plugin, tmp_path: Path) -> None:
    """A kind of Markdown of one's own is compiled from the instance's folder of that name, and found by its key."""
    source = """
import msgspec
from litestar.params import FromPath

class Note(msgspec.Struct, frozen=True):
    text: str

def compile_note(path, library):
    document, found = library.parse(path)
    note = Note(html_of(document.body))
    return Compiled("notes", path.stem, note, tuple(found), content_hash(note), path)

@hookimpl
def register_content(host):
    return [ContentKind(name="notes", word="note", compile=compile_note, document=Note,
                        words={"sv": "anteckning"})]

@hookimpl
def register_routes(host):
    @get("/{key:str}", media_type="text/plain")
    async def read(key: FromPath[str]) -> str:
        return host.content("notes")[key].document.text
    return [read]
"""
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "first.md").write_text("---\nanteckning: first\n---\n\nEn *liten* text.\n", encoding="utf-8")
    with town.instance(plugins=plugin(source), notes=notes / "first.md") as place:
        assert place.browser().get("/hello/first").text == "<p>En <em>liten</em> text.</p>\n"


BLOCK = """
from markupsafe import Markup

given = []

@hookimpl
def register_blocks():
    def check(box, library):
        fine = "in" in box.settings
        return [] if fine else [error(box.place, "rest-in", "Nothing says for how long.", "Add a line in:")]

    async def render(visit, box, participation):
        return Markup("<p>{}, {}: {}</p>").format(visit.subject.name, box.settings["in"].value, len(given))

    async def submit(visit, box, fields):
        given.append(fields["rested"])

    block = Block(name="rest", words={"sv": "vila", "en": "rest"}, settings={"in": {"sv": "i", "en": "in"}},
                  check=check, render=render, submit=submit)
    return [block]
"""


def test_register_blocks(town: Town, plugin: Plugin, programme: Callable[[str], Path]) -> None:
    """A box that an author writes is shown on a step, and given what is posted there."""
    with town.instance(plugins=plugin(BLOCK), programmes=programme("::: vila\ni: fem minuter\n:::")) as place:
        dag = place.sign_in(town.person("Dag", born="1985-03-14"))
        step = first_step(dag.post("/programmes/paus/begin").text)
        assert "<p>Dag, fem minuter: 0</p>" in dag.get(step).text
        dag.post(step, {"rested": "yes"})
        assert "<p>Dag, fem minuter: 1</p>" in dag.get(step).text


def test_register_blocks_checks(town: Town, plugin: Plugin, programme: Callable[[str], Path]) -> None:
    """A box's own check is asked when the document is compiled, and its faults have the author's line."""
    with town.instance(plugins=plugin(BLOCK), programmes=programme("::: vila\nfem minuter\n:::")) as place:
        result = CliRunner().invoke(ledstang, ["check", str(place.instance.folder), "--language", "en"])
    assert result.exit_code == 1
    assert re.search(r"01-ett\.md:9(:\d+)?  rest-in  Nothing says for how long\.  Add a line in:", result.output)


def test_register_permissions(town: Town, plugin: Plugin) -> None:
    """One may what one's plugin has registered for one's own; what nobody registered, nobody may."""
    source = """
async def not_asta(visit, resource):
    return visit.subject.name != "Asta"

@hookimpl
def register_permissions():
    return [Permission("hello.read", "Read"), Permission("hello.write", "Write", check=not_asta)]
"""
    with town.instance(plugins=plugin(source)) as place:
        dag, asta = town.person("Dag", born="1985-03-14"), town.person("Asta", born="1990-05-02")
        assert place.may(dag, "hello.read", owner=dag)
        assert not place.may(dag, "hello.read", owner=asta)
        assert place.may(dag, "hello.write", owner=dag)
        assert not place.may(asta, "hello.write", owner=asta)
        assert not place.may(dag, "hello.else", owner=dag)


def test_register_signin(town: Town, plugin: Plugin) -> None:
    """A way to sign in stands on the page for it, keeps where one was going, and ends in a session."""
    source = """
from datetime import date
from litestar import Request

@hookimpl
def register_signin(host):
    return [SignInMethod("hello", "Sign in with hello", "/hello/", "For tests.")]

@hookimpl
def register_routes(host):
    @get("/")
    async def enter(request: Request) -> object:
        born = date(1985, 3, 14)
        identity = Identity(make_test_number(born), "Dag", born, "24")
        return await host.sign_in(request, identity, request.query_params["next"])
    return [enter]
"""
    with town.instance(plugins=plugin(source)) as place:
        browser = place.browser()
        page = browser.get("/signin?next=/start").text
        assert "Sign in with hello" in page
        assert 'href="/hello/?next=/start"' in page
        assert "Hej, Dag" in browser.get("/hello/?next=/start").text


def test_register_personal_data(town: Town, plugin: Plugin) -> None:
    """Every plugin's promise to hand out and to forget is collected, and works for one person."""
    source = """
kept = {}

@hookimpl
def register_personal_data(host):
    async def export(person):
        return [{"note": kept[person]}] if person in kept else []

    async def erase(person, why):
        return 1 if kept.pop(person, None) else 0

    return [PersonalData("Notes", export, erase)]
"""
    with town.instance(plugins=plugin(source)) as place:
        promises = dict(place.house.offers["register_personal_data"])
        mine = promises["hello"]
        dag = place.visit(town.person("Dag", born="1985-03-14")).subject.id
        place.house.plugins.found["hello"].module.kept[dag] = "a note"
        assert place.run(mine.export(dag)) == [{"note": "a note"}]
        assert place.run(mine.erase(dag, "they asked")) == 1
        assert place.run(mine.export(dag)) == []
        assert "programmes" in promises


def test_register_commands(town: Town, plugin: Plugin, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plugin's command stands beside the host's in the instance that has the plugin."""
    source = "import click\n@hookimpl\ndef register_commands():\n    return [click.Command('greet', callback=greet)]\n"
    with town.instance(plugins=plugin("def greet():\n    click.echo('Hej')\n" + source)) as place:
        monkeypatch.chdir(place.instance.folder)
    assert CliRunner().invoke(ledstang, ["greet"]).output == "Hej\n"
    listed = CliRunner().invoke(ledstang, ["--help"]).output
    assert "greet" in listed
    assert "persons" in listed


def test_a_command_that_fails_to_be_asked_for_is_told(
    town: Town, plugin: Plugin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A broken plugin does not take the command line with it: it is named, and the others' commands work."""
    with town.instance(plugins=plugin("@hookimpl\ndef register_commands():\n    1 / 0\n"), broken=True) as place:
        monkeypatch.chdir(place.instance.folder)
    result = CliRunner().invoke(ledstang, ["persons"])
    assert result.exit_code == 0
    assert "The plugin `hello` (" in result.stderr
    assert "raised ZeroDivisionError in `register_commands`" in result.stderr


def test_a_plugin_has_hooks_of_its_own(town: Town, tmp_path: Path) -> None:
    """A plugin's hookspecs are served by others with `optionalhook`, without an import, and read by `host.ask`."""
    owner = tmp_path / "booking"
    owner.mkdir()
    (owner / "hookspecs.py").write_text(
        "import pluggy\n\n\n@pluggy.HookspecMarker('ledstang')\ndef register_calendars(host):\n    '''Return names.'''\n",
        encoding="utf-8",
    )
    asks = """
@hookimpl
def register_routes(host):
    @get("/")
    async def calendars() -> list[list[str]]:
        return [[plugin, name] for plugin, name in host.ask("register_calendars")]
    return [calendars]
"""
    (owner / "__init__.py").write_text(HEAD + asks, encoding="utf-8")
    serves = "@hookimpl(optionalhook=True)\ndef register_calendars(host):\n    return [f'{host.plugin} days']\n"
    server = tmp_path / "clinic.py"
    server.write_text(HEAD + serves, encoding="utf-8")
    with town.instance(plugins=server):
        pass  # it stands without the one that asks
    with town.instance(plugins=owner) as place:
        assert place.browser().get("/booking/").json() == [["clinic", "clinic days"]]


def test_a_plugin_s_hook_is_as_strict_as_the_host_s(town: Town, tmp_path: Path) -> None:
    """A wrong argument for a plugin's own hook is the server's fault, told as any other."""
    owner = tmp_path / "booking"
    owner.mkdir()
    spec = "import pluggy\n\n\n@pluggy.HookspecMarker('ledstang')\ndef register_calendars(host):\n    pass\n"
    (owner / "hookspecs.py").write_text(spec, encoding="utf-8")
    (owner / "__init__.py").write_text("", encoding="utf-8")
    server = tmp_path / "clinic.py"
    server.write_text(
        HEAD + "@hookimpl(optionalhook=True)\ndef register_calendars(unit):\n    return []\n", encoding="utf-8"
    )
    with town.instance(plugins=owner), town.instance(plugins=server, broken=True) as place:
        (fault,) = place.house.plugins.faults
        assert fault.tip == "It is `register_calendars(host)`."


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        ("def register_calendars(host):\n    pass\n", "specifies no hook in its hookspecs.py"),
        ("import pluggy\n@pluggy.HookspecMarker('ledstang')\ndef register_links(host):\n    pass\n",
         "specifies the hook `register_links`, which is there already"),
    ],
)  # fmt: skip
def test_hookspecs_that_cannot_stand(town: Town, tmp_path: Path, spec: str, why: str) -> None:
    """A plugin specifies hooks of its own, marked as such, and no one else's."""
    owner = tmp_path / "booking"
    owner.mkdir()
    (owner / "hookspecs.py").write_text(spec, encoding="utf-8")
    (owner / "__init__.py").write_text("", encoding="utf-8")
    with town.instance(plugins=owner, broken=True) as place:
        (fault,) = place.house.plugins.faults
        assert fault.why == why


def main(page: str) -> str:
    """Return the main part of a page, without its header."""
    return page[page.index("<main") : page.index("</main>")]


def first_step(page: str) -> str:
    """Return the address of the first step that a programme's overview leads to."""
    found = re.search(r'href="(/programmes/mine/[^"]+/module/[^"]+)"', page)
    assert found
    return found[1]


def test_register_listeners(town: Town, plugin: Plugin) -> None:
    """What listens to a type of event hears each such event, once it is safe in the database, and no other."""
    source = """
heard = []

@hookimpl
def register_listeners(host):
    async def hear(event, once):
        heard.append(f"{event.module} {once}")

    return [Listener("modules", ModuleCompleted, hear)]

@hookimpl
def register_routes(host):
    @get("/")
    async def finish(visit: Visit) -> list[str]:
        one = {"person": visit.subject.id, "participation": visit.subject.id}
        await host.emit(ModuleCompleted(module="first", **one), once="it")
        await host.emit(ParticipationStarted(**one))
        return heard

    return [finish]
"""
    with town.instance(plugins=plugin(source)) as place:
        dag = place.sign_in(town.person("Dag", born="1985-03-14"))
        assert dag.get("/hello/").json() == []
        place.work()
        assert dag.get("/hello/").json() == ["first hello.modules:hello:it"]
        place.work()
        assert len(dag.get("/hello/").json()) == 1


def test_register_jobs(town: Town, plugin: Plugin) -> None:
    """A job is run for each time that it is due."""
    source = """
from datetime import time
done = []

@hookimpl
def register_jobs(host):
    async def run(due):
        done.append(due.isoformat())

    return [Job("nine", Daily(time(9)), run)]

@hookimpl
def register_routes(host):
    @get("/")
    async def look(visitor: Visit | None) -> list[str]:
        return done

    return [look]
"""
    with town.instance(plugins=plugin(source)) as place:
        place.work()
        place.clock.move(days=1)
        place.work()
        assert place.browser().get("/hello/").json() == ["2026-11-23T08:00:00+00:00", "2026-11-24T08:00:00+00:00"]


def test_two_errands_of_one_name_are_refused(town: Town, plugin: Plugin) -> None:
    """They could not be told apart in the outbox."""
    source = """
async def nothing(*_): ...

@hookimpl
def register_jobs(host):
    return [Job("one", Every(60), nothing)]

@hookimpl
def register_listeners(host):
    return [Listener("one", ModuleCompleted, nothing)]
"""
    with town.instance(plugins=plugin(source), broken=True) as place:
        assert "brings two jobs or listeners called `one`" in str(place.house.plugins.faults[0])
