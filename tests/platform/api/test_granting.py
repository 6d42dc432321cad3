"""Tokens for systems: for a proof that is theirs, for us, of now and never used before; and good for a short while."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import ECKey, OctKey
from ledstang.api.granting import SAID
from ledstang.api.mounting import BODY_LIMIT
from ledstang.api.problem import DETAILS
from ledstang.api.tables import ApiProof, ApiToken
from ledstang.api.tokens import Tokens
from ledstang.people.persons import Identity
from ledstang.testing import Place, Town

from .conftest import ADDRESS, KIND, SETTINGS, System, write_keys

PATH = "/api/v1/persons/changes"


@pytest.fixture
def system(place: Place, keys: dict[str, Any]) -> System:
    """A system without a token."""
    return System(place, "journal", keys["journal"])


def test_a_proof_gives_a_token_that_lets_one_in(place: Place, system: System) -> None:
    """As RFC 6749 has it, kept by nobody on the way, and the database holds no token that anybody could use."""
    answer = system.ask()
    told = answer.json()
    token = told.pop("access_token")
    assert told == {"expires_in": 600, "scope": "contact:changes contact:read", "token_type": "Bearer"}
    assert (answer.headers["cache-control"], answer.headers["pragma"]) == ("no-store", "no-cache")
    assert system.get(PATH, headers={"Authorization": f"bearer {token}"}).status_code == 200
    assert token not in repr(place.run(ApiToken.select().run()))
    for aud in (ADDRESS, [ADDRESS], f"{ADDRESS}/api/v1/token"):
        assert system.ask(system.proof(aud=aud)).status_code == 200


def test_a_token_is_good_for_what_was_asked_for(system: System) -> None:
    """One scope of two; and none that the system does not have."""
    system.sign_in(scope="contact:read")
    assert system.get(PATH).status_code == 403
    for scope in ("contact:write", "contact:read contact:write", "Contact:read"):
        answer = system.ask(scope=scope)
        assert_refused(answer, 400, "invalid_scope")


WRONG_CLAIMS: list[dict[str, Any]] = [
    {"iss": "kallelser"}, {"sub": "kallelser"}, {"iss": None}, {"sub": None}, {"iss": "nobody", "sub": "nobody"},
    {"aud": None}, {"aud": "https://egenvard.example.com"}, {"aud": []}, {"aud": [ADDRESS, "https://a.se"]},
    {"aud": f"{ADDRESS}/"}, {"aud": {"a": 1}}, {"exp": None}, {"exp": "soon"}, {"exp": True}, {"exp": 1}, {"exp": 1e99},
    {"exp": float("inf")}, {"jti": None}, {"jti": ""}, {"jti": 7}, {"jti": "x" * 201}, {"nbf": 32503680000},
    {"iat": 32503680000}, {"iat": "now"}, {"iss": ["journal"]},
]  # fmt: skip


def test_a_proof_with_one_wrong_claim_is_not_believed(system: System) -> None:
    """Whoever it is from, whoever it is for, whenever it counts: each has to be right, and what was wrong is not told."""
    for claims in WRONG_CLAIMS:
        assert_refused(system.ask(system.proof(**claims)), 401, "invalid_client", claims)


def assert_refused(answer: Any, status: int, error: str, asked: Any = None) -> None:
    """Hold a refusal against the words of RFC 6749; the sentence beside them is the same for all with that word."""
    assert (answer.status_code, answer.json()) == (status, {"error": error, "error_description": SAID[error]}), asked


def test_a_proof_counts_for_minutes_between_clocks_that_lie_a_little_apart(place: Place, system: System) -> None:
    """At its end and half a minute after; not before its time; and not if it would be good for an hour."""
    now = int(place.clock.now().timestamp())
    for exp, status in ((now - 29, 200), (now - 30, 401), (now + 330, 200), (now + 331, 401), (now + 3600, 401)):
        assert system.ask(system.proof(exp=exp)).status_code == status, exp - now
    for begins, status in ((now + 30, 200), (now + 31, 401)):
        assert system.ask(system.proof(iat=begins)).status_code == status
        assert system.ask(system.proof(nbf=begins)).status_code == status


def test_a_proof_that_another_key_has_signed_is_not_believed(place: Place, keys: Any, system: System) -> None:
    """A stranger's key by the right name, another system's, a shared secret made of the public key, none at all."""
    stranger = ECKey.generate_key("P-256", {"kid": "j1"})
    public = json.dumps(keys["journal"].as_dict(private=False)).encode()
    proofs = [system.proof(stranger), system.proof(keys["kallelser"])]
    proofs.append(system.proof(header={"kid": None}))
    proofs.append(system.proof(header={"kid": "j2"}))
    head, _, rest = system.proof().partition(".")
    body = rest.partition(".")[0]
    for forged in ({"alg": "none", "kid": "j1"}, {"alg": "HS256", "kid": "j1"}, {"alg": "RS256", "kid": "j1"}):
        proofs.append(f"{_part(forged)}.{body}.")
        proofs.append(f"{_part(forged)}.{body}.{'A' * 86}")
    confused = {"alg": "HS256", "kid": "j1"}
    registry = jws.JWSRegistry(algorithms=["HS256"])
    claims = json.dumps(system.claims()).encode()
    proofs.append(jws.serialize_compact(confused, claims, OctKey.import_key(public), ["HS256"], registry))
    proofs += [
        "",
        ".",
        "..",
        "a.b.c",
        head,
        "å",
        "\0",
        "x" * 20_000,
        f"{_part({'alg': 'ES256', 'kid': 'j1', 'crit': ['b64']})}.{rest}",
    ]
    for proof in proofs:
        assert_refused(system.ask(proof or "x"), 401, "invalid_client", proof[:80])


def _part(data: dict[str, Any]) -> str:
    from base64 import urlsafe_b64encode

    return urlsafe_b64encode(json.dumps(data).encode()).rstrip(b"=").decode()


WRONG_FIELDS = [
    ({"grant_type": "authorization_code"}, "unsupported_grant_type"),
    ({"grant_type": "password"}, "unsupported_grant_type"),
    ({"grant_type": ""}, "invalid_request"),
    ({"client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"}, "invalid_request"),
    ({"client_assertion": ""}, "invalid_request"),
    ({"client_id": "kallelser"}, "invalid_client"),
]


def test_a_request_that_is_no_right_one_is_told_so_in_the_standard_s_words(system: System) -> None:
    """RFC 6749 5.2; fields that nobody knows are let by."""
    for fields, error in WRONG_FIELDS:
        form = {"grant_type": "client_credentials", "client_assertion_type": KIND, "client_assertion": system.proof()}
        answer = system.post("/api/v1/token", data=form | fields)
        assert_refused(answer, 401 if error == "invalid_client" else 400, error, fields)
    assert system.ask(client_id="journal", resource="https://a.se").status_code == 200


RUBBISH = b"", b"{}", b"\xff\xfe", b"a=%ff", b"grant_type=client_credentials&grant_type=b", b"[1"
MEDIA = "application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=a", "text/x", ""


def test_rubbish_is_a_bad_request(system: System) -> None:
    """Whatever it says that it is written in: never a fault of ours."""
    for body, media in product(RUBBISH, MEDIA):
        answer = system.post("/api/v1/token", content=body, headers={"Content-Type": media})
        assert answer.status_code == 400, (body, media)
        told = answer.json()
        assert told.get("error") == "invalid_request" or told["detail"] == DETAILS[400], (body, media)


def test_a_body_that_is_too_long_is_not_read(system: System, journal: System) -> None:
    """413 in the API's own words, whether its length is told before or not; and by nobody's token either."""
    for path, asking in (
        ("token", system),
        ("revoke", system),
        ("persons/lookup", system),
        ("persons/lookup", journal),
    ):
        long = b"x" * (BODY_LIMIT + 1)
        for content in (long, iter([long[:1000], long[1000:]])):
            answer = asking.post(f"/api/v1/{path}", content=content)
            assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json"), path
            assert answer.json() == {"title": "Request Entity Too Large", "status": 413, "detail": DETAILS[413]}


def test_a_token_is_over_after_its_minutes_and_when_it_is_taken_back(place: Place, system: System) -> None:
    """By its own system only; one that is none is taken back all the same."""
    system.sign_in()
    assert system.get(PATH).status_code == 200
    place.clock.move(minutes=10)
    answer = system.get(PATH)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer error="invalid_token"')
    token = system.ask().json()["access_token"]
    for told in (token, token, "x", "å" * 900):
        assert system.ask(path="revoke", token=told).status_code == 200
        assert system.get(PATH, headers={"Authorization": f"Bearer {token}"}).status_code == 401
    assert_refused(system.ask(path="revoke"), 400, "invalid_request")
    assert place.run(place.house.tokens.prune()) > 0


def test_nobody_takes_back_another_s_token(system: System, kallelser: System) -> None:
    """A system that has learnt another's token cannot end it."""
    system.sign_in()
    assert kallelser.ask(path="revoke", token=system.headers["Authorization"][7:]).status_code == 200
    assert system.get(PATH).status_code == 200


NO_TOKENS = "", "Bearer", "Bearer ", "Bearer x", "Basic am91cm5hbDp4", "Bearer å", "Bearer " + "x" * 9000


def test_without_a_token_there_is_nothing(place: Place, system: System, dag: Identity) -> None:
    """Nor with rubbish, nor with a person's session."""
    browser = place.sign_in(dag)
    for header in NO_TOKENS:
        answer = browser._send("GET", PATH, headers={"Authorization": header.encode()})
        assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json"), header
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.json() == {"title": "Unauthorized", "status": 401, "detail": DETAILS[401]}


def test_a_system_that_is_taken_out_of_the_settings_is_nobody_at_once(town: Town, keys: dict[str, Any]) -> None:
    """After the start without it, its token is worth nothing, though it is not over; nor when its unit has closed."""
    with town.instance(toml=SETTINGS) as place:
        system = System(place, "journal", keys["journal"]).sign_in()
        assert system.get(PATH).status_code == 200
    without = SETTINGS.replace('id = "journal"', 'id = "another"')
    closed = SETTINGS.replace('name = "Testmottagningen"', 'name = "Testmottagningen"\nvalid_to = 2026-11-22')
    for toml, status, error in ((without, 401, "invalid_client"), (closed, 400, "unauthorized_client")):
        with town.instance(toml=toml) as place:
            system.place = place
            assert system.get(PATH).status_code == 401
            assert_refused(system.ask(), status, error)


def test_who_asks_too_often_waits(town: Town, keys: dict[str, Any]) -> None:
    """Tokens of one corner, calls and lookups of one system, calls in vain: 429, and when to come back."""
    few = "".join(f"{name} = {{ times = 3, minutes = 10 }}\n" for name in ("tokens", "calls", "lookups"))
    import re

    tight = re.sub(r"(tokens|calls|lookups) = .*\n", "", SETTINGS).replace("[rates]\n", f"[rates]\n{few}")
    with town.instance(toml=tight) as place:
        system = System(place, "journal", keys["journal"]).sign_in()
        statuses = [system.get(PATH).status_code for _ in range(4)]
        assert statuses == [200, 200, 200, 429]
        answer = system.get(PATH)
        assert (answer.headers["content-type"], answer.headers["retry-after"]) == ("application/problem+json", "600")
        assert [system.ask().status_code for _ in range(3)] == [200, 200, 429]
        assert [system.get(PATH, headers={"Authorization": "Bearer x"}).status_code for _ in range(4)] == [401] * 3 + [
            429
        ]


@pytest.fixture(params=["sqlite", "postgres"])
def on_each(request: pytest.FixtureRequest, tmp_path: Path, pairs: dict[str, Any]) -> Iterator[Place]:
    """A running instance on each database."""
    address = request.getfixturevalue("postgres") if request.param == "postgres" else ""
    write_keys(tmp_path / "instance", pairs)
    with Town(tmp_path, address).instance(toml=SETTINGS) as place:
        yield place


def test_a_proof_is_taken_once_however_many_bring_it(on_each: Place, pairs: dict[str, Any]) -> None:
    """A second time, by forty at once, and until it would be over by itself; two systems may call theirs the same."""
    journal, kallelser = (System(on_each, name, pairs[name]) for name in ("journal", "kallelser"))
    proof = journal.proof(jti="en")
    assert [journal.ask(proof).status_code for _ in range(2)] == [200, 401]
    assert kallelser.ask(kallelser.proof(jti="en")).status_code == 200
    house = on_each.house
    processes = [Tokens(house.database, on_each.clock, 10) for _ in range(4)]
    ends = on_each.clock.now() + timedelta(minutes=5)

    async def race() -> list[bool]:
        return await asyncio.gather(*(processes[n % 4].first("journal", "två", ends) for n in range(40)))

    assert sum(on_each.run(race())) == 1
    on_each.run(house.tokens.prune())
    assert on_each.run(ApiProof.count().run()) == 3
    on_each.clock.move(minutes=6)
    on_each.run(house.tokens.prune())
    assert on_each.run(ApiProof.count().run()) == 0
    assert journal.ask(proof).status_code == 401
