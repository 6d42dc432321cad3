"""Where in one version of a programme each form is, and who answers it: worked out once for each version."""

from __future__ import annotations

from typing import Any

import msgspec
from ledstang import Form, Question, answerable, page_questions, parts_of, scope_of

from ledstang_programmes.document import Answerer, FormPart, Programme
from ledstang_programmes.outline import Outline

BEFORE, AFTER = "@before", "@after"


class Index:
    """Where in one version of a programme each form is: `parts` by the id of the box, `forms` by the form's key too.

    `plain` are the parts whose questions look the same to everybody: no earlier answer is filled into their texts.
    `by` says who answers each part and the measures, `each` which every guardian does on their own, and `told` which of
    the child's own a guardian may read.
    """

    def __init__(self, programme: Programme) -> None:
        self.parts: dict[str, FormPart] = {}
        self.forms: dict[str, Form] = dict(programme.forms)
        self.keys = {module.key for module in programme.modules}
        for module in programme.modules:
            for section in module.sections:
                for part in (part for step in section.steps for part in step.parts):
                    if isinstance(part, FormPart):
                        self.parts[part.id] = part
                        self.forms[part.id] = part.form
                        self.keys |= {f"{part.id}.{question.id}" for question in page_questions(part.form.pages)}
        self.by: dict[str, Answerer] = dict.fromkeys((BEFORE, AFTER), programme.answered_by)
        self.by |= {key: part.answered_by for key, part in self.parts.items()}
        self.each = {key for key, by in self.by.items() if by == "each guardian"}
        self.keys |= {f"{key}@{by}" for key, by in self.by.items() if by != "participant"}
        self.told = {key for key, part in self.parts.items() if part.guardian_reads}
        self.plain = {key for key, part in self.parts.items() if _plain(part.form)}
        self.outline = Outline(programme)
        self.scope = scope_of(None, self.forms)
        self._questions: dict[str, dict[str, Question]] = {}
        self._always: dict[str, frozenset[str]] = {}

    def questions(self, place: str) -> dict[str, Question]:
        """Return the questions of a form by their ids."""
        if place not in self._questions:
            form = self.forms.get(place)
            self._questions[place] = {one.id: one for one in page_questions(form.pages)} if form else {}
        return self._questions[place]

    def always(self, place: str) -> frozenset[str]:
        """Return the questions of a form that everybody is asked once: their answers count, whatever the others are."""
        if place not in self._always:
            form = self.forms.get(place)
            ways = [(*within, part) for part, within in parts_of(form) if isinstance(part, Question)] if form else []
            self._always[place] = frozenset(way[-1].id for way in ways if all(map(_unconditional, way)))
        return self._always[place]


def _plain(form: Form) -> bool:
    return b"{{" not in msgspec.json.encode(form.pages) and all(answerable(part) for part, _ in parts_of(form))


def _unconditional(part: Any) -> bool:
    return part.shown_when is None and not getattr(part, "repeats", None) and not getattr(part, "hidden", False)
