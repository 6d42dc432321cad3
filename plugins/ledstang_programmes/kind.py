"""A programme's folder to one document: programme.md, its modules in the order of their names, forms and media."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
from ledstang import (
    Compiled,
    ContentKind,
    Diagnostic,
    Document,
    Form,
    Library,
    MediaFolder,
    Place,
    Prose,
    compile_form,
    content_hash,
    error,
    html_of,
    plain_text,
)

from ledstang_programmes import audience, checks, front
from ledstang_programmes.audience import Answering
from ledstang_programmes.document import Consent, Programme
from ledstang_programmes.front import Front
from ledstang_programmes.modules import Modules

MAIN = "programme.md"
FIRST = re.compile(r"<p>(.*?)</p>", re.DOTALL)
ANCHOR = re.compile(r' id="([^"]+)" data-box=')


def compile_programme(path: Path, library: Library) -> Compiled:
    """Compile the programme whose programme.md this is. Never raises for what an author wrote."""
    return _Programme(path, library).compiled()


PROGRAMMES = ContentKind(
    name="programmes",
    word="programme",
    compile=compile_programme,
    document=Programme,
    entry=f"*/{MAIN}",
    parts=("module", "consent"),
)


class _Programme:
    """One folder while it is compiled."""

    def __init__(self, path: Path, library: Library) -> None:
        self._path, self._folder = path, path.parent
        key = library.parse(path)[0].key  # read once only for this: addresses of media are written while reading
        self._media = MediaFolder(self._folder, f"/programmes/media/{key}/")
        self._found: list[Diagnostic] = []
        self._library = library.holding(media=self._media)
        self._library = self._library.holding(self._own_forms())
        self._document = self._parse(path)
        self._front = Front(self._document, library.words, front.PROGRAMME)

    def compiled(self) -> Compiled:
        document = self._document
        if document.kind != "programme":
            return Compiled("programmes", self._folder.name, None, tuple(self._alone()), "", self._folder)
        self._found += [*checks.without_sections(document), *checks.headings(document.body)]
        self._found += checks.without_questions(document)
        programme = self._programme()
        self._found += self._front.diagnostics
        hashed = content_hash(programme)
        programme = msgspec.structs.replace(programme, hash=hashed)
        return Compiled("programmes", programme.key, programme, tuple(self._found), hashed, self._folder)

    def _alone(self) -> list[Diagnostic]:
        """Return what is wrong with a module or a consent that has no programme around it."""
        if self._document.kind != "module":
            return self._found
        answering = Answering("child and guardian", self._library.words)
        modules = Modules(self._library, self._document, "treater-led", answering)
        modules.compile([self._document])
        return [*self._found, *modules.diagnostics, *answering.diagnostics]

    def _programme(self) -> Programme:
        reads = self._front
        key, sort = reads.key(), reads.word("kind", "sorts", "open")
        answering = Answering(reads.word("audience", "audiences", "resident"), self._library.words)
        answering.usual = answering.read(self._document.front.get("answered by"))
        before, after = self._measure("measure before"), self._measure("measure after")
        modules = Modules(self._library, self._document, sort, answering)
        for measure in (before, after):
            if measure and (form := self._library.form(measure)):
                modules.measure(measure, form, self._place(f"measure {'before' if measure == before else 'after'}"))
        compiled = modules.compile([self._parse(path) for path in self._module_files()])
        self._found += modules.diagnostics + answering.diagnostics
        self._found += checks.safety(modules.used, reads.text("safety"))
        self._found += checks.unstaffed(modules.used, sort)
        self._found += checks.references(-1, self._document, modules.answered)
        welcome = html_of(self._document.body)
        values = self._values(welcome, answering.audience)
        consent = self._consent()
        self._found += audience.consenting(
            self._document.front.get("guardians' consent"), answering.audience, sort, consent, self._library.words
        )
        reads.demand(front.DEMANDED)
        return Programme(
            key=key,
            sort=sort,
            measure_before=before,
            measure_after=after,
            consent=consent,
            modules=compiled,
            forms=modules.embedded_forms(),
            media={name.removeprefix("media/"): file for name, file in sorted(self._media.used.items())},
            audience=answering.audience,
            answered_by=answering.usual,
            **values,
        )

    def _values(self, welcome: str, meant: str) -> dict[str, Any]:
        """Read what the front matter says of the programme itself."""
        reads = self._front
        ages = reads.age("from age"), reads.age("to age")
        self._found += checks.ages(*ages, self._place("from age"))
        self._found += audience.without_age(meant, ages[1], self._place("audience"), self._library.words)
        adaptable = reads.many("adaptable", front.KEY, "Write ids, such as [contact].")
        self._found += checks.adaptable(adaptable, self._place("adaptable"), ANCHOR.findall(welcome))
        return {
            "title": reads.text("title") or reads.document.key,
            "language": reads.document.language,
            "owner": reads.owner(),
            "version": reads.version("0.1"),
            "from_age": ages[0],
            "to_age": ages[1],
            "residence": reads.residence(),
            "readable_days": reads.length("readable after end", "days"),
            "reminder_days": reads.length("reminder", "reminder"),
            "responsible": reads.text("medically responsible"),
            "licence": reads.text("licence"),
            "safety": reads.text("safety"),
            "summary": reads.text("summary") or _summary(self._document),
            "welcome": welcome,
            "adaptable": adaptable,
        }

    def _measure(self, name: str) -> str | None:
        known = self._library.forms
        return self._front.one_of(name, known.__contains__, list(known), "There is no form “{value}”.")

    def _consent(self) -> Consent | None:
        """Read the consent, whose file the front matter names."""
        named = self._front.document.front.get("consent")
        if named is None or not named.value:
            return None
        path = self._folder / named.value
        if "/" in named.value or "\\" in named.value or not path.is_file():
            self._found.append(
                error(named.place, "consent-missing", "There is no file “{name}” beside programme.md.",
                      "Write the consent's file here, or make it.", name=named.value[:80])
            )  # fmt: skip
            return None
        document = self._parse(path)
        reads = Front(document, self._library.words, front.CONSENT)
        self._found += checks.without_sections(document)
        self._found += [*checks.headings(document.body), *checks.without_questions(document)]
        version = reads.version("1.0")
        reads.demand(("version",))
        self._found += reads.diagnostics
        guardians = self._front.word("guardians' consent", "guardians", "none")
        return Consent(reads.text("title"), html_of(document.body), version, guardians)  # type: ignore[arg-type]

    def _own_forms(self) -> dict[str, Form]:
        """Compile forms/. A form may refer to those before it."""
        forms: dict[str, Form] = {}
        for path in sorted((self._folder / "forms").glob("*.md")):
            compiled = compile_form(path, self._library.holding(forms))
            self._found += compiled.diagnostics
            if compiled.key in forms:
                self._found.append(
                    error(Place(str(path), 2), "key-twice", "“{key}” is already taken.", "Give the form another key.",
                          key=compiled.key)
                )  # fmt: skip
            if compiled.document is not None:
                forms.setdefault(compiled.key, compiled.document)
        return forms

    def _module_files(self) -> list[Path]:
        consent = self._front.text("consent")
        return [path for path in sorted(self._folder.glob("*.md")) if path.name not in (MAIN, "README.md", consent)]

    def _parse(self, path: Path) -> Document:
        document, found = self._library.parse(path)
        self._found += found
        return document

    def _place(self, name: str) -> Place:
        setting = self._document.front.get(name)
        return setting.place if setting else Place(self._document.file, 1)


def _summary(document: Document) -> str:
    """Return the first paragraph of the welcome text, without its markup."""
    prose = next((node.html for node in document.body if isinstance(node, Prose)), "")
    first = FIRST.search(prose)
    return plain_text(first[1]) if first else ""
