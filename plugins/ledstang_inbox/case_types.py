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
    Question,
    Words,
    content_hash,
    error,
    html_of,
    text,
    unknown_keys,
)
from markupsafe import escape

from ledstang_inbox.checks import OWNER, VERSION, misshapen, missing, strange, unfit, written
from ledstang_inbox.questions import questions_in, terms_of
from ledstang_inbox.threads import TEXT
from ledstang_inbox.waiting import LOCALE

FRONT = frozenset(
    {
        "title", "language", "owner", "version", "answered within", "answered by", "started by", "free text", "safety",
        "summary", "source",
    }
)  # fmt: skip
DEMANDED = ("title", "owner", "version", "answered within", "safety")
"""What a case type may lack in a draft, and never when it is published."""
ANSWERERS = ("treater", "citizen-administrator")
"""The roles that a case type may let answer; where it names none, both do."""
WEEKDAYS = re.compile(r"(\d{1,2})(?: (?:vardag|vardagar|weekday|weekdays))?")
FITTING = {
    "owner": OWNER,
    "version": VERSION,
    "answered within": (WEEKDAYS, "Write a number of weekdays, such as “2 vardagar”."),
}
WORDED = {"started by": "starters", "free text": "free texts"}
"""The rows that hold one word of a table."""
ABOVE, MORE = "Your message", "Is there anything more that you want to tell?"
LONGEST = 20_000
"""The most letters of one message."""


class CaseType(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that one can write to the unit `owner` about. `terms` are HTML that was sanitised.

    It is answered within `weekdays` whole weekdays, by whoever has one of the roles `answered_by` at the unit that has it.
    `started_by` is resident, care or both. `questions` are asked where a citizen first writes; below them `free_text` is
    `required`, `optional` or `none`.
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
    questions: Form | None = None
    free_text: str = "required"

    @property
    def form(self) -> Form:
        """What a message is, as the host's store of answers knows it: one text."""
        asked = Question(TEXT, "long text", self.title, self.title, required=True, max_length=LONGEST)
        return Form(
            f"case/{self.key}", self.title, (Page(TEXT, "", (asked,)),), version=self.version, hash=self.version
        )

    @property
    def asking(self) -> Form:
        """What a citizen's first message is: the questions, and the text below them where there is to be one."""
        if self.questions is None:
            return self.form
        said = text(ABOVE if self.free_text == "required" else MORE, self.language, (LOCALE,))
        required = self.free_text == "required"
        asked = Question(TEXT, "long text", said, str(escape(said)), required=required, max_length=LONGEST)
        below = () if self.free_text == "none" else (Page(f"{TEXT}_page", "", (asked,)),)
        return msgspec.structs.replace(self.questions, pages=(*self.questions.pages, *below), version=self.version)


def compile_case_type(path: Path, library: Library) -> Compiled:
    """Compile a case type's file. Never raises for what an author wrote."""
    document, found = library.parse(path)
    if document.kind != "case type":
        if not any(fault.severity == "error" for fault in found):
            sentence, tip = "This file is no case type.", "Begin its front matter with “case type:” and a key."
            found.append(error(Place(str(path), 1), "kind-misplaced", sentence, tip))
        return Compiled("cases", document.key, None, tuple(found), "", path)
    found += unknown_keys(document, FRONT, library.words)
    found += [*missing(document, library.words, DEMANDED), *misshapen(document, FITTING)]
    found += [*_answerers(document, library.words), *strange(document, library.words, WORDED)]
    questions, more = questions_in(document, library.words, written(document, "title") or document.key)
    found += [*more, *_wordless(document, library.words, questions)]
    one = _case_type(document, library.words, questions)
    return Compiled("cases", document.key, one, tuple(found), content_hash(one), path)


CASE_TYPES = ContentKind(name="cases", word="case type", compile=compile_case_type, document=CaseType)


def _case_type(document: Document, words: Words, questions: Form | None) -> CaseType:
    within = WEEKDAYS.fullmatch(written(document, "answered within"))
    return CaseType(
        document.key,
        written(document, "title") or document.key,
        written(document, "owner").upper(),
        document.language,
        written(document, "version") or "0.1",
        int(within[1]) if within else 0,
        tuple(role for role in _named(document, words) if role) or ANSWERERS,
        words.canonical("starters", written(document, "started by")) or "resident",
        written(document, "summary"),
        written(document, "safety"),
        html_of(terms_of(document)),
        questions,
        words.canonical("free texts", written(document, "free text")) or ("optional" if questions else "required"),
    )


def _named(document: Document, words: Words) -> list[str | None]:
    """Return the roles that are written, None for each word that is no role."""
    setting = document.front.get("answered by")
    return [words.canonical("roles", word) for word in setting.value.split(",")] if setting and setting.value else []


def _answerers(document: Document, words: Words) -> list[Diagnostic]:
    if None not in _named(document, words):
        return []
    return [unfit(document, "answered by", "These are known: {known}.", known=", ".join(words.of("roles")))]


def _wordless(document: Document, words: Words, questions: Form | None) -> list[Diagnostic]:
    """Report a case type in which nothing at all can be written."""
    if questions or words.canonical("free texts", written(document, "free text")) in (None, "required"):
        return []
    return [unfit(document, "free text", "Ask something, or let the text be there.")]
