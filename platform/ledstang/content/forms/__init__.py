"""Forms and instruments: compiled from Markdown, evaluated over answers, answered by people."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_WHERE = {
    "FORMS": "kind",
    "compile_form": "kind",
    "compile_questions": "compiling",
    "evaluate": "evaluating",
    "Result": "evaluating",
    "unanswered": "evaluating",
    "Score": "scoring",
    "AnswerFault": "answers",
    "chosen": "answers",
    "present": "answers",
    "raw_answer": "answers",
    "read_answer": "answers",
    "take_answer": "answers",
    "questions_of": "walking",
    "shows_of": "walking",
    "scope_of": "scope",
}
"""Looked up when asked for: the kinds of content need the form's structs, and the kind of forms needs those."""

__all__ = list(_WHERE)


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"{__name__} has no {name}")
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
