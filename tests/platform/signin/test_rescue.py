"""What was being written when the session died: kept for its writer, and for nobody else."""

from __future__ import annotations

from uuid import uuid4

import pytest
from ledstang.signin.rescue import LARGEST, MOST
from ledstang.signin.tables import RescuedText

SECRET = "kanariefågel 4711"


async def dies_while_writing(place, text: str = SECRET, minutes: int = 31):
    """Sign Dag in, let the session time out, and post what he wrote."""
    dag = await place.signed_in()
    token = await dag.token()
    place.clock.move(minutes=minutes)
    return dag, await dag.post("/note?step=2", data={"_csrf": token, "text": text, "more": ["a", "b"]})


def id_in(location: str) -> str:
    """Return the id of the rescued text that a sign-in address leads to."""
    assert location.startswith("/signin?next=/signin/rescued/")
    return location.rpartition("/")[2]


async def test_a_text_survives_its_session(place) -> None:
    """Half an hour too late, the text is kept; after signing in it is there, and one button sends it."""
    dag, answer = await dies_while_writing(place)
    assert answer.status_code == 303
    assert place.notes == []
    kept = id_in(answer.headers["location"])
    assert "'rescued': True" in (await dag.get(answer.headers["location"])).text
    signed_in = await dag.post("/login", data={"next": f"/signin/rescued/{kept}"})
    shown = await dag.get(signed_in.headers["location"])
    assert shown.status_code == 200
    assert SECRET in shown.text
    assert "('more', 'a'), ('more', 'b')" in shown.text
    assert shown.headers["cache-control"] == "no-store"
    again = await dag.post("/note?step=2", data={"_csrf": await dag.token(), "text": SECRET, "_rescued": kept})
    assert again.status_code == 201
    assert place.notes == [("Dag Test", SECRET)]
    assert await RescuedText.count() == 0
    assert (await dag.get(f"/signin/rescued/{kept}")).status_code == 404


async def test_it_stays_until_it_has_arrived(place) -> None:
    """A form that is answered with an error does not cost the text."""
    dag, answer = await dies_while_writing(place)
    kept = id_in(answer.headers["location"])
    await dag.post("/login")
    data = {"_csrf": await dag.token(), "text": "refuse me", "_rescued": kept}
    assert (await dag.post("/note", data=data)).status_code == 422
    assert (await dag.get(f"/signin/rescued/{kept}")).status_code == 200


async def test_nobody_else_ever_gets_it(place) -> None:
    """Another person is told that there is no such thing, and cannot make it go away."""
    dag, answer = await dies_while_writing(place)
    kept = id_in(answer.headers["location"])
    await dag.post("/login", data={"who": "asta"})
    shown = await dag.get(f"/signin/rescued/{kept}")
    assert shown.status_code == 404
    assert SECRET not in shown.text
    data = {"_csrf": await dag.token(), "text": "x", "_rescued": kept}
    assert (await dag.post("/note", data=data)).status_code == 201
    assert await RescuedText.count() == 1


async def test_it_is_the_same_as_nothing_to_others(place) -> None:
    """A stranger's answer for a text that exists is that for one that does not, to the letter."""
    _, answer = await dies_while_writing(place)
    kept = id_in(answer.headers["location"])
    asta = await place.signed_in("asta")
    exists, missing = await asta.get(f"/signin/rescued/{kept}"), await asta.get(f"/signin/rescued/{uuid4()}")
    assert (exists.status_code, exists.content) == (missing.status_code, missing.content)
    assert (await place.browser().get(f"/signin/rescued/{kept}")).status_code == 303


async def test_it_is_sealed(place, tmp_path) -> None:
    """Neither the database's files nor the row hold the text in clear."""
    await dies_while_writing(place)
    row = await RescuedText.select().first()
    assert SECRET.encode() not in row["fields"]
    assert not any(SECRET.encode() in file.read_bytes() for file in tmp_path.glob("test.sqlite*"))


async def test_signing_out_in_another_tab_rescues_too(place) -> None:
    """A form that was open when its person signed out elsewhere is kept as well."""
    dag = await place.signed_in()
    token, cookie = await dag.token(), dag.cookies["__Host-sid"]
    await dag.post("/signout", data={"_csrf": token})
    answer = await place.browser().post(
        "/note", data={"_csrf": token, "text": SECRET}, headers={"cookie": f"__Host-sid={cookie}"}
    )
    assert id_in(answer.headers["location"])


@pytest.mark.parametrize("token", ["", "wrong", "å"])
async def test_without_the_dead_session_s_token_nothing_is_kept(place, token: str) -> None:
    """Only a form of the session that died is rescued; the rest is sent to sign in."""
    dag = await place.signed_in()
    place.clock.move(minutes=31)
    answer = await dag.post("/note", data={"_csrf": token, "text": SECRET})
    assert answer.headers["location"] == "/signin?next=/start"
    assert await RescuedText.count() == 0


async def test_another_site_cannot_have_anything_kept(place) -> None:
    """A forged form is refused before its session is asked about."""
    dag = await place.signed_in()
    token = await dag.token()
    place.clock.move(minutes=31)
    answer = await dag.post("/note", data={"_csrf": token, "text": "x"}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert await RescuedText.count() == 0


async def test_a_day_is_the_longest(place) -> None:
    """What a session dead for more than a day posts is not kept, and what was kept is gone a day later."""
    dag, late = await dies_while_writing(place, minutes=60 * 24 + 31)
    assert late.headers["location"] == "/signin?next=/start"
    dag, answer = await dies_while_writing(place)
    kept = id_in(answer.headers["location"])
    place.clock.move(hours=25)
    await dag.post("/login")
    assert (await dag.get(f"/signin/rescued/{kept}")).status_code == 404
    await place.rescued.prune()
    assert await RescuedText.count() == 0


async def test_a_script_is_told_that_its_text_is_kept(place) -> None:
    """Autosaving from a page whose session has died gets 401, that the text is kept, and where to go."""
    dag = await place.signed_in()
    token = await dag.token()
    place.clock.move(minutes=31)
    answer = await dag.post("/note", data={"text": SECRET}, headers={"x-csrf-token": token})
    assert answer.status_code == 401
    assert answer.json()["rescued"] is True
    assert id_in(answer.json()["signin"])


async def test_a_text_that_is_too_large_is_refused_plainly(place) -> None:
    """Beyond the limit nothing is kept, and the answer says so: the browser still has the page."""
    _, answer = await dies_while_writing(place, text="x" * (LARGEST + 1))
    assert answer.status_code == 413
    assert await RescuedText.count() == 0


async def test_no_more_than_so_many_are_kept_of_one_person(place) -> None:
    """The newest texts stay when there are too many."""
    dag = await place.signed_in()
    token = await dag.token()
    place.clock.move(minutes=31)
    sent = []
    for number in range(MOST + 3):
        place.clock.move(seconds=1)
        answer = await dag.post("/note", data={"_csrf": token, "text": str(number)})
        sent.append(id_in(answer.headers["location"]))
    kept = {str(row["id"]) for row in await RescuedText.select(RescuedText.id)}
    assert kept == set(sent[-MOST:])


async def test_public_pages_are_not_rescued(place) -> None:
    """Signing in again from an old page signs in: there is nothing of a person's in it to keep."""
    dag = await place.signed_in()
    token = await dag.token()
    place.clock.move(minutes=31)
    answer = await dag.post("/login", data={"_csrf": token})
    assert answer.headers["location"] == "/me"
    assert await RescuedText.count() == 0


async def test_a_stale_tab_is_rescued_after_signing_in_in_another(place) -> None:
    """A form of the session before, sent once its person is signed in again, is not refused: the text is kept."""
    dag = await place.signed_in()
    stale = await dag.token()
    place.clock.move(minutes=31)
    await dag.post("/login")
    answer = await dag.post("/note", data={"_csrf": stale, "text": SECRET})
    kept = id_in(answer.headers["location"])
    onwards = await dag.get(answer.headers["location"])
    assert onwards.headers["location"] == f"/signin/rescued/{kept}"
    assert SECRET in (await dag.get(onwards.headers["location"])).text
    assert place.notes == []


async def test_a_stale_tab_of_another_person_is_refused(place) -> None:
    """Who sits down after somebody at the same browser gets nothing of theirs, and has nothing of it sent as theirs."""
    dag = await place.signed_in()
    stale = await dag.token()
    await dag.post("/login", data={"who": "asta", "_csrf": stale})
    assert (await dag.post("/note", data={"_csrf": stale, "text": SECRET})).status_code == 403
    assert await RescuedText.count() == 0


async def test_a_stale_tab_is_refused_when_more_than_a_day_has_passed(place) -> None:
    """The token of a session long dead is worth nothing."""
    dag = await place.signed_in()
    stale = await dag.token()
    place.clock.move(hours=24)
    await place.signed_in("asta")  # prunes what is old, and so leaves the row that is looked up an hour later
    place.clock.move(hours=1)
    await dag.post("/login")
    assert (await dag.post("/note", data={"_csrf": stale, "text": SECRET})).status_code == 403
    assert await RescuedText.count() == 0
