"""When modules open: the rules as authors write them, held against each other so that every module can be reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from ledstang import Context, Diagnostic, Place, Setting, error, evaluate_truth, nearest, scope_of

from ledstang_programmes import patterns
from ledstang_programmes.document import FormPart, Programme, Release, parts_of


def read_release(
    setting: Setting | None, previous: str | None, modules: Sequence[str], language: str
) -> tuple[Release, list[Diagnostic]]:
    """Read the rule of a module. Without one the first module is open and each other opens after the one before it.

    `previous` is the key of the module before, `modules` all keys. A rule with a fault comes back as `direct`.
    """
    if setting is None or not setting.value:
        return (Release("after", previous) if previous else Release("direct")), []
    found = patterns.read("release", setting.value)
    if found is None:
        return Release("direct"), [_unreadable(setting, language)]
    if found.meaning in ("previous", "delay"):
        return _after_previous(found, previous, setting)
    if found.meaning == "after":
        return _after(found, modules, setting)
    if found.meaning == "date":
        return _date(found.date or "", setting)
    if found.meaning == "day":
        if not found.n:
            return Release("direct"), [
                error(
                    setting.place, "release-day", "The course has no day 0.", "The day that somebody starts is day 1."
                )
            ]
        return Release("day", days=found.n), []
    return Release(found.meaning, when=found.expression), []  # type: ignore[arg-type]


def expression_place(setting: Setting, release: Release) -> Place:
    """Return where the expression of a rule begins."""
    shift = setting.value.find(release.when or "")
    return Place(setting.place.file, setting.place.line, setting.place.column + max(shift, 0))


def circles(modules: Sequence[tuple[str, Release, Place]]) -> list[Diagnostic]:
    """Report every circle of modules that wait for each other, once, at its first module; and a module after itself."""
    after: dict[str, str | None] = {}
    for key, release, _ in modules:  # of two with the same key, the first is the one that others mean
        after.setdefault(key, release.module if release.rule == "after" else None)
    found, told = [], set[str]()
    for key, _, place in modules:
        circle = _circle(key, after)
        if circle and key == circle[0] and not told & set(circle):
            told |= set(circle)
            found.append(
                error(place, "release-circular", "The modules wait for each other: {circle}.",
                      "Let one of them open in another way.", circle=" → ".join([*circle, circle[0]]))
            )  # fmt: skip
    return found


def unreachable(modules: Sequence[tuple[str, Release, Place]], *, treater: bool) -> list[Diagnostic]:
    """Report the modules that nobody can open: by a treater where there is none, and those that wait for such ones."""
    closed: set[str] = set()
    found = []
    for number, (key, release, place) in enumerate(modules):
        if release.rule == "treater" and not treater:
            if key not in [other for other, _, _ in modules[:number]]:
                closed.add(key)
            found.append(
                error(place, "release-without-treater", "Nobody can open the module: the programme has no treater.",
                      "Choose another rule, or make the programme treater-led.")
            )  # fmt: skip
    return found + _behind(modules, closed)


def holds(programme: Programme, context: Context) -> dict[str, bool | None]:
    """Return, for each module that opens `when` an expression holds, whether it does; None while that is unknown."""
    rules = {module.key: module.opens.when for module in programme.modules if module.opens.rule == "when"}
    if not rules:
        return {}
    answered = {part.id: part.form for _, _, part in parts_of(programme) if isinstance(part, FormPart)}
    scope = scope_of(None, {**programme.forms, **answered})
    truths = {key: evaluate_truth(rule or "", scope, {}, context) for key, rule in rules.items()}
    return {key: truth if isinstance(truth, bool) else None for key, truth in truths.items()}


def _behind(modules: Sequence[tuple[str, Release, Place]], closed: set[str]) -> list[Diagnostic]:
    found = []
    grown = True
    while grown:
        grown = False
        for key, release, place in modules:
            if key not in closed and release.rule == "after" and release.module in closed:
                closed.add(key)
                grown = True
                found.append(
                    error(place, "release-unreachable", "The module is never reached: “{module}” cannot be opened.",
                          "Let it open in another way, or mend that module.", module=release.module)
                )  # fmt: skip
    return found


def _circle(start: str, after: Mapping[str, str | None]) -> list[str]:
    """Return the circle that `start` lies on, beginning with it; empty when it lies on none."""
    walked = [start]
    here = after.get(start)
    while here is not None and here not in walked:
        walked.append(here)
        here = after.get(here)
    return walked if here == start else []


def _after_previous(found: patterns.Found, previous: str | None, setting: Setting) -> tuple[Release, list[Diagnostic]]:
    if previous is None:
        return Release("direct"), [
            error(setting.place, "release-first", "This is the first module: there is none before it.",
                  "Let it open at once, or on a day of the course.")
        ]  # fmt: skip
    return Release("after", previous, days=found.days, hours=found.hours), []


def _after(found: patterns.Found, modules: Sequence[str], setting: Setting) -> tuple[Release, list[Diagnostic]]:
    module = found.module or ""
    if module in modules:
        return Release("after", module, days=found.days, hours=found.hours), []
    suggestion = nearest(module, [*modules, *patterns.previous_words()])
    tip = "Did you mean “{suggestion}”?" if suggestion else "The modules are: {known}."
    column = setting.place.column + max(setting.value.find(module), 0)
    return Release("direct"), [
        error(Place(setting.place.file, setting.place.line, column), "release-unknown-module",
              "There is no module “{module}”.", tip, module=module[:60], suggestion=suggestion,
              known=", ".join(modules))
    ]  # fmt: skip


def _date(written: str, setting: Setting) -> tuple[Release, list[Diagnostic]]:
    try:
        return Release("date", date=date.fromisoformat(written)), []
    except ValueError:
        return Release("direct"), [
            error(setting.place, "release-date", "“{written}” is not a day of the calendar.",
                  "Write it as year-month-day.", written=written)
        ]  # fmt: skip


def _unreadable(setting: Setting, language: str) -> Diagnostic:
    return error(setting.place, "release-unreadable", "“{written}” is no rule for when a module opens.",
                 "Write one of: {known}.",
                 written=setting.value[:80], known=patterns.listed("release", language))  # fmt: skip
