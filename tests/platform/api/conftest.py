"""A place with two care systems that may ask, each with keys of its own, and people to ask about."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey
from ledstang.people.contacts import Contact
from ledstang.people.persons import Identity
from ledstang.testing import TOML, Place, Town

ADDRESS = "http://127.0.0.1"
KIND = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
UNIT = "SE2321000016-1003"
PROVIDER = """
[[providers]]
hsa_id = "SE2321000016-0001"
name = "Region Norra"
"""
API = f"""
[api]
address = "{ADDRESS}"
page = 3

[[api.clients]]
id = "journal"
name = "Journalsystemet"
keys = "clients/journal.json"
unit = "{UNIT}"
regions = ["norra"]

[[api.clients]]
id = "kallelser"
name = "Kallelsesystemet"
keys = "clients/kallelser.json"
unit = "{UNIT}"
regions = ["norra", "sodra"]
purpose = "administration"
scopes = ["contact:read"]
"""
BY_PROVIDER = TOML.replace('region = "norra"\n', 'region = "norra"\nprovider = "SE2321000016-0001"\n') + PROVIDER
PLENTY = "".join(f"{name} = {{ times = 1000000, minutes = 10 }}\n" for name in ("tokens", "calls", "lookups"))
SETTINGS = BY_PROVIDER.replace("[rates]\n", f"[rates]\n{PLENTY}") + API


@dataclass
class System:
    """A care system: its key, and what it sends."""

    place: Any
    client: str
    key: Any
    address: str = ADDRESS
    headers: dict[str, str] = field(default_factory=dict)

    def claims(self, **other: Any) -> dict[str, Any]:
        """Return the claims of a right proof, with some others; None leaves one out."""
        now = int(self.place.clock.now().timestamp())
        aud = f"{self.address}/api/v1/token"
        right = {"iss": self.client, "sub": self.client, "aud": aud, "iat": now, "exp": now + 60}
        return {name: value for name, value in (right | {"jti": str(uuid4())} | other).items() if value is not None}

    def proof(self, key: Any = None, header: dict[str, Any] | None = None, **claims: Any) -> str:
        """Sign a proof."""
        key = key or self.key
        alg = "ES256" if key.key_type == "EC" else "PS256"
        head = {"alg": alg, "kid": key.kid} | (header or {})
        return jwt.encode({k: v for k, v in head.items() if v}, self.claims(**claims), key, algorithms=[head["alg"]])

    def ask(self, proof: str | None = None, path: str = "token", **fields: str) -> httpx.Response:
        """Ask for a token."""
        form = {"grant_type": "client_credentials", "client_assertion_type": KIND, **fields}
        return self.post(f"/api/v1/{path}", data={"client_assertion": proof or self.proof(), **form})

    def sign_in(self, **fields: str) -> System:
        """Get a token, and ask with it from now on."""
        self.headers = {"Authorization": f"Bearer {self.ask(**fields).json()['access_token']}"}
        return self

    def get(self, path: str, **options: Any) -> httpx.Response:
        """Ask for something."""
        headers = self.headers | options.pop("headers", {})
        self.place.client.cookies = httpx.Cookies()
        return self.place.client.get(path, headers=headers, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        """Send something."""
        headers = self.headers | options.pop("headers", {})
        self.place.client.cookies = httpx.Cookies()
        return self.place.client.post(path, headers=headers, **options)

    def look_up(self, identity: Identity) -> httpx.Response:
        """Ask for somebody by their number."""
        return self.post("/api/v1/persons/lookup", json={"number": identity.number})

    def id_of(self, identity: Identity) -> str:
        """Return by which id the system knows somebody."""
        return self.look_up(identity).json()["id"]

    def contact(self, id_: str, **options: Any) -> httpx.Response:
        """Ask how somebody wants to be reached."""
        return self.get(f"/api/v1/persons/{id_}/contact", **options)

    def changes(self, since: str | None = None) -> dict[str, Any]:
        """Ask who has changed."""
        return self.get("/api/v1/persons/changes", params={"since": since} if since else {}).json()


def make_keys() -> dict[str, Any]:
    """Make the keys of both systems."""
    return {
        "journal": ECKey.generate_key("P-256", {"kid": "j1"}),
        "kallelser": RSAKey.generate_key(2048, {"kid": "k1"}),
    }


def write_keys(folder: Path, keys: dict[str, Any]) -> None:
    """Write the public keys of both systems into an instance's folder."""
    (folder / "clients").mkdir(parents=True, exist_ok=True)
    for name, key in keys.items():
        (folder / "clients" / f"{name}.json").write_text(json.dumps(KeySet([key]).as_dict(private=False)), "utf-8")


@pytest.fixture(scope="session")
def pairs() -> dict[str, Any]:
    """The private keys of both systems."""
    return make_keys()


@pytest.fixture
def keys(town: Town, pairs: dict[str, Any]) -> dict[str, Any]:
    """The same, where the instance knows the public ones."""
    write_keys(town.folder / "instance", pairs)
    return pairs


@pytest.fixture
def place(town: Town, keys: dict[str, Any]) -> Iterator[Place]:
    """A running instance that both systems may ask."""
    with town.instance(toml=SETTINGS) as place:
        yield place


@pytest.fixture
def journal(place: Place, keys: dict[str, Any]) -> System:
    """A system with a token for everything, in Norra."""
    return System(place, "journal", keys["journal"]).sign_in()


@pytest.fixture
def kallelser(place: Place, keys: dict[str, Any]) -> System:
    """A system with a token that is no good for changes, in both regions."""
    return System(place, "kallelser", keys["kallelser"]).sign_in()


@pytest.fixture
def dag(town: Town, place: Place) -> Identity:
    """Somebody whom the register knows, and who has said how to reach them."""
    identity = town.person("Dag Nordin", born="1985-03-14")
    town.registry.put(identity)
    write(place, identity, phone="+46701740605", digital=True)
    return identity


def write(place: Place, identity: Identity, **contact: Any) -> None:
    """Keep how somebody wants to be reached, as they do on the page."""
    visit = place.visit(identity)
    kept = place.run(place.house.contacts.of(visit.subject.id, visit.subject.id))
    place.run(place.house.contacts.save(visit, Contact(**contact), kept.version))
    place.work()
