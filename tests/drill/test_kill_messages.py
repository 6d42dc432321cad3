"""Web and workers are killed while people write, staff answer and notices go out: 0 lost, 0 doubled, none given up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ledstang.testing import Place

from .fire import KILLS
from .walkers import Citizen, Staff, Walker, written_on
from .ward import Told, Ward, reach, ward_of

pytestmark = pytest.mark.drill

TABLES = "inbox_case", "inbox_message", "delivered_item"
"""What a case, a message and an answer are a row in, each."""
QUESTION = """---
ärendetyp: fraga
titel: Fråga till oss
språk: sv
ägare: SE2321000016-1003
version: 1.0
svar inom: 2 vardagar
säkerhet: Vi läser vardagar 8–16.
sammanfattning: Om du undrar något.
---

Skriv vad du undrar.
"""


class Desk(Ward):
    """A unit that people write to, and that answers."""

    citizens: list[Citizen]
    staff: list[Staff]

    def written(self) -> dict[str, str]:
        return {"cases/fraga.md": QUESTION}

    def settle(self, place: Place) -> None:
        persons = [self.town.person("Dag", born="1985-05-06"), self.town.person("Asta", born="1988-03-03")]
        staff = [self.town.person("Eva", born="1980-02-02"), self.town.person("Bo", born="1986-09-12")]
        for person in persons:
            reach(place, person)
        self.citizens = [Citizen(self, place.sign_in(one).cookies) for one in persons]
        working = [place.at_work(one, place.appoint(one, "treater")).cookies for one in staff]
        self.staff = [Staff(self, cookies, self.citizens) for cookies in working]
        self.walkers = [*self.citizens, *self.staff]

    def said(self) -> dict[str, Counter[str]]:
        """Return what people were told has been sent, by case."""
        told = {case: Counter(sent) for one in self.citizens for case, sent in one.cases.items()}
        for one in self.staff:
            for case, answers in one.answers.items():
                told[case].update(answers)
        return told


@pytest.fixture(params=["sqlite", "postgres"])
def desk(request: pytest.FixtureRequest, tmp_path: Path, port: int) -> Iterator[Desk]:
    """A unit under fire, on either database."""
    with ward_of(Desk, request, tmp_path, port) as desk:
        yield desk


def stands(reader: Walker, path: str, cases: Iterable[str]) -> dict[str, Counter[str]]:
    """Return what stands on a reader's pages of some cases, with how many times."""
    return {case: written_on(reader.get(f"{path}{case}")) for case in cases}


def test_messages_answers_and_notices_are_there_once(desk: Desk, eventually: Any) -> None:
    """What was acknowledged stands once on both sides, however often it was pressed, and nothing else does; each answer was
    told of once by each channel, or its row says that it may have been twice; and nothing is given up.
    """
    desk.start()
    try:
        desk.walk(eventually)
        said, answers = desk.said(), sum(len(sent) for one in desk.staff for sent in one.answers.values())
        citizens: dict[str, Counter[str]] = {}
        for one in desk.citizens:
            citizens |= stands(one, "/inbox/cases/", one.cases)
        unit = stands(desk.staff[0], "/inbox/desk/", said)
    finally:
        desk.cease()
    told = Told(desk)
    sent = sum(map(Counter.total, said.values()))
    print(f"\n{KILLS} kills: {sent} messages acknowledged, {answers} of them answers, in {len(said)} cases; "
          f"{desk.again} presses again for want of an answer; notices {told}")  # fmt: skip
    assert desk.errors == []
    assert answers > KILLS
    assert citizens == unit == said
    assert [desk.query(f"SELECT count(*) FROM {table}") for table in TABLES] == [len(said), sent, answers]
    assert (told.rows, told.lost, told.unwanted, told.silently_twice) == ({"email": answers, "sms": answers}, 0, 0, 0)
    assert set(told.states) == {"accepted"}
    assert desk.query("SELECT count(*) FROM outbox WHERE dead IS NOT NULL") == 0
    assert desk.is_sound()
