"""What a programme becomes: sections, steps and parts, release rules and schedules, and a document that can be kept."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from ledstang.content.blocks import Block
from ledstang.content.diagnostics import Diagnostic, warning
from ledstang.content.expressions import Context
from ledstang.content.forms.kind import FORMS
from ledstang.content.kinds import Compiled, ContentFolder, Library, compile_all
from ledstang.content.lix import plain_text
from ledstang.content.nodes import Box, Place, Setting
from ledstang_programmes.blocks import BLOCKS
from ledstang_programmes.document import FormPart, HtmlPart, Part, Programme, Release, Schedule
from ledstang_programmes.kind import PROGRAMMES, compile_programme
from ledstang_programmes.release import holds, read_release
from ledstang_programmes.schedules import read_schedule

ROOT = Path(__file__).parents[2]
Build = Callable[[dict[str, str]], Compiled]
MODULE = "---\nmodul: modulen\ntitel: Modulen\n---\n\n"


def outline(programme: Programme) -> str:
    """Write the first module as the cases do."""
    module = programme.modules[0]
    lines = [f"intro: {plain_text(module.intro)}"] if module.intro else []
    for section in module.sections:
        lines.append(f"# {section.id} | {section.title}")
        lines += [f"- {step.id} | {step.title} | {', '.join(map(named, step.parts))}" for step in section.steps]
    return "\n".join(lines)


def named(part: Part) -> str:
    match part:
        case HtmlPart():
            return "text"
        case FormPart():
            return f"{part.block} {part.title}"
        case _:
            return part.box.name


def whole(build: Build, files: dict[str, str]) -> Programme:
    compiled = build(files)
    assert [(fault.line, fault.code) for fault in compiled.diagnostics] == []
    document: Programme = compiled.document
    return document


def test_a_module_becomes_what_the_case_says(modules_case: tuple[str, str], build: Build) -> None:
    """Sections by #, steps by ##, lines and worksheets; ids from the author's own words."""
    source, expected = modules_case
    assert outline(whole(build, {"01-a.md": MODULE + source + "\n"})) == expected


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (None, Release("after", "före")),
        ("direkt", Release("direct")),
        ("Direkt", Release("direct")),
        ("direct", Release("direct")),
        ("efter föregående", Release("after", "före")),
        ("efter föregående + 2 dagar", Release("after", "före", days=2)),
        ("efter oro", Release("after", "oro")),
        ("efter oro + 3 dagar", Release("after", "oro", days=3)),
        ("efter oro + 1 dag", Release("after", "oro", days=1)),
        ("efter oro + 2 veckor", Release("after", "oro", days=14)),
        ("efter oro + 12 timmar", Release("after", "oro", hours=12)),
        ("efter 3 dagar", Release("after", "före", days=3)),
        ("after 3 days", Release("after", "före", days=3)),
        ("dag 8", Release("day", days=8)),
        ("av behandlare", Release("treater")),
        ("2027-01-15", Release("date", date=date(2027, 1, 15))),
        ("när natt.timmar < 6", Release("when", when="natt.timmar < 6")),
        ("when night.hours < 6", Release("when", when="night.hours < 6")),
    ],
)
def test_a_release_rule_means_what_it_says(written: str | None, meant: Release) -> None:
    """Every rule of the language, in Swedish and in English; `previous` and bare days are resolved."""
    setting = None if written is None else Setting(written, Place("prov.md", 3, 9))
    assert read_release(setting, "före", ["före", "oro"], "sv") == (meant, [])


def test_the_first_module_is_open_when_nothing_is_said() -> None:
    """There is none before it to wait for."""
    assert read_release(None, None, ["a"], "sv") == (Release("direct"), [])


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("dag 7, sedan varje vecka, 6 gånger, öppet 3 dagar, påminn dag 2", Schedule(7, 7, 6, 3, 2)),
        ("dag 7", Schedule(7)),
        ("sedan varannan vecka, 3 gånger", Schedule(None, 14, 3)),
        ("sedan var tredje dag, 3 gånger", Schedule(None, 3, 3)),
        ("day 7, then every week, 6 times, open 3 days, remind day 2", Schedule(7, 7, 6, 3, 2)),
    ],
)
def test_a_schedule_means_what_it_says(written: str, meant: Schedule) -> None:
    """Its parts stand between commas, in Swedish or in English."""
    assert read_schedule(Setting(written, Place("prov.md", 3, 9)), "sv") == (meant, [])


def test_a_fault_in_a_schedule_has_its_own_column() -> None:
    """The part that cannot be read is pointed at."""
    _, found = read_schedule(Setting("dag 7, sedan varje vekka, 6 gånger", Place("prov.md", 3, 9)), "sv")
    assert [(fault.column, fault.code) for fault in found] == [(16, "schedule-unreadable")]


def test_front_matter_becomes_typed_values(build: Build) -> None:
    """Ages are numbers, lengths are days, words are canonical, and the first paragraph is the summary."""
    front = (
        "---\nprogram: prov\ntitel: Prov\nspråk: sv\nägare: SE2321000016-1003\nversion: 1.10\nsort: behandlarstött\n"
        "målgrupp: vårdnadshavare för barn\nfrån ålder: 18\ntill ålder: 64\nboende i: [24, 25]\n"
        "läsbar efter avslut: 1 år\npåminnelse: efter 2 veckor utan aktivitet\nanpassningsbara: [kontakt]\n"
        "vårdnadshavares samtycke: båda\nsamtycke: samtycke.md\n"
        "medicinskt ansvarig: Chefen\nlicens: CC BY 4.0\nsäkerhet: Ring 112.\n---\n\n"
        "Välkommen till **provet**\nmed två rader.\n\n::: fakta #kontakt\nRing oss.\n:::\n"
    )
    consent = "---\nsamtycke: prov\nversion: 2.0\ntitel: Ditt ja\n---\n\nDina svar sparas.\n"
    programme = whole(build, {"programme.md": front, "samtycke.md": consent, "01-a.md": MODULE + "Text.\n"})
    assert (programme.sort, programme.audience, programme.from_age, programme.to_age) == (
        "treater-led",
        "guardian of a child",
        18,
        64,
    )
    assert (programme.version, programme.residence, programme.adaptable) == ("1.10", ("24", "25"), ("kontakt",))
    assert (programme.readable_days, programme.reminder_days) == (365, 14)
    assert programme.summary == "Välkommen till provet med två rader."
    assert programme.consent is not None
    assert (programme.consent.version, programme.consent.guardians) == ("2.0", "both")


def test_a_quiz_keeps_what_is_right_and_why(build: Build) -> None:
    """The marks and the explanations are taken out of the answers."""
    quiz = "::: quiz #q\nVad är *oro* här?\n\n- ( ) En sjukdom\n  Nej, *inte* det.\n- (x) Ett larm\n  Ja.\n:::\n"
    part: Any = whole(build, {"01-a.md": MODULE + quiz}).modules[0].sections[0].steps[0].parts[0]
    question = part.form.pages[0].items[0]
    assert [option.text for option in question.options] == ["En sjukdom", "Ett larm"]
    assert question.label == "Vad är oro här?"
    choices = [part.choices["q"][option.code] for option in question.options]
    assert [(choice.right, choice.html) for choice in choices] == [(False, "Nej, <em>inte</em> det."), (True, "Ja.")]


def test_a_form_that_is_embedded_twice_is_answered_twice(build: Build) -> None:
    """The first keeps the form's key; a form under an id of its own keeps that."""
    form = (
        "---\nformulär: hur\ntitel: Hur?\nversion: 1.0\nspråk: sv\nlicens: fri\n---\n\n::: fråga #a text\nHur?\n:::\n"
    )
    text = "::: formulär hur\n:::\n\n::: formulär hur\nspärrar: ja\n:::\n\n::: formulär #halvtid hur\n:::\n"
    programme = whole(build, {"forms/hur.md": form, "01-a.md": MODULE + text})
    parts: Any = [step.parts[0] for step in programme.modules[0].sections[0].steps]
    assert [(part.id, part.blocks) for part in parts] == [("hur", False), ("hur-2", True), ("halvtid", False)]
    assert set(programme.forms) == {"hur"}


def test_what_opens_a_module_when_it_holds_is_asked_of_the_answers(build: Build) -> None:
    """True, False, and None while the answer is missing."""
    first = MODULE + "::: övning #natt\n::: fråga #timmar heltal 0–24\nHur många?\n:::\n:::\n"
    second = "---\nmodul: b\nöppnas: när natt.timmar < 6\n---\n\nText.\n"
    programme = whole(build, {"01-a.md": first, "02-b.md": second})
    answers: list[dict[str, Any]] = [{"timmar": 4}, {"timmar": 8}, {}]
    assert [holds(programme, Context(forms={"natt": given})) for given in answers] == [
        {"b": True},
        {"b": False},
        {"b": None},
    ]


def test_a_plugins_box_is_a_step_with_its_own_check(build: Callable[..., Compiled]) -> None:
    """The block says what it knows and what is wrong; the box is kept without the folders of this machine."""

    def check_box(box: Box, _library: Library) -> list[Diagnostic]:
        return [warning(box.place, "checked", "Seen.", "")]

    block = Block(name="measure", words={"sv": "mät"}, settings={"pace": {"sv": "takt"}}, check=check_box)
    text = MODULE + "Text.\n\n::: mät #puls\ntakt: lugn\ntkat: fel\n\nLägg två fingrar mot handleden.\n:::\n"
    compiled = build({"01-a.md": text}, Library([*BLOCKS, block]))
    assert [(fault.line, fault.code) for fault in compiled.diagnostics] == [(10, "setting-unknown"), (8, "checked")]
    step = compiled.document.modules[0].sections[0].steps[0]
    assert step.id == "puls"
    box = step.parts[0].box
    assert (box.name, box.settings["pace"].value, box.place) == ("measure", "lugn", Place("01-a.md", 8))
    assert {node.place.file for node in box.body} == {"01-a.md"}


def test_a_programme_survives_being_kept() -> None:
    """What is stored as MessagePack comes back equal, boxes of plugins and all."""
    shelf = shipped()
    for compiled in shelf:
        packed = msgspec.msgpack.encode(compiled.document)
        assert msgspec.msgpack.decode(packed, type=Programme) == compiled.document


def test_the_same_text_is_the_same_document_on_every_machine(tmp_path: Path) -> None:
    """Where the folder lies does not count; a letter does."""
    for name in ("a", "b"):
        shutil.copytree(ROOT / "programmes" / "hantera-oro", tmp_path / name / "hantera-oro")
    library = Library(BLOCKS)
    mains = [tmp_path / name / "hantera-oro" / "programme.md" for name in ("a", "b")]
    hashes = [compile_programme(main, library).hash for main in mains]
    assert hashes[0] == hashes[1]
    mains[1].write_text(mains[1].read_text(encoding="utf-8") + "\nEn rad till.\n", encoding="utf-8")
    assert compile_programme(mains[1], library).hash != hashes[0]


def test_two_programmes_with_one_key_are_told(tmp_path: Path) -> None:
    """The second of them is the fault, and the first stands."""
    for name in ("a", "b"):
        shutil.copytree(ROOT / "programmes" / "hantera-oro", tmp_path / name)
    shelf = compile_all([FORMS, PROGRAMMES], [ContentFolder("programmes", tmp_path)], BLOCKS)
    told = [(Path(fault.file).parent.name, fault.line) for fault in shelf.diagnostics if fault.code == "key-twice"]
    assert told == [("b", 2)]
    assert shelf.of("programmes")["hantera-oro"].path == tmp_path / "a"


def test_no_path_of_this_machine_is_kept(tmp_path: Path) -> None:
    """A document names files, never folders."""
    for compiled in shipped():
        packed = msgspec.msgpack.encode(compiled.document)
        assert str(ROOT).encode() not in packed
        assert str(tmp_path.parent).encode() not in packed


def shipped() -> list[Compiled]:
    """Compile the programmes that ship, with the instruments that they embed."""
    folders = [
        ContentFolder("forms", ROOT / "plugins" / "ledstang_instruments" / "content" / "forms"),
        ContentFolder("programmes", ROOT / "programmes"),
    ]
    shelf = compile_all([FORMS, PROGRAMMES], folders, BLOCKS)
    assert shelf.of("programmes")
    return list(shelf.of("programmes").values())
