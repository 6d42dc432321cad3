"""A former guardian against every route that names something of the child's, in every way, in the session that was open.

Three of them: the register no longer names one, one is blocked, and one meets the child's thirteenth birthday.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ledstang.access.may import Access
from ledstang.access.rules import Rules
from ledstang_guardian import links

from .childhood import ENDINGS, EVE, Childhood, attack
from .fixtures import FIXTURES, TAKE_PART
from .form_fixtures import ANSWER
from .scene import running
from .weakening import weaken

FIRST = (("GET", "GET", "HEAD"), ("POST", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
"""Each with a session of its own that was open: the first meets the ground that has just ended, the next the one after it."""
UNTOUCHED = {"withheld_text"}
"""What somebody was writing when the ground ended is kept for the unit."""
LET_IN = (200, 405)
"""What answers whoever may; some things are only done, and not looked at."""
FEW = ("/programmes/mine/{id_:uuid}", "/programmes/mine/{id_:uuid}/print")
MUTANTS: list[tuple[str, Any, str, str]] = [
    ("until the birthday", Rules.stands, "return ALLOWED if rows else", "return ALLOWED if True else"),
    ("blocked", Rules.stands, "if said:", "if False:"),
    ("custody ended", links._stands, "actor.number in subject.guardians", "True"),
    ("custody ended", Access._default, "if owner != visit.subject.id:", "if False:"),
]


@pytest.fixture(scope="module")
def childhood(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Childhood]:
    """The instance of the matrix, on the eve of a birthday."""
    with running(tmp_path_factory.mktemp("childhood"), Childhood, EVE) as made:
        yield made


def tried(childhood: Childhood, name: str, path: str) -> list[str]:
    """Attack one route as a guardian whose ground ends, by an open session each for GET and for the others."""
    found: list[str] = []
    childhood.attacker = name
    target = FIXTURES[path](childhood)
    browsers = [childhood.acting(name) for _ in FIRST]
    childhood.end(name)
    before = childhood.everything()
    for browser, methods in zip(browsers, FIRST, strict=True):
        if target.action is not None:
            attack(browser, target.path, target.fields, methods, lambda *told: found.append(f"{name}: {told} {path}"))
    after = childhood.everything()
    childhood.restore(name)
    return found + [
        f"{name} changed {table}: {path}" for table in after.keys() - UNTOUCHED if after[table] != before[table]
    ]


def after_the_birthday(childhood: Childhood, paths: Iterable[str]) -> list[str]:
    """Let midnight come while sessions are open, and attack the routes; each was reached a moment before."""
    name, found, waiting = "until the birthday", [], []
    childhood.attacker = name
    for path in paths:
        target = FIXTURES[path](childhood)
        browsers = [childhood.acting(name) for _ in FIRST]
        if target.action in (TAKE_PART, ANSWER) and browsers[0].get(target.path).status_code not in LET_IN:
            found.append(f"{name} was never let in: {path}")
        waiting.append((path, target, browsers))
    childhood.place.clock.move(minutes=15)
    for path, target, browsers in waiting:
        for browser, methods in zip(browsers, FIRST, strict=True):
            if target.action is not None:
                attack(
                    browser, target.path, target.fields, methods, lambda *told, at=path: found.append(f"{told} {at}")
                )
    return found


@pytest.mark.parametrize("path", FIXTURES)
@pytest.mark.parametrize("name", ENDINGS)
def test_v5_8_3_2_whose_ground_has_ended_gets_in_nowhere(childhood: Childhood, name: str, path: str) -> None:
    """Custody that has ended, and a block, count in the next request of a session that is open, and nothing changes."""
    assert tried(childhood, name, path) == []


def test_v5_8_3_2_a_birthday_shuts_every_route(childhood: Childhood) -> None:
    """At midnight in Sweden, in sessions that are open, on every route at once; a moment before they were let in."""
    assert after_the_birthday(childhood, FIXTURES) == []


@pytest.mark.parametrize(("name", "guard", "clause", "instead"), MUTANTS)
def test_a_weakened_guard_lets_a_former_guardian_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, guard: Any, clause: str, instead: str
) -> None:
    """With one clause of `may()` or of the ground gone, the same attacks tell of what got in."""
    with running(tmp_path, Childhood, EVE) as childhood:
        weaken(monkeypatch, guard, clause, instead)
        if name in ENDINGS:
            assert [one for path in FEW for one in tried(childhood, name, path)]
        else:
            assert after_the_birthday(childhood, FEW)
