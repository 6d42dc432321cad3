"""All content of an instance: which kinds there are, where it lies, and what became of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import msgspec

from ledstang.access.grounds import relation_words
from ledstang.access.policies import PolicyRow
from ledstang.bundled import bundled
from ledstang.content.agreeing import strangers
from ledstang.content.blocks import Block
from ledstang.content.diagnostics import Diagnostic
from ledstang.content.forms.kind import FORMS
from ledstang.content.kinds import ContentFolder, ContentKind, Shelf, compile_all
from ledstang.content.nodes import Place
from ledstang.content.policies import POLICIES, Policy, read_policy
from ledstang.content.words import Words, load_words, nearest
from ledstang.fitting import SettingsFault, locate
from ledstang.gathering import Offers
from ledstang.instance import FILE, Instance

OURS = Path(__file__).parents[1] / "access" / "policies"


def kinds_of(offers: Offers) -> list[ContentKind]:
    """Return the host's kinds of content and the plugins'."""
    return [FORMS, *(thing for _, thing in offers.get("register_content", []) if isinstance(thing, ContentKind))]


def blocks_of(offers: Offers) -> list[Block]:
    """Return the boxes that plugins add."""
    return [block for _, block in offers.get("register_blocks", [])]


def folders_of(instance: Instance, offers: Offers) -> list[ContentFolder]:
    """Return every folder of content: what plugins bring, the instance's own, and what was installed with us."""
    folders = [thing for _, thing in offers.get("register_content", []) if isinstance(thing, ContentFolder)]
    for kind in kinds_of(offers):
        places = dict.fromkeys((instance.path(kind.name), bundled(kind.name).resolve()))
        folders += [ContentFolder(kind.name, place) for place in places if place.is_dir()]
    return folders


def compile_instance(instance: Instance, offers: Offers) -> Shelf:
    """Compile all of an instance's content. Pure reading and reckoning: never raises for what an author wrote."""
    settings = instance.settings
    folders = folders_of(instance, offers)
    words = relations_of(offers)
    return compile_all(kinds_of(offers), folders, blocks_of(offers), settings.language, settings.patience, words)


def relations_of(offers: Offers) -> dict[str, dict[str, str]]:
    """Return the relations that plugins bring, and how policy tables write them."""
    return relation_words(ground for _, ground in offers.get("register_proxies", []))


def policies_of(instance: Instance, offers: Offers) -> list[PolicyRow]:
    """Return the rows of all policy tables that are in force here, and those for nobody, which are only told of.

    What plugins bring are sets, whose rows count only for the regions that chose them; but a row about a relation that a
    plugin brings has no other to be chosen before, and counts everywhere. So do the host's and the instance's own
    tables; one of the instance's own with the key of another stands in its place.
    """
    settings = instance.settings
    chosen: dict[str, set[str | None]] = {settings.policies: {None}}
    for region in instance.regions:
        chosen.setdefault(region.policies or settings.policies, set()).add(region.id)
    sets, rows = policy_sets(instance, offers), []
    for policy in sets.values():
        by = frozenset(chosen.get(policy.key, ()))
        told = (*policy.rows, *policy.meant)
        rows += [row if _is_brought(row) else msgspec.structs.replace(row, chosen_by=by) for row in told]
    words = _words(offers)
    brought = {key: policy for key, policy in _brought(offers).items() if key not in sets}
    everywhere = _by_key([OURS], words) | brought | _own(instance, words)
    ours = [policy for key, policy in everywhere.items() if key not in sets]
    return rows + [row for policy in ours for row in (*policy.rows, *policy.meant)]


def policy_sets(instance: Instance, offers: Offers) -> dict[str, Policy]:
    """Return the sets that regions choose among, by key: what plugins bring, or the instance's own of the same key.

    A table that is only about relations which plugins bring is none: there is nothing to choose.
    """
    own = _own(instance, _words(offers))
    brought = _brought(offers).items()
    return {
        key: own.get(key, policy)
        for key, policy in brought
        if not policy.rows or not all(map(_is_brought, policy.rows))
    }


def set_faults(instance: Instance, offers: Offers) -> list[SettingsFault]:
    """Return each set of policy tables that the settings name and that is not there. A default left unsaid is no fault."""
    settings, sets = instance.settings, policy_sets(instance, offers)
    named: list[tuple[str, tuple[str, ...]]] = [
        (region.policies, ("regions", str(number), "policies")) for number, region in enumerate(settings.regions)
    ]
    if re.search(r"^policies\s*=", instance.text.partition("\n[")[0], re.MULTILINE):
        named.insert(0, (settings.policies, ("policies",)))
    faults = []
    for key, path in named:
        if key and key not in sets:
            near = nearest(key, sets)
            what_now = (
                f"Did you mean `{near}`?" if near else f"Use one of: {', '.join(sorted(sets)) or 'none is installed'}."
            )
            why = f"There is no set of policy tables `{key}` (`{'.'.join(path)}`)."
            faults.append(SettingsFault(instance.folder / FILE, locate(instance.text, path), why, what_now))
    return faults


def stranger_faults(instance: Instance, offers: Offers) -> list[Diagnostic]:
    """Return what the instance's own tables name that is not here: regions, units, services and actions.

    Where a unit directory is connected, it may know any unit: of that nothing is said.
    """
    regions = [region.id for region in instance.regions]
    directory = any(one.port == "UnitDirectory" for _, one in offers.get("register_connectors", []))
    units = None if directory else [unit.hsa_id.upper() for unit in instance.units]
    actions = [permission.action for _, permission in offers.get("register_permissions", [])]
    found, words = list[Diagnostic](), _words(offers)
    for path in sorted(instance.path("policies").glob("*.md")):
        policy = read_policy(path, words)
        placed = [(row, Place(str(path), line)) for row, line in zip(policy.rows, policy.lines, strict=True)]
        found += strangers(placed, regions, units, actions)
    return found


def _words(offers: Offers) -> Words:
    return load_words().adding(relations_of(offers))


def _is_brought(row: PolicyRow) -> bool:
    """Say whether a row is about a relation that only a plugin knows."""
    return row.relation not in load_words().tables["relations"].values()


def _brought(offers: Offers) -> dict[str, Policy]:
    """Return the tables that plugins bring, by key."""
    folders = [thing.path for _, thing in offers.get("register_content", []) if is_policies(thing)]
    return _by_key(folders, _words(offers))


def _own(instance: Instance, words: Words) -> dict[str, Policy]:
    return _by_key([instance.path("policies")], words)


def _by_key(folders: Iterable[Path], words: Words) -> dict[str, Policy]:
    files = [path for folder in folders if folder.is_dir() for path in sorted(folder.glob("*.md"))]
    return {policy.key: policy for policy in (read_policy(path, words) for path in files)}


def is_policies(thing: object) -> bool:
    """Say whether something that a plugin brings is a folder of policy tables."""
    return isinstance(thing, ContentFolder) and thing.kind == POLICIES.name
