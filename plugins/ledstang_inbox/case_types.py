"""Case types: what one can write to a unit about, in Markdown: its terms, and within how many weekdays it is answered."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
from ledstang import (
    Compiled,
    ContentKind,
    Diagnostic,
    Document,
    Form,
    Library,
    Page,
    Place,
    Prose,
    Question,
    Words,
    content_hash,
    error,
    html_of,
    unknown_keys,
    warning,
)

FRONT = frozenset(
    {
        "title", "language", "owner", "version", "answered within", "answered by", "started by", "safety", "summary",
        "source",
    }
)  # fmt: skip
DEMANDED = ("title", "owner", "version", "answered within", "safety")
"""What a case type may lack in a draft, and never when it is published."""
ANSWERERS = ("treater", "citizen-administrator")
"""The roles that a case type may let answer; where it names none, both do."""
WEEKDAYS = re.compile(r"(\d{1,2})(?: (?:vardag|vardagar|weekday|weekdays))?")
FITTING = {
    "owner": (re.compile(r"SE\d{10}-[A-Z0-9]{1,20}", re.I), "Write the unit's HSA-id, such as SE2321000016-1003."),
    "version": (re.compile(r"\d{1,4}\.\d{1,4}"), "Write it as MAJOR.MINOR, such as 1.0."),
    "answered within": (WEEKDAYS, "Write a number of weekdays, such as “2 vardagar”."),
}
KEY = re.compile(r"[^\W\d_A-Z](?:[^\W_A-Z]|-){0,58}")
LONGEST = 20_000
"""The most letters of one message."""


class CaseType(msgspec.Struct, frozen=True):
    """Something that one can write to the unit `owner` about. `terms` are HTML that was sanitised.

    It is answered within `weekdays` whole weekdays, by whoever has one of the roles `answered_by` at the unit that has it.
    `started_by` is resident, care or both.
    """

    key: str
    title: str
    owner: str
    language: str
    version: str
    weekdays: int
    answered_by: tuple[str, ...]
    started_by: str
    summary: str
    safety: str
    terms: str

    @property
    def form(self) -> Form:
        """What a message is, as the host's store of answers knows it: one text."""
        asked = Question("text", "long text", self.title, self.title, required=True, max_length=LONGEST)
        return Form(
            f"case/{self.key}", self.title, (Page("text", "", (asked,)),), version=self.version, hash=self.version
        )


def compile_case_type(path: Path, library: Library) -> Compiled:
    """Compile a case type's file. Never raises for what an author wrote."""
    document, found = library.parse(path)
    if document.kind != "case type":
        if not any(fault.severity == "error" for fault in found):
            sentence, tip = "This file is no case type.", "Begin its front matter with “case type:” and a key."
            found.append(error(Place(str(path), 1), "kind-misplaced", sentence, tip))
        return Compiled("cases", document.key, None, tuple(found), "", path)
    found += unknown_keys(document, FRONT, library.words)
    if not KEY.fullmatch(document.key):
        tip = "Begin with a small letter, and use small letters, digits and hyphens only."
        found.append(
            error(Place(str(path), 2), "key-unfit", "“{value}” cannot be a key.", tip, value=document.key[:80])
        )
    found += [*_missing(document, library.words), *_unfit(document), *_answerers(document, library.words)]
    found += _boxes(document)
    one = _case_type(document, library.words)
    return Compiled("cases", document.key, one, tuple(found), content_hash(one), path)


CASE_TYPES = ContentKind(name="cases", word="case type", compile=compile_case_type, document=CaseType)


def _case_type(document: Document, words: Words) -> CaseType:
    def said(name: str, default: str = "") -> str:
        return document.front[name].value if name in document.front else default

    within = WEEKDAYS.fullmatch(said("answered within"))
    return CaseType(
        document.key,
        said("title", document.key),
        said("owner").upper(),
        document.language,
        said("version", "0.1"),
        int(within[1]) if within else 0,
        tuple(role for role in _named(document, words) if role) or ANSWERERS,
        words.canonical("starters", said("started by")) or "resident",
        said("summary"),
        said("safety"),
        html_of(document.body),
    )


def _missing(document: Document, words: Words) -> list[Diagnostic]:
    top, tip = Place(document.file, 1), "It has to be there when the text is published."
    return [
        warning(top, "missing-" + name.replace(" ", "-"), "“{key}” is missing.", tip, key=words.written("front", name))
        for name in DEMANDED
        if not (name in document.front and document.front[name].value)
    ]


def _unfit(document: Document) -> list[Diagnostic]:
    found = []
    for name, (pattern, tip) in FITTING.items():
        setting = document.front.get(name)
        if setting and setting.value and not pattern.fullmatch(setting.value):
            sentence = "“{value}” does not fit here."
            found.append(error(setting.place, "value-unfit", sentence, tip, value=setting.value[:80]))
    return found


def _named(document: Document, words: Words) -> list[str | None]:
    """Return the roles that are written, None for each word that is no role."""
    setting = document.front.get("answered by")
    return [words.canonical("roles", word) for word in setting.value.split(",")] if setting and setting.value else []


def _answerers(document: Document, words: Words) -> list[Diagnostic]:
    if None not in _named(document, words):
        return []
    setting, known = document.front["answered by"], ", ".join(words.of("roles"))
    sentence, tip = "“{value}” does not fit here.", "These are known: {known}."
    return [error(setting.place, "value-unfit", sentence, tip, value=setting.value[:80], known=known)]


def _boxes(document: Document) -> list[Diagnostic]:
    """Report what a case type cannot have yet: only the text of its terms is shown."""
    sentence, tip = "Only text can stand here.", "Take the box away, or write its text as it is."
    return [
        error(node.place, "box-misplaced", sentence, tip)
        for node in document.body
        if not isinstance(node, Prose) and hasattr(node, "settings")
    ]
