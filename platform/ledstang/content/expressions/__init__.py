"""Conditions and formulas of all that authors write: parsed once, checked against ids and types, three-valued."""

from __future__ import annotations

from ledstang.content.expressions.checking import Checked, check, examine
from ledstang.content.expressions.evaluation import Context, evaluate, evaluate_truth
from ledstang.content.expressions.faults import ExpressionError, Fault
from ledstang.content.expressions.parsing import parse
from ledstang.content.expressions.reading import names_in, names_of
from ledstang.content.expressions.scope import Kind, Scope
from ledstang.content.expressions.tree import Expression, Name
from ledstang.content.expressions.values import ABSENT, UNKNOWN, Unknown

__all__ = [
    "ABSENT",
    "UNKNOWN",
    "Checked",
    "Context",
    "Expression",
    "ExpressionError",
    "Fault",
    "Kind",
    "Name",
    "Scope",
    "Unknown",
    "check",
    "evaluate",
    "evaluate_truth",
    "examine",
    "names_in",
    "names_of",
    "parse",
]
