"""What is looked for in a whole programme, beyond what each box says of itself: one check, one function."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ledstang import (
    Box,
    Diagnostic,
    Document,
    Form,
    Heading,
    Node,
    Place,
    Setting,
    check,
    error,
    names_of,
    nearest,
    parse,
    scope_of,
    warning,
)

from ledstang_programmes.document import Release
from ledstang_programmes.release import expression_place
from ledstang_programmes.worksheets import Answered


def headings(nodes: Iterable[Node]) -> Iterator[Diagnostic]:
    """Report headings that leave a level out. The first may be of level 1 or 2."""
    before = 1
    for node in _headings(nodes):
        if node.level > before + 1:
            sentence, tip = (
                "A heading of level {level} comes where one of level {most} is the deepest.",
                "Write it with {marks}.",
            )
            marks = "#" * (before + 1)
            yield error(node.place, "heading-jump", sentence, tip, level=node.level, most=before + 1, marks=marks)
        if not node.text:
            yield error(node.place, "heading-empty", "The heading has no text.", "Write it, or remove the #.")
        before = node.level


def without_sections(document: Document) -> Iterator[Diagnostic]:
    """Report headings of level 1 where there are no sections: in the welcome text and in the consent."""
    for node in _headings(document.body):
        if node.level == 1:
            yield error(
                node.place, "heading-section", "There are no sections here, so # cannot be used.", "Write ## instead."
            )


def without_questions(document: Document) -> Iterator[Diagnostic]:
    """Report boxes in the welcome text and in the consent: only text is shown there."""
    for node in document.body:
        if isinstance(node, Box):
            yield error(node.place, "box-misplaced-file", "“{word}” cannot stand in this file.", "Move it to a module.",
                        word=node.word)  # fmt: skip


def references(number: int, document: Document, answered: Answered) -> Iterator[Diagnostic]:
    """Report `{{box.id}}` that names nothing, or something that comes later. `number` is the module's, from 0."""
    for reference in document.references:
        form = answered.forms.get(reference.box)
        if form is None:
            yield _unknown(reference.place, "reference-unknown", "There is no worksheet or form “{name}”.",
                           reference.box, answered.forms)  # fmt: skip
            continue
        names = scope_of(form).names
        if reference.id not in names:
            yield _unknown(reference.place, "reference-unknown-id", "“{box}” has no question or sum “{name}”.",
                           reference.id, names, box=reference.box)  # fmt: skip
        module, place = answered.places[reference.box]
        if module > number or (module == number and place.line > reference.place.line):
            yield error(reference.place, "reference-later", "“{box}” has not been answered yet when this is read.",
                        "Move it down, or refer to something earlier.", box=reference.box)  # fmt: skip


def release_condition(number: int, setting: Setting, release: Release, answered: Answered) -> Iterator[Diagnostic]:
    """Check the expression that a module opens by: its names, its types, and that it can be answered."""
    place = expression_place(setting, release)
    scope = scope_of(None, answered.forms)
    faults = check(release.when or "", scope, "condition")
    yield from (fault.at(place) for fault in faults)
    if faults:
        return
    for name in names_of(parse(release.when or ""), scope):
        module, _ = answered.places.get(name.form or "", (-1, place))
        if module >= number:
            yield error(place, "release-unreachable", "It waits for “{form}”, which is answered in it or after it.",
                        "Refer to something earlier.", form=name.form)  # fmt: skip


def safety(used: Mapping[str, tuple[Form, Place]], crisis_text: str) -> Iterator[Diagnostic]:
    """Report a form that raises red flags in a programme that says nothing of where to turn in a crisis."""
    if crisis_text:
        return
    for key, (form, place) in used.items():
        if any(flag.level == "red" for flag in form.flags):
            yield error(place, "risk-without-safety", "“{key}” asks about risk, but the programme has no crisis text.",
                        "Add a line with where to turn in a crisis to programme.md.", key=key)  # fmt: skip


def unstaffed(used: Mapping[str, tuple[Form, Place]], sort: str) -> Iterator[Diagnostic]:
    """Warn of flags in a programme where nobody reads them."""
    if sort != "open":
        return
    for key, (form, place) in used.items():
        if form.flags:
            yield warning(place, "flag-without-staff", "“{key}” tells staff, but in an open programme nobody reads it.",
                          "Show the person where to turn, or make the programme treater-led.", key=key)  # fmt: skip


def ages(from_age: int | None, to_age: int | None, place: Place) -> Iterator[Diagnostic]:
    """Report ages that nobody can have."""
    if from_age is not None and to_age is not None and from_age > to_age:
        yield error(place, "ages-backwards", "Nobody is at least {low} and at most {high} years old.",
                    "Change one of the ages.", low=from_age, high=to_age)  # fmt: skip


def adaptable(ids: Sequence[str], place: Place, present: Iterable[str]) -> Iterator[Diagnostic]:
    """Report ids that another region may override but that no box has."""
    known = set(present)
    for id_ in ids:
        if id_ not in known:
            yield _unknown(place, "adaptable-unknown", "No box has the id “{name}”.", id_, sorted(known))


def _headings(nodes: Iterable[Node]) -> Iterator[Heading]:
    for node in nodes:
        if isinstance(node, Heading):
            yield node


def _unknown(place: Place, code: str, sentence: str, name: str, known: Iterable[str], **values: object) -> Diagnostic:
    listed = list(known)
    suggestion = nearest(name, listed)
    tip = (
        "Did you mean “{suggestion}”?"
        if suggestion
        else "These are known: {known}."
        if listed
        else "There is nothing to name."
    )
    return error(place, code, sentence, tip, name=name, suggestion=suggestion, known=", ".join(listed[:30]), **values)
