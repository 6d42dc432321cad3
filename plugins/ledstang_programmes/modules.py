"""The modules of a programme: compiled one after the other, then held against each other."""

from __future__ import annotations

from collections.abc import Sequence

from ledstang import Diagnostic, Document, Form, Library, Place, error, html_of, readability

from ledstang_programmes import checks, front
from ledstang_programmes.audience import Answering
from ledstang_programmes.document import HtmlPart, Module, Release, Section, Step
from ledstang_programmes.front import Front
from ledstang_programmes.identity import Ids
from ledstang_programmes.release import circles, read_release, unreachable
from ledstang_programmes.structure import Structure
from ledstang_programmes.worksheets import Answered, Worksheets


class Modules:
    """Compiles the modules of one programme. `used` are the forms that it asks, with where; `answered` the order."""

    def __init__(self, library: Library, programme: Document, sort: str, answering: Answering) -> None:
        self._library, self._programme, self._sort, self._answering = library, programme, sort, answering
        self.diagnostics: list[Diagnostic] = []
        self.answered = Answered({}, {})
        self.used: dict[str, tuple[Form, Place]] = {}
        self._measures: dict[str, Form] = {}
        self._keys: dict[str, Place] = {}
        self._embedded = Ids()

    def measure(self, key: str, form: Form, place: Place) -> None:
        """Take a form that is answered before the first module or after the last."""
        self._measures[key] = form
        self.used.setdefault(key, (form, place))
        self.answered.put(key, form, -1, place)

    def embedded_forms(self) -> dict[str, Form]:
        """Return the forms with a key of their own that the programme uses: measures, and what its modules embed."""
        embedded = {form.key: form for key, (form, _) in self.used.items() if self._library.form(key) is form}
        return {**self._measures, **embedded}

    def compile(self, documents: Sequence[Document]) -> tuple[Module, ...]:
        """Compile all modules, in reading order."""
        documents = [document for document in documents if self._is_module(document)]
        keys = [document.key for document in documents]
        rules: list[tuple[str, Release, Place]] = []
        modules = []
        for number, document in enumerate(documents):
            reads = Front(document, self._library.words, front.MODULE)
            self._claim(reads.key(), document)
            setting = document.front.get("opens")
            previous = keys[number - 1] if number else None
            release, found = read_release(setting, previous, keys, document.language)
            place = setting.place if setting else Place(document.file, 1)
            rules.append((document.key, release, place))
            modules.append(self._module(number, document, reads, release))
            self.diagnostics += found + reads.diagnostics
            if release.rule == "when" and setting:
                self.diagnostics += checks.release_condition(number, setting, release, self.answered)
        for number, document in enumerate(documents):
            self.diagnostics += checks.references(number, document, self.answered)
        circular = circles(rules)
        self.diagnostics += circular + unreachable(rules, treater=self._sort == "treater-led")
        if not modules:
            self.diagnostics.append(
                error(Place(self._programme.file, 1), "programme-without-modules", "The programme has no modules.",
                      "Put a file for each beside programme.md, such as 01-start.md.")
            )  # fmt: skip
        return tuple(modules)

    def _module(self, number: int, document: Document, reads: Front, release: Release) -> Module:
        title = reads.text("title") or document.key
        sheets = Worksheets(
            self._library, document.language, number, self.answered, self._keys, self._embedded, self._answering
        )
        structure = Structure(title, sheets.make, sheets.stepping)
        sections = structure.read(document.body)
        self.diagnostics += sheets.diagnostics + structure.diagnostics
        self.used |= {key: value for key, value in sheets.used.items() if key not in self.used}
        self.diagnostics += checks.headings(document.body)
        value, found = readability(document.body, document.file)
        self.diagnostics += found
        intro = html_of(structure.intro)
        if not sections and intro:
            sections, intro = (_only(title, intro),), ""
        if not sections:
            self.diagnostics.append(
                error(
                    Place(document.file, 1),
                    "module-empty",
                    "There is nothing to read or do in the module.",
                    "Write its text.",
                )
            )
        return Module(document.key, title, release, reads.length("duration", "minutes"), intro, sections, value)

    def _is_module(self, document: Document) -> bool:
        if document.kind == "module":
            return True
        if self._library.words.canonical("kinds", document.kind):  # else it has been told already
            self.diagnostics.append(
                error(Place(document.file, 2), "file-misplaced", "This file is no module.",
                      "Move forms to forms/, and name the consent in programme.md.")
            )  # fmt: skip
        return False

    def _claim(self, key: str, document: Document) -> None:
        place = document.front[document.kind].place
        first = self._keys.setdefault(key, place)
        if first is not place:
            file = first.file.replace("\\", "/").rpartition("/")[2]
            self.diagnostics.append(
                error(place, "key-twice", "“{key}” is already taken.",
                      "Choose another; the first is in {file}, line {line}.",
                      key=key, file=file, line=first.line)
            )  # fmt: skip


def _only(title: str, html: str) -> Section:
    """Make the one section of a module that is nothing but a short text."""
    return Section("section", title, (Step("step", title, (HtmlPart(html),)),))
