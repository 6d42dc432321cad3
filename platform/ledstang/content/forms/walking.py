"""Walk a form's items in document order."""

from __future__ import annotations

from collections.abc import Iterator

from ledstang.content.forms.document import Form, Group, Page, Question, Questions, Show, Text

Item = Question | Questions | Group | Text | Show
Part = Page | Item


def questions_of(form: Form | Part) -> Iterator[Question]:
    """Yield every question of a form, or of a part of one, in document order."""
    if isinstance(form, Question):
        yield form
    else:
        for part in inside(form):
            yield from questions_of(part)


def parts_of(form: Form | Part, within: tuple[Part, ...] = ()) -> Iterator[tuple[Part, tuple[Part, ...]]]:
    """Yield every part in document order, each with the parts that it stands in, the outermost first."""
    if isinstance(form, Form):
        for page in form.pages:
            yield from parts_of(page)
        return
    yield form, within
    for item in inside(form):
        yield from parts_of(item, (*within, form))


def inside(form: Form | Part) -> tuple[Part, ...]:
    """Return the parts that stand directly in a form or in a part of one."""
    if isinstance(form, (Page, Group)):
        return form.items
    if isinstance(form, Questions):
        return form.rows
    return form.pages if isinstance(form, Form) else ()


def shows_of(form: Form | Part) -> Iterator[Show]:
    """Yield every shown text of a form, or of a part of one, in document order."""
    for part, _ in parts_of(form):
        if isinstance(part, Show):
            yield part
