"""A ground from outside: it brings its own word and its own rules, and takes nobody else's."""

from __future__ import annotations

from pathlib import Path

import pytest
from ledstang import Host
from ledstang.content.published import policies_of, policy_sets
from ledstang.testing import Town

PLUGIN = '''"""Kin: those who are near."""

from pathlib import Path

from ledstang import ContentFolder, PersonTable, ProxyGround, hookimpl, prepared

nobody = prepared(lambda actor, subject: PersonTable.select(PersonTable.id).where(PersonTable.id == actor))


async def stands(actor, subject, rows):
    return True


@hookimpl
def register_proxies():
    return [ProxyGround("{name}", nobody.bind, stands, {{"sv": "{word}"}})]


@hookimpl
def register_content():
    return [ContentFolder("policies", Path(__file__).parent / "policies")]
'''
TABLE = """---
policy: {key}
titel: Egen
gäller från: 2026-01-01
källa: Ett beslut.
---

| tjänst | handling | relation | från ålder | grund |
|---|---|---|---|---|
{rows}
"""
ROW = "| program | * | {} | {} | {} |"


def kin(folder: Path, rows: str, name: str = "kin", word: str = "nära anhörig") -> Path:
    """Write the plugin, with a table of rules."""
    (folder / "kin" / "policies").mkdir(parents=True)
    (folder / "kin" / "__init__.py").write_text(PLUGIN.format(name=name, word=word), encoding="utf-8")
    (folder / "kin" / "policies" / "near.md").write_text(TABLE.format(key="near", rows=rows), encoding="utf-8")
    return folder / "kin"


def test_rows_about_a_relation_of_one_s_own_need_not_be_chosen(town: Town, tmp_path: Path) -> None:
    """They count beside whatever set a region has chosen, and are no set themselves; a region's own file goes before."""
    plugin = kin(tmp_path, ROW.format("Nära anhörig", 18, "brought"))
    with town.instance(proxies=plugin) as place:
        rows = policies_of(place.instance, place.house.offers)
        assert [(row.relation, row.chosen_by) for row in rows if row.basis == "brought"] == [("kin", None)]
        assert policy_sets(place.instance, place.house.offers).keys() == {
            "1177-2022", "shared-early-teens", "ds-2023-26",
        }  # fmt: skip
    own = tmp_path / "own.md"
    own.write_text(TABLE.format(key="near", rows=ROW.format("nära anhörig", 25, "own")), encoding="utf-8")
    with town.instance(policies=own) as place:
        rows = policies_of(place.instance, place.house.offers)
        assert [(row.basis, row.from_age) for row in rows if row.relation == "kin"] == [("own", 25)]


def test_rows_about_others_of_the_same_table_are_a_set_to_be_chosen(town: Town, tmp_path: Path) -> None:
    """What a table says of guardians counts where it is chosen alone: a ground cannot open others' doors on the way."""
    rows = [ROW.format("nära anhörig", 18, "mine"), ROW.format("vårdnadshavare", 0, "others")]
    with town.instance(proxies=kin(tmp_path, "\n".join(rows))) as place:
        found = {row.basis: row.chosen_by for row in policies_of(place.instance, place.house.offers)}
        assert (found["mine"], found["others"]) == (None, frozenset())
        assert "near" in policy_sets(place.instance, place.house.offers)


@pytest.mark.parametrize(
    ("name", "word", "said"),
    [
        ("self", "kin", "brings a ground `self`, a name that the host has taken"),
        ("guardian", "kin", "brings a ground `guardian`, a name that the plugin `guardian` has taken"),
        ("kin", "vårdnadshavare", "with the word “vårdnadshavare”, which means `guardian` already"),
    ],
)
def test_a_ground_takes_no_name_of_another_s(town: Town, tmp_path: Path, name: str, word: str, said: str) -> None:
    """It would stand where that one does not, by that one's rules: its plugin is put aside."""
    with town.instance(proxies=kin(tmp_path, ROW.format("själv", 18, "b"), name, word), broken=True) as place:
        [fault] = place.house.plugins.faults
        assert fault.plugin == "kin"
        assert said in str(fault)
        assert place.house.plugins.found["guardian"]


def test_names_are_told_without_those_who_are_protected(town: Town) -> None:
    """`host.people.called` gives what pages call persons; whoever has a protected identity is not among them."""
    with town.instance() as place:
        ids = []
        for name, facts in (("Dag", {}), ("Asta", {"protection": "confidentiality-marking"})):
            identity = town.person(name, born="1985-03-14")
            town.registry.put(identity, **facts)
            ids.append(place.run(place.house.checking.changed(identity.number)).id)
        host = Host(place.house, "kin")
        assert place.run(host.people.called(ids)) == {ids[0]: "Dag"}
        assert place.run(host.people.called([])) == {}
