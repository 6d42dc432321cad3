"""Too often: a kind page, an honest time to wait, and nothing that was written is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from ledstang.testing import TOML, Place, Town

TIGHT = re.sub(r"times = \d+", "times = 5", TOML)
DIARY = '''
"""A diary."""
from __future__ import annotations
from typing import Any
from ledstang import Host, Visit, hookimpl
from litestar import Request, post

KEPT = []

@hookimpl
def register_routes(host: Host) -> list:
    @post("/", status_code=201)
    async def write(request: Request[Any, Any, Any], visit: Visit) -> str:
        KEPT.append((await request.form())["text"])
        return "|".join(KEPT)

    @post("/open", status_code=201)
    async def open_to_all(request: Request[Any, Any, Any]) -> str:
        return "taken"

    return [write, open_to_all]
'''


@pytest.fixture
def place(town: Town, tmp_path: Any) -> Iterator[Place]:
    """An instance where five times in ten minutes is the most of everything."""
    folder = tmp_path / "diary.py"
    folder.write_text(DIARY, encoding="utf-8")
    with town.instance(toml=TIGHT, plugins=folder) as running:
        yield running


def test_v5_2_4_1_what_is_written_too_often_is_kept(town: Town, place: Place) -> None:
    """The sixth form of a session is answered 429 with a time to wait; its text is there to be sent again, and only once."""
    dag = place.sign_in(town.person("Dag Prov", born="1985-03-14"))
    for number in range(5):
        assert dag.post("/diary/", {"text": f"rad {number}"}).status_code == 201
    answer = dag.post("/diary/", {"text": "Kanariefågel & <b>fler</b>"})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 600
    assert answer.headers["cache-control"] == "no-store"
    href = re.search(r"/signin/rescued/[0-9a-f-]{36}", answer.text)
    assert href
    kept = dag.get(href[0])
    assert "Kanariefågel &amp; &lt;b&gt;fler" in kept.text
    place.clock.move(minutes=10)
    again = {"text": "Kanariefågel & <b>fler</b>", "_rescued": href[0][-36:]}
    assert "Kanariefågel" in dag.post("/diary/", again).text
    assert dag.get(href[0]).status_code == 404


def test_a_script_is_told_and_keeps_its_text(town: Town, place: Place) -> None:
    """Autosave gets JSON and comes again by itself; nothing is rescued that is not lost."""
    dag = place.sign_in(town.person("Dag Prov", born="1985-03-14"))
    for _ in range(5):
        dag.post("/diary/", {"text": "rad"})
    answer = dag.post("/diary/", {"text": "rad"}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["status"]) == (429, 429)
    assert "retry-after" in answer.headers


def test_signing_out_and_staying_are_never_too_often(town: Town, place: Place) -> None:
    """Whoever has written too much may still leave, and may still stay."""
    dag = place.sign_in(town.person("Dag Prov", born="1985-03-14"))
    for _ in range(8):
        dag.post("/diary/", {"text": "rad"})
        assert dag.post("/signin/stay").status_code == 200
    assert "Du har loggat ut" in dag.post("/signout").text


def test_v5_6_3_1_trying_to_sign_in_too_often(town: Town, place: Place) -> None:
    """From one corner of the network five forms are taken, the sixth is not; another corner does not notice."""
    for _ in range(5):
        assert place.browser().post("/diary/open").status_code == 201
    answer = place.browser().post("/diary/open")
    assert answer.status_code == 429
    assert "många gånger" in answer.text
    assert 0 < int(answer.headers["retry-after"]) <= 600


def test_v5_6_3_1_one_person_signs_in_only_so_often(town: Town, place: Place) -> None:
    """Whoever signs in as one person again and again is stopped, wherever it is from."""
    dag = town.person("Dag Prov", born="1985-03-14")
    for _ in range(5):
        place.sign_in(dag)
    with pytest.raises(AssertionError, match="429"):
        place.sign_in(dag)
