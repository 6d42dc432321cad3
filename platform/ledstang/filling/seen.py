"""What a page showed, and what an answer has brought since: a question, a text to the person, what a quiz says.

A page says in hidden fields what it showed, since a script may have saved the answers long before its button is pressed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ledstang.content.forms.document import Form
from ledstang.content.forms.walking import parts_of
from ledstang.filling.taking import Fillable, PostedFields

Choices = Mapping[str, Mapping[str, Any]]
"""What is said of the answers to a question, by the question's id and the answer's code: a quiz has it."""


def on_page(sheet: Fillable, place: str, form: Form, pages: Iterable[Any], choices: Choices) -> list[str]:
    """Return what these pages of a form show now: questions and texts by id, what a quiz says as `id=answer`."""
    given, result = sheet.given(place, form), sheet.result(place, form)
    inside = {getattr(part, "id", "") for page in pages for part, _ in parts_of(page)}
    said = [f"{id_}={given[id_].value}" for id_ in choices if id_ in given and given[id_].value is not None]
    return [id_ for id_ in (*result.path, *result.shown) if id_ in inside] + said


def brought(
    before: Fillable,
    after: Fillable,
    place: str,
    form: Form,
    pages: Iterable[Any],
    choices: Choices,
    fields: PostedFields,
) -> bool:
    """Say whether there is something on the page now that one has not seen, and should before going on."""
    pages = list(pages)
    named = fields.getall(f"_seen.{place}", None)
    seen = set(named if named is not None else on_page(before, place, form, pages, choices))
    given = after.given(place, form)
    new = [one for one in on_page(after, place, form, pages, choices) if one not in seen]
    return any(one not in given or given[one].value is None for one in new)
