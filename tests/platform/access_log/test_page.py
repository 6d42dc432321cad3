"""*Vem har läst*: whoever it is about reads who has been there, and learns nothing of anybody else."""

from __future__ import annotations

import csv
import io
import re

import msgspec
from ledstang.access.permissions import Own

from .conftest import Ward

ELSEWHERE = "SE2321000016-9999"


def test_the_subject_reads_who_where_when_and_why(ward: Ward) -> None:
    """Staff by title, unit and provider, without name or number; oneself; and who was not let in."""
    ward.may(ward.at_work())
    ward.may(ward.at_work(ELSEWHERE))
    dag = ward.place.sign_in(ward.dag)
    dag.get("/ward/own")
    page = dag.get("/access-log/").text
    assert "Sjuksköterska på Testmottagningen, Region Norra" in page
    assert "Read the ward&#39;s notes. Varför: för din vård." in page
    assert "Försökte, men släpptes inte in" in page
    assert "Du själv" in page
    assert "23 november 2026, 12:00" in page
    for secret in ("Eva", "SE2321000016-ABCD", ward.eva.number, ward.eva.number[2:], str(ward.at_work().actor.id)):
        assert secret not in page
    assert 'href="/access-log/">Vem har läst</a>' in dag.get("/start").text


def test_nobody_reads_another_s_log(small: Ward) -> None:
    """Each sees their own; who is not signed in is asked to; a proxy's visit is refused by the one question."""
    small.may(small.at_work())
    assert "Sjuksköterska" not in small.place.sign_in(small.eva).get("/access-log/").text
    assert small.place.browser().get("/access-log/", follow_redirects=False).status_code == 303
    assert small.place.browser().get("/access-log/access-log.json", follow_redirects=False).status_code == 303
    proxy = msgspec.structs.replace(small.place.visit(small.eva), subject=small.place.visit(small.dag).subject)
    assert not small.may(proxy, action="access-log.read")
    for ground in ("guardian", "appointed"):
        acting = msgspec.structs.replace(proxy, ground=ground)
        assert not small.may(acting, resource=Own(small.subject), action="access-log.read")


def test_a_proxy_is_told_without_a_name(small: Ward) -> None:
    """That somebody acted for one, and nothing that a protected person could be found by."""
    asta = small.town.person("Asta Skyddad", born="1988-03-03")
    visit = msgspec.structs.replace(
        small.place.visit(asta), subject=small.place.visit(small.dag).subject, ground="guardian"
    )
    small.may(visit, action="ward.own")
    page = small.place.sign_in(small.dag).get("/access-log/").text
    assert "Någon som är ombud för dig" in page
    assert "Asta" not in page


def test_it_is_filtered_by_who_and_period(small: Ward) -> None:
    """One choice keeps the other; nonsense in the address is no choice."""
    small.may(small.at_work())
    small.place.clock.move(days=60)
    dag = small.place.sign_in(small.dag)
    dag.get("/ward/own")
    staff = dag.get("/access-log/?who=staff").text
    assert "Sjuksköterska" in staff
    assert "Du själv</strong>" not in staff
    month = dag.get("/access-log/?period=month").text
    assert "Sjuksköterska" not in month
    assert "Du själv</strong>" in month
    assert "who=self&amp;period=month" in month
    assert "Det finns inga besök att visa här." in dag.get("/access-log/?who=staff&period=month").text
    for nonsense in ("who=x&period=y", "before=x", "before=2026-11-23_x", "before=2026-11-23T00:00:00_" + "0" * 32):
        answer = dag.get(f"/access-log/?{nonsense}")
        assert answer.status_code == 200
        assert "Sjuksköterska" in answer.text


def test_fifty_a_page_and_each_once(ward: Ward) -> None:
    """The next page goes on where the last ended, also where a hundred happened in the same instant."""
    visit = ward.at_work()
    for number in range(120):
        ward.may(visit, ward.note())
        if number == 60:
            ward.place.clock.move(minutes=1)
    dag = ward.place.sign_in(ward.dag)
    seen, page = [], "/access-log/?who=staff"
    while page:
        text = dag.get(page).text
        seen.append(text.count('class="when"'))
        onward = re.search(r'href="([^"]+)" rel="next"', text)
        page = onward[1].replace("&amp;", "&") if onward else ""
        assert len(seen) < 5
    assert seen == [50, 50, 20]


def test_it_can_be_kept_as_csv_and_json(small: Ward) -> None:
    """The same entries as on the page, filtered alike, harmless in a spreadsheet, without ids of anybody."""
    work = small.at_work()
    assert work.assignment
    evil = msgspec.structs.replace(work, assignment=msgspec.structs.replace(work.assignment, title="=1+1"))
    small.may(evil)
    dag = small.place.sign_in(small.dag)
    answer = dag.get("/access-log/access-log.csv?who=staff")
    assert 'attachment; filename="access-log.csv"' in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"
    (row,) = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert (row["title"], row["unit_name"], row["outcome"]) == ("'=1+1", "Testmottagningen", "allowed")
    entries = dag.get("/access-log/access-log.json?who=staff").json()["entries"]
    assert [(one["title"], one["purpose"]) for one in entries] == [("=1+1", "care")]
    assert str(evil.actor.id) not in answer.text + str(entries)


def test_the_log_is_handed_out_and_never_erased_before_its_time(small: Ward) -> None:
    """With all that is kept of somebody; forgetting them takes nothing of it."""
    small.may(small.at_work())
    (data,) = [one for owner, one in small.place.house.personal_data() if one.title == "Who has read"]
    assert [one["title"] for one in small.place.run(data.export(small.subject))] == ["Sjuksköterska"]
    subject = small.subject
    for _, kind in small.place.house.personal_data():
        small.place.run(kind.erase(subject, "asked for"))
    assert len(small.others()) == 1
