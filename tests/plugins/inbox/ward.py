"""A unit that one can write to, people who write to it and staff who answer."""

from __future__ import annotations

import html
import re
from contextlib import ExitStack
from dataclasses import dataclass

import httpx
from ledstang import Identity
from ledstang.testing import TOML, Browser, Place, Town

QUESTION = """---
ärendetyp: fraga
titel: Fråga till oss
språk: sv
ägare: SE2321000016-1003
version: 1.0
svar inom: 2 vardagar
säkerhet: Vi läser vardagar 8–16.
sammanfattning: Om du undrar något.
---

Skriv vad du undrar. Skriv inte om någon annan.
"""
ELSEWHERE = QUESTION.replace("fraga", "langt").replace("SE2321000016-1003", "SE2321000024-3005")
FROM_CARE = QUESTION.replace("fraga", "fran").replace("version: 1.0", "version: 1.0\nstartas av: vården")
NARROW = QUESTION.replace("fraga", "recept").replace("version: 1.0", "version: 1.0\nvem svarar: invånaradministratör")
MERGED = QUESTION.replace("fraga", "gammal").replace("SE2321000016-1003", "SE2321000016-0900")
BOTH = QUESTION.replace("fraga", "aterkoppling").replace("version: 1.0", "version: 1.0\nstartas av: båda")
RENEW = (
    QUESTION.replace("fraga", "fornya").replace("version: 1.0", "version: 1.4\nstartas av: båda")
    + """
::: sida Läkemedlet
::: fråga #namn text obligatorisk
Vilket läkemedel?
:::

::: fråga #racker enval obligatorisk
Hur länge räcker det?

- ( ) Det är slut {#slut}
- ( ) Länge {#lange}
:::

::: visa #bratt
när: racker = slut

Ring oss om det är bråttom.
:::

::: larm #slut-nu
när: racker = slut
nivå: gul
till: läkarsekreteraren
tidsgräns: 4 timmar

Läkemedlet är slut.
:::

::: fråga #sedan datum
visas när: racker = slut

Sedan vilken dag?
:::
:::
"""
)
SMALL = """---
enhetstext: {key}
titel: {title}
språk: sv
ägare: SE2321000016-1003
sort: {kind}
version: 1.0
{rows}---

{text}
"""
READY = SMALL.format(
    key="tid", title="Boka tid", kind="standardsvar", rows="", text="Ring oss på *vardagar*.\n\nVi svarar 8–10."
)
SIGNED = SMALL.format(key="hej", title="Hälsning", kind="signatur", rows="", text="Hälsningar\\\nmottagningen")
AWAY = SMALL.format(
    key="jul", title="Vi har stängt", kind="frånvaro", rows="gäller från: 2026-12-21\ngäller till: 2026-12-27\n",
    text="Vi läser igen den 28 december.",
)  # fmt: skip
HERE, NEAR, OLD = "SE2321000016-1003", "SE2321000016-2004", "SE2321000016-0900"
SETTINGS = 'policies = "shared-early-teens"\n' + TOML.replace(
    "[rates]",
    f'[[units]]\nhsa_id = "{OLD}"\nname = "Gamla mottagningen"\nregion = "norra"\n'
    f'valid_to = 2026-11-30\nmerged_into = "{HERE}"\n'
    f'[[units]]\nhsa_id = "SE2321000024-3005"\nname = "Mottagningen där"\nregion = "sodra"\n'
    f'[[units]]\nhsa_id = "{NEAR}"\nname = "Andra mottagningen"\nregion = "norra"\n[patience]\nlisted = 500\n[rates]',
)
LEND = """\
\"\"\"Hands a device over.\"\"\"

from typing import Any

from ledstang import Host, Visit, hookimpl
from litestar import Request, Response, post


@hookimpl
def register_routes(host: Host) -> list:
    @post("/over")
    async def over(request: Request[Any, Any, Any], visit: Visit) -> Response[Any]:
        return await host.people.hand_over(request, "/lend/here")

    return [over]
"""
PATH = "/inbox/write/fraga"


@dataclass
class Ward:
    """A unit that one can write to, and people."""

    town: Town
    place: Place
    dag: Identity
    asta: Identity
    running: ExitStack

    def restart(self, *browsers: Browser) -> None:
        """Stop the instance and start it again on its folder; the browsers keep what they have."""
        self.running.close()
        self.place = self.running.enter_context(self.town.instance())
        for browser in browsers:
            browser.place = self.place

    def staff(self, name: str, *roles: str, unit: str = HERE) -> Browser:
        """Hire somebody, and let them go to work."""
        one = self.town.person(name, born="1980-02-02")
        return self.place.at_work(one, self.place.appoint(one, *roles or ("treater",), unit=unit))

    def begin(self, browser: Browser, whom: Identity, about: str = "aterkoppling") -> httpx.Response:
        """Let staff begin to write to somebody, and return the page where they do."""
        return browser.post("/inbox/desk/begin", {"about": about, "number": whom.number})

    def asked(self, text: str = "Kan jag träna?", path: str = PATH) -> str:
        """Let Dag write to the unit, and return the case as staff have it."""
        return "/inbox/desk/" + send(self.place.sign_in(self.dag), text, path).url.path.rpartition("/")[2]


def fields(page: httpx.Response, **written: str) -> dict[str, str]:
    """Return what the page's form sends."""
    form = re.search(
        r'<form method="post" action="/inbox/(?:write|cases|desk)/[^/"]*"[^>]*>(.*?)</form>', page.text, re.DOTALL
    )
    assert form, page.text
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[1])
    text = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", form[1], re.DOTALL)
    return {**dict(hidden), "text": html.unescape(text[1]) if text else "", **written}


def send(browser: Browser, text: str = "Kan jag träna?", path: str = PATH) -> httpx.Response:
    """Write a text and send it."""
    return browser.post(path, fields(browser.get(path), text=text, send="yes"))


def autosave(browser: Browser, path: str, sent: dict[str, str]) -> httpx.Response:
    """Save as the script does."""
    return browser.post(path, sent, headers={"accept": "application/json"})


def guardian(ward: Ward, who: Identity, child: Identity) -> Browser:
    """Return a browser in which a guardian acts for a child."""
    browser = ward.place.sign_in(who)
    browser.post("/guardian/add", {"number": child.number})
    found = re.search(r'action="(/guardian/[^"/]+/act)"', browser.get("/guardian/").text)
    assert found
    browser.post(found[1])
    return browser
