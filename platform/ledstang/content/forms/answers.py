"""From what a person typed to a typed answer, and back to text. Every fault is told in a sentence that can be shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from ledstang.content.expressions.numbers import exact, plain
from ledstang.content.expressions.values import Unknown, moment
from ledstang.content.expressions.words import WORDS
from ledstang.content.forms.document import Option, Question
from ledstang.content.forms.limits import LIMITS

Value = str | int | float | bool | list[Any]

UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
FIGURES = re.compile(r"[-−+]?\d+(?:[.,]\d+)?", re.ASCII)
FREE = ": "
"""Between the code of an option with room for a text and that text, in the stored answer."""


class AnswerFault(ValueError):
    """What is wrong with an answer. `sentence` is a message id that `values` fill; the question is named beside it."""

    def __init__(self, code: str, sentence: str, **values: Any) -> None:
        super().__init__(sentence.format_map(values))
        self.code, self.sentence, self.values = code, sentence, values


def as_written(text: str) -> str:
    """Return a posted text as somebody wrote it: lines end in LF, as they did in its field, and NUL and its like are left out."""
    return UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def read_answer(question: Question, raw: Sequence[str], *, complete: bool = True) -> Value | None:
    """Turn the values of a web field into a typed answer, None when it was left empty.

    Raises AnswerFault when it cannot be an answer, or when it is missing although `complete` answers are asked for.
    """
    given = [text for text in (_clean(question, each) for each in raw) if text]
    if not given:
        if complete and question.required and not question.hidden:
            raise AnswerFault("required", "Answer this question.")
        return None
    if question.type == "choices":
        return _codes(question, given)
    most = question.repeats[1] if question.repeats else 1
    if len(given) > most:
        raise AnswerFault(
            "too-many", "Give one answer only." if most == 1 else "Give at most {most} answers.", most=most
        )
    values = [_READERS[question.type](question, each) for each in given]
    return values if question.repeats else values[0]


def take_answer(question: Question, value: Any, *, complete: bool = True) -> Value | None:
    """Read a typed answer, as JSON carries it: a code or its score, codes, a text, a number, true, an ISO date."""
    values = value if isinstance(value, list) else [value]
    if any(isinstance(each, dict | list) for each in values):
        raise AnswerFault("unreadable", "This is no answer.")
    return read_answer(question, [_raw(each) for each in values if each is not None], complete=complete)


def take_rows(question: Question, value: Any) -> list[Any]:
    """Read the typed answers of a question in a repeating group, one a row; an empty row stays as None."""
    if not isinstance(value, list):
        raise AnswerFault("unreadable", "This is no answer.")
    return [take_answer(question, row, complete=False) for row in value]


def standing(question: Question) -> Value | None:
    """Return the answer that a question hidden on purpose has by itself, its `default`; None when it has none."""
    parts = (question.default or "").split(", ") if question.type == "choices" else [question.default or ""]
    try:
        return read_answer(question, parts, complete=False)
    except AnswerFault:
        return None


def raw_answer(question: Question, value: Any) -> list[str]:
    """Return the values of the web field that an answer came from: what marks the chosen option on the page."""
    if value is None:
        return []
    values = value if isinstance(value, list) else [value]
    if question.type == "yes/no":
        return [option.code for each in values for option in question.options if (option.score == 1) == (each is True)]
    return [_raw(each) for each in values]


def chosen(question: Question, value: Any) -> dict[str, str]:
    """Return the codes that an answer holds, each with the free text beside it (empty where there is none)."""
    found = {}
    for each in raw_answer(question, value):
        option = _option(question, each)
        if option:
            found[option.code] = each[len(option.code) + len(FREE) :] if option.free else ""
    return found


def present(question: Question, value: Any, language: str = "sv") -> str:
    """Return an answer as text for summaries, receipts and tables; empty when there is none."""
    if value is None or value == []:
        return ""
    if isinstance(value, list):
        return ", ".join(filter(None, (present(question, each, language) for each in value)))
    if question.type in ("choice", "choices", "yes/no"):
        return _chosen_text(question, value)
    text = _raw(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        text = text.replace("-", "−") if language == "en" else text.replace(".", ",").replace("-", "−")
    return f"{text} {question.unit}" if question.unit else text


def _chosen_text(question: Question, value: Any) -> str:
    texts = []
    for raw in raw_answer(question, value):
        option = _option(question, raw)
        free = raw[len(option.code) + len(FREE) :] if option and option.free else ""
        texts.append((f"{option.text}: {free}" if free else option.text) if option else raw)
    return ", ".join(texts)


def _raw(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _clean(question: Question, text: str) -> str:
    """Take out what nobody typed on purpose; everything visible stays as it is."""
    text = as_written(text)
    if question.type == "long text":
        return text if text.strip() else ""
    return " ".join(text.split("\n")).strip()


def _text(question: Question, text: str) -> str:
    if question.max_length is not None and len(text) > question.max_length:
        sentence = "Shorten the text to {most} characters; it has {count}."
        raise AnswerFault("too-long", sentence, most=question.max_length, count=len(text))
    return _bounded(text)


def _bounded(text: str) -> str:
    if len(text.encode()) > LIMITS.text_bytes:
        raise AnswerFault("too-long", "The text is too long to be kept: shorten it to {most} kB.",
                          most=LIMITS.text_bytes // 1000)  # fmt: skip
    return text


def _number(question: Question, text: str) -> int | float:
    written = "".join(text.split())
    if not FIGURES.fullmatch(written):
        raise AnswerFault("not-a-number", "Write a number with figures, such as 12.")
    if len(written) > LIMITS.number_digits:
        raise AnswerFault("not-a-number", "The number has too many figures.")
    value = exact(written.replace(",", ".").replace("−", "-"))
    whole = question.type == "integer" or (question.type == "scale" and question.step is None)
    if whole and value.denominator != 1:
        raise AnswerFault("not-whole", "Write a whole number, without decimals.")
    _within(question, value)
    return plain(value)


def _within(question: Question, value: Fraction) -> None:
    low, high = question.low, question.high
    below, above = low is not None and value < exact(low), high is not None and value > exact(high)
    if (below or above) and low is not None and high is not None:
        raise AnswerFault("out-of-range", "Write a number from {low} to {high}.", low=_raw(low), high=_raw(high))
    if below and low is not None:
        raise AnswerFault("out-of-range", "Write a number that is at least {low}.", low=_raw(low))
    if above and high is not None:
        raise AnswerFault("out-of-range", "Write a number that is at most {high}.", high=_raw(high))
    if question.step and (value - exact(low or 0)) % exact(question.step):
        raise AnswerFault("off-step", "Write a number in steps of {step}.", step=_raw(question.step))


def _option(question: Question, raw: str) -> Option | None:
    for option in question.options:
        if raw == option.code or (option.free and raw.startswith(option.code + FREE)):
            return option
    return None


def _code(question: Question, raw: str) -> str:
    if _option(question, raw):
        return _bounded(raw)
    scored = [option.code for option in question.options if option.score is not None and _raw(option.score) == raw]
    if len(scored) != 1:
        raise AnswerFault("no-such-option", "Choose one of the answers in the list.")
    return scored[0]


def _codes(question: Question, given: list[str]) -> list[Any]:
    return list(dict.fromkeys(_code(question, each) for each in given))


def _yes_no(_question: Question, raw: str) -> bool:
    meant = WORDS.truth.get(raw.lower())
    if meant is None:
        meant = {"1": True, "0": False}.get(raw)
    if meant is None:
        raise AnswerFault("no-such-option", "Choose one of the answers in the list.")
    return meant


def _date(question: Question, text: str) -> str:
    digits = text.replace("-", "")
    if len(digits) == 8 and digits.isascii() and digits.isdigit() and text in (digits, _dashed(digits)):
        text = _dashed(digits)
    return _moment(question, text, "Write a day that exists, as year-month-day: 2026-05-12.")


def _dashed(digits: str) -> str:
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"


def _time(question: Question, text: str) -> str:
    written = text.replace(".", ":")
    return _moment(
        question, written.zfill(5) if ":" in written else written, "Write a time that exists, such as 10:20."
    )


def _datetime(question: Question, text: str) -> str:
    sentence = "Write a day and a time that exist, such as 2026-05-12 10:20."
    return _moment(question, text.replace(" ", "T"), sentence)


def _moment(question: Question, text: str, sentence: str) -> str:
    if isinstance(moment(question.type, text), Unknown):
        raise AnswerFault("no-such-moment", sentence)
    if question.earliest and text < question.earliest:
        raise AnswerFault("out-of-range", "It can be {low} at the earliest.", low=question.earliest)
    if question.latest and text > question.latest:
        raise AnswerFault("out-of-range", "It can be {high} at the latest.", high=question.latest)
    return text


_READERS: dict[str, Callable[[Question, str], Value]] = {
    "choice": _code,
    "text": _text,
    "long text": _text,
    "integer": _number,
    "decimal": _number,
    "scale": _number,
    "quantity": _number,
    "yes/no": _yes_no,
    "date": _date,
    "time": _time,
    "datetime": _datetime,
    "file": _text,
}
