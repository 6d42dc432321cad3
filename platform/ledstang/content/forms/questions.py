"""Questions, one by one and in rows that share a scale."""

from __future__ import annotations

import msgspec

from ledstang.content.blocks import html_of
from ledstang.content.forms.answers import AnswerFault, read_answer
from ledstang.content.forms.bounds import bounds, repeats
from ledstang.content.forms.desk import Desk
from ledstang.content.forms.document import Option, Question, Questions, QuestionType
from ledstang.content.forms.limits import yes_no
from ledstang.content.forms.opener import Opener, opener
from ledstang.content.forms.options import marked, options, row
from ledstang.content.forms.plain import plain
from ledstang.content.nodes import Box, Item, Items, Node, Rule

SHARED = (
    "type",
    "required",
    "shown when",
    "scale",
    "from",
    "to",
    "step",
    "max characters",
    "unit",
    "hint",
    "answered by",
)
CHOICES = ("choice", "choices")


def question(desk: Desk, box: Box) -> Question:
    """Compile a `question` box."""
    desk.settings(box, *SHARED, "default", "code", "repeats", "hidden")
    id_ = desk.claim(box.id, box.place)
    made = _made(desk, box, id_, _prose(box.body))
    if not made.label:
        sentence, tip = "The question has no text.", "Write it after a blank line, above the answers."
        desk.error(box.place, "question-empty", sentence, tip)
    return made


def questions(desk: Desk, box: Box) -> Questions:
    """Compile a `questions` box: what they share, an introduction, and a numbered list with an id a row."""
    desk.settings(box, *SHARED, "hidden")
    id_ = desk.claim(box.id, box.place, "questions")
    shown_when = desk.expression(box, "shown when", id_)
    rows = [node for node in box.body if isinstance(node, Items) and marked(node) is None]
    if not rows:
        sentence, tip = "There are no questions here.", "Write a numbered list: 1. text {{#id}}, one row for each."
        desk.error(box.place, "questions-empty", sentence, tip)
    shared = _made(desk, box, id_, (), conditions=False)
    made = tuple(_row(desk, shared, item) for item in (rows[-1].items if rows else ()))
    intro = [node for node in _prose(box.body) if not rows or node is not rows[-1]]
    return Questions(id_, html_of(intro), made, shown_when)


def _row(desk: Desk, shared: Question, item: Item) -> Question:
    each = row(item)
    if each.id is None:
        sentence, tip = "The row has no id.", "End it with one, such as {{#q1}}."
        desk.error(item.place, "id-missing", sentence, tip)
    id_ = desk.claim(each.id, item.place, "row")
    return msgspec.structs.replace(shared, id=id_, label=each.text, html=each.html, line=item.place.line)


def _made(desk: Desk, box: Box, id_: str, prose: list[Node] | tuple[Node, ...], conditions: bool = True) -> Question:
    said = opener(desk, box)
    kind, chosen = _kind(desk, box, said)
    html = html_of(prose)
    made = Question(
        id=id_,
        type=kind,
        label=plain(html),
        html=html,
        line=box.place.line,
        options=chosen,
        required=said.required or desk.truth(box, "required"),
        shown_when=desk.expression(box, "shown when", id_) if conditions else None,
        unit=desk.text(box, "unit"),
        hint=desk.text(box, "hint"),
        code=desk.text(box, "code"),
        hidden=desk.truth(box, "hidden"),
        repeats=_repeats(desk, box, kind),
        answered_by=desk.text(box, "answered by"),
        **bounds(desk, box, kind, said),
    )
    return _with_default(desk, box, made)


def _repeats(desk: Desk, box: Box, kind: str) -> tuple[int, int] | None:
    found = repeats(desk, box)
    if found and kind == "choices":
        sentence, tip = "A question with several ticks cannot repeat.", "Put it in a group that repeats."
        desk.error(box.settings["repeats"].place, "setting-unfit", sentence, tip)
        return None
    return found


def _with_default(desk: Desk, box: Box, made: Question) -> Question:
    setting = box.settings.get("default")
    if setting is None:
        return made
    parts = list(setting.items) or [setting.value]
    try:
        read_answer(made, parts, complete=False)
    except AnswerFault as fault:
        sentence, tip = "“{text}” is no answer to this question.", "Write one that it takes."
        desk.error(setting.place, "default-unfit", sentence, tip, text=setting.value[:40], why=fault.code)
    return msgspec.structs.replace(made, default=", ".join(parts))


def _kind(desk: Desk, box: Box, said: Opener) -> tuple[QuestionType, tuple[Option, ...]]:
    """Return the type and the options: said, from a scale, from the list's marks, or from room for a text."""
    lists = [node for node in box.body if isinstance(node, Items) and marked(node)]
    scale = _scale(desk, box)
    chosen = scale or (options(desk, lists[0]) if lists else ())
    inferred: QuestionType | None = None
    if chosen:
        inferred = "choices" if lists and marked(lists[0]) == "several" else "choice"
    elif room := sum(isinstance(node, Rule) and node.markup.startswith("_") for node in box.body):
        inferred = "text" if room == 1 else "long text"
    kind = said.type or inferred
    if kind is None and not said.lost and "scale" not in box.settings:
        sentence = "The question does not say how it is answered."
        tip = "Write a type after its id, such as text, or a list of options: - ( ) text."
        desk.error(box.place, "type-missing", sentence, tip)
    return _agreed(desk, box, kind or "text", chosen)


def _agreed(
    desk: Desk, box: Box, kind: QuestionType, chosen: tuple[Option, ...]
) -> tuple[QuestionType, tuple[Option, ...]]:
    if kind == "yes/no" and not chosen:
        return kind, yes_no(desk.language)
    if kind in CHOICES and not chosen and "scale" not in box.settings:
        sentence, tip = "There is nothing to choose among.", "Write a list: - ( ) text, or name a scale."
        desk.error(box.place, "options-missing", sentence, tip)
    if kind not in CHOICES and chosen:
        sentence, tip = "A question of this type has no options.", "Remove the type or the list."
        desk.error(box.place, "options-unfit", sentence, tip)
        return kind, yes_no(desk.language) if kind == "yes/no" else ()
    return kind, chosen


def _scale(desk: Desk, box: Box) -> tuple[Option, ...]:
    setting = box.settings.get("scale")
    if setting is None:
        return ()
    if setting.value not in desk.scales:
        desk.unknown(setting.place, "scale-unknown", "There is no scale “{word}”.", setting.value, desk.scales)
    return desk.scales.get(setting.value, ())


def _prose(body: tuple[Node, ...]) -> list[Node]:
    """Return what is text in a question's body: not its options, and not the room for an answer."""
    return [
        node
        for node in body
        if not (isinstance(node, Items) and marked(node))
        and not (isinstance(node, Rule) and node.markup.startswith("_"))
    ]
