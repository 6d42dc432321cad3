"""`ledstang serve` as its users run it: a process, a port, a folder."""

from __future__ import annotations

import io
import re
import socket
from collections.abc import Callable
from contextlib import redirect_stderr
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner
from ledstang.cli import main
from ledstang.cli.init import command as init
from ledstang.cli.serve import DEMO, FOLDER
from ledstang.testing import TOML

Run = Callable[..., "Ended"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An instance with nothing in it but its settings."""
    place = tmp_path / "region"
    (place / "plugins").mkdir(parents=True)
    (place / "ledstang.toml").write_text(TOML, encoding="utf-8")
    return place


@dataclass
class Ended:
    """How a command has ended."""

    code: int
    said: str


@pytest.fixture
def run(port: int, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `ledstang serve` where it is expected to give up before it serves, and return what it told its user."""

    def served(*_: object, **__: object) -> None:
        raise AssertionError("it was served")

    monkeypatch.setattr("uvicorn.run", served)
    for name in (FOLDER, DEMO):
        monkeypatch.setenv(name, "")

    def ran(*arguments: str | Path, at: str = str(port)) -> Ended:
        monkeypatch.setattr("sys.argv", ["ledstang", "serve", "--port", at, *map(str, arguments)])
        said = io.StringIO()  # one that stays open: an app that was made before may still log to it
        with redirect_stderr(said), pytest.raises(SystemExit) as ended:
            main()
        told = [line for line in said.getvalue().splitlines(keepends=True) if not line.startswith("INFO - ")]
        return Ended(int(ended.value.code or 0), "".join(told))

    return ran


def say(folder: Path, more: str) -> None:
    """Put keys before the tables of the settings."""
    file = folder / "ledstang.toml"
    file.write_text(more + file.read_text(encoding="utf-8"), encoding="utf-8")


def test_what_init_makes_can_be_taken_part_in(tmp_path: Path, serving) -> None:
    """A new folder serves: an invented person signs in, consents and begins a programme, and is in it after a restart.

    All of it is kept in the folder, and nothing where the server was started.
    """
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    place = tmp_path / "region"
    assert CliRunner().invoke(init, [str(place)]).exit_code == 0
    with serving("--demo", "../region", cwd=elsewhere) as served:
        assert served.client.get("/").status_code == 200
        assert served.client.get("/health").json()["status"] == "ok"
        assert "Hej, Tove" in served.sign_in("Tove Berg")
        consent = served.client.get("/programmes/hantera-oro/begin").text
        version = re.search(r'name="consent"[^>]*value="([^"]+)"', consent)
        assert version
        begun = served.post("/programmes/hantera-oro/begin", consent=version[1])
        assert begun.status_code == 200
        assert begun.url.path.startswith("/programmes/mine/")
        assert 'href="/sandbox/clock"' in begun.text
    with serving("--demo", place) as served:
        served.sign_in("Tove Berg")
        assert served.client.get(begun.url.path).status_code == 200
    kept = {path.relative_to(place).as_posix() for path in (place / "data").rglob("*") if path.is_file()}
    assert {"data/ledstang.sqlite", "data/keys/seal-1.key"} <= kept
    assert list(elsewhere.iterdir()) == []


def test_a_broken_plugin_is_put_aside_and_named(folder: Path, serving) -> None:
    """The others serve; the operator reads the sentence where the server was started, and on /health."""
    (folder / "plugins" / "broken.py").write_text("import no_such_thing\n", encoding="utf-8")
    with serving(folder) as served:
        assert served.client.get("/programmes/").status_code == 200
        assert served.client.get("/health").json()["status"] == "degraded"
    said = "".join(served.said)
    assert "Put aside: The plugin `broken` (" in said
    assert "plugins/broken.py:1) imports `no_such_thing`, which is not installed. Install what holds" in said
    assert "Traceback" not in said


def test_two_workers_serve(folder: Path, serving) -> None:
    """More than one process serves one instance."""
    with serving("--workers", "2", folder) as served:
        assert served.client.get("/ready").json() == {"status": "ready"}


def test_strict_refuses_with_the_sentences(folder: Path, run: Run) -> None:
    """`strict = true` stops before anybody is served, with each fault in its sentence."""
    say(folder, "strict = true\n")
    (folder / "plugins" / "one.py").write_text("import no_such_thing\n", encoding="utf-8")
    (folder / "plugins" / "two").mkdir()
    (folder / "plugins" / "two" / "__init__.py").write_text("", encoding="utf-8")
    (folder / "plugins" / "two" / "templates").mkdir()
    (folder / "plugins" / "two" / "templates" / "x.html").write_text("{% if %}", encoding="utf-8")
    first = run(folder)
    assert first.code == 1
    assert re.fullmatch(r"The plugin `one` \(.+one\.py:1\) imports `no_such_thing`, .+\n", first.said)
    (folder / "plugins" / "one.py").unlink()
    second = run(folder)
    assert second.code == 1
    assert re.fullmatch(r"The plugin `two` \(.+x\.html:1\) has a template that is not valid: .+\n", second.said)


def test_the_port_in_use(folder: Path, port: int, run: Run) -> None:
    """A port that somebody has is told with another that one may try."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        ended = run(folder)
    assert ended.code == 1
    assert f"Port {port} on 127.0.0.1 cannot be had: Address already in use." in ended.said
    assert f"`ledstang serve --port {port + 1}`" in ended.said


@pytest.mark.parametrize("port", ["0", "70000", "x"])
def test_a_port_that_is_none(folder: Path, run: Run, port: str) -> None:
    """A number that is no port is misuse."""
    assert run(folder, at=port).code == 2


def test_an_address_that_is_none(folder: Path, run: Run) -> None:
    """A host that cannot be listened on is told, not traced."""
    ended = run(folder, "--host", "no.such.host.invalid")
    assert ended.code == 1
    assert "cannot be had" in ended.said


def test_a_database_that_is_a_directory(folder: Path, run: Run) -> None:
    """What cannot be a database is told in one sentence, and left as it is."""
    (folder / "data" / "ledstang.sqlite").mkdir(parents=True)
    ended = run(folder)
    assert ended.code == 2
    assert ended.said.startswith("database: ")
    assert str(folder / "data" / "ledstang.sqlite") in ended.said
    assert ended.said.count("\n") == 1
    assert (folder / "data" / "ledstang.sqlite").is_dir()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "There is no ledstang.toml here."),
        (b"", "The file is empty."),
        ('title = "Region Östra"'.encode("latin-1"), "The file is not UTF-8"),
        (b'title = "x"\nprot = 1\n', "ledstang.toml:2: The key `prot` is unknown."),
        (b'title = "x"\n[plugins.diary]\n', "ledstang.toml:2: It speaks of a plugin `diary` that is not installed."),
    ],
)
def test_settings_that_will_not_do(folder: Path, run: Run, content: bytes | None, said: str) -> None:
    """No settings, no server: one sentence and the exit code of misuse."""
    file = folder / "ledstang.toml"
    file.unlink()
    if content is not None:
        file.write_bytes(content)
    ended = run(folder)
    assert ended.code == 2
    assert said in ended.said
    assert "Traceback" not in ended.said


@pytest.mark.parametrize("theme", ["norra", "nothing"])
def test_a_theme_that_nobody_can_read(folder: Path, run: Run, theme: str) -> None:
    """A theme without contrast, or without a file, is refused with its place."""
    say(folder, f'theme = "{theme}"\n')
    (folder / "themes" / "norra").mkdir(parents=True)
    (folder / "themes" / "norra" / "theme.toml").write_text('[light]\ntext = "#fffdf9"\n', encoding="utf-8")
    ended = run(folder)
    assert ended.code == 1
    assert "theme.toml:" in ended.said
    assert "Traceback" not in ended.said


def test_production_is_no_demo(folder: Path, run: Run) -> None:
    """In production nobody signs in as whom they please."""
    say(folder, "production = true\n")
    ended = run("--demo", folder)
    assert ended.code == 1
    assert "`production = true` in ledstang.toml refuses --demo" in ended.said
    assert not (folder / "data").exists()


def test_production_without_keys(folder: Path, run: Run) -> None:
    """In production missing keys are never made anew."""
    say(folder, "production = true\n")
    ended = run(folder)
    assert ended.code == 1
    assert "Restore the key files" in ended.said


def test_a_demo_in_two_processes(folder: Path, run: Run) -> None:
    """The demo's clock is one: --workers is refused with it."""
    assert "--demo keeps its clock in one process" in run("--demo", "--workers", "2", folder).said


@pytest.mark.parametrize("workers", ["1", "2"])
def test_whoever_is_on_the_way_is_served_before_it_stops(folder: Path, serving, workers: str) -> None:
    """Told to stop, it says that nobody else should be sent, and goes on for as long as the instance says."""
    say(folder, "drain_seconds = 1\n")
    with serving("--workers", workers, folder) as served:
        assert served.client.get("/ready").status_code == 200
        served.process.terminate()
        while served.client.get("/ready").status_code == 200:
            pass
        assert served.client.get("/programmes/").status_code == 200
        assert served.process.poll() is None
