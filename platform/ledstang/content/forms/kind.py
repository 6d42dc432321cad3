"""Forms as a kind of content: an instance's, a programme's and the installed instruments are compiled alike."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from ledstang.content.diagnostics import Diagnostic, error, warning
from ledstang.content.forms.compiling import compile_questions, sealed
from ledstang.content.forms.document import Form
from ledstang.content.forms.locking import first_change
from ledstang.content.forms.offering import KEYS as OFFER_KEYS
from ledstang.content.forms.offering import read_offer, unanswerable
from ledstang.content.forms.walking import questions_of
from ledstang.content.kinds import Compiled, ContentKind, Library
from ledstang.content.nodes import Document, Place
from ledstang.content.words import Words

FRONT = (
    "title",
    "version",
    "language",
    "licence",
    "source",
    "locked",
    "description",
    *OFFER_KEYS,
)
VERSION = re.compile(r"\d{1,4}\.\d{1,4}", re.ASCII)


def compile_form(path: Path, library: Library) -> Compiled:
    """Compile a form's file. Never raises for what an author wrote; `document` is None when the file is no form."""
    document, found = library.parse(path)
    if document.kind != "form":
        if not any(fault.severity == "error" for fault in found):
            sentence, tip = "This file is no form.", "Begin its front matter with the form's key."
            found.append(error(Place(str(path), 1), "kind-misplaced", sentence, tip))
        return Compiled("forms", document.key, None, tuple(found), "", path)
    form, more = compile_document(document, library)
    return Compiled("forms", form.key, form, (*found, *more), form.hash, path)


def compile_document(document: Document, library: Library) -> tuple[Form, list[Diagnostic]]:
    """Compile a form that has been read already."""
    others = {key: form for key, form in library.forms.items() if key != document.key}
    form, found = compile_questions(
        document.body,
        key=document.key,
        title=_value(document, "title") or document.key,
        file=document.file,
        forms=others,
        words=library.words,
        language=document.language,
    )
    values, more = read_offer(document, FRONT, library.words)
    form = sealed(
        msgspec.structs.replace(
            form,
            version=_value(document, "version") or form.version,
            licence=_value(document, "licence"),
            source=_value(document, "source"),
            locked=_locked(document, library.words),
            **values,
        )
    )
    found += [*more, *_unaskable(document, form)]
    found += _front(document, form.locked, library.words)
    found += _unlocked(document, form, library.form(document.key))
    return form, found


def _value(document: Document, key: str) -> str | None:
    setting = document.front.get(key)
    return (setting.value or None) if setting else None


def _locked(document: Document, words: Words) -> bool:
    return words.canonical("truth", _value(document, "locked") or "") == "yes"


def _front(document: Document, locked: bool, words: Words) -> list[Diagnostic]:
    """Report what the front matter lacks: a warning in a draft; of a locked instrument, licence and source are owed."""
    found = []
    top = Place(document.file, 1)
    for key in ("title", "version", "licence", "source"):
        if _value(document, key):
            continue
        owed = locked and key in ("licence", "source")
        sentence, tip = "The form has no “{key}”.", "Add a line with it to the front matter."
        if owed or key in ("title", "version", "licence"):
            report = error if owed else warning
            found.append(report(top, f"{key}-missing", sentence, tip, key=words.written("front", key)))
    version = document.front.get("version")
    if version and version.value and not VERSION.fullmatch(version.value):
        sentence, tip = "“{text}” is no version.", "Write two numbers with a point between them, such as 1.0."
        found.append(error(version.place, "version-unreadable", sentence, tip, text=version.value[:20]))
    if not document.key:
        sentence, tip = "The form has no key.", "Write it after the first word: small letters, digits and hyphens."
        found.append(error(top, "key-missing", sentence, tip))
    return found


def _unaskable(document: Document, form: Form) -> list[Diagnostic]:
    """Warn of what a form on its own cannot ask people yet."""
    if form.offer is None:
        return []
    sentence, tip = "“{id}” cannot be answered on a page of its own yet.", "Ask it as a text, or in several questions."
    top = Place(document.file, 1)
    return [
        warning(top, "question-unaskable", sentence, tip, id=id_) for page in form.pages for id_ in unanswerable(page)
    ]


def _unlocked(document: Document, form: Form, installed: Form | None) -> list[Diagnostic]:
    """Report a form that takes a locked instrument's key and is not that instrument."""
    if installed is None or not installed.locked:
        return []
    changed = first_change(form, installed)
    if changed is None:
        return []
    lines = {question.id: question.line for question in questions_of(form)}
    place = Place(document.file, lines.get(changed, 1))
    sentence = "“{key}” is a locked instrument, and this copy departs from it at “{id}”."
    tip = "Restore its items, options, order and scoring, or give the form a key of its own."
    return [error(place, "instrument-changed", sentence, tip, key=form.key, id=changed)]


FORMS = ContentKind(name="forms", word="form", compile=compile_form, document=Form)
"""The kind itself."""
