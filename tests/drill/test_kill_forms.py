"""Web and workers are killed while forms are sent, answered and corrected, letters go out and codes are asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from ledstang.clock import Clock
from ledstang.testing import Place

from .fire import KILLS
from .form_walkers import CHOSEN, SENT_OUT, Answerer, Asking, Confirming
from .walkers import Walker
from .ward import Told, Ward, reach, ward_of

pytestmark = pytest.mark.drill

FORM = """---
formulär: {key}
titel: Inför besöket
sammanfattning: Två frågor.
språk: sv
version: 1.0
ägare: SE2321000016-1003
sort: {kind}
målgrupp: invånare
medicinskt ansvarig: Testläkaren
licens: CC BY 4.0
säkerhet: Ring 112 om det är akut.
---
::: sida #s1
titel: Först
::: fråga #text lång text obligatorisk
Vad vill du berätta?
:::
:::
::: sida #s2
titel: Sedan
::: fråga #mer text obligatorisk
Något mer?
:::
:::
"""
OPEN = "('ongoing', 'pending')"
TWICE = "SELECT path FROM notices_sent WHERE kind = 'waits' GROUP BY path, channel HAVING count(*) > 1"
"""The forms that somebody was told of twice by one way."""


class Clinic(Ward):
    """A unit that sends forms and reads them, to people who are reached in all ways. `letters` is who by post alone."""

    def written(self) -> dict[str, str]:
        kinds = {CHOSEN: "öppet", SENT_OUT: "utskick"}
        return {f"forms/{key}.md": FORM.format(key=key, kind=kind) for key, kind in kinds.items()}

    def settle(self, place: Place) -> None:
        people = [self.town.person("Dag", born="1985-05-06"), self.town.person("Asta", born="1988-03-03")]
        old, bo, eva = (self.town.person(name, born="1939-01-01") for name in ("Ada", "Bo", "Eva"))
        self.answerers = [Answerer(self, place.sign_in(one).cookies) for one in people]
        for one in people:
            reach(place, one)
        for one in (*people, old):
            self.town.registry.put(one)
            place.run(place.house.checking.changed(one.number))
        self.letters = old.number
        known = {one.number: answerer for one, answerer in zip(people, self.answerers, strict=True)}
        working = place.at_work(eva, place.appoint(eva, "treater")).cookies
        self.staff = Asking(self, working, {**known, old.number: None})
        self.confirming = Confirming(self, place.sign_in(bo).cookies, self.heard)
        self.walkers = [*self.answerers, self.staff, self.confirming]

    @property
    def sent(self) -> dict[str, list[str]]:
        """What people were told is sent: the texts of each form."""
        return {id_: texts for one in self.answerers for id_, texts in one.sent.items()}

    def ids(self, which: str) -> set[str]:
        """Return the ids of some sendings."""
        return {id_ for (id_,) in self.rows(f"SELECT id FROM forms_sending WHERE {which}")}

    def pairs(self, sql: str) -> list[tuple[str, ...]]:
        """Return the rows that a query answers with, sorted."""
        return sorted(tuple(row) for row in self.rows(sql))


@pytest.fixture(params=["sqlite", "postgres"])
def clinic(request: pytest.FixtureRequest, tmp_path: Path, port: int) -> Iterator[Clinic]:
    """A unit under fire, on either database."""
    with ward_of(Clinic, request, tmp_path, port) as clinic:
        yield clinic


def stands(reader: Walker, path: str, texts: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return which of the texts stand once on a reader's pages of forms."""
    pages = {id_: reader.get(path.format(id_)).text for id_ in texts}
    return {id_: [one for one in texts[id_] if pages[id_].count(one) == 1] for id_ in texts}


def told_of_once(clinic: Clinic, told: Told) -> None:
    """Each form that waits was told of once by each way in which who is asked is reached, and no other was twice."""
    assert clinic.rows(TWICE) == []
    said = {
        (path, channel) for path, channel in clinic.pairs("SELECT path, channel FROM notices_sent WHERE path <> ''")
    }
    waiting = clinic.ids(f"sent_by IS NOT NULL AND state IN {OPEN}")
    post = {id_ for id_, number in clinic.staff.asked.items() if number == clinic.letters}
    for id_ in waiting & set(clinic.staff.asked):
        for channel in ["letter"] if id_ in post else ["email", "sms"]:
            assert (f"/forms/mine/{id_}", channel) in said
    letters = len(post) + len(clinic.staff.batches)
    assert told.rows["letter"] == letters
    assert (told.lost, told.unwanted, told.silently_twice) == (0, 0, 0)
    unclear = clinic.query("SELECT count(*) FROM notices_sent WHERE kind = 'code' AND state = 'unclear'")
    assert told.states["accepted"] + unclear == told.states.total(), "only a code may be worth nothing any more"


def there_once(clinic: Clinic) -> None:
    """What was acknowledged is there, once, and nothing else is."""
    staff, people = clinic.staff, len(clinic.staff.people)
    assert clinic.ids("state = 'completed'") == set(clinic.sent)
    assert clinic.ids("sent_by IS NOT NULL AND batch IS NULL") == set(staff.asked)
    assert clinic.pairs(
        "SELECT batch, state, count(*) FROM forms_sending WHERE batch IS NOT NULL GROUP BY batch, state"
    ) == sorted((id_, state, str(people)) for id_ in staff.batches for state in ("ongoing", "queued"))
    corrected = {old: new for one in clinic.answerers for old, new in one.corrected.items()}
    assert clinic.pairs("SELECT corrects, id FROM forms_sending WHERE corrects IS NOT NULL") == sorted(
        corrected.items()
    )
    own = f"SELECT count(*) FROM forms_sending WHERE sent_by IS NULL AND state IN {OPEN} GROUP BY person"
    assert all(number == "1" for (number,) in clinic.rows(own)), "somebody has begun a form twice"
    assert clinic.query("SELECT count(*) FROM delivered_item") == len(staff.asked) + len(staff.batches) * people
    assert clinic.rows("SELECT owner FROM answer GROUP BY owner, item HAVING count(*) > 1") == []
    assert clinic.query("SELECT count(*) FROM lost_text") == 0


def test_forms_letters_and_codes_are_there_once(clinic: Clinic, eventually: Any) -> None:
    """What was acknowledged stands once, with its answers, for who gave them and for the unit; who listens heard of each
    form once; who is asked was told once by each way, or its row says that it may have been twice; a code always came.
    """
    clinic.start()
    try:
        clinic.walk(eventually)
        sent = clinic.sent
        mine: dict[str, list[str]] = {}
        for one in clinic.answerers:
            mine |= stands(one, "/forms/mine/{}", one.sent)
            begun = {id_: [text] for id_, text in one.halfway.items()}
            assert stands(one, "/forms/mine/{}/1", begun) == begun
        unit = stands(clinic.staff, "/forms/staff/{}/answers", sent)
    finally:
        clinic.cease()
    told, staff, confirmed = Told(clinic), clinic.staff, Counter("@" in one for one in clinic.confirming.confirmed)
    print(f"\n{KILLS} kills: {len(sent)} forms acknowledged, {sum(len(one.corrected) for one in clinic.answerers)} of them "
          f"corrections; {len(staff.asked)} sent out, {len(staff.batches)} lists; {confirmed.total()} addresses confirmed; "
          f"{clinic.again} presses again for want of an answer; {told}")  # fmt: skip
    assert clinic.errors == []
    assert (len(sent) > KILLS, len(staff.asked) > KILLS, len(staff.batches) > 0) == (True, True, True)
    assert mine == unit == sent
    there_once(clinic)
    told_of_once(clinic, told)
    assert sorted(once.rpartition("/")[2] for once in clinic.heard.times["completed"]) == sorted(sent)
    assert all(
        told.rows[f"code by {channel}"] >= confirmed[email] > 0 for channel, email in (("sms", False), ("email", True))
    )
    assert clinic.query("SELECT count(*) FROM outbox WHERE dead IS NOT NULL") == 0
    assert clinic.is_sound()
    the_rest_goes_out(clinic)


def the_rest_goes_out(clinic: Clinic) -> None:
    """What was queued for tomorrow goes out tomorrow, once."""
    waited, lists = clinic.ids("state = 'queued'"), len(clinic.staff.batches)
    before = clinic.query("SELECT count(*) FROM delivered_item")
    with clinic.town.instance(at=Clock().now() + timedelta(days=2)) as place:
        place.work()
    assert waited <= clinic.ids("state = 'ongoing'")
    assert clinic.query("SELECT count(*) FROM delivered_item") == before + len(waited)
    assert len(waited) == lists * len(clinic.staff.people)
    assert clinic.rows(TWICE) == []
