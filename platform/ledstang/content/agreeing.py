"""Whether the rows of a policy table agree: what is said twice, what contradicts, and at which ages nobody may act."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date

from ledstang.access.policies import ANY, NOBODY, PolicyRow
from ledstang.content.diagnostics import Diagnostic, error, warning
from ledstang.content.nodes import Place
from ledstang.content.words import Words, tip

Placed = tuple[PolicyRow, Place]


def disagreements(rows: Sequence[Placed]) -> Iterator[Diagnostic]:
    """Yield each row that says again, or otherwise, what an earlier row about the very same has said."""
    for number, (row, place) in enumerate(rows):
        for earlier, at in rows[:number]:
            if _about(row) != _about(earlier) or not _meet(row, earlier):
                continue
            if _limits(row) == _limits(earlier):
                sentence, hint = "This row says the same as line {line}.", "Remove one of them."
                yield warning(place, "policy-duplicate", sentence, hint, line=at.line)
            else:
                sentence = "This row and line {line} are about the same at some ages on some days, but do not agree."
                hint = "The wider of them would decide. Let the ages or the days of one end where the other's begin."
                yield error(place, "policy-overlap", sentence, hint, line=at.line)
            break


def gaps(rows: Sequence[Placed], words: Words) -> Iterator[Diagnostic]:
    """Yield the ages between the first and the last row about something at which nobody may do it."""
    groups: dict[tuple[str | None, ...], list[Placed]] = defaultdict(list)
    for row, place in rows:
        groups[(row.service, row.action, row.region, row.unit)].append((row, place))
    for group in groups.values():
        reached: int | None = None
        for row, place in sorted(group, key=lambda one: one[0].from_age or 0):
            first = row.from_age or 0
            if reached is not None and first > reached + 1:
                sentence = "Between {low} and {high} years nobody may do this."
                hint = "Add a row, or one with the relation “{word}” for these ages if it is meant so."
                nobody = words.written("relations", NOBODY)
                yield warning(place, "policy-gap", sentence, hint, low=reached + 1, high=first - 1, word=nobody)
            if row.to_age is None:
                break
            reached = row.to_age if reached is None else max(reached, row.to_age)


def strangers(
    rows: Iterable[Placed], regions: Collection[str], units: Collection[str] | None, actions: Collection[str]
) -> Iterator[Diagnostic]:
    """Yield the regions and units that an instance has not, and the services and actions that no plugin of it knows.

    With `units` none any unit may be there.
    """
    services = {action.partition(".")[0] for action in actions}
    whats = {action.partition(".")[2] for action in actions}
    for row, place in rows:
        for code, sentence, word, known, tell in (
            ("policy-region", "There is no region “{word}” in ledstang.toml.", row.region, regions, error),
            ("policy-unit", "There is no unit “{word}” in ledstang.toml.", row.unit, units, error),
            ("policy-service", "No plugin here has a service “{word}”.", row.service, services, warning),
            ("policy-action", "No plugin here has an action “{word}”.", row.action, whats, warning),
        ):
            if known is not None and word not in (None, ANY) and word not in known:
                hint, values = tip(word, sorted(known))
                yield tell(place, code, sentence, hint, word=word[:60], **values)


def _about(row: PolicyRow) -> tuple[str | None, ...]:
    return row.service, row.action, row.relation, row.region, row.unit


def _limits(row: PolicyRow) -> tuple[object, ...]:
    return row.from_age or 0, row.to_age, row.valid_from, row.valid_to, row.objection


def _meet(one: PolicyRow, other: PolicyRow) -> bool:
    """Say whether two rows share an age and a day."""
    ages = _within(one.from_age or 0, other.to_age) and _within(other.from_age or 0, one.to_age)
    first, second = one.valid_from or date.min, other.valid_from or date.min
    return ages and first <= (other.valid_to or date.max) and second <= (one.valid_to or date.max)


def _within(first: int, last: int | None) -> bool:
    return last is None or first <= last
