"""Reserve numbers: each kind is data, none is ever taken for a personal number, and the true number finds the same person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from ledstang.fitting import SettingsFault
from ledstang.people.numbers import NotANumber, make_test_number, read_number
from ledstang.people.persons import Identity
from ledstang.people.ports import RegisteredPerson
from ledstang.people.reserve import ReserveFormat, is_reserve, read_any, read_reserve, shown
from ledstang.reading import read
from ledstang.testing import TOML, Place, Town

TODAY = date(2026, 11, 23)
SLL = ReserveFormat("sll", r"99[0-9]{6}[0-9A-Z]{2}[0-9]{2}", "1.2.752.97.3.1.3")
NATIONAL = ReserveFormat("national", r"[0-9]{8}[PTF][0-9]{3}", "1.2.752.74.9.1")
BOTH = (SLL, NATIONAL)
KINDS = f"[[reserve_numbers]]\nid = 'sll'\npattern = '{SLL.pattern}'\n"
NEWBORN = "sll:99202611AB12"
births = st.dates(date(1890, 1, 1), TODAY)


@given(st.sampled_from(BOTH).flatmap(lambda one: st.tuples(st.just(one), st.from_regex(one.pattern, fullmatch=True))))
@example((NATIONAL, "99000000F000"))
def test_what_fits_a_pattern_is_read_to_one_form(drawn: tuple[ReserveFormat, str]) -> None:
    """However it is written, and a second time the same; as a personal number it is never even looked at.

    Where it fits two kinds, the first of them counts.
    """
    one, written = drawn
    first = next(kind for kind in BOTH if re.fullmatch(kind.pattern, written))
    for text in (written, written.lower(), f" {written[:8]}-{written[8:]} "):
        assert read_any(text, BOTH, TODAY) == f"{first.id}:{written}"
    canonical = f"{one.id}:{written}"
    assert read_any(canonical, BOTH, TODAY) == canonical
    assert is_reserve(canonical)
    assert shown(canonical) == written
    with pytest.raises(NotANumber):
        read_number(canonical, TODAY)


@given(births, st.integers(0, 19), st.booleans())
def test_a_personal_number_is_no_reserve_number(born: date, index: int, coordination: bool) -> None:
    """It is read as it always was, and only as that."""
    number = make_test_number(born, index, coordination=coordination)
    assert read_reserve(number, BOTH) == ""
    assert read_any(number, BOTH, TODAY) == number
    assert not is_reserve(number)


@pytest.mark.parametrize("text", ["99202611AB1", "other:99202611AB12", "sll:", ":", "99202611AB12", ""])
def test_what_no_kind_here_fits_is_no_number(text: str) -> None:
    """Too short, of a kind that there is not here, or of one that is not this region's."""
    formats = (NATIONAL,) if text == "99202611AB12" else BOTH
    with pytest.raises(NotANumber):
        read_any(text, formats, TODAY)


@pytest.mark.parametrize(
    ("patterns", "said"),
    [
        (["[0-9]{12}"], "fits personal numbers too"),
        (["(19|20)[0-9]{10}"], "fits personal numbers too"),
        (["99[0-9"], "is no regular expression"),
        ([SLL.pattern, NATIONAL.pattern], "Two kinds are called `sll`"),
    ],
)
def test_a_pattern_that_could_be_anybody_s_stops_the_start(town: Town, patterns: list[str], said: str) -> None:
    """The file and the line, and what to do."""
    file = town.folder / "ledstang.toml"
    file.write_text(
        TOML + "".join(f"[[reserve_numbers]]\nid = 'sll'\npattern = '{one}'\n" for one in patterns), "utf-8"
    )
    with pytest.raises(SettingsFault, match=re.escape(said)):
        read(file)


@pytest.fixture
def place(town: Town) -> Iterator[Place]:
    """An instance that knows one kind of reserve numbers."""
    with town.instance(toml=TOML.replace("[rates]", KINDS + "[rates]")) as place:
        yield place


def test_a_newborn_keeps_all_when_the_true_number_comes(place: Place, town: Town) -> None:
    """Added by a reserve number and called by it; with the true one, and a name, it is the same child, in open sessions too."""
    asta = town.person("Asta Test", born="1990-01-01")
    town.registry.put(asta)
    child = RegisteredPerson(NEWBORN, "", date(2026, 11, 20), "24", guardians=(asta.number,))
    town.registry.persons[NEWBORN] = child
    browser = place.sign_in(asta)
    listed = browser.post("/guardian/add", {"number": "99202611-ab12"})
    assert "99202611AB12" in listed.text
    card = re.search(r'href="(/guardian/[0-9a-f-]{36})"', listed.text)
    assert card
    assert "99202611AB12" in browser.post(f"{card[1]}/act").text
    before = place.run(place.house.register.known(NEWBORN))
    true = town.person("Bo Test", born="2026-11-20").number
    del town.registry.persons[NEWBORN]
    town.registry.persons[true] = msgspec.structs.replace(child, number=true, name="Bo Test", earlier=(NEWBORN,))
    place.run(place.house.checking.changed(NEWBORN))
    after = place.run(place.house.register.known(true))
    assert after.id == before.id
    assert place.run(place.house.register.known(NEWBORN)) is None
    assert "Bo Test" in browser.get("/start").text
    assert "99202611AB12" not in browser.get("/start").text


def test_nobody_signs_in_with_a_reserve_number(place: Place, town: Town) -> None:
    """A provider that says so is not believed, and nobody is written down."""
    fields = msgspec.to_builtins(Identity(NEWBORN, "Bo Test", date(2026, 11, 20))) | {"county": ""}
    assert place.browser().post("/testing/signin", fields).status_code == 403
    assert place.run(place.house.register.known(NEWBORN)) is None
