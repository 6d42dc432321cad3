"""What is built from here, and by others, works where nothing else is installed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HERE = Path(sys.executable).parent
ROOMS = {
    "platform": "", "plugins": "", "proxies": "",
    "programmes": "ledstang/bundled/programmes/", "themes": "ledstang/bundled/themes/",
}  # fmt: skip
OPEN_PAGES = (
    "/", "/urgent", "/accessibility", "/gallery", "/signin", "/programmes/", "/programmes/hantera-oro", "/sandbox/",
    "/static/theme/theme.css", "/static/host/ledstang.css", "/health", "/no-such-page",
)  # fmt: skip

PROGRAMME = """---
program: lugn
titel: Lugn
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
MODULE = "---\nmodul: ett\ntitel: Ett\nöppnas: direkt\n---\n\n# Anteckna\n\n::: anteckna\nom: hur du mår\n:::\n"


def run(*line: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command line to its end."""
    return subprocess.run(
        [str(word) for word in line], cwd=cwd, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.fixture
def region(environment: Path, tmp_path: Path) -> Path:
    """A region's folder, made by the installed wheel, with a small programme of its own that uses the outside box."""
    folder = tmp_path / "region"
    made = run(environment / "ledstang", "init", folder, cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    programme = folder / "programmes" / "lugn"
    programme.mkdir()
    (programme / "programme.md").write_text(PROGRAMME, encoding="utf-8")
    (programme / "01-ett.md").write_text(MODULE, encoding="utf-8")
    return folder


def test_the_wheel_holds_what_the_repository_holds(wheels: dict[str, Path]) -> None:
    """Every file of the five roots is carried, at its place, but for what is there to be read and looked at."""
    tracked = run("git", "ls-files", *ROOMS, cwd=ROOT).stdout.splitlines()
    expected = set()
    for path in tracked:
        room, _, inner = path.partition("/")
        if not inner.endswith("README.md") and "/screenshots/" not in inner:
            expected.add(ROOMS[room] + inner)
    held = {name for name in zipfile.ZipFile(wheels["ledstang"]).namelist() if ".dist-info/" not in name}
    assert expected - held == set()
    assert {name for name in held - expected if "__pycache__" in name or name.endswith((".pyc", "README.md"))} == set()
    assert {name.partition("/")[0] for name in held} == {name.partition("/")[0] for name in expected}
    assert "ledstang/bundled/programmes/hantera-oro/programme.md" in held
    assert "ledstang/bundled/themes/handrail/theme.toml" in held
    assert "ledstang/py.typed" in held


def test_what_comes_from_outside_shows_up(environment: Path, region: Path, serving) -> None:
    """A table, a page, a task, a box in Markdown and a panel, from a distribution that nothing here knows of."""
    checked = run(environment / "ledstang", "check", region, cwd=region.parent)
    assert (checked.returncode, checked.stdout) == (0, "Inga fel hittades.\n")
    with serving("--demo", region, command=environment / "ledstang", cwd=region.parent) as served:
        start = served.sign_in("Tove Berg")
        assert "Skriv din första anteckning" in start
        assert "Min dagbok" in start

        written = served.post("/diary/", text="En bra dag")
        assert written.url.path == "/diary/"
        assert "<li>En bra dag</li>" in written.text
        assert "Skriv din första anteckning" not in served.client.get("/start").text

        mine = served.post("/programmes/lugn/begin").text
        assert "<p>1 anteckningar under lugn</p>" in mine
        step = re.search(r'href="(/programmes/mine/[^"]+/module/[^"]+)"', mine)
        assert step
        assert "<p>Anteckna om hur du mår, Tove Berg.</p>" in served.client.get(step[1]).text
        assert served.client.get("/health").json()["status"] == "ok"
    with serving("--demo", region, command=environment / "ledstang", cwd=region.parent) as served:
        served.sign_in("Tove Berg")
        assert "<li>En bra dag</li>" in served.client.get("/diary/").text


def test_the_outside_plugin_is_listed_as_ours_are(environment: Path, tmp_path: Path) -> None:
    """`ledstang plugins` tells of it like of any other: its version, its origin, its table and its routes."""
    listed = run(environment / "ledstang", "plugins", "--json", cwd=tmp_path)
    rows = {row["name"]: row for row in json.loads(listed.stdout)["plugins"]}
    assert (rows["diary"]["version"], rows["diary"]["origin"]) == ("3.2", "region-diary 3.2")
    assert rows["diary"]["tables"] == ["diary_note"]
    assert [(route["method"], route["path"]) for route in rows["diary"]["routes"]] == [
        ("GET", "/diary"),
        ("POST", "/diary"),
    ]
    assert {"programmes", "instruments", "sandbox"} <= rows.keys()


def test_a_second_ground_from_outside_stands_like_ours(environment: Path, tmp_path: Path) -> None:
    """Appointed guardians come by pip: their table, pages and rules are there, beside the sets that a region chooses among."""
    listed = run(environment / "ledstang", "plugins", "--json", cwd=tmp_path)
    row = next(row for row in json.loads(listed.stdout)["plugins"] if row["name"] == "appointed")
    assert (row["state"], row["origin"], row["tables"]) == ("on", "ledstang-appointed 0.1.0", ["appointed_decision"])
    assert not any(route["public"] for route in row["routes"])
    explain = (environment / "ledstang", "policy", "explain", "--born", "2010-01-01")
    told = run(*explain, cwd=tmp_path).stdout
    assert "2028-01-01, 18 år: öppnas för god man för person: program." in told
    assert "god man för egendom" not in told
    assert "There is no set god-man" in run(*explain, "--set", "god-man", cwd=tmp_path).stderr


@pytest.mark.drill
def test_the_second_ground_passes_its_own_tests_where_it_is_installed(author: Path, tmp_path: Path) -> None:
    """What its author wrote for it holds in an environment that has the wheels and pytest, and nothing of the checkout."""
    tests = ROOT / "tests" / "fixtures" / "distributions" / "ledstang_appointed" / "tests"
    shutil.copytree(tests, tmp_path / "tests")
    told = run(author / "python", "-m", "pytest", "-q", "-p", "no:cacheprovider", tmp_path / "tests", cwd=tmp_path)
    assert told.returncode == 0, told.stdout + told.stderr
    assert re.search(r"\b11 passed", told.stdout)


def test_the_wheel_serves_what_the_checkout_serves(environment: Path, tmp_path: Path, serving) -> None:
    """The open pages of a new instance are the same, byte for byte, from the wheel and from here; and so are one's own."""
    pages, own = [], []
    for number, bin_ in enumerate((environment, HERE)):
        folder = tmp_path / str(number) / "region"
        assert run(bin_ / "ledstang", "init", folder, cwd=tmp_path).returncode == 0
        toml = folder / "ledstang.toml"
        toml.write_text(_without_others(bin_ == environment) + toml.read_text(encoding="utf-8"), encoding="utf-8")
        with serving("--demo", folder, command=bin_ / "ledstang", cwd=tmp_path) as served:
            answers = {path: served.client.get(path) for path in OPEN_PAGES}
            pages.append({path: (answer.status_code, answer.content) for path, answer in answers.items()})
            own.append(_pages_of_one_s_own(served))
    wheel, checkout = pages
    for path in OPEN_PAGES:
        assert wheel[path] == checkout[path], path
    assert {path: status for path, (status, _) in wheel.items() if status != 200} == {"/no-such-page": 404}
    assert own[0] == own[1]


def test_nothing_of_the_checkout_is_needed(environment: Path, tmp_path: Path) -> None:
    """What runs from the wheel is imported from its own environment."""
    told = run(
        environment / "python",
        "-c",
        "import ledstang, platform; print(ledstang.__file__, platform.__file__)",
        cwd=tmp_path,
    )
    assert told.stdout.split()[0].startswith(str(environment.parent))
    assert not told.stdout.split()[1].startswith(str(environment.parent))


def _pages_of_one_s_own(served) -> list[str]:
    """Begin a programme and return what somebody sees, without what is drawn by lot or by the clock."""
    start = served.sign_in("Tove Berg")
    consent = re.search(r'name="consent"[^>]*value="([^"]+)"', served.client.get("/programmes/hantera-oro/begin").text)
    assert consent
    mine = served.post("/programmes/hantera-oro/begin", consent=consent[1]).text
    step = re.search(r'href="(/programmes/mine/[^"]+/(?:module|form)/[^"]+)"', mine)
    assert step
    pages = [start, mine, served.client.get(step[1]).text, served.client.get("/signin/sessions").text]
    chance = r'[0-9a-f]{8}-[0-9a-f-]{27}|[\w-]{43,64}|nonce="[\w-]+"|\d\d[:.]\d\d|seconds\S*="\d+"'
    return [re.sub(chance, "…", page) for page in pages]


def _without_others(installed: bool) -> str:
    return 'disabled = ["diary", "appointed"]\n' if installed else ""
