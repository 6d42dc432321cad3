"""A quiz: a question whose answers are marked as right with an `x`, each with a word on why below it."""

from __future__ import annotations

import re

import msgspec
from ledstang import Box, Diagnostic, Form, Item, Items, Node, Question, error, questions_of

from ledstang_programmes.document import Choice

MARK = re.compile(r"(?P<open>[(\[])(?P<mark>[ xX])[)\]]\s+")


class Quiz:
    """One quiz while it is compiled. `nodes` are what the compiler of forms is to read."""

    def __init__(self, box: Box) -> None:
        self.diagnostics: list[Diagnostic] = []
        self._choices: dict[str, list[Choice]] = {}
        asked = [node for node in box.body if isinstance(node, Box) and node.name == "question"]
        whole = Box("question", box.word, box.id, "", {}, box.body, box.place)
        self.nodes: tuple[Node, ...] = (
            tuple(self._unmarked(node) if node in asked else node for node in box.body)
            if asked
            else (self._unmarked(whole),)
        )

    def choices(self, form: Form) -> dict[str, dict[str, Choice]]:
        """Return question id → code → choice, once the form has given the answers their codes."""
        return {
            question.id: {
                option.code: choice for option, choice in zip(question.options, self._of(question), strict=False)
            }
            for question in questions_of(form)
        }

    def _of(self, question: Question) -> list[Choice]:
        return self._choices.get(question.id, [])

    def _unmarked(self, box: Box) -> Box:
        body = tuple(self._list(box, node) if isinstance(node, Items) else node for node in box.body)
        choices = self._choices.get(box.id or "", [])
        if not any(choice.right for choice in choices):
            self.diagnostics.append(
                error(
                    box.place,
                    "quiz-without-answer",
                    "No answer is marked as right.",
                    "Mark the right one like this: - (x) text",
                )
            )
        return msgspec.structs.replace(box, body=body)

    def _list(self, box: Box, items: Items) -> Items:
        """Take the marks and the explanations out of a list, and keep them."""
        if not any(MARK.match(item.source) for item in items.items):
            return items
        return msgspec.structs.replace(items, items=tuple(self._item(box, item) for item in items.items))

    def _item(self, box: Box, item: Item) -> Item:
        mark = MARK.match(item.source)
        source, html = item.source.partition("\n")[0], item.html.partition("\n")
        choice = Choice(bool(mark and mark["mark"] != " "), html[2].strip())
        self._choices.setdefault(box.id or "", []).append(choice)
        return Item(_blank(source), _blank(html[0]), item.place)


def _blank(text: str) -> str:
    """Return the text of an answer with an empty mark."""
    return re.sub(r"^([(\[])[xX]([)\]])", r"\1 \2", text)
