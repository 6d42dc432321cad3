"""Everything that can be wrong with a programme is told, all at once, on its line."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from ledstang.content.kinds import Compiled, Library, at_publishing
from ledstang.content.report import filled, ordered
from ledstang_programmes.blocks import BLOCKS
from ledstang_programmes.kind import compile_programme

Build = Callable[..., Compiled]


def files_of(source: str) -> dict[str, str]:
    """Divide a case into its files, each begun by `== name`."""
    parts = re.split(r"^== (\S+)\n", source + "\n", flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def told(compiled: Compiled) -> list[str]:
    return [f"{Path(fault.file).name}:{fault.line} {fault.code}" for fault in ordered(compiled.diagnostics)]


def test_a_programme_gives_the_faults_of_the_case(faults_case: tuple[str, str], build: Build) -> None:
    """Every fault is reported with its file, its line and its code, and nothing else is."""
    source, expected = faults_case
    assert sorted(told(build(files_of(source)))) == sorted(expected.splitlines())


def test_a_fault_says_in_swedish_what_is_wrong_and_what_to_do(faults_case: tuple[str, str], build: Build) -> None:
    """Sentences and tips are whole, and none of them is left in English."""
    import ledstang_programmes

    locale = Path(ledstang_programmes.__file__).parent / "locale"
    for fault in build(files_of(faults_case[0])).diagnostics:
        for text, english in zip(filled(fault, "sv", [locale]), (fault.sentence, fault.tip), strict=True):
            assert text
            assert text != english
            assert "None" not in text
            assert not re.search(r"\{[a-z]+\}", text)


FULL_OF_FAULTS = {
    "programme.md": """---
program: full
titel: Full av fel
språk: sv
version: 1,0
sort: öpet
från ålder: 18
boende i: [24]
mätning före: gad77
samtycke: samtycke.md
licens: CC BY 4.0
nyckel: okänd
---

# Välkommen

Läs [här](http://exempel.se) först.
""",
    "01-a.md": """---
modul: a
titel: Ett
öppnas: efter c
---

## Ett

#### Hoppar

Klicka <script>alert(1)</script> här.

![](media/larm.png)

::: övning #min-oro
::: fråga #vad text
Vad?
:::

::: fråga #vad text
Vad mer?
:::

::: fråga #styrka skala 0–10
visas när: vad => 3
Hur stark?
:::
:::

Du skrev {{min-oro.va}} och {{senare.svar}}.
""",
    "02-b.md": """---
modul: b
titel: Två
öppnas: efter aa
---

# Två

::: film media/film.mp4
:::

::: bild media/falsk.png
alt: Falsk
:::

::: övnnig #x
:::

::: övning #min-oro
schema: dag 7, varje vekka, 6 gånger
::: fråga #y heltall
Hur många?
:::
:::
""",
    "03-c.md": """---
modul: c
titel: Tre
öppnas: efter a
---

# Tre

::: quiz #q
Vad?

- ( ) Ja
- ( ) Nej
:::

::: fråga #utanför text
Vad?
:::

:::

::: övning #risk
::: fråga #hopp skala 0–4
Hur mycket hopp?
:::

::: larm #larm
när: hopp < 1
nivå: röd

Ring upp.
:::
:::

::: fakta
Text.
""",
    "04-d.md": """---
modul: c
titel: Fyra
öppnas: av behandlare
---

# Fyra

Text.
""",
    "media/falsk.png": "<html>",
}


def test_a_programme_full_of_faults_is_told_all_of_them_at_once(build: Build) -> None:
    """More than thirty different faults in five files, each on its own line, none hiding another."""
    compiled = build(FULL_OF_FAULTS)
    assert told(compiled) == [
        "01-a.md:4 release-circular",
        "01-a.md:9 heading-jump",
        "01-a.md:11 raw-html",
        "01-a.md:13 image-alt",
        "01-a.md:13 media-missing",
        "01-a.md:20 id-twice",
        "01-a.md:25 comparison-miswritten",
        "01-a.md:30 reference-unknown-id",
        "01-a.md:30 reference-unknown",
        "02-b.md:4 release-unknown-module",
        "02-b.md:9 media-missing",
        "02-b.md:9 transcript",
        "02-b.md:12 media-not-what-it-says",
        "02-b.md:16 box-unknown",
        "02-b.md:19 key-twice",
        "02-b.md:20 schedule-unreadable",
        "02-b.md:21 type-unknown",
        "03-c.md:9 quiz-without-answer",
        "03-c.md:16 question-outside",
        "03-c.md:20 box-not-open",
        "03-c.md:22 flag-without-staff",
        "03-c.md:22 risk-without-safety",
        "03-c.md:35 box-unclosed",
        "04-d.md:2 key-twice",
        "04-d.md:4 release-without-treater",
        "programme.md:1 missing-medically-responsible",
        "programme.md:1 missing-owner",
        "programme.md:1 missing-safety",
        "programme.md:5 value-unfit",
        "programme.md:6 value-unknown",
        "programme.md:9 unknown-name",
        "programme.md:10 consent-missing",
        "programme.md:12 front-unknown",
        "programme.md:15 heading-section",
        "programme.md:17 link-http",
        "programme.md:17 link-vague",
    ]
    assert not compiled.clean


def test_what_a_draft_may_lack_is_an_error_when_it_is_published(build: Build) -> None:
    """A warning does not stop the work; publishing without an owner is refused."""
    compiled = build({"programme.md": "---\nprogram: prov\n---\n\nHej!\n"})
    assert compiled.clean
    assert {fault.severity for fault in at_publishing(compiled.diagnostics)} == {"error"}


def test_a_module_of_five_megabytes_is_told_and_the_rest_is_read(build: Build) -> None:
    """One file that is too large hides nothing of the others."""
    compiled = build({"01-a.md": "a\n" * 2_500_000, "02-b.md": "---\nmodul: b\nöppnas: aldrig\n---\n\nText.\n"})
    assert told(compiled) == ["01-a.md:None file-too-large", "02-b.md:3 release-unreadable"]


def test_a_locked_instrument_that_was_changed_is_told_where_it_departs(tmp_path: Path) -> None:
    """A copy of an instrument in a programme's forms/ keeps its options, or takes a key of its own."""
    from ledstang.content.forms.kind import compile_form

    standard = tmp_path / "prov-skala.md"
    text = (
        "---\nformulär: prov-skala\ntitel: Skala\nversion: 1.0\nspråk: sv\nlicens: fri\nkälla: vi\nlåst: ja\n---\n\n"
        "::: fråga #a enval\nHur?\n\n- (0) Inte alls\n- (1) Lite\n- (2) Mycket\n:::\n"
    )
    standard.write_text(text, encoding="utf-8")
    library = Library(BLOCKS)
    library.forms["prov-skala"] = compile_form(standard, library).document
    folder = tmp_path / "prov"
    (folder / "forms").mkdir(parents=True)
    (folder / "forms" / "prov-skala.md").write_text(text.replace("- (1) Lite\n", ""), encoding="utf-8")
    (folder / "programme.md").write_text("---\nprogram: prov\n---\n", encoding="utf-8")
    found = compile_programme(folder / "programme.md", library).diagnostics
    assert [(Path(fault.file).name, fault.line) for fault in found if fault.code == "instrument-changed"] == [
        ("prov-skala.md", 11)
    ]


def test_nothing_that_an_author_writes_makes_it_raise(build: Build) -> None:
    """Folders of nonsense give faults, never exceptions."""
    for nonsense in (
        "",
        "---",
        "---\n---\n",
        "---\nprogram:\n---\n",
        "\x00",
        "---\nmodul: a\n---\n::: quiz\n- (x)\n:::\n",
    ):
        compiled = build(
            {"programme.md": nonsense, "01-a.md": nonsense, "forms/a.md": nonsense, "samtycke.md": nonsense}
        )
        assert compiled.diagnostics
