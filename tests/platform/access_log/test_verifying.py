"""Nobody changes the log unseen: each way of tampering is found, on both databases."""

from __future__ import annotations

import json
import logging
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner
from ledstang.access.log.anchoring import anchors_in
from ledstang.access.log.entries import COLUMNS
from ledstang.access.log.verifying import Verified, verify
from ledstang.access.log.writing import PURPOSE
from ledstang.cli.audit import command
from ledstang.database.keyfiles import put_away
from ledstang.fitting import SettingsFault
from ledstang.testing import TOML, Town

from .conftest import Ward, open_ward

CHAIN = "2026-11-23 norra"


def filled(ward: Ward, times: int = 5) -> list[str]:
    """Let Eva read some notes, and return the anchors."""
    for _ in range(times):
        assert ward.may(ward.at_work())
    lines: list[str] = ward.place.run(ward.log.anchor())
    return lines


def verified(ward: Ward, anchors: list[str] | None = None) -> Verified:
    """Go through the log."""
    keys = ward.place.house.keys.mac_keys_ever(PURPOSE)
    answer: Verified = ward.place.run(verify(keys, anchors_in(anchors or [])))
    return answer


def codes(ward: Ward, anchors: list[str] | None = None) -> list[tuple[int, str]]:
    """Return what is wrong, and at which entry."""
    return [(one.sequence, one.code) for one in verified(ward, anchors).findings]


def test_v5_16_4_2_a_log_that_nobody_touched_is_in_order(ward: Ward) -> None:
    """Also one with own entries, with a day without any, and with anchors."""
    dag = ward.place.sign_in(ward.dag)
    dag.get("/ward/own")
    anchors = filled(ward)
    ward.place.clock.move(days=2)
    anchors += filled(ward, 2)
    answer = verified(ward, anchors)
    assert (answer.chains, answer.entries, answer.findings) == (2, 8, [])


def test_v5_16_4_2_each_column_that_is_edited_is_found(small: Ward) -> None:
    """Whatever in an entry is changed no longer fits its MAC."""
    filled(small, 3)
    kept = small.rows()[1]
    others: dict[str, Any] = {
        "at": kept["at"].replace(microsecond=1), "key": 9,
        **dict.fromkeys(("subject", "actor", "assignment", "resource", "behalf"), UUID(int=1)),
    }  # fmt: skip
    for column in set(COLUMNS) - {"id", "mac", "sequence", "chain"}:
        sql = f'UPDATE access_log_entry SET "{column}" = ? WHERE sequence = 2'
        small.sql(sql, others.get(column, "x"))
        assert (2, "unknown-key" if column == "key" else "altered") in codes(small), column
        small.sql(sql, kept[column])
        assert codes(small) == []


def test_v5_16_4_2_an_edit_is_found_on_both_databases(ward: Ward) -> None:
    """At the entry that was edited, and nowhere else."""
    filled(ward)
    ward.sql("UPDATE access_log_entry SET unit_name = 'Annan' WHERE sequence = 3")
    assert codes(ward) == [(3, "altered")]


def test_v5_16_4_2_a_deleted_entry_is_found(ward: Ward) -> None:
    """From the middle, and the first."""
    filled(ward)
    ward.sql("DELETE FROM access_log_entry WHERE sequence = 3")
    assert codes(ward) == [(4, "missing")]
    ward.sql("DELETE FROM access_log_entry WHERE sequence = 1")
    assert codes(ward) == [(2, "missing"), (4, "missing")]


def test_v5_16_4_2_an_inserted_entry_is_found(ward: Ward) -> None:
    """A copy of a true one under another id, in a place of its own or in another's, fits nowhere."""
    filled(ward)
    columns = ", ".join(f'"{name}"' for name in COLUMNS)
    taken = columns.replace('"id"', f"'{ward.subject}'").replace('"sequence"', "6")
    ward.sql(f"INSERT INTO access_log_entry ({columns}) SELECT {taken} FROM access_log_entry WHERE sequence = 5")
    assert {(6, "altered"), (6, "missing")} <= set(codes(ward))


def test_v5_16_4_2_two_entries_that_changed_places_are_found(ward: Ward) -> None:
    """A number is under the MAC, too."""
    filled(ward)
    ward.sql("UPDATE access_log_entry SET sequence = 7 - sequence WHERE sequence IN (3, 4)")
    assert {code for _, code in codes(ward)} == {"altered", "missing"}


def test_v5_16_4_2_a_cut_chain_is_found(ward: Ward) -> None:
    """By its kept end; when that was set back, too, by the anchor alone; and so is a whole day."""
    anchors = filled(ward)
    ward.sql("DELETE FROM access_log_entry WHERE sequence > 3")
    assert codes(ward) == [(5, "cut")]
    mac = ward.sql("SELECT mac FROM access_log_entry WHERE sequence = 3")[0]["mac"]
    ward.sql(f"UPDATE access_log_chain SET sequence = 3, mac = '{mac}'")
    assert codes(ward) == []
    assert codes(ward, anchors) == [(5, "cut")]
    ward.sql("DELETE FROM access_log_entry")
    ward.sql("DELETE FROM access_log_chain")
    assert codes(ward) == []
    assert codes(ward, anchors) == [(5, "cut")]


def test_v5_16_4_2_a_chain_that_was_written_anew_with_the_keys_is_found_by_the_anchor(ward: Ward) -> None:
    """Whoever has the database and the keys has not the anchors."""
    anchors = filled(ward)
    ward.sql("DELETE FROM access_log_entry")
    ward.sql("DELETE FROM access_log_chain")
    filled(ward)
    assert codes(ward) == []
    assert codes(ward, anchors) == [(5, "replaced")]


def test_a_chain_without_its_end_is_found(ward: Ward) -> None:
    """Entries whose chain nobody knows are gone through all the same."""
    filled(ward)
    ward.sql("DELETE FROM access_log_chain")
    assert codes(ward) == [(5, "altered")]


def test_a_key_may_be_replaced_and_retired(small: Ward) -> None:
    """What an older key made is checked with it, also when it is out of use; without its files that is said."""
    filled(small, 2)
    house = small.place.house
    small.place.run(house.rollover.make())
    small.place.run(house.rollover.learn())
    house.keys.use(2)
    filled(small, 2)
    assert [row["key"] for row in small.rows()] == [1, 1, 2, 2]
    assert codes(small) == []
    newest = {2: house.keys.mac_keys(PURPOSE)[2]}
    found = small.place.run(verify(newest)).findings
    assert [(one.sequence, one.code, one.key) for one in found] == [(1, "unknown-key", 1), (2, "unknown-key", 1)]
    put_away(house.keys.folder, 1)
    del house.keys._pairs[1]
    assert codes(small) == []


def test_the_command_tells_what_is_wrong_and_exits_with_one(small: Ward) -> None:
    """In words, and as JSON; from a day on; and with no anchors it says what that leaves open."""
    filled(small)
    folder = str(small.town.folder / "instance")
    fine = CliRunner().invoke(command, ["verify", folder])
    assert (fine.exit_code, "nothing is wrong" in fine.output, "No anchors" in fine.output) == (0, True, True)
    small.sql("DELETE FROM access_log_entry WHERE sequence = 2")
    wrong = CliRunner().invoke(command, ["verify", folder])
    assert wrong.exit_code == 1
    assert f"{CHAIN}: Entry 3 does not follow the one before it" in wrong.output
    told = json.loads(CliRunner().invoke(command, ["verify", folder, "--json"]).stdout)
    assert told["findings"][0]["code"] == "missing"
    assert (told["chains"], told["entries"], told["anchors"]) == (1, 4, 0)
    later = CliRunner().invoke(command, ["verify", folder, "--from", "2026-11-24", "--json"])
    assert (later.exit_code, json.loads(later.stdout)["chains"]) == (0, 0)


def test_anchors_are_put_elsewhere_every_hour_and_in_the_log(tmp_path, caplog: pytest.LogCaptureFixture) -> None:
    """The file grows by a line for each chain, and either of file and log finds a cut."""
    town, file = Town(tmp_path), tmp_path / "elsewhere"
    with open_ward(town, tmp_path, TOML + f'[access_log]\nanchor = "{file}"\n') as place:
        ward = Ward(place, town, town.person("Dag", born="1985-03-14"), town.person("Eva", born="1975-01-02"))
        for _ in range(3):
            assert ward.may(ward.at_work())
        with caplog.at_level(logging.INFO, "ledstang.access"):
            place.work()
        lines = file.read_text(encoding="utf-8").splitlines()
        assert len(lines) == 1
        assert f"anchor {CHAIN} 3 " in lines[0]
        place.clock.move(minutes=61)
        place.work()
        assert len(file.read_text(encoding="utf-8").splitlines()) == 2
        ward.sql("DELETE FROM access_log_entry")
        ward.sql("DELETE FROM access_log_chain")
        assert codes(ward, [caplog.text]) == [(3, "cut")]
    folder = str(town.folder / "instance")
    assert CliRunner().invoke(command, ["verify", folder]).exit_code == 1
    assert CliRunner().invoke(command, ["anchor", folder]).exit_code == 0


def test_nothing_goes_before_its_time_and_then_the_whole_chain(ward: Ward) -> None:
    """Five years to the day; the anchors of what was forgotten are no fault then."""
    filled(ward)
    ward.place.clock.set(ward.place.clock.now().replace(year=2031))
    assert ward.place.run(ward.log.forget()) == 0
    assert len(ward.rows()) == 5
    ward.place.clock.move(days=1)
    filled(ward, 1)
    assert ward.place.run(ward.log.forget()) == 1
    assert [row["chain"] for row in ward.rows()] == ["2031-11-24 norra"]


def test_less_than_five_years_is_refused(tmp_path) -> None:
    """The law's limit is no setting's to go below."""
    with (
        pytest.raises(SettingsFault, match="keep_years"),
        open_ward(Town(tmp_path), tmp_path, TOML + "[access_log]\nkeep_years = 4\n"),
    ):
        pass
