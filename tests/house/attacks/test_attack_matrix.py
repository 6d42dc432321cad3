"""Every route that names something, attacked by everybody in every way; `may()` says who should have got in.

The routes are the running app's own. One without a fixture fails: whoever adds a route with an id adds a line to
`fixtures.py`. Staff of the unit, of another unit and of another region are at work; one of them is here as a citizen.
"""

from __future__ import annotations

from typing import Any

import pytest

from .fixtures import FIXTURES, missing, routes_of
from .scene import Scene, closed

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
VICTIMS = ("person", "actor", "owner", "subject", "acting_for", "participation", "response", "id", "unit", "region")
OTHERS = {"status": "completed", "ended": "2020-01-01", "started": "2020-01-01", "revision": "99", "scores": "{}"}


def test_every_route_that_names_something_has_a_fixture(scene: Scene) -> None:
    """A new route is attacked, or the suite fails; and no fixture is left of a route that is gone."""
    assert missing(scene.place.client.app) == set()
    assert set(FIXTURES) == set(routes_of(scene.place.client.app))


@pytest.mark.parametrize("path", FIXTURES)
def test_v5_8_2_2_nobody_gets_in_whom_may_denies(scene: Scene, path: str) -> None:
    """Where the oracle says no, every method is answered as if nothing were there, and nothing has changed."""
    target = FIXTURES[path](scene)
    for who, actor in scene.actors.items():
        browser = scene.browser_of(actor)
        token = browser.token() or "x" * 43
        allowed, before = scene.may(actor, target), scene.everything()
        for method in METHODS:
            data = {"_csrf": token, **target.fields} if method in ("POST", "PUT", "PATCH") else None
            answer = browser._send(method, target.path, data=data, follow_redirects=False)
            assert answer.status_code < 500, (who, method)
            if not allowed:
                assert closed(answer, method), (who, method, answer.status_code)
                assert "Kanarie" not in answer.text
                assert ">Min" not in answer.text  # the title, and no nonce that happens to hold it
        assert allowed or scene.everything() == before, who


@pytest.mark.parametrize("path", FIXTURES)
def test_whom_may_admits_gets_in(scene: Scene, path: str) -> None:
    """The refusals are refusals: the same address answers whoever the oracle says yes about."""
    target = FIXTURES[path](scene)
    insiders = [scene.owner, *filter(None, scene.actors.values())]
    actor = next((one for one in insiders if scene.may(one, target)), None)
    assert (actor is None) == bool(target.token)
    browser = scene.browser if actor is scene.owner else scene.browser_of(actor)
    headers = {"authorization": f"Bearer {target.token}"} if target.token else {}
    for method in sorted(routes_of(scene.place.client.app)[path].methods - {"OPTIONS", "HEAD"}):
        data = {"_csrf": browser.token(), **target.fields} if method == "POST" else None
        headers |= target.headers and {**target.headers, "x-csrf-token": browser.token()}
        answer = browser._send(method, target.path, data=data, headers=headers, follow_redirects=False)
        assert answer.status_code in (200, 201, 204, 303, 422), (method, answer.status_code)
        assert not answer.headers.get("location", "").startswith("/signin?")


@pytest.mark.parametrize("path", [path for path in FIXTURES if "mine" in path])
def test_v5_15_3_3_extra_fields_and_queries_reach_nobody_else(scene: Scene, path: str) -> None:
    """Whoever names another in fields that no form of ours has changes nothing of theirs, nor gives them anything."""
    target = FIXTURES[path](scene)
    victim = scene.place.visit(scene.actors["stranger"]).subject.id
    tables = ("response", "answer", "lost_text", "programmes_participation", "session", "rescued_text")

    def of_victim() -> list[Any]:
        return [scene.rows(f"select * from {table} where person = ?", str(victim)) for table in tables]

    before = of_victim()
    extra = {name: str(victim) for name in VICTIMS} | OTHERS
    data = {"_csrf": scene.browser.token(), **target.fields, **extra}
    for method in ("GET", "POST"):
        sent = {"data": data} if method == "POST" else {}
        answer = scene.browser._send(method, target.path, params=extra, follow_redirects=False, **sent)
        assert answer.status_code in (200, 303, 405, 409, 422), (method, answer.status_code)
    assert of_victim() == before
    actors = {row["actor"] for row in scene.rows("select actor from answer")}
    assert str(victim) not in actors
    assert scene.rows("select id from response where started < '2021' or completed < '2021'") == []


def test_v5_8_2_3_another_s_id_in_a_field_is_not_taken_over(scene: Scene) -> None:
    """A rescued text of another's that is named in a form's field stays where it is."""
    target = FIXTURES["/signin/rescued/{text:uuid}"](scene)
    thief = scene.browser_of(scene.actors["stranger"])
    thief.post("/programmes/min/begin", {"_rescued": target.path[-36:]})
    assert scene.browser.get(target.path).status_code == 200
