"""Check a form's conditions and formulas once all its ids are known: types, order, and circles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from ledstang.content.expressions import Scope, examine, names_in
from ledstang.content.forms.bands import Row, cover
from ledstang.content.forms.desk import Desk, Pending
from ledstang.content.forms.document import Form, Group, Question, Sum, Text
from ledstang.content.forms.limits import LIMITS
from ledstang.content.forms.scope import FormNames, kinds_of
from ledstang.content.forms.walking import parts_of


def settle(desk: Desk, form: Form, forms: Mapping[str, Form], rows: Mapping[str, tuple[Row, ...]]) -> Form:
    """Check everything that refers to something, and return the form with the items of its sums filled in."""
    scope = Scope(kinds_of(form), FormNames(forms))
    for pending in desk.pending:
        _examine(desk, scope, pending, rows)
    reads = {sum_.id: _reads(sum_.formula, scope) for sum_ in form.sums}
    sums = tuple(msgspec.structs.replace(sum_, items=_leaves(sum_.id, reads)) for sum_ in form.sums)
    form = msgspec.structs.replace(form, sums=sums)
    _sum_circles(desk, sums, reads)
    _order(desk, form, scope, {sum_.id: sum_.items for sum_ in sums})
    return form


def _examine(desk: Desk, scope: Scope, pending: Pending, rows: Mapping[str, tuple[Row, ...]]) -> None:
    wanted = "number" if pending.role == "formula" else "condition"
    checked = examine(pending.setting.value, scope, wanted)  # type: ignore[arg-type]
    desk.diagnostics += [fault.at(pending.setting.place) for fault in checked.faults]
    if pending.role == "formula":
        cover(desk, rows.get(pending.owner, ()), checked.kind)


def _reads(source: str, scope: Scope) -> tuple[str, ...]:
    """Return the ids that an expression reads, those of other forms as `form.id`."""
    return tuple(str(name) for name in names_in(source, scope))


def _leaves(sum_: str, reads: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the questions that a sum reads, those of the sums that it reads included, each once."""
    found: dict[str, None] = {}
    seen, waiting = {sum_}, list(reversed(reads[sum_]))
    while waiting:
        id_ = waiting.pop()
        if id_ not in reads:
            found[id_] = None
        elif id_ not in seen:
            seen.add(id_)
            waiting += reversed(reads[id_])
    return tuple(found)


def _sum_circles(desk: Desk, sums: Iterable[Sum], reads: Mapping[str, tuple[str, ...]]) -> None:
    for sum_ in sums:
        below, deep = {sum_.id}, 0
        while below and deep <= LIMITS.sum_depth:
            below = {id_ for upper in below for id_ in reads.get(upper, ()) if id_ in reads}
            deep += 1
            if sum_.id in below:
                sentence, tip = (
                    "The calculation “{id}” reads itself.",
                    "Let it read questions, or calculations that do.",
                )
                desk.error(desk.places[sum_.id], "sum-circle", sentence, tip, id=sum_.id)
                break
        else:
            if below:
                sentence = "More than {most} calculations read one another here."
                tip = "Let this one read the questions."
                desk.error(desk.places[sum_.id], "sum-too-deep", sentence, tip, most=LIMITS.sum_depth)


def _order(desk: Desk, form: Form, scope: Scope, sums: Mapping[str, tuple[str, ...]]) -> None:
    """Report a condition that asks about something that is answered later, or that depends on itself."""
    order = [part for part, _ in parts_of(form) if not isinstance(part, Text)]
    position = {part.id: number for number, part in enumerate(order)}
    rows = {part.id: _group(within) for part, within in parts_of(form) if isinstance(part, Question)}
    asked = _asked(desk, scope, sums)
    governed = _governed(form, asked)
    for pending in desk.pending:
        own = position.get(pending.owner)
        if pending.role == "formula" or own is None:
            continue
        for id_ in asked.get(pending.owner, ()):
            if pending.role == "shown when" and position.get(id_, -1) >= own:
                _late(desk, pending, id_, governed)
            _repeating(desk, pending, id_, rows, form)


def _asked(desk: Desk, scope: Scope, sums: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return the questions that each condition asks about, those behind sums included."""
    asked = {}
    for pending in desk.pending:
        if pending.role != "formula":
            names = _reads(pending.setting.value, scope)
            asked[pending.owner] = tuple(leaf for name in names for leaf in sums.get(name, (name,)))
    return asked


def _governed(form: Form, asked: Mapping[str, tuple[str, ...]]) -> dict[str, set[str]]:
    """Return the questions that decide whether each part shows, by its own condition and by those it stands in."""
    governed: dict[str, set[str]] = {}
    for part, within in parts_of(form):
        if not isinstance(part, Text):
            owners = [part.id, *(each.id for each in within if not isinstance(each, Text))]
            governed[part.id] = {id_ for owner in owners for id_ in asked.get(owner, ())}
    return governed


def _late(desk: Desk, pending: Pending, id_: str, governed: Mapping[str, set[str]]) -> None:
    seen, waiting = set[str](), [id_]
    while waiting:
        at = waiting.pop()
        if at not in seen:
            seen.add(at)
            waiting += governed.get(at, ())
    inside = pending.owner == id_ or pending.owner in seen or any(id_ in governed.get(each, ()) for each in seen)
    if inside:
        sentence = "Whether “{owner}” shows depends on itself, through “{id}”."
        tip = "Let it depend on questions above it only."
        desk.error(pending.setting.place, "visibility-circle", sentence, tip, owner=pending.owner, id=id_)
        return
    sentence, tip = "“{id}” is asked after this.", "Move “{id}” above it, or ask about an earlier question."
    desk.error(pending.setting.place, "later-question", sentence, tip, id=id_)


def _group(within: tuple[object, ...]) -> str | None:
    return next((each.id for each in within if isinstance(each, Group) and each.repeats), None)


def _repeating(desk: Desk, pending: Pending, id_: str, rows: Mapping[str, str | None], form: Form) -> None:
    """Say that a condition from outside into a repeating group means any of its rows."""
    group = rows.get(id_)
    if group is None or group == pending.owner or _inside(form, pending.owner, group):
        return
    sentence = "“{id}” is asked several times: this holds as soon as any of the answers does."
    desk.warning(pending.setting.place, "means-any", sentence, "Move it into the group if it is about each.", id=id_)


def _inside(form: Form, owner: str, group: str) -> bool:
    for part, within in parts_of(form):
        if not isinstance(part, Text) and part.id == owner:
            return any(isinstance(each, Group) and each.id == group for each in within)
    return False
