"""Boxes of a module to parts of its steps: worksheets, forms, quizzes, and the boxes of other plugins."""

from __future__ import annotations

from typing import Any

import msgspec
from ledstang import (
    Box,
    Diagnostic,
    Form,
    Library,
    Node,
    Place,
    check,
    compile_questions,
    error,
    html_of,
    nearest,
    scope_of,
    unknown_settings,
    warning,
)

from ledstang_programmes.audience import Answering
from ledstang_programmes.blocks import BLOCKS, SETTINGS
from ledstang_programmes.document import Answerer, BoxPart, FormPart, Part
from ledstang_programmes.identity import Ids
from ledstang_programmes.quiz import Quiz
from ledstang_programmes.schedules import read_schedule

WORKSHEETS = frozenset(block.name for block in BLOCKS)
OF_FORMS = frozenset({"question", "questions", "scale", "group", "page", "calculate", "flag", "show", "fhir"})


class Answered(msgspec.Struct):
    """What can be answered in a programme, in reading order: the forms by the id they are answered under, and where."""

    forms: dict[str, Form] = {}
    places: dict[str, tuple[int, Place]] = {}

    def put(self, id_: str, form: Form, module: int, place: Place) -> None:
        """Add a form."""
        self.forms.setdefault(id_, form)
        self.places.setdefault(id_, (module, place))


class Worksheets:
    """Makes the parts of one module. `number` is the module's, from 0; `keys` are taken in the whole programme."""

    def __init__(
        self,
        library: Library,
        language: str,
        number: int,
        answered: Answered,
        keys: dict[str, Place],
        embedded: Ids,
        answering: Answering,
    ) -> None:
        self._library, self._language, self._number, self._answering = library, language, number, answering
        self._answered, self._keys, self._embedded = answered, keys, embedded
        self._ids: dict[str, Place] = {}
        self.diagnostics: list[Diagnostic] = []
        self.used: dict[str, tuple[Form, Place]] = {}

    def stepping(self, box: Box) -> bool:
        """Say whether a box is a step of its own."""
        block = self._library.blocks.get(box.name)
        return box.name in WORKSHEETS or bool(block and block.step)

    def make(self, box: Box, title: str) -> Part | None:
        """Make the part that a box is, or report why it is none."""
        if box.name in WORKSHEETS:
            return self._worksheet(box, title)
        if box.name in OF_FORMS:
            self._error(box.place, "question-outside", "“{word}” stands outside a worksheet and a form.",
                        "Put it inside one, which opens before it and closes after it.", word=box.word)  # fmt: skip
            return None
        block = self._library.blocks.get(box.name)
        if block is None:
            if self._library.words.canonical("boxes", box.word):
                self._error(box.place, "box-without-plugin", "No plugin that is installed here knows the box “{word}”.",
                            "Ask those who run the installation to install it.", word=box.word)  # fmt: skip
            return None
        self.diagnostics += unknown_settings(box, block.settings, self._library.words)
        self.diagnostics += block.check(box, self._library) if block.check else []
        return BoxPart(_without_folder(box))

    def _worksheet(self, box: Box, title: str) -> FormPart | None:
        self.diagnostics += unknown_settings(box, SETTINGS, self._library.words)
        embeds = box.name == "form" and (box.id is None or bool(box.args))
        part = self._embed(box) if embeds else self._own(box, title)
        if part is None:
            return None
        schedule, found = read_schedule(box.settings.get("schedule"), self._language)
        self.diagnostics += found
        if schedule and box.name == "quiz":
            self._error(box.settings["schedule"].place, "schedule-misplaced", "“{word}” cannot come back by a schedule.",
                        "Put its questions in a form or a diary.", word=box.word)  # fmt: skip
        self._answered.put(part.id, part.form, self._number, box.place)
        by = self._answering.read(box.settings.get("answered by"))
        return msgspec.structs.replace(
            part, schedule=schedule, blocks=self._truth(box, "blocks"), shown_when=self._condition(box),
            answered_by=by, guardian_reads=self._read_by_guardian(box, by),
        )  # fmt: skip

    def _embed(self, box: Box) -> FormPart | None:
        """Make a part of a form that lies elsewhere, found by its key."""
        key = box.args.split(maxsplit=1)[0] if box.args else ""
        form = self._library.form(key)
        if form is None:
            known = list(self._library.forms)
            suggestion = nearest(key, known)
            tip = "Did you mean “{suggestion}”?" if suggestion else "These are known: {known}."
            self._error(box.place, "form-unknown", "There is no form “{key}”.", tip if known else "Put it in forms/.",
                        key=key, suggestion=suggestion, known=", ".join(sorted(known)[:30]))  # fmt: skip
            return None
        self._only_text(box)
        if box.id is None and key in self._keys:
            self._taken(key, box.place, self._keys[key])
        self.used.setdefault(key, (form, box.place))
        id_ = self._claim(box) if box.id else self._embedded.take(key)
        return FormPart(id_, "form", self._title(box, form.title), html_of(box.body), form)

    def _own(self, box: Box, title: str) -> FormPart | None:
        """Make a part of the questions in the box itself."""
        id_ = self._claim(box)
        quiz = Quiz(box) if box.name == "quiz" else None
        intro, nodes = ((), quiz.nodes) if quiz else _intro(box.body)
        named = self._title(box, (box.args if box.name != "form" else "") or title)
        form, found = compile_questions(
            nodes,
            key=id_,
            title=named,
            file=box.place.file,
            forms=self._answered.forms,
            ids=self._ids,
            words=self._library.words,
            language=self._language,
        )
        self.diagnostics += found + (quiz.diagnostics if quiz else [])
        self.used.setdefault(id_, (form, box.place))
        choices = quiz.choices(form) if quiz else {}
        return FormPart(id_, box.name, named, html_of(intro), form, choices=choices)  # type: ignore[arg-type]

    def _claim(self, box: Box) -> str:
        """Return the id that a box's answers are kept under, unique in the whole programme."""
        if box.id is None:
            self._error(
                box.place,
                "id-missing",
                "“{word}” has no id.",
                "Write one after it: a # and a short word.",
                word=box.word,
            )
            return self._embedded.take(box.name)
        _, answered = self._answered.places.get(box.id, (0, None))
        first = self._keys.setdefault(box.id, answered or box.place)
        if first is not box.place:
            self._taken(box.id, box.place, first)
        return self._embedded.take(box.id)

    def _taken(self, key: str, place: Place, first: Place) -> None:
        sentence, tip = "“{key}” is already taken.", "Choose another; the first is in {file}, line {line}."
        self._error(place, "key-twice", sentence, tip, key=key, file=_name(first.file), line=first.line)

    def _condition(self, box: Box) -> str | None:
        setting = box.settings.get("shown when")
        if setting is None:
            return None
        faults = check(setting.value, scope_of(None, self._answered.forms), "condition")
        self.diagnostics += [fault.at(setting.place) for fault in faults]
        return None if faults else setting.value

    def _truth(self, box: Box, name: str) -> bool:
        setting = box.settings.get(name)
        if setting is None:
            return False
        meant = self._library.words.canonical("truth", setting.value)
        if meant is None:
            known = " / ".join(self._library.words.of("truth"))
            self._error(setting.place, "not-yes-no", "“{value}” is neither yes nor no.", "Write one of: {known}.",
                        value=setting.value[:60], known=known)  # fmt: skip
        return meant == "yes"

    def _read_by_guardian(self, box: Box, by: Answerer) -> bool:
        setting = box.settings.get("read by guardian")
        if setting is not None and by != "child":
            self.diagnostics.append(
                warning(setting.place, "read-by-guardian-idle", "Only what the child answers alone is kept from guardians.",
                        "Remove the row, or let the child answer.")
            )  # fmt: skip
        return self._truth(box, "read by guardian") and by == "child"

    def _title(self, box: Box, otherwise: str) -> str:
        setting = box.settings.get("title")
        return setting.value if setting and setting.value else otherwise

    def _only_text(self, box: Box) -> None:
        for node in box.body:
            if isinstance(node, Box):
                self._error(node.place, "box-misplaced", "“{word}” cannot stand inside “{outer}”.",
                            "Close “{outer}” first, with a line of :::.", word=node.word, outer=box.word)  # fmt: skip

    def _error(self, place: Place, code: str, sentence: str, tip: str, **values: Any) -> None:
        self.diagnostics.append(error(place, code, sentence, tip, **values))


def _intro(body: tuple[Node, ...]) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
    """Divide a worksheet where its first question begins."""
    first = next((number for number, node in enumerate(body) if isinstance(node, Box)), len(body))
    return body[:first], body[first:]


def _without_folder(box: Box) -> Box:
    """Return a box whose places name their file only, so that the same text is the same document on every machine."""

    def shorten(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                key: _name(each) if key == "file" and isinstance(each, str) else shorten(each)
                for key, each in value.items()
            }
        return [shorten(each) for each in value] if isinstance(value, list | tuple) else value

    return msgspec.convert(shorten(msgspec.to_builtins(box)), Box)


def _name(file: str) -> str:
    return file.replace("\\", "/").rpartition("/")[2]
