"""Locked instruments: items, options, order and scoring are part of the instrument; bands and texts to staff are not.

What is compared is what a person reads and what is counted, so that layout and bands may differ between regions.
"""

from __future__ import annotations

import hashlib
import unicodedata
from typing import Any

import msgspec

from ledstang.content.forms.document import Form, Question, Questions
from ledstang.content.forms.plain import plain
from ledstang.content.forms.walking import parts_of


def fingerprint(form: Form) -> str:
    """Return the hash of a form's items, options, order and scoring."""
    return hashlib.sha256(msgspec.json.encode([substance(form), _scoring(form)])).hexdigest()


def substance(form: Form) -> list[tuple[str, Any]]:
    """Return what must not be changed of each item, in order, with its id."""
    found: list[tuple[str, Any]] = []
    for part, _ in parts_of(form):
        if isinstance(part, Questions):
            found.append((part.id, [_text(plain(part.html))]))
        elif isinstance(part, Question):
            options: list[list[Any]] = [
                [option.code, _text(option.text), option.score, option.free] for option in part.options
            ]
            found.append((part.id, [part.type, _text(part.label), part.low, part.high, part.step, options]))
    return found


def first_change(form: Form, locked: Form) -> str | None:
    """Return the id where a form leaves a locked instrument of its key, or None when it keeps to it."""
    if fingerprint(form) == fingerprint(locked):
        return None
    ours, theirs = substance(form), substance(locked)
    for (id_, item), other in zip(ours, theirs, strict=False):
        if (id_, item) != other:
            return id_
    if len(ours) != len(theirs):
        return (ours[len(theirs) :] or theirs[len(ours) :])[0][0]
    sums = {sum_[0] for sum_ in _scoring(form)}
    changed = [sum_[0] for sum_ in _scoring(locked) if sum_ not in _scoring(form)]
    return changed[0] if changed else next(iter(sums), form.key)


def _scoring(form: Form) -> list[list[str | None]]:
    return [[sum_.id, "".join(sum_.formula.split()), sum_.missing] for sum_ in form.sums]


def _text(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
