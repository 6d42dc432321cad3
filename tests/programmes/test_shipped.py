"""The programmes that ship: whole, careful, readable, and clean for the compiler."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from ledstang.cli.check import command
from ledstang.content.lix import lix

PROGRAMMES = sorted(path.parent for path in (Path(__file__).parents[2] / "programmes").glob("*/programme.md"))
PEOPLE = {"hantera-oro": ("Samira", "Lennart", "Jonna"), "battre-somn": ("Aino", "Yusuf", "Bengt")}
RULES = {
    "hantera-oro": ["direkt", *["efter föregående"] * 4],
    "battre-somn": ["direkt", *["efter föregående + 5 dagar"] * 3],
}

FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.S)
OPENER = re.compile(r"^::: (?P<name>\S+)(?: #(?P<id>\S+))?(?P<rest>.*)$", re.M)
REFERENCE = re.compile(r"\{\{([\w-]+)\.([\w-]+)\}\}")
PICTURE = re.compile(r"^::: bild (?P<file>\S+)\nalt: (?P<alt>.+)$", re.M)

each_programme = pytest.mark.parametrize("folder", PROGRAMMES, ids=lambda folder: folder.name)


def modules(folder: Path) -> list[Path]:
    return sorted(folder.glob("0*-*.md"))


def named(path: Path) -> str:
    """Name a file in a test's id."""
    return "/".join(path.with_suffix("").parts[-2:])


each_module = pytest.mark.parametrize("path", [path for folder in PROGRAMMES for path in modules(folder)], ids=named)


def body(path: Path) -> str:
    """What stands below the front matter."""
    return FRONT.sub("", path.read_text(encoding="utf-8"))


def shown(path: Path) -> str:
    """The words that a participant meets: no openers, settings of conditions, ids or references."""
    text = OPENER.sub("", body(path))
    text = re.sub(r"^(visas när|när|skala|obligatorisk|enhet|formel|schema|:::).*$", "", text, flags=re.M)
    return re.sub(r"\{[#{][^}]*\}+|[*#>]|- [(\[].[)\]]|____", "", text)


def asked_in(path: Path) -> list[tuple[str, str]]:
    """Every worksheet and question of a module, as the pair that a reference names, in reading order.

    A form that lies in a file of its own is asked where it is embedded, under the id that it has there.
    """
    found, sheet = [], ""
    for opener in OPENER.finditer(body(path)):
        if opener["name"] in ("övning", "dagbok", "hemuppgift", "formulär"):
            sheet = opener["id"] or opener["rest"].strip()
            form = path.parent / "forms" / f"{opener['rest'].strip()}.md"
            if opener["rest"].strip() and form.is_file():
                found += [
                    (sheet, one["id"]) for one in OPENER.finditer(body(form)) if one["name"] in ("fråga", "beräkna")
                ]
        elif opener["name"] == "fråga":
            found.append((sheet, opener["id"]))
    return found


def texts(folder: Path) -> str:
    return "".join(path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.md")))


@each_programme
def test_it_checks_clean(folder: Path) -> None:
    """`ledstang check` finds neither an error nor a warning in the programme."""
    ran = CliRunner().invoke(command, [str(folder), "--json"])
    assert json.loads(ran.stdout)["diagnostics"] == []
    assert ran.exit_code == 0


@each_programme
def test_its_modules_open_one_after_the_other(folder: Path) -> None:
    """The first module opens at once, and each of the others when the one before it is done, or some days later."""
    rules = [re.search(r"^öppnas: (.+)$", path.read_text(encoding="utf-8"), re.M)[1] for path in modules(folder)]
    assert rules == RULES[folder.name]


@each_module
def test_a_module_is_reads_in_a_quarter_or_two(path: Path) -> None:
    """Each module has 1,100–3,000 words, exercises included."""
    assert 1100 <= len(re.findall(r"\w+", shown(path))) <= 3000


@pytest.mark.parametrize("path", [path for folder in PROGRAMMES for path in sorted(folder.rglob("*.md"))], ids=named)
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


@each_programme
def test_every_picture_is_described(folder: Path) -> None:
    """Every picture has an alternative text of at least a sentence, and every file in media/ is shown."""
    media = sorted((folder / "media").iterdir())
    pictures = list(PICTURE.finditer(texts(folder)))
    assert len(pictures) == texts(folder).count("::: bild") == len(media)
    assert {picture["file"] for picture in pictures} == {f"media/{path.name}" for path in media}
    assert all(len(picture["alt"].split()) >= 8 for picture in pictures)


@pytest.mark.parametrize("path", [path for folder in PROGRAMMES for path in sorted(folder.glob("media/*"))], ids=named)
def test_a_drawing_is_only_a_drawing(path: Path) -> None:
    """The drawings are small and hold neither scripts, styles nor references."""
    text = path.read_text(encoding="utf-8")
    assert len(text) < 10_000
    assert not re.search(r"<script|<style|style=|href|url\(|on\w+=", text)


@each_programme
def test_help_in_a_crisis_is_in_what_everybody_meets(folder: Path) -> None:
    """The crisis text, the welcome and the consent name 112, 1177 and Självmordslinjen."""
    front = FRONT.match((folder / "programme.md").read_text(encoding="utf-8"))[1]
    safety = re.search(r"^säkerhet: (.+)$", front, re.M)[1]
    for text in (safety, body(folder / "programme.md"), body(folder / "samtycke.md")):
        assert all(number in text for number in ("112", "1177", "90101"))


@each_module
def test_help_in_a_crisis_is_near(path: Path) -> None:
    """Every module says when to ring 112."""
    important = re.findall(r"^::: viktigt\n(.*?)^:::$", body(path), re.M | re.S)
    assert any("**112**" in text for text in important)


@each_programme
def test_the_welcome_says_whom_it_is_not_for(folder: Path) -> None:
    """Before anybody starts they read who is better helped elsewhere, and that nobody reads what they write."""
    welcome = body(folder / "programme.md")
    assert "## När är något annat bättre?" in welcome
    assert "## Ingen läser det du skriver" in welcome


@each_programme
def test_nobody_is_asked_about_risk_where_nobody_reads(folder: Path) -> None:
    """An open programme raises no flags: there is nobody to see them."""
    assert "::: larm" not in texts(folder)


@each_programme
def test_every_earlier_answer_has_been_asked_for(folder: Path) -> None:
    """Every `{{worksheet.question}}` names a question in the same module or an earlier one, and modules build on each other."""
    asked: set[tuple[str, str]] = set()
    across = 0
    for path in modules(folder):
        before = set(asked)
        asked |= set(asked_in(path))
        references = REFERENCE.findall(body(path))
        assert set(references) <= asked
        assert body(path).count("{{") == len(references)
        across += len(set(references) & before)
    assert across >= 8


@each_programme
def test_the_same_people_come_back(folder: Path) -> None:
    """Whoever has met the three people of a programme meets them again in every module."""
    assert all(name in body(path) for path in modules(folder) for name in PEOPLE[folder.name])
