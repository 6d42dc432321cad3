"""What a form's expressions may refer to, and what conditions elsewhere may ask of the form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ledstang.content.expressions import Kind, Scope, examine
from ledstang.content.expressions.scope import TRUTH_CODES
from ledstang.content.forms.document import Form, Group, Question
from ledstang.content.forms.limits import LIMITS
from ledstang.content.forms.walking import parts_of

NUMBERS = {"integer": True, "scale": True, "decimal": False, "quantity": False}
_kept: dict[str, Mapping[str, Kind]] = {}
SCORE = Kind("number", item=False)
"""A sum whose formula has not been looked at: any number."""


class FormNames(Mapping[str, Mapping[str, Kind]]):
    """The names of other forms, worked out when somebody asks for one."""

    def __init__(self, forms: Mapping[str, Form]) -> None:
        self._forms, self._kinds = forms, dict[str, Mapping[str, Kind]]()

    def __getitem__(self, key: str) -> Mapping[str, Kind]:
        if key not in self._kinds:
            self._kinds[key] = kinds_of(self._forms[key])
        return self._kinds[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._forms)

    def __len__(self) -> int:
        return len(self._forms)


def scope_of(form: Form | None = None, forms: Mapping[str, Form] | None = None) -> Scope:
    """Make the scope of a form's own expressions, or (without one) of conditions over other forms only."""
    return Scope(kinds_of(form) if form else {}, FormNames(forms or {}))


def kinds_of(form: Form) -> dict[str, Kind]:
    """Return the kinds of a form's questions in document order, then of its sums with what each can come to."""
    names = dict(plain_kinds(form))
    for _ in range(LIMITS.sum_depth):  # a sum may read one that stands below it
        before = dict(names)
        for sum_ in form.sums:
            names[sum_.id] = _bounded(examine(sum_.formula, Scope(names)).kind)
        if names == before:
            break
    return names


def plain_kinds(form: Form) -> Mapping[str, Kind]:
    """Return the kinds of a form's questions and sums without working out the bounds of the sums.

    Those of a finished form are kept by its hash: they are asked for each time that somebody's answers are evaluated.
    """
    if form.hash in _kept:
        return _kept[form.hash]
    kinds = {**questions_only(form), **dict.fromkeys((sum_.id for sum_ in form.sums), SCORE)}
    if form.hash:
        _kept[form.hash] = kinds
    return kinds


def _bounded(found: Kind | None) -> Kind:
    if found is None or found.name != "number":
        return SCORE
    return Kind("number", low=found.low, high=found.high, whole=found.whole, item=False)


def questions_only(form: Form) -> dict[str, Kind]:
    """Return the kinds of a form's questions in document order."""
    names: dict[str, Kind] = {}
    for part, within in parts_of(form):
        if isinstance(part, Question):
            many = part.repeats is not None or any(isinstance(each, Group) and each.repeats for each in within)
            names.setdefault(part.id, kind_of(part, many))
    return names


def kind_of(question: Question, many: bool = False) -> Kind:
    """Return what answers a question has."""
    if question.type in NUMBERS:
        whole = NUMBERS[question.type] and (question.step is None or float(question.step).is_integer())
        return Kind("number", low=question.low, high=question.high, whole=whole, many=many)
    if question.type == "yes/no":
        return Kind("yes/no", codes=TRUTH_CODES, many=many)
    if question.type in ("choice", "choices"):
        codes = {option.code: option.score for option in question.options}
        return Kind("choices" if question.type == "choices" else "choice", codes=codes, many=many)
    if question.type in ("date", "time", "datetime", "file"):
        return Kind(question.type, many=many)
    return Kind("text", many=many)
