"""Mutants of the guards turn tests red: each guard, with one of its clauses gone, lets something in, and it is seen.

A later guard is a line here; one that brings a new kind of door, a probe in `probes.py`
or beside it.
"""

from __future__ import annotations

from typing import Any

import pytest
from ledstang.access import may, policies
from ledstang.access.barring import Barring
from ledstang.access.log.reviews import Reviews
from ledstang.access.rates import RateLimiter
from ledstang.access.rules import Rules
from ledstang.api import proofs as api_proofs
from ledstang.database import sealed
from ledstang.signin import begin, csrf, listing, middleware
from ledstang.signin import next as following
from ledstang.signin.sessions import Sessions, id_of
from ledstang.switches import Switches
from ledstang.web.origin import OriginMiddleware
from ledstang_programmes.loading import Loader

from . import probes, shutting_out
from .probes import Probe
from .scene import Scene
from .systems import proofs, systems
from .weakening import weaken

Access, Row = may.Access, policies.PolicyRow
READ_FIRST = (
    'rows = await RateCount.raw("SELECT times + 1 AS times FROM rate_count WHERE id = {}", id_) or [{"times": 1}]; '
    "await _count(id_, ends)"
)

MUTANTS: list[tuple[Probe, Any, str, str]] = [
    (probes.may, Access._decide, 'return Decision(False, "unknown-action")', "return ALLOWED"),
    (probes.may, Access._decide, "if not decision:", "if False:"),
    (probes.may, Access._decide, "decision = await self._checked(permission, visit, resource)", "pass"),
    (probes.may, Access._default, 'permission.who == "anyone"', "True"),
    (probes.may, Access._default, "if visit is None:", "if False:"),
    (probes.may, Access._default, "if (visit.ground == SELF) != (visit.actor.id == visit.subject.id):", "if False:"),
    (probes.may, Access._default, 'return Decision(False, "no-owner")', "return ALLOWED"),
    (probes.may, Access._default, "if owner != visit.subject.id:", "if False:"),
    (probes.may, Rules.stands, "return ALLOWED if rows else", "return ALLOWED if True else"),
    (probes.may, Rules.stands, "self._clock.today()", "self._clock.now().date()"),
    (probes.may, Access._default, 'if permission.who == "staff":', "if False:"),
    (probes.may, Access._at_work, "visit.ground != STAFF or ", ""),
    (probes.may, Access._at_work, "assignment is None or ", ""),
    (probes.may, Access._at_work, " or assignment.person != visit.actor.id", ""),
    (probes.may, Access._at_work, 'return Decision(False, "wrong-role")', "pass"),
    (probes.may, Access._at_work, 'return Decision(False, "other-unit")', "pass"),
    (probes.may, Access._at_work, "not isinstance(unit, str) or ", ""),
    (probes.matrix, Access._at_work, 'return Decision(False, "wrong-role")', "pass"),
    (probes.matrix, Access._at_work, 'return Decision(False, "other-unit")', "pass"),
    (shutting_out.blocks, Access._shut, "Decision(False, BLOCKED) if", "ALLOWED if"),
    (
        shutting_out.blocks,
        Access._heeds_blocks,
        "all(permission.despite_blocks",
        "any(True or permission.despite_blocks",
    ),
    (shutting_out.blocks, Barring.shuts, 'fact.kind == "block"', "False"),
    (shutting_out.blocks, Barring.shuts, " or standing.opened", " or True"),
    (shutting_out.blocks, Reviews.look_at, "or self._opened(rows[0]).concerns(reviewer)", ""),
    (probes.may, Access._checked, 'return Decision(False, "failed")', "return ALLOWED"),
    (probes.may, may._said, "answer is True else", "answer else"),
    (probes.may, policies.governing, " if row.weight == weight", ""),
    (probes.may, Row.governs, "self.valid_from is None or", "True or"),
    (probes.may, Row.governs, "self.valid_to is None or", "True or"),
    (probes.may, Row.admits, "self.from_age is None or", "True or"),
    (probes.may, Row.admits, "self.to_age is None or", "True or"),
    (probes.matrix, Access._default, "if owner != visit.subject.id:", "if False:"),
    (probes.matrix, may._said, "answer is None or answer is True", "True"),
    (probes.matrix, Loader.load, " or not decision.allowed", ""),
    (probes.matrix, listing.end_session, " or not await access.may(visit, END, known)", ""),
    (systems, may._called, 'permission.who != "system" or ', ""),
    (systems, may._called, " or not isinstance(caller, Caller)", ""),
    (systems, may._called, "caller.scopes.isdisjoint(permission.roles)", "False"),
    (systems, may._called, "found.protected or ", ""),
    (systems, may._called, "found.locked or ", ""),
    (systems, may._called, "found.deceased or ", ""),
    (systems, may._called, " or resource.region not in caller.regions", ""),
    (systems, may._called, "found is None or ", ""),
    (systems, Access._default, "isinstance(visit, Caller) or ", ""),
    (systems, Access._default, ' or permission.who == "system"', ""),
    (proofs, api_proofs.read_proof, "len(text) > LARGEST or ", ""),
    (proofs, api_proofs.read_proof, "not isinstance(kid, str) or ", ""),
    (proofs, api_proofs._held_against, 'claims.get("sub") != client.told.id', "False"),
    (proofs, api_proofs._held_against, "len(audience) != 1 or ", ""),
    (proofs, api_proofs._held_against, "audience[0] not in (limits.address, limits.address + TOKEN_PATH)", "False"),
    (proofs, api_proofs._held_against, "if ends + leeway <= now:", "if False:"),
    (proofs, api_proofs._held_against, "if ends > now +", "if False and ends > now +"),
    (proofs, api_proofs._held_against, '("iat", "nbf") if', '("nbf",) if'),
    (proofs, api_proofs._held_against, '("iat", "nbf") if', '("iat",) if'),
    (proofs, api_proofs._held_against, "not isinstance(id_, str) or ", "isinstance(id_, str) and "),
    (proofs, api_proofs._instant, "isinstance(value, bool) or ", ""),
    (probes.forms, csrf.check, "request.method in _SAFE", "True"),
    (probes.forms, csrf.check, "refuse_other_sites(request)", "pass"),
    (probes.forms, csrf.check, "if context.session is not None:", "if False:"),
    (probes.forms, csrf.refuse_other_sites, 'site not in (None, "same-origin", "none")', "False"),
    (probes.forms, csrf.refuse_other_sites, ' and site == "same-origin"', ""),
    (probes.forms, csrf.refuse_other_sites, "if origin is not None and", "if False and"),
    (probes.forms, csrf.is_token_of, "hmac.compare_digest", "bool or hmac.compare_digest"),
    (probes.redirects, following.safe_next, "len(path) <= LONGEST and ", ""),
    (probes.redirects, following.safe_next, "_PATH.fullmatch(path)", "_PATH.match(path)"),
    (probes.redirects, following.safe_next, "_PATH.fullmatch(path)", 'path.startswith("/")'),
    (
        probes.sessions,
        Sessions.begin,
        "token = secrets.token_urlsafe(32)",
        "token = instead_of or secrets.token_hex(32)",
    ),
    (probes.sessions, Sessions.begin, "if instead_of:", "if False:"),
    (probes.sessions, Sessions.alive, "session.ended is None and ", ""),
    (probes.sessions, Sessions.alive, "session.seen <= now + self.limits.drift and ", ""),
    (
        probes.sessions,
        Sessions.deadline,
        "session.seen + self.limits.idle, ",
        "session.auth_at + self.limits.absolute, ",
    ),
    (
        probes.sessions,
        Sessions.deadline,
        ", session.auth_at + self.limits.absolute",
        ", session.seen + self.limits.idle",
    ),
    (probes.sessions, Sessions.now, "max(self._latest, self._clock.now())", "self._clock.now()"),
    (probes.sessions, id_of, 'hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()', "token"),
    (probes.signed_out, middleware.SessionMiddleware._fill, "if self._sessions.alive(session)", "if True"),
    (shutting_out.locked, middleware.SessionMiddleware._fill, " and not person.locked", ""),
    (probes.signed_out, begin.begin, "instead_of=before", "instead_of=None"),
    (probes.rates, RateLimiter.admit, "rows = await _count(id_, ends)", READ_FIRST),
    (probes.rates, RateLimiter.admit, "<= rate.times", "<= rate.times + 1"),
    (probes.rates, RateLimiter.admit, 'self._keys.index(f"rate {name} {window}", subject).hex()', "subject"),
    (probes.seals, sealed.joined, "for part in parts]", "for part in parts[1:]]"),
    (probes.seals, sealed.joined, "for part in parts]", "for part in parts[:1] + parts[2:]]"),
    (probes.seals, sealed.joined, "for part in parts]", "for part in parts[:2] + parts[3:]]"),
    (probes.seals, sealed.joined, "for part in parts]", "for part in parts[:-1]]"),
    (probes.seals, sealed.joined, 'len(part).to_bytes(4, "big") + part', "part"),
    (probes.switches, Switches.on, "if unit and not self.on(plugin, unit.region):", "if False:"),
    (probes.switches, Switches.on, "not self._regions or any(", "True or any("),
    (
        probes.switches,
        Switches.on,
        "self._kept.get(key, self._defaults.get(key, True))",
        "self._defaults.get(key, True)",
    ),
    (probes.origins, OriginMiddleware.__call__, " and _host_of(scope) not in self._hosts", " and False"),
    (probes.origins, OriginMiddleware.__call__, "self._proxies and self._ours(", "True or (self._ours)("),
    (probes.origins, OriginMiddleware._believe, "if not self._ours(address):", "if False:"),
]


@pytest.mark.parametrize("probe", dict.fromkeys(one[0] for one in MUTANTS), ids=lambda probe: probe.__name__)
def test_a_guard_that_is_whole_lets_nothing_in(scene: Scene, probe: Probe) -> None:
    """The probes find nothing as things are, so that what they find afterwards comes of the weakening."""
    assert probe(scene) == []


@pytest.mark.parametrize(("probe", "guard", "clause", "instead"), MUTANTS)
def test_a_weakened_guard_is_noticed(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, probe: Probe, guard: Any, clause: str, instead: str
) -> None:
    """With any one of its clauses gone, the guard lets in what its probe tries."""
    weaken(monkeypatch, guard, clause, instead)
    assert probe(scene), "nothing was let in: the clause guards nothing, or its probe is blind"


def test_a_clause_that_is_gone_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mutants of what is no longer there fail, rather than weaken nothing and prove nothing."""
    with pytest.raises(AssertionError, match="has 0 times: if never:"):
        weaken(monkeypatch, Access.may, "if never:", "if False:")
