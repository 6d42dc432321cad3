"""A care system in the scene, and the probes of what lets systems in: whom they ask about, and how they prove who they are."""

from __future__ import annotations

import asyncio
import json
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from ledstang.access.caller import Caller, Everyone, Someone
from ledstang.access.may import Access
from ledstang.access.permissions import Own, Permission
from ledstang.access.policies import PolicyRow
from ledstang.access.visit import Visit
from ledstang.api.clients import Client
from ledstang.api.limits import ApiClient, ApiLimits
from ledstang.api.proofs import NotProven, read_proof
from ledstang.clock import MovableClock
from ledstang.people.directory import CareUnit
from ledstang.people.numbers import make_test_number
from ledstang.people.persons import Person
from ledstang.testing import NOON

UNIT = "SE2321000016-1003"
ADDRESS = "http://127.0.0.1"
API = f"""
[api]
address = "{ADDRESS}"
[[api.clients]]
id = "journal"
name = "Journalsystemet"
keys = "journal.json"
unit = "{UNIT}"
regions = ["norra"]
"""
KEY = ECKey.generate_key("P-256", {"kid": "a"})


def write_keys(folder: Path) -> None:
    """Put the system's public key where an instance in a town's folder reads it."""
    (folder / "instance").mkdir(exist_ok=True)
    (folder / "instance" / "journal.json").write_text(json.dumps(KeySet([KEY]).as_dict(private=False)), "utf-8")


def systems(_: Any) -> list[str]:
    """Ask as a system, and as somebody who is none, for all that is nobody's to tell."""
    dag = Person(uuid4(), make_test_number(date(1985, 5, 6)), "Test", date(1985, 5, 6), "24")
    change = msgspec.structs.replace
    unit = CareUnit(UNIT, "t", "norra")
    caller = Caller("journal", "t", unit, "care", frozenset({"norra"}), frozenset({"contact:read"}))
    here = Someone(dag, "norra")
    cases: dict[str, tuple[Any, str, Any]] = {
        "a person, as a system": (Visit.of(dag), "ward.read", here),
        "nobody, as a system": (None, "ward.read", here),
        "a system, as a person": (caller, "ward.own", Own(dag.id)),
        "a system, as anybody": (caller, "ward.open", here),
        "a system, as staff": (caller, "ward.staff", here),
        "without the scope": (change(caller, scopes=frozenset()), "ward.read", here),
        "another scope": (caller, "ward.list", here),
        "the list without the scope": (caller, "ward.list", Everyone()),
        "the protected": (caller, "ward.read", Someone(change(dag, protected=True), "norra")),
        "the dead": (caller, "ward.read", Someone(change(dag, deceased=date(2026, 1, 1)), "norra")),
        "the locked": (caller, "ward.read", Someone(change(dag, locked=True), "norra")),
        "another region's": (caller, "ward.read", Someone(dag, "sodra")),
        "no region's": (caller, "ward.read", Someone(dag, None)),
        "nobody": (caller, "ward.read", Someone(None, "norra")),
        "a thing that is no question of a system's": (caller, "ward.read", Own(dag.id)),
    }
    permissions = [
        Permission("ward.read", "t", who="system", roles=("contact:read",)),
        Permission("ward.list", "t", who="system", roles=("contact:changes",)),
        Permission("ward.own", "t"),
        Permission("ward.staff", "t", who="staff", roles=("contact:read",)),
        Permission("ward.open", "t", who="anyone"),
    ]
    rules = [PolicyRow("ward", "*", "self", None, None, "t")]

    async def ask() -> list[str]:
        access = Access(permissions, rules, MovableClock(at=NOON))
        assert await access.may(caller, "ward.read", here), "what is right gets in"
        return [name for name, question in cases.items() if await _admits(access, *question)]

    return asyncio.run(ask())


async def _admits(access: Access, *question: Any) -> bool:
    try:
        return bool(await access.may(*question))
    except AttributeError:
        return True  # what a guard that is gone runs into is no denial


def proofs(_: Any) -> list[str]:
    """Bring proofs each of which has one thing wrong."""
    now = int(NOON.timestamp())
    right = {"iss": "journal", "sub": "journal", "aud": ADDRESS, "iat": now, "exp": now + 60, "jti": "a"}
    client = Client(ApiClient("journal", "t", "a", UNIT, ("norra",)), KeySet([KEY]))
    clients = {"journal": client, "other": Client(msgspec.structs.replace(client.told, id="other"), client.keys)}
    wrong: dict[str, dict[str, Any]] = {
        "from another": {"iss": "other"}, "about another": {"sub": "other"}, "for another": {"aud": "https://a.se"},
        "for two": {"aud": [ADDRESS, "https://a.se"]}, "over": {"exp": now - 31}, "for too long": {"exp": now + 4000},
        "from the future": {"iat": now + 31}, "not yet": {"nbf": now + 31}, "without an id": {"jti": ""},
        "an id that is none": {"jti": 7}, "a beginning that is none": {"iat": True},
    }  # fmt: skip
    stranger = ECKey.generate_key("P-256", {"kid": "a"})
    tries = {name: _proof(KEY, right | claims) for name, claims in wrong.items()}
    tries |= {"a stranger's": _proof(stranger, right), "no kid": _proof(KEY, right, kid=None)}
    tries |= {"too long": _proof(KEY, right | {"a": "x" * 9000})}
    limits = ApiLimits(address=ADDRESS, algorithms=("ES256",))
    assert read_proof(_proof(KEY, right), clients, limits, NOON).id == "a", "what is right is believed"
    return [name for name, proof in tries.items() if _believed(proof, clients, limits)]


def _proof(key: ECKey, claims: dict[str, Any], kid: str | None = "a") -> str:
    return jwt.encode({"alg": "ES256"} | ({"kid": kid} if kid else {}), claims, key)


def _believed(proof: str, clients: dict[str, Client], limits: ApiLimits) -> bool:
    try:
        read_proof(proof, clients, limits, NOON)
    except NotProven:
        return False
    except (TypeError, ValueError):
        return True  # what a guard that is gone runs into is no denial
    return True
