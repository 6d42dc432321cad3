"""All content of an instance: which kinds there are, where it lies, and what became of it."""

from __future__ import annotations

from pathlib import Path

from ledstang.access.policies import PolicyRow
from ledstang.bundled import bundled
from ledstang.content.blocks import Block
from ledstang.content.forms.kind import FORMS
from ledstang.content.kinds import ContentFolder, ContentKind, Shelf, compile_all
from ledstang.content.policies import POLICIES, compile_policy
from ledstang.gathering import Offers
from ledstang.instance import Instance

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
    return compile_all(kinds_of(offers), folders, blocks_of(offers), settings.language, settings.patience)


def policies_of(instance: Instance, offers: Offers) -> list[PolicyRow]:
    """Return the rows of all policy tables that are in force here: ours and the plugins', unless the instance has its own."""
    own = instance.path("policies")
    brought = [thing.path for _, thing in offers.get("register_content", []) if is_policies(thing)]
    folders = [own] if own.is_dir() else [OURS, *brought]
    return [row for folder in folders for path in sorted(folder.glob("*.md")) for row in compile_policy(path)[0]]


def is_policies(thing: object) -> bool:
    """Say whether something that a plugin brings is a folder of policy tables."""
    return isinstance(thing, ContentFolder) and thing.kind == POLICIES.name
