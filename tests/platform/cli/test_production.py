"""What `production = true` refuses: each reason alone, by `serve` and by `doctor`, in the same words."""

from __future__ import annotations

import ast
import inspect
import io
import json
from collections.abc import Callable
from contextlib import redirect_stderr
from pathlib import Path

import pytest
from click.testing import CliRunner
from ledstang import production
from ledstang.cli import main
from ledstang.cli.doctor import command as doctor
from ledstang.cli.keys import command as keys
from ledstang.instance import open_instance
from ledstang.plugins import find
from ledstang.production import refusals
from ledstang.testing import TOML

SOUND = """\
production = true
keys = "../keys"
disabled = ["sandbox"]
hosts = ["vard.example.se"]
proxies = ["127.0.0.1"]
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An instance that may serve citizens."""
    place = tmp_path / "region"
    (place / "plugins").mkdir(parents=True)
    place.chmod(0o755)
    (place / "ledstang.toml").write_text(SOUND + TOML, encoding="utf-8")
    monkeypatch.setattr("ledstang.cli.keys.configure", lambda: None)
    for name in production.DEBUGGING:
        monkeypatch.delenv(name, raising=False)
    made = CliRunner().invoke(keys, ["create", str(place)], catch_exceptions=False)
    assert made.exit_code == 0, made.output
    return place


def say(old: str, new: str) -> Callable[[Path, pytest.MonkeyPatch], None]:
    """Write something else in the settings."""

    def do(folder: Path, _: pytest.MonkeyPatch) -> None:
        file = folder / "ledstang.toml"
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")

    return do


def mode(name: str, bits: int, content: str | None = None) -> Callable[[Path, pytest.MonkeyPatch], None]:
    """Give a file of the instance, a new one perhaps, other rights."""

    def do(folder: Path, _: pytest.MonkeyPatch) -> None:
        if content is not None:
            (folder / name).write_text(content, encoding="utf-8")
        (folder / name).chmod(bits)

    return do


def debugging(name: str) -> Callable[[Path, pytest.MonkeyPatch], None]:
    return lambda _, monkeypatch: monkeypatch.setenv(name, "1")


def beside(folder: Path, _: pytest.MonkeyPatch) -> None:
    """Put the keys where the first serve of a trial makes them."""
    (folder.parent / "keys").rename(folder / "data" / "keys")
    say('keys = "../keys"\n', "")(folder, _)


def token(folder: Path, _: pytest.MonkeyPatch) -> None:
    say("[rates]", '[metrics]\ntoken_file = "data/token"\n[rates]')(folder, _)
    mode("data/token", 0o644, "x")(folder, _)


ROWS = [
    ("trial plugin", say('disabled = ["sandbox"]\n', ""), "The plugin `sandbox` is for trying out.", 'disabled = ["sandbox"]'),
    *(("debug", debugging(name), f"{name} is set", f"unset {name}") for name in production.DEBUGGING),
    ("keys", lambda folder, _: (folder.parent / "keys" / "index.key").unlink(), "index.key: it cannot be read", "Restore"),
    ("keys", say('"../keys"', '"../nowhere"'), "there is no seal-1.key", "Restore the key files"),
    ("keys", mode("../keys/seal-1.key", 0o440), "others than its owner may read", "chmod 400"),
    ("keys' folder", mode("../keys", 0o755), "Others may look into", "chmod 700"),
    ("keys' place", beside, "so that who copies the instance has them too", 'write keys = "/etc/ledstang/keys"'),
    ("hosts", say('hosts = ["vard.example.se"]\n', ""), "`hosts` is empty", "Write hosts = "),
    ("http", say('"vard.', '"http://vard.'), "an address without HTTPS", "Let the proxy answer by HTTPS"),
    ("host's name", say('"vard.', '"*.'), "The host `*.example.se` is no name", "bare names"),
    ("proxies", say('proxies = ["127.0.0.1"]\n', ""), "`proxies` is empty", "proxy with HTTPS"),
    ("wide proxies", say('"127.0.0.1"', '"0.0.0.0/0"'), "The proxies `0.0.0.0/0` are half the world", "own addresses"),
    ("wide proxies", say('"127.0.0.1"', '"::/0"'), "The proxies `::/0` are half the world", "own addresses"),
    ("metrics", say("[rates]", '[metrics]\nnetworks = ["0.0.0.0/0"]\n[rates]'), "lets the network 0.0.0.0/0 read", "Name"),
    ("token file", token, "Others than its owner may read or write", "chmod 600"),
    ("database file", mode("data/ledstang.sqlite", 0o644), "Others than its owner may read or write", "chmod 600"),
    ("files", mode("ledstang.toml", 0o666), "Anybody on this machine may change", "chmod o-w"),
    ("files", mode("plugins", 0o777), "Anybody on this machine may change", "chmod o-w"),
    ("files", mode("plugins/mine.py", 0o666, '"""Mine."""\n'), "mine.py", "chmod o-w"),
]  # fmt: skip


@pytest.fixture
def serve(port: int, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str]]:
    """Run `ledstang serve` up to where it would serve; return its exit code and what it told."""

    def ran(*arguments: str | Path) -> tuple[int, str]:
        monkeypatch.setattr("uvicorn.run", lambda *_, **__: None)
        monkeypatch.setattr("sys.argv", ["ledstang", "serve", "--port", str(port), *map(str, arguments)])
        for name in ("LEDSTANG_FOLDER", "LEDSTANG_DEMO"):
            monkeypatch.setenv(name, "")
        said = io.StringIO()
        with redirect_stderr(said):
            try:
                main()
            except SystemExit as ended:
                return int(ended.code or 0), said.getvalue()
        return 0, said.getvalue()

    return ran


def found(folder: Path, *, demo: bool = False) -> list[production.Refusal]:
    instance = open_instance(folder, demo=demo)
    return refusals(instance, find(instance.drop_ins, instance.settings.disabled))


def test_a_sound_place_is_served(folder: Path, serve) -> None:
    """Nothing is held against it, and doctor says so."""
    assert found(folder) == []
    assert serve(folder)[0] == 0
    done = CliRunner().invoke(doctor, [str(folder)], catch_exceptions=False)
    assert "ok       production Nothing speaks against serving citizens from here." in done.output
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize(
    ("rule", "spoil", "why", "tip"), ROWS, ids=[f"{number} {row[0]}" for number, row in enumerate(ROWS)]
)
def test_v5_13_4_2_each_reason_alone_is_refused(
    folder, serve, monkeypatch, rule: str, spoil, why: str, tip: str
) -> None:
    """One thing wrong is one sentence, which names it and says what to do; nobody is served."""
    spoil(folder, monkeypatch)
    (refusal,) = found(folder)
    assert refusal.rule == rule
    assert why in refusal.sentence
    assert tip in refusal.tip
    code, said = serve(folder)
    assert (code, said) == (1, f"{refusal}\n")


def test_the_demo_is_refused(folder: Path, serve) -> None:
    """With it go the gallery and the sign-in of invented persons."""
    assert [one.rule for one in found(folder, demo=True)] == ["demo"]
    code, said = serve("--demo", folder)
    assert code == 1
    assert said.startswith("production: `production = true` in ledstang.toml refuses --demo")


def test_a_password_in_the_address_of_the_database_is_refused(folder: Path, serve) -> None:
    """Anywhere, not only in production, and without repeating it."""
    say("production", 'database = "postgresql://us:hemligt@db/x"\nproduction')(folder, None)
    code, said = serve(folder)
    assert code == 2
    assert "holds a password" in said
    assert ".pgpass" in said
    assert "hemligt" not in said


def test_python_s_development_mode_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when no variable tells of it."""

    class Flags:
        dev_mode = True

    monkeypatch.setattr(production.sys, "flags", Flags)
    assert [one.rule for one in found(folder)] == ["debug"]


def test_all_reasons_come_at_once(folder: Path, serve, monkeypatch) -> None:
    """Serve and doctor tell the same of all that is wrong, a line each."""
    for rule, spoil, _, _ in ROWS:
        if rule in ("trial plugin", "debug", "keys' folder", "hosts", "proxies", "metrics", "files"):
            spoil(folder, monkeypatch)
    told = found(folder)
    assert len(told) == 11
    code, said = serve(folder)
    assert (code, said.splitlines()) == (1, [str(one) for one in told])
    done = CliRunner().invoke(doctor, [str(folder), "--json"], catch_exceptions=False)
    findings = [one for one in json.loads(done.stdout)["findings"] if one["part"] == "production"]
    assert [(one["state"], one["sentence"], one["tip"]) for one in findings] == [
        ("fault", one.sentence, one.tip) for one in told
    ]
    assert done.exit_code == 1


def test_nothing_is_refused_where_one_tries_out(folder: Path) -> None:
    """Without `production = true` none of it is asked."""
    say("production = true\n", "")(folder, None)
    say('hosts = ["vard.example.se"]\n', "")(folder, None)
    assert found(folder) == []


def test_every_reason_there_is_has_a_row() -> None:
    """A rule without a row here fails, and so does a row without a rule."""
    calls = [node for node in ast.walk(ast.parse(inspect.getsource(production))) if isinstance(node, ast.Call)]
    named = {
        one.args[0].value
        for one in calls
        if getattr(one.func, "id", "") == "Refusal" and isinstance(one.args[0], ast.Constant)
    }
    named |= {one.args[0].value for one in calls if getattr(one.func, "id", "") == "_secret"}
    assert named == {row[0] for row in ROWS} | {"demo"}


def test_first_keys_are_made_once(folder: Path) -> None:
    """Where there are keys, or have been some, none are made over them."""
    again = CliRunner().invoke(keys, ["create", str(folder)])
    assert (again.exit_code, "there are keys" in again.output) == (1, True)
    CliRunner().invoke(keys, ["show", str(folder)])
    (folder.parent / "keys").rename(folder.parent / "away")
    lost = CliRunner().invoke(keys, ["create", str(folder)])
    assert (lost.exit_code, "has had keys: restore them" in lost.output) == (1, True)
    assert not (folder.parent / "keys").exists()
