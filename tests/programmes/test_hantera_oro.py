"""The programme that ships: whole, careful, readable, and clean for the compiler."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from ledstang.cli.check import command
from ledstang.content.lix import lix

FOLDER = Path(__file__).parents[2] / "programmes" / "hantera-oro"
MODULES = sorted(FOLDER.glob("0*-*.md"))
TEXTS = sorted(FOLDER.rglob("*.md"))
MEDIA = sorted((FOLDER / "media").iterdir())

FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.S)
OPENER = re.compile(r"^::: (?P<name>\S+)(?: #(?P<id>\S+))?(?P<rest>.*)$", re.M)
REFERENCE = re.compile(r"\{\{([\w-]+)\.([\w-]+)\}\}")
PICTURE = re.compile(r"^::: bild (?P<file>\S+)\nalt: (?P<alt>.+)$", re.M)

each_module = pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)


def body(path: Path) -> str:
    """What stands below the front matter."""
    return FRONT.sub("", path.read_text(encoding="utf-8"))


def shown(path: Path) -> str:
    """The words that a participant meets: no openers, settings of conditions, ids or references."""
    text = OPENER.sub("", body(path))
    text = re.sub(r"^(visas när|när|skala|obligatorisk|enhet|:::).*$", "", text, flags=re.M)
    return re.sub(r"\{[#{][^}]*\}+|[*#>]|- [(\[].[)\]]|____", "", text)


def questions(path: Path) -> list[tuple[str, str]]:
    """Every worksheet and question of a module, as the pair that a reference names, in reading order."""
    found, sheet = [], ""
    for opener in OPENER.finditer(body(path)):
        if opener["name"] in ("övning", "dagbok", "hemuppgift", "formulär"):
            sheet = opener["id"] or opener["rest"].strip()
        elif opener["name"] == "fråga":
            found.append((sheet, opener["id"]))
    return found


def test_it_checks_clean() -> None:
    """`ledstang check` finds neither an error nor a warning in the programme."""
    ran = CliRunner().invoke(command, [str(FOLDER), "--json"])
    assert json.loads(ran.stdout)["diagnostics"] == []
    assert ran.exit_code == 0


def test_it_has_five_modules_that_open_one_after_the_other() -> None:
    """The first module opens at once, and each of the other four when the one before it is done."""
    rules = [re.search(r"^öppnas: (.+)$", path.read_text(encoding="utf-8"), re.M)[1] for path in MODULES]
    assert rules == ["direkt", *["efter föregående"] * 4]


@each_module
def test_a_module_is_read_in_about_twenty_minutes(path: Path) -> None:
    """Each module has 1,500–3,000 words, exercises included."""
    assert 1500 <= len(re.findall(r"\w+", shown(path))) <= 3000


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_a_tired_person_can_read_it(path: Path) -> None:
    """Every text has a LIX below 40, which is easy Swedish."""
    assert lix(shown(path)) < 40


@each_module
def test_no_step_is_a_wall_of_text(path: Path) -> None:
    """A step is at most 300 words: two or three screens of a phone."""
    steps = re.split(r"^(?:##? .*|---|::: (?:övning|dagbok|quiz|formulär).*)$", body(path), flags=re.M)
    assert max(len(step.split()) for step in steps) <= 300


@each_module
def test_a_module_gives_something_to_do(path: Path) -> None:
    """Reading changes little: each module has at least three worksheets and a quiz."""
    names = [opener["name"] for opener in OPENER.finditer(body(path))]
    assert names.count("övning") >= 3
    assert "quiz" in names


def test_every_picture_is_described() -> None:
    """Every picture has an alternative text of at least a sentence, and every file in media/ is shown."""
    text = "".join(path.read_text(encoding="utf-8") for path in TEXTS)
    pictures = list(PICTURE.finditer(text))
    assert len(pictures) == text.count("::: bild") == len(MEDIA)
    assert {picture["file"] for picture in pictures} == {f"media/{path.name}" for path in MEDIA}
    assert all(len(picture["alt"].split()) >= 8 for picture in pictures)


@pytest.mark.parametrize("path", MEDIA, ids=lambda path: path.stem)
def test_a_drawing_is_only_a_drawing(path: Path) -> None:
    """The drawings are small and hold neither scripts, styles nor references."""
    text = path.read_text(encoding="utf-8")
    assert len(text) < 10_000
    assert not re.search(r"<script|<style|style=|href|url\(|on\w+=", text)


@pytest.mark.parametrize("place", ["säkerhet", "welcome", "consent", *(path.stem for path in MODULES)])
def test_help_in_a_crisis_is_near(place: str) -> None:
    """The crisis text, the welcome and the consent name 112, 1177 and Självmordslinjen; every module says when to ring 112."""
    programme = FOLDER / "programme.md"
    front = FRONT.match(programme.read_text(encoding="utf-8"))[1]
    texts = {
        "säkerhet": re.search(r"^säkerhet: (.+)$", front, re.M)[1],
        "welcome": body(programme),
        "consent": body(FOLDER / "samtycke.md"),
    }
    if place in texts:
        assert all(number in texts[place] for number in ("112", "1177", "90101"))
    else:
        important = re.findall(r"^::: viktigt\n(.*?)^:::$", body(FOLDER / f"{place}.md"), re.M | re.S)
        assert any("**112**" in text for text in important)


def test_the_welcome_says_whom_it_is_not_for() -> None:
    """Before anybody starts they read who is better helped elsewhere, and that nobody reads what they write."""
    welcome = body(FOLDER / "programme.md")
    assert "## När är något annat bättre?" in welcome
    assert "## Ingen läser det du skriver" in welcome


def test_nobody_is_asked_about_risk_where_nobody_reads() -> None:
    """An open programme raises no flags: there is nobody to see them."""
    assert "::: larm" not in "".join(path.read_text(encoding="utf-8") for path in TEXTS)


def test_every_earlier_answer_has_been_asked_for() -> None:
    """Every `{{worksheet.question}}` names a question in the same module or an earlier one, and modules build on each other."""
    asked: set[tuple[str, str]] = set()
    across = 0
    for path in MODULES:
        before = set(asked)
        asked |= set(questions(path))
        references = REFERENCE.findall(body(path))
        assert set(references) <= asked
        assert body(path).count("{{") == len(references)
        across += len(set(references) & before)
    assert across >= 8


@pytest.mark.parametrize("name", ["Samira", "Lennart", "Jonna"])
def test_the_same_people_come_back(name: str) -> None:
    """Whoever has met Samira, Lennart and Jonna meets them again in every module."""
    assert all(name in body(path) for path in MODULES)
