"""A case type's own questions, as its author writes them: the boxes of a form, below the terms."""

from __future__ import annotations

from collections.abc import Iterator

from ledstang import (
    Box,
    Diagnostic,
    Document,
    Form,
    Node,
    Place,
    Question,
    Words,
    answerable,
    compile_questions,
    error,
    parts_of,
    questions_of,
)

from ledstang_inbox.threads import TEXT

REFUSED = ("calculate", "fhir")
"""Boxes that a form may hold, and that come to nothing where one writes to somebody."""


def terms_of(document: Document) -> tuple[Node, ...]:
    """Return what stands above the first question."""
    return document.body[: _first(document)]


def questions_in(document: Document, words: Words, title: str) -> tuple[Form | None, list[Diagnostic]]:
    """Compile the questions of a case type, and say what is wrong with them; None where there are none."""
    nodes = document.body[_first(document) :]
    if not nodes:
        return None, []
    form, found = compile_questions(
        nodes, key=f"case/{document.key}", title=title, file=document.file, words=words, language=document.language
    )
    found += [_refused(box) for box in _boxes(nodes) if box.name in REFUSED]
    found += _unfit(form, document)
    if not any(True for _ in questions_of(form)):
        if not any(fault.severity == "error" for fault in found):
            sentence, tip = "Nothing is asked here.", "Add a question, or take the boxes away."
            found.append(error(nodes[0].place, "questions-none", sentence, tip))
        return None, found
    return form, found


def _first(document: Document) -> int:
    return next((at for at, node in enumerate(document.body) if isinstance(node, Box)), len(document.body))


def _refused(box: Box) -> Diagnostic:
    sentence, tip = "“{word}” has no place in a case type.", "Take it away, or ask in a form of its own."
    return error(box.place, "box-misplaced", sentence, tip, word=box.word)


def _unfit(form: Form, document: Document) -> Iterator[Diagnostic]:
    """Report what no page can ask, and the one id that is taken."""
    places = {box.id: box.place for box in _boxes(document.body) if box.id}
    for part, _ in parts_of(form):
        id_ = getattr(part, "id", "")
        place = places.get(id_) or Place(document.file, getattr(part, "line", 0) or 1)
        if not answerable(part):
            sentence = "“{id}” cannot be asked where one writes."
            tip = "Files are added on a page of their own, and nothing is asked several times: ask for a text instead."
            yield error(place, "question-unaskable", sentence, tip, id=id_)
        if isinstance(part, Question) and id_ == TEXT:
            tip = "Choose another id: this one is the message itself."
            yield error(place, "id-reserved", "“{id}” cannot be a question's id here.", tip, id=id_)


def _boxes(nodes: tuple[Node, ...]) -> Iterator[Box]:
    for node in nodes:
        if isinstance(node, Box):
            yield node
            yield from _boxes(node.body)
