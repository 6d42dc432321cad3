"""The sets of policy tables: a region chooses one by its key, and each holds for the regions that chose it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from ledstang.access.policies import PolicyRow, admits
from ledstang.cli import ledstang
from ledstang.content.policies import compile_policy
from ledstang.content.published import policy_sets, set_faults
from ledstang.fitting import SettingsFault
from ledstang.people.persons import Identity
from ledstang.testing import TOML, Place, Town
from ledstang_guardian import register_content

FOLDER = register_content()[0].path
SETS = {path.stem: compile_policy(path)[0] for path in FOLDER.glob("*.md")}
LATER = datetime(2030, 6, 1, 10, tzinfo=UTC)
SHARED = TOML.replace('counties = ["12"]', 'counties = ["12"]\npolicies = "shared-early-teens"')


def test_the_three_sets_ship_without_a_fault_and_each_row_has_a_basis() -> None:
    """What the host is asked to go by says why, row by row."""
    assert sorted(SETS) == ["1177-2022", "ds-2023-26", "shared-early-teens"]
    assert [fault for path in FOLDER.glob("*.md") for fault in compile_policy(path)[1]] == []
    assert all(row.basis and row.valid_from for rows in SETS.values() for row in rows)


@pytest.mark.parametrize(
    ("key", "action", "relation", "ages"),
    [
        ("1177-2022", "programmes.take-part", "guardian", range(13)),
        ("1177-2022", "journal.read", "guardian", range(13)),
        ("1177-2022", "journal.read", "self", range(16, 20)),
        ("1177-2022", "medicines.read", "self", range(18, 20)),
        ("shared-early-teens", "programmes.take-part", "guardian", range(16)),
        ("shared-early-teens", "journal.read", "self", range(13, 20)),
        ("shared-early-teens", "medicines.read", "guardian", range(13)),
        ("ds-2023-26", "booking.book", "guardian", range(18)),
        ("ds-2023-26", "journal.read", "guardian", range(18)),
        ("ds-2023-26", "medicines.read", "self", range(13, 20)),
    ],
)
def test_each_set_says_what_its_source_says(key: str, action: str, relation: str, ages: range) -> None:
    """The ages of domain §2.1, walked year by year from birth to nineteen."""
    admitted = [age for age in range(20) if admits(SETS[key], action, relation, age, LATER.date())]
    assert admitted == list(ages)


def acts(place: Place, guardian: Identity, child: Identity) -> bool:
    """Say whether a guardian can add a child and act for them."""
    browser = place.sign_in(guardian)
    browser.post("/guardian/add", {"number": child.number})
    found = re.search(r'action="(/guardian/[^"/]+/act)"', browser.get("/guardian/").text)
    return bool(found) and "Du är ombud för" in browser.post(found[1]).text


def test_two_regions_with_opposite_rules_in_one_process(town: Town) -> None:
    """At fourteen a guardian acts in the region that chose shared early teens, and not in the one that did not."""
    asta = town.person("Asta Test", born="1988-03-03")
    north = town.child("Cilla", born="2016-01-01", guardians=[asta])
    south = town.child("Siv", born="2016-01-01", guardians=[asta], county="12")
    with town.instance(toml=SHARED, at=LATER) as place:
        assert not acts(place, asta, north)
        assert acts(place, asta, south)


def test_switching_the_set_restores_the_proxy(town: Town) -> None:
    """Scenario S7, its last sentence: one line of the settings is changed, and no code."""
    asta = town.person("Asta Test", born="1988-03-03")
    child = town.child("Cilla", born="2016-01-01", guardians=[asta])
    with town.instance(at=LATER) as place:
        assert not acts(place, asta, child)
    with town.instance(toml='policies = "shared-early-teens"\n' + TOML, at=LATER) as place:
        assert acts(place, asta, child)


@pytest.mark.parametrize(
    ("toml", "line"),
    [
        ('policies = "1177-2023"\n' + TOML, 1),
        (TOML.replace('counties = ["12"]', 'counties = ["12"]\npolicies = "1177-2023"'), 11),
    ],
)
def test_a_set_that_is_not_there_is_told_with_key_and_line(town: Town, toml: str, line: int) -> None:
    """A region that misspells its set does not start with rules that nobody chose."""
    with pytest.raises(SettingsFault) as told, town.instance(toml=toml):
        pass
    assert "policies" in str(told.value)
    assert "`1177-2022`" in told.value.tip
    assert told.value.line == line + (1 if town.database else 0)


def test_a_region_s_own_file_of_the_same_key_stands_in_the_set_s_place(town: Town) -> None:
    """It still counts only where the set is chosen; a file of another key counts everywhere."""
    folder = town.folder / "instance" / "policies"
    folder.mkdir(parents=True)
    columns = "| tjänst | handling | relation | från ålder | grund |\n|---|---|---|---|---|\n"
    head = "---\npolicy: {key}\ngäller från: 2022-01-01\nkälla: a\n---\n\n" + columns
    ours = "| * | * | vårdnadshavare | 5 | vår |\n"
    (folder / "a.md").write_text(head.format(key="shared-early-teens") + ours, encoding="utf-8")
    (folder / "b.md").write_text(
        head.format(key="egen") + "| bokning | boka | närstående | 5 | b |\n", encoding="utf-8"
    )
    with town.instance(toml=SHARED) as place:
        house = place.house
        assert [row.basis for row in policy_sets(house.instance, house.offers)["shared-early-teens"].rows] == ["vår"]
        assert set_faults(house.instance, house.offers) == []
        rows: tuple[PolicyRow, ...] = house.access.rules.policies
        assert [row.chosen_by for row in rows if row.basis == "vår"] == [frozenset({"sodra"})]
        assert [row.chosen_by for row in rows if row.basis == "b"] == [None]


def test_check_tells_what_is_not_here(town: Town) -> None:
    """`ledstang check` names the line of a region's own table that speaks of a region which the settings do not have."""
    folder = town.folder / "instance" / "policies"
    folder.mkdir(parents=True)
    head = "---\npolicy: egen\ngäller från: 2022-01-01\nkälla: a\n---\n\n"
    table = "| tjänst | handling | relation | från ålder | region | grund |\n|---|---|---|---|---|---|\n"
    (folder / "egen.md").write_text(head + table + "| * | * | själv | 13 | nora | a |\n", encoding="utf-8")
    with town.instance() as place:
        result = CliRunner().invoke(ledstang, ["check", str(place.house.instance.folder)])
    assert result.exit_code == 1
    assert re.search(r"egen\.md:9:.*nora", result.output), result.output
    assert "norra" in result.output


def test_the_readme_s_table_compiles(tmp_path: Path) -> None:
    """What lawyers and clinicians copy from has no fault, and says what the text beside it says."""
    text = (Path(__file__).parents[3] / "proxies" / "README.md").read_text(encoding="utf-8")
    example = re.search(r"```markdown\n(.*?)```", text, re.DOTALL)
    assert example
    (tmp_path / "egen.md").write_text(example[1], encoding="utf-8")
    rows, found = compile_policy(tmp_path / "egen.md")
    assert found == []
    assert [(row.relation, row.from_age, row.to_age, row.region) for row in rows] == [
        ("guardian", 0, 12, "norra"),
        ("self", 16, None, "norra"),
    ]
    assert all(f"`{key}`" in text for key in SETS)
