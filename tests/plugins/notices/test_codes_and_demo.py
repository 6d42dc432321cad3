"""Codes go out at once, by the channel that they are for; and in the demo nothing leaves the machine."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from ledstang.outbox.tables import OutboxRow

from .conftest import Mailbox, Telling, Town, toml_with

NIGHT = datetime(2026, 12, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize("kind", ["phone", "email"])
def test_a_code_comes_at_once_also_at_night_and_confirms(telling: Telling, kind: str) -> None:
    """Whatever somebody has chosen: they have asked for it. The digits stand in no table."""
    telling.place.clock.set(NIGHT)
    bo = telling.town.person("Bo", born="1986-01-01")
    browser = telling.place.sign_in(bo)
    browser.post("/notices/", {})
    browser.post("/settings", {"phone": "070-174 06 05", "email": "bo@example.se", "version": "0"})
    browser.post("/settings/code", {"kind": kind})
    telling.place.work()
    said = telling.texts[0].text if kind == "phone" else telling.mailbox.mails[0].content.decode()
    assert (len(telling.texts), len(telling.mailbox.mails)) == ((1, 0) if kind == "phone" else (0, 1))
    digits = re.search(r"Din kod är (\d{6})\.", said.replace("=C3=A4", "ä"))
    assert digits
    kept = str(telling.rows()) + str(telling.place.run(OutboxRow.select().run()))
    assert digits[1] not in kept
    assert "Det är bekräftat" in browser.post("/settings/confirm", {"kind": kind, "code": digits[1]}).text


def test_codes_are_offered_for_what_we_can_send_to(town: Town, mailbox: Mailbox) -> None:
    """Where nothing sends text messages, an e-mail address can be confirmed and a phone number cannot."""
    with town.instance(toml=toml_with(mailbox).replace("sms = true", "")) as place:
        browser = place.sign_in(town.person("Bo", born="1986-01-01"))
        page = browser.post("/settings", {"phone": "070-174 06 05", "email": "bo@example.se", "version": "0"}).text
        assert ("bo@example.se, inte bekräftat" in page, "+46701740605, inte" in page) == (True, False)
        assert browser.post("/settings/code", {"kind": "phone"}).url.path == "/settings"


def test_in_the_demo_nothing_leaves_the_machine(town: Town, mailbox: Mailbox) -> None:
    """Although a server is named: it is taken as sent, and the demo's page shows the words and where they lead."""
    with town.instance(toml=toml_with(mailbox), demo=True) as place:
        telling = Telling(town, place, mailbox, town.person("Dag Test", born="1985-03-14"))
        telling.reach(telling.dag)
        telling.tell(telling.dag)
        assert mailbox.mails == []
        assert telling.states() == {"email": "delivered", "sms": "delivered"}
        page = place.sign_in(telling.dag).get("/sandbox/sent").text
        assert page.count("Du har något nytt att läsa. Logga in här:") == 2
        assert f'href="/notices/{telling.rows()[0]["id"]}"' in page
        assert "Med sms" in page


def test_where_nothing_is_sent_nothing_is_offered(town: Town) -> None:
    """No channel: no link, no panel, no listener, and the page says so."""
    with town.instance() as place:
        browser = place.sign_in(town.person("Dag Test", born="1985-03-14"))
        assert "/notices/" not in browser.get("/start").text + browser.get("/settings").text
        assert "Härifrån skickas inget" in browser.get("/notices/").text


def test_register_panels_puts_the_way_on_the_page_of_addresses(telling: Telling) -> None:
    """The slot `settings`."""
    assert 'href="/notices/"' in telling.place.sign_in(telling.dag).get("/settings").text


def test_a_channel_without_an_address_of_the_instance_is_refused(town: Town, texting: Path) -> None:
    """A link must lead somewhere: the fault names the plugin and says what to write."""
    from ledstang.testing import TOML

    with town.instance(plugins=texting, toml=TOML + "[plugins.notices]\nsms = true\n", broken=True) as place:
        (fault,) = place.house.plugins.faults
        assert fault.plugin == "notices"
        assert "address" in str(fault)


def test_register_checks_tells_of_a_channel_that_nothing_serves(town: Town) -> None:
    """`ledstang doctor` says which port."""
    from ledstang.testing import TOML

    toml = TOML + '[plugins.notices]\nsms = true\naddress = "https://example.se"\n'
    with town.instance(toml=toml) as place:
        (check,) = (one for plugin, one in place.house.offers["register_checks"] if plugin == "notices")
        assert "TextMessages" in place.run(check.look())
