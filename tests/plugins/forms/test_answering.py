"""Answering page by page: kept as it is given, looked through, sent, and immutable after."""

from __future__ import annotations

from typing import Any

import pytest

NAUGHTY = [
    "<script>alert(1)</script>",
    "'; drop table forms_sending; --",
    "{{ 7 * 7 }} {% raw %} %(name)s {0}",
    "Åsa 🏳️‍🌈 \u202eabc\u202c ظ Ẑ̴̛a̸l̷g̵o",
    "rad ett\nrad två\n\n    fyra blanksteg",
    "&lt;b&gt; &amp; \"citat\" 'citat'",
]


def test_answers_are_kept_page_by_page_and_gone_on_with_from_another_device(village: Any) -> None:
    """What was written on the telephone stands on the computer, and `next` leads to what is left."""
    phone = village.answerer()
    page = phone.begins().submit({"form.text": "Jag är trött", "form.illa": "false"})
    assert page.path.endswith("/2")
    computer = phone.another()
    assert computer.open("next").path.endswith("/2")
    assert computer.open("1").value("form.text") == "Jag är trött"


def test_the_whole_form_is_shown_before_it_is_sent_and_its_state_says_so(village: Any) -> None:
    """`ongoing` while something is left, `pending` when all is answered, `completed` when it has been sent."""
    device = village.answerer()
    device.begins()
    state = "select state from forms_sending where id = ?"
    id_ = device.home.rsplit("/", 1)[1]
    device.open("1").submit({"form.text": "Hej"})
    assert village.rows(state, id_)[0]["state"] == "ongoing"
    page = device.fills("Hej")
    assert "Hej" in page.text
    assert village.rows(state, id_)[0]["state"] == "pending"
    assert "Formuläret är skickat" in page.submit().text
    assert village.rows(state, id_)[0]["state"] == "completed"


def test_what_is_missing_is_not_sent(village: Any) -> None:
    """The page where one looks through names what is missing, and a post past it closes nothing."""
    device = village.answerer()
    device.begins()
    device.open("1").submit({"form.text": "Hej"})
    answer = device.browser.post(f"{device.home}/check")
    assert answer.status_code == 422
    assert "Några svar saknas" in answer.text


def test_what_was_sent_is_never_changed(village: Any) -> None:
    """A page from before, an autosave and a second press change nothing; what was written is shown, to be copied."""
    device = village.answerer()
    device.answers()
    old, check = device.open("1"), device.open("check")
    check.submit()
    assert old.autosave({"form.text": "Ändrat"}).status_code == 409
    late = old.submit({"form.text": "Ändrat"})
    assert late.status == 409
    assert "Ändrat" in late.text
    check.submit()
    page = device.open("")
    assert "Jag är trött" in page.text
    assert "Ändrat" not in page.text


def test_a_new_version_corrects_what_was_sent(village: Any) -> None:
    """It begins with the answers as they were; the old one stays, and says that there is a later one."""
    device = village.answerer()
    device.sends()
    first = device.home
    page = device.open("").submit()
    assert page.path.endswith("/check")
    assert "Jag är trött" in page.text
    again = device.browser.post(f"{first}/correct").url.path
    device.home = page.path.rsplit("/", 1)[0]
    assert again == page.path, "correcting twice is correcting once"
    device.open("1").submit({"form.text": "Jag är pigg"})
    assert "Version 2" in device.open("check").submit().text
    assert "Det finns en senare version" in device.open(first).text
    assert "Jag är trött" in device.open(first).text
    assert "Jag är pigg" in device.open("").text


def test_crisis_help_comes_at_once(village: Any) -> None:
    """Whoever says that they feel very bad stays on the page and sees whom to call; and again when it has been sent."""
    device = village.answerer()
    page = device.begins().submit({"form.text": "Hej", "form.illa": "true"})
    assert page.path.endswith("/1")
    assert "Ring Självmordslinjen 90101" in page.text
    assert "Ring Självmordslinjen 90101" in device.fills("Hej", illa="true").submit().text


def test_two_tabs_tell_of_each_other_and_nothing_is_lost(village: Any) -> None:
    """409 with both texts; whoever writes chooses both, and both stand there."""
    device = village.answerer()
    device.begins()
    one, other = device.open("1"), device.another().open("1")
    one.submit({"form.text": "Från en flik"})
    page = other.submit({"form.text": "Från en annan"})
    assert page.status == 409
    assert "Från en flik" in page.text
    assert "Från en annan" in page.text
    page.submit({"form.text.choose": "both"})
    assert {"Från en flik", "Från en annan"} <= set(device.open("1").value("form.text").split("\n"))


def test_a_draft_has_a_last_day_and_each_word_puts_it_off(village: Any) -> None:
    """90 days after the last word it is closed, with a kind page that still shows what was written."""
    device = village.answerer()
    device.begins().submit({"form.text": "Hej"})
    village.at("2027-02-20T12:00:00+01:00")
    device.comes_back()
    device.open("1").submit({"form.text": "Hej igen"})
    village.at("2027-05-20T12:00:00+02:00")
    device.comes_back()
    assert device.open("1").status == 200
    village.at("2027-05-22T12:00:00+02:00")
    device.comes_back()
    page = device.open("")
    assert "Sista dagen har passerat" in page.text
    assert "Hej igen" in page.text
    assert device.open("1").path == device.home
    device.begins()
    assert device.open("1").value("form.text") == "", "a new form is begun where the old one has expired"


def test_a_draft_that_is_thrown_away_is_gone(village: Any) -> None:
    """With all that was written in it."""
    device = village.answerer()
    device.begins().submit({"form.text": "Hej"})
    id_ = device.home.rsplit("/", 1)[1]
    device.open("").submit()
    assert village.rows("select id from forms_sending where id = ?", id_) == []
    assert village.rows("select id from answer where owner = ?", id_) == []


def test_a_form_that_is_gone_or_changed_goes_on_as_it_was(village: Any) -> None:
    """Whoever is in the middle of it answers the version that they began with, and sends it."""
    device = village.answerer()
    device.answers()
    editions = village.place.house.published.of("forms")
    current = editions._current.pop("halsa")
    try:
        assert device.open("/forms/halsa").status == 404
        assert "Formuläret är skickat" in device.open("check").submit().text
    finally:
        editions._current["halsa"] = current


@pytest.mark.parametrize("text", NAUGHTY)
def test_whatever_is_written_comes_back_as_it_was(village: Any, text: str) -> None:
    """Through the page, the look before sending, the receipt and the copy to print: as text, and as nothing else."""
    device = village.answerer()
    device.answers(text=text)
    assert device.open("1").value("form.text").replace("\r\n", "\n") == text
    device.open("check").submit()
    for path in ("", "print"):
        page = device.open(path)
        assert "".join(text.split()) in "".join(page.text.split())
        assert "<script>alert" not in page.html
