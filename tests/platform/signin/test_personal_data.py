"""What sign-ins leave behind: handed out on request, and gone on request."""

from __future__ import annotations

from ledstang.signin.personal_data import signin_data
from ledstang.signin.tables import RescuedText, Session

from .conftest import DAG


async def dag_with_everything(place):
    """Leave two sessions and a rescued text behind, and return the person's id."""
    dag = await place.signed_in()
    await place.signed_in("asta")
    token = await dag.token()
    place.clock.move(minutes=31)
    await dag.post("/note", data={"_csrf": token, "text": "kanariefågel"})
    await dag.post("/login")
    return (await place.sessions._register.keep(DAG)).id


async def test_what_is_handed_out_holds_no_secret(place) -> None:
    """When one was signed in, and that a text is kept: no token, no hash, no ciphertext."""
    person = await dag_with_everything(place)
    sessions, texts, _ = [await data.export(person) for data in signin_data(place.sessions._database)]
    assert [set(row) for row in sessions] == [{"created", "seen", "ended"}] * 2
    assert [row["path"] for row in texts] == ["/note"]


async def test_erasing_takes_the_person_s_rows_only(place) -> None:
    """One's sessions and texts go, and one is signed out by it; other people's stay."""
    person = await dag_with_everything(place)
    counts = [await data.erase(person, "asked for") for data in signin_data(place.sessions._database)]
    assert counts == [2, 1, 0]
    assert await RescuedText.count() == 0
    assert await Session.count() == 1


def test_everything_that_is_kept_of_persons_is_known_in_one_place(town) -> None:
    """The host's own kinds of data stand beside the plugins', and who somebody is goes last."""
    with town.instance() as place:
        kinds = [(owner, data.title) for owner, data in place.house.personal_data()]
        assert {owner for owner, _ in kinds} >= {
            "guardian",
            "inbox",
            "forms",
            "notices",
            "programmes",
            "sandbox",
            "host",
        }
        assert kinds[-1] == ("host", "Who you are")
        dag = town.person("Dag Prov", born="1985-03-14")
        place.sign_in(dag)
        person = place.visit(dag).subject.id
        counts = [place.run(data.erase(person, "asked for")) for _, data in place.house.personal_data()]
        assert counts[-1] == 1
        assert place.sign_in(dag).get("/start").status_code == 200
