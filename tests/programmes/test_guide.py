"""The guide for authors: what it shows is what the tool does."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner
from ledstang.cli.check import command
from ledstang.cli.try_ import command as trial
from ledstang_programmes.front import MODULE, PROGRAMME

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "programmes" / "README.md"
WORDS = ROOT / "platform" / "ledstang" / "content"

BLOCK = re.compile(
    r"^```markdown(?: (?P<tag>\w+))?\n(?P<text>.*?)^```\n(?:\n```text\n(?P<said>.*?)^```\n)?", re.M | re.S
)

PROGRAM = """---
program: exempel
titel: Exempel
språk: sv
ägare: SE2321000016-1003
version: 1.0
sort: behandlarstött
samtycke: samtycke.md
medicinskt ansvarig: Exempel
licens: CC BY 4.0
säkerhet: Ring 112 om det är akut.
---

Ett exempel.
"""
CONSENT = "---\nsamtycke: exempel\nversion: 1.0\ntitel: Samtycke\nspråk: sv\n---\n\nDina svar sparas.\n"
MODUL = "---\nmodul: exempel-del\ntitel: Exempel\nöppnas: direkt\ntid: 5 min\n---\n\n"
FORM = "---\nformulär: exempel\ntitel: Exempel\nversion: 1.0\nspråk: sv\nlicens: CC BY 4.0\nkälla: Exempel\n---\n\n"
PLACES = {
    "program": "programme.md",
    "samtycke": "samtycke.md",
    "modul": "01-exempel.md",
    "formulär": "forms/exempel.md",
}
PREFIXES = {"modul": MODUL, "formulär": FORM}


class Example(NamedTuple):
    """One fenced block: its line in the guide, what it is of, the text, and what the tool is claimed to say of it."""

    line: int
    kind: str
    text: str
    prefix: str
    faulty: bool
    said: str

    @property
    def folder(self) -> str:
        return f"line-{self.line}"

    def write(self, folder: Path) -> None:
        """Write a programme around the example, as little of one as makes it whole."""
        shutil.copytree(ROOT / "programmes" / "hantera-oro" / "media", folder / "media")
        (folder / "forms").mkdir()
        files = {"programme.md": PROGRAM, "samtycke.md": CONSENT, "01-exempel.md": MODUL + "# Text\n\nLäs det här.\n"}
        files[PLACES[self.kind]] = self.prefix + self.text
        if "\nsamtycke:" not in files["programme.md"]:
            del files["samtycke.md"]
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")


def example(match: re.Match[str]) -> Example:
    tag, text = match["tag"] or "", match["text"]
    first = text.partition("\n")[2].partition(":")[0] if text.startswith("---\n") else ""
    kind = first or {"fel": "modul"}.get(tag, tag)
    prefix = "" if first else PREFIXES[kind]
    line = match.string.count("\n", 0, match.start()) + 1
    return Example(line, kind, text, prefix, tag == "fel", match["said"] or "")


EXAMPLES = [example(match) for match in BLOCK.finditer(GUIDE.read_text(encoding="utf-8"))]
RIGHT = [each for each in EXAMPLES if not each.faulty]
WRONG = [each for each in EXAMPLES if each.faulty]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict]]:
    """What `ledstang check` says of each example, by its folder; all of them in one run."""
    base = tmp_path_factory.mktemp("guide")
    for each in EXAMPLES:
        each.write(base / each.folder)
    ran = CliRunner().invoke(command, [str(base), "--json", "--language", "sv"])
    found: dict[str, list[dict]] = {each.folder: [] for each in EXAMPLES}
    for fault in json.loads(ran.stdout)["diagnostics"]:
        found[Path(fault["file"]).relative_to(base).parts[0]].append(fault)
    return found


@pytest.mark.parametrize("each", RIGHT, ids=lambda each: each.folder)
def test_an_example_of_the_guide_checks_clean(each: Example, told: dict[str, list[dict]]) -> None:
    """What the guide shows as right gives neither an error nor a warning."""
    assert told[each.folder] == []


@pytest.mark.parametrize("each", WRONG, ids=lambda each: each.folder)
def test_a_faulty_example_gives_the_fault_the_guide_shows(each: Example, told: dict[str, list[dict]]) -> None:
    """Below each faulty example stands, word for word, what the tool says: line, code, sentence and tip."""
    before = each.prefix.count("\n")
    lines = [
        f"rad {fault['line'] - before}  {fault['code']}  {fault['sentence']}  {fault['tip']}".rstrip()
        for fault in told[each.folder]
    ]
    assert lines
    assert each.said.splitlines() == lines


def test_the_answers_to_try_fit_the_form_above_them(tmp_path: Path) -> None:
    """The guide's `ledstang try` reckons the sum of the form that the guide calculates with."""
    text = GUIDE.read_text(encoding="utf-8")
    form = next(each for each in RIGHT if "::: beräkna #somnsumma" in each.text)
    (tmp_path / "somn.md").write_text(form.prefix + form.text, encoding="utf-8")
    (tmp_path / "svar.json").write_text(re.search(r"^```json\n(.*?)^```", text, re.M | re.S)[1], encoding="utf-8")
    ran = CliRunner().invoke(trial, [str(tmp_path / "somn.md"), "--answers", str(tmp_path / "svar.json")])
    tried = json.loads(ran.stdout)
    assert tried["errors"] == []
    assert tried["scores"]["somnsumma"]["value"] == 3
    assert tried["scores"]["somnsumma"]["band"] == "måttliga"


def test_the_guide_shows_every_kind_of_file() -> None:
    """An author finds a whole programme.md, module, form and consent, and faults to learn from."""
    assert {each.kind for each in RIGHT if each.text.startswith("---")} == set(PLACES)
    assert len(WRONG) >= 10


def test_the_guide_explains_every_key_of_front_matter() -> None:
    """The tables of keys leave out nothing that the compiler reads in a programme or a module."""
    words = tomllib.loads((WORDS / "words" / "sv.toml").read_text(encoding="utf-8"))["front"]
    rows = re.findall(r"^\| ((?:`[^`]+`(?:, )?)+) \|", GUIDE.read_text(encoding="utf-8"), re.M)
    explained = {words.get(word) for row in rows for word in re.findall(r"`([^`]+)`", row)}
    assert (PROGRAMME | MODULE) - explained == set()


def test_the_table_of_english_words_is_the_compilers() -> None:
    """Every pair of words in the guide's last table means the same to the compiler."""
    tables = [
        table
        for file in (WORDS / "words" / "sv.toml", WORDS / "expressions" / "words" / "sv.toml")
        for table in tomllib.loads(file.read_text(encoding="utf-8")).values()
    ]
    section = GUIDE.read_text(encoding="utf-8").rpartition("| Svenska |")[2]
    rows = [
        [cell.strip() for cell in row.strip("| \n").split("|")]
        for row in section.splitlines()[2:]
        if row.startswith("|")
    ]
    pairs = [
        pair
        for row in rows
        for at in (0, 2)
        for pair in zip(*(cell.split(", ") for cell in row[at : at + 2]), strict=True)
    ]
    known = {(swedish, english) for table in tables for swedish, english in table.items()}
    unknown = [
        (swedish, english) for swedish, english in pairs if (re.sub(r" \(.*\)", "", swedish), english) not in known
    ]
    assert len(pairs) > 60
    assert unknown == []
