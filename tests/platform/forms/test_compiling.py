"""What the boxes of authoring.md §2 become."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from ledstang.content.forms.compiling import compile_questions
from ledstang.content.forms.document import Form, Group, Question, Questions, Text
from ledstang.content.forms.kind import compile_form
from ledstang.content.forms.walking import parts_of, questions_of
from ledstang.content.kinds import Library
from ledstang.content.nodes import Place
from ledstang.content.parsing import parse
from ledstang.content.words import load_words

Make = Callable[..., Form]


def only(form: Form) -> Question:
    """Return a form's one question."""
    (question,) = questions_of(form)
    return question


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("- ( ) Ja\n- ( ) Nej", "choice"),
        ("- (0) Nej\n- (1) Ja", "choice"),
        ("- [ ] Feber\n- [ ] Hosta", "choices"),
        ("____", "text"),
        ("____\n\n____", "long text"),
    ],
)
def test_a_type_can_be_seen_from_its_answers(body: str, kind: str, make: Make) -> None:
    """Round marks ask for one answer, square ones for several; a line is a short text, two a long one."""
    assert only(make(f"::: fråga #a\nHur?\n\n{body}\n:::")).type == kind


@pytest.mark.parametrize(
    ("written", "kind", "low", "high"),
    [
        ("text", "text", None, None),
        ("lång text", "long text", None, None),
        ("heltal", "integer", None, None),
        ("heltal 0–10", "integer", 0, 10),
        ("decimaltal -1.5–1.5", "decimal", -1.5, 1.5),
        ("skala 0-10", "scale", 0, 10),
        ("ja/nej", "yes/no", None, None),
        ("datum", "date", None, None),
        ("tid", "time", None, None),
        ("datum och tid", "datetime", None, None),
        ("mängd", "quantity", None, None),
        ("fil", "file", None, None),
        ("yes/no", "yes/no", None, None),
        ("integer 1..5", "integer", 1, 5),
    ],
)
def test_a_type_and_its_range_stand_on_the_opening_line_or_in_a_setting(
    written: str, kind: str, low: Any, high: Any, make: Make
) -> None:
    """Both ways, with and without `obligatorisk`, in Swedish and English."""
    for source in (
        f"::: fråga #a {written} obligatorisk\nHur?\n:::",
        f"::: fråga #a obligatorisk\ntyp: {written}\n\nHur?\n:::",
    ):
        question = only(make(source))
        assert (question.type, question.low, question.high, question.required) == (kind, low, high, True)


def test_a_code_is_written_or_made_from_its_text(make: Make) -> None:
    """`(2)` is code and score, `(kod=2)` both apart, `{#kod}` a code, otherwise the text makes one; room is marked."""
    source = "::: fråga #a\nHur?\n\n- (2) Två\n- (tre=3) *Tre*\n- (-1) Minus\n- (0.5) Halv {#halv}\n"
    source += "- ( ) Fyra {#fyra}\n- ( ) Mer än hälften!\n- ( ) Annat: ____\n:::"
    assert [(each.code, each.score, each.text, each.free) for each in only(make(source)).options] == [
        ("2", 2, "Två", False),
        ("tre", 3, "Tre", False),
        ("-1", -1, "Minus", False),
        ("halv", 0.5, "Halv", False),
        ("fyra", None, "Fyra", False),
        ("mer-än-hälften", None, "Mer än hälften!", False),
        ("annat", None, "Annat", True),
    ]


def test_every_setting_of_a_question_is_kept(make: Make) -> None:
    """What an author says of a question reaches those who show and export it."""
    source = (
        "::: fråga #vikt mängd 0–400\nsteg: 0.1\nenhet: kg\nhjälp: Utan skor\nstandard: 70\nkod: snomed 27113001\n"
        "vem svarar: personal\ndold: nej\nupprepas: 1–3\n\nVad **väger** du?\n:::"
    )
    question = only(make(source))
    assert msgspec.structs.asdict(question) | {"line": 0} == msgspec.structs.asdict(
        Question(
            "vikt", "quantity", "Vad väger du?", "<p>Vad <strong>väger</strong> du?</p>\n", low=0, high=400, step=0.1,
            unit="kg", hint="Utan skor", default="70", code="snomed 27113001", answered_by="personal", repeats=(1, 3),
        )
    )  # fmt: skip


def test_matrix_rows_are_whole_questions(make: Make) -> None:
    """Each row has the shared scale or type, and can be asked by itself."""
    form = make(
        "::: skala #s\n- (0) Nej\n- (1) Ja\n:::\n\n::: frågor #m\nskala: s\n\nHur?\n\n1. Ett {#a}\n2. **Två** {#b}\n:::"
    )
    matrix = next(part for part, _ in parts_of(form) if isinstance(part, Questions))
    assert [(row.id, row.label, row.html, len(row.options)) for row in matrix.rows] == [
        ("a", "Ett", "Ett", 2),
        ("b", "Två", "<strong>Två</strong>", 2),
    ]
    rows = make("::: frågor #m\ntyp: skala 0–10\n\nHur?\n\n1. Ett {#a}\n:::")
    assert (only(rows).type, only(rows).high) == ("scale", 10)


def test_a_form_without_pages_has_one_for_each_question_matrix_and_group(make: Make) -> None:
    """Text goes with the question it introduces, and the last text with the last page."""
    form = make(
        "Först.\n\n::: fråga #a text\nEtt?\n:::\n\n::: grupp #g\n::: fråga #b text\nTvå?\n:::\n\n"
        "::: fråga #c text\nTre?\n:::\n:::\n\nSist.\n"
    )
    kinds = [[type(item) for item in page.items] for page in form.pages]
    assert kinds == [[Text, Question], [Group, Text]]


def test_pages_by_an_author_have_titles_and_conditions(make: Make) -> None:
    """A page is named by what stands after its id, or by its first heading; one that repeats holds a group that does."""
    form = make(
        "::: sida #ett Om dig\n::: fråga #a ja/nej\nEtt?\n:::\n:::\n\n"
        "::: sida #tva\nvisas när: a = ja\nupprepas: 1–3\n\n## Mer\n\n::: fråga #b text\nTvå?\n:::\n:::\n"
    )
    assert [(page.id, page.title, page.shown_when) for page in form.pages] == [
        ("ett", "Om dig", None),
        ("tva", "Mer", "a = ja"),
    ]
    assert isinstance(form.pages[1].items[0], Group)


def test_the_whole_language_can_be_written_in_english(make: Make) -> None:
    """Every keyword has its English word, also inside expressions."""
    form = make(
        "::: scale #s\n- (0) Never\n- (3) Often\n:::\n\n"
        "::: questions #m\nscale: s\nrequired: yes\n\nHow often?\n\n1. One {#q1}\n2. Two {#q2}\n:::\n\n"
        "::: question #more long text\nshown when: q1 = 3 and not q2 = 0\nmax characters: 500\n\nTell us.\n:::\n\n"
        "::: calculate #total\nformula: sum(q1..q2)\nlabel: Total\nmissing: mean, at most 1\n\n- 0–2: low\n- 3–6: high\n:::\n\n"
        "::: flag #risk\nwhen: total > 3\nlevel: red\nto: nurse\ndeadline: 2 days\n\nLook.\n:::\n\n"
        "::: show\nwhen: answered(q1)\n\nThanks.\n:::\n"
    )
    assert (form.sums[0].items, form.sums[0].missing, form.flags[0].level) == (("q1", "q2"), "mean 1", "red")


def test_what_the_syntax_cannot_say_is_kept_for_fhir(make: Make) -> None:
    """The JSON of `fhir` boxes stays with the group or the form it stands in."""
    form = make('::: fhir\n```json\n{"a": 1}\n```\n:::\n\n::: grupp #g\n::: fhir\n```json\n[]\n```\n:::\n:::\n')
    assert form.fhir == (("", '{"a": 1}\n'), ("g", "[]\n"))


def test_the_hash_is_that_of_the_content(make: Make) -> None:
    """Empty lines change nothing; a word, a score or a condition does."""
    source = "::: fråga #a\nHur?\n\n- (0) Nej\n- (1) Ja\n:::\n"
    assert make("\n\n" + source).hash == make(source).hash
    assert (
        len({make(source).hash, make(source.replace("Hur", "Var")).hash, make(source.replace("(1)", "(2)")).hash}) == 3
    )


def test_worksheets_of_one_document_share_their_ids() -> None:
    """An id of another worksheet is taken; what has no id of its own never disturbs the others' hashes."""
    ids: dict[str, Place] = {}
    forms = []
    for source in ("::: fråga #a text\nEtt?\n:::", "::: fråga #a text\nEtt?\n:::", "::: fråga #b text\nTvå?\n:::"):
        document, _ = parse(f"---\nmodul: m\n---\n{source}", "m.md", load_words())
        forms.append(compile_questions(document.body, key="k", title="t", file="m.md", ids=ids))
    assert [[fault.code for fault in found] for _, found in forms] == [[], ["id-twice"], []]
    assert [form.pages[0].id for form, _ in forms] == ["page_1"] * 3


FRONT = "---\nformulär: prov\ntitel: Prov\nversion: 1.0\nlicens: CC0\nkälla: Vi\nlåst: ja\n---\n\n::: fråga #a text\nEtt?\n:::\n"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("", ""), []),
        (("titel: Prov\n", ""), [("title-missing", "warning")]),
        (("version: 1.0\n", ""), [("version-missing", "warning")]),
        (("version: 1.0", "version: ett"), [("version-unreadable", "error")]),
        (("licens: CC0\n", ""), [("licence-missing", "error")]),
        (("källa: Vi\n", ""), [("source-missing", "error")]),
        (("källa: Vi\nlåst: ja\n", ""), []),
        (("licens: CC0\nkälla: Vi\nlåst: ja\n", ""), [("licence-missing", "warning")]),
        (("titel:", "tittel:"), [("title-missing", "warning"), ("front-unknown", "error")]),
        (("formulär: prov", "formulär:"), [("key-missing", "error")]),
        (("formulär: prov", "policy: prov"), [("kind-misplaced", "error")]),
    ],
)
def test_front_matter_says_what_it_owes(change: tuple[str, str], expected: Any, tmp_path: Path) -> None:
    """A locked instrument owes its licence and its source; a draft is warned; an unknown key is always an error."""
    path = tmp_path / "prov.md"
    path.write_text(FRONT.replace(*change) if change[0] else FRONT, encoding="utf-8")
    compiled = compile_form(path, Library())
    assert sorted((fault.code, fault.severity) for fault in compiled.diagnostics) == sorted(expected)


def test_a_form_file_becomes_a_form_with_its_front_matter(tmp_path: Path) -> None:
    """Key, title, version as text, language, licence, source and lock."""
    path = tmp_path / "prov.md"
    path.write_text(FRONT.replace("version: 1.0", "version: 1.10"), encoding="utf-8")
    form = compile_form(path, Library()).document
    assert (form.key, form.title, form.version, form.licence, form.source, form.locked) == (
        "prov", "Prov", "1.10", "CC0", "Vi", True,
    )  # fmt: skip
