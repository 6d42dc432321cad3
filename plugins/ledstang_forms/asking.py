"""Asking somebody to answer: what lies in their inbox, that they are told, and reminded, until it is done or over."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import msgspec
from babel.dates import format_date
from ledstang import STOCKHOLM, Delivery, Form, Host, NoticeWanted, text

from ledstang_forms.settings import Settings
from ledstang_forms.statements import ANSWER, Sent

LOCALE = Path(__file__).parent / "locale"
ASKS = "Answer the form"
BODY = "%(unit)s asks you to answer this before %(day)s is over. You can stop in the middle and go on later."
LENT = (
    "The child answers this by itself. A child who has no e-ID borrows your telephone or computer, and you do not see the "
    "answers."
)
ForWhom = Literal["subject", "proxies", "both"]


class Words(msgspec.Struct, frozen=True):
    """What is told of a form to whoever is asked: its title, in its language, for whom it is, and the unit's name."""

    title: str
    language: str
    audience: str
    unit: str
    about: str = ""

    @classmethod
    def of(cls, host: Host, form: Form, unit: str, about: str = "") -> Words:
        """Return the words about a form that a unit sends; `about` says what it belongs to, if to anything."""
        known = host.people.unit(unit) if unit else None
        return cls(
            form.title,
            form.language,
            form.offer.audience if form.offer else "resident",
            known.name if known else "",
            about,
        )


async def ask(host: Host, one: Sent, words: Words) -> None:
    """Put it into the inbox, tell that there is something, and remind in time. Inside the transaction that sends."""
    due = one.due or one.expires
    day = format_date((due - timedelta(seconds=1)).astimezone(STOCKHOLM), "long", locale=words.language)
    body = text(BODY, words.language, (LOCALE,)) % {"unit": words.unit, "day": day}
    whom = await _for_whom(host, one, words)
    lent = text(LENT, words.language, (LOCALE,)) if words.audience == "child" and whom == "both" else ""
    body = "\n\n".join(filter(None, (words.about, body, lent)))
    await host.inbox.deliver(
        Delivery(
            person=one.person, kind="form", title=words.title, body=body, href=f"/forms/mine/{one.id}",
            asks=text(ASKS, words.language, (LOCALE,)), due=due, unit=one.unit,
            audience=whom,
        ),
        once=_once(one),
    )  # fmt: skip
    await host.emit(_notice(one, whom), once=_asked(one))
    await _remind(host, one, whom, _reminded(one))


async def ask_again(host: Host, one: Sent, words: Words) -> None:
    """Put back what had asked for it, and remind in time: a clock that was ahead had let it go too early."""
    await host.inbox.put_back(_once(one))
    await _remind(host, one, await _for_whom(host, one, words), _reminded_after_all(one))


async def _remind(host: Host, one: Sent, whom: ForWhom, once: str) -> None:
    if (when := reminder_of(host, host.clock.now(), one.due or one.expires)) is not None:
        await host.emit(_notice(one, whom), once=once, due=when)


def _notice(one: Sent, whom: ForWhom) -> NoticeWanted:
    return NoticeWanted(
        person=one.person, reason="waits", alone=whom == "subject", for_proxies=whom == "proxies",
        path=f"/forms/mine/{one.id}", until=one.due or one.expires,
    )  # fmt: skip


async def _for_whom(host: Host, one: Sent, words: Words) -> ForWhom:
    """Say who is told: of what a child answers by itself, whoever acts for a child that is too young to sign in, too."""
    if words.audience != "child":
        return "proxies" if words.audience == "guardian of a child" else "both"
    child = await host.people.person(one.person)
    others = await host.people.relations(child, ANSWER, one.unit) - {"self"} if child else set()
    return "both" if others else "subject"


async def done(host: Host, one: Sent) -> None:
    """Note that it has been answered: nobody is told or reminded any more."""
    await host.inbox.answered(_once(one))
    await _quiet(host, one)


async def taken_back(host: Host, one: Sent) -> None:
    """Take back what asks for it: it is over, or was thrown away."""
    if one.completed is None:
        await host.inbox.withdraw(_once(one))
    await _quiet(host, one)


async def _quiet(host: Host, one: Sent) -> None:
    for once in (_asked(one), _reminded(one), _reminded_after_all(one)):
        await host.call_off(NoticeWanted, once)


def reminder_of(host: Host, sent: datetime, due: datetime) -> datetime | None:
    """Return when to remind of what was sent: some days before its last one, None where it was sent later than that."""
    settings = host.settings(Settings)
    last = (due - timedelta(seconds=1)).astimezone(STOCKHOLM).date()
    when = datetime.combine(last - timedelta(days=settings.remind_days), settings.notices_at, STOCKHOLM)
    return when if when > sent else None


def _once(one: Sent) -> str:
    return f"sent/{_name(one)}"


def _asked(one: Sent) -> str:
    return f"asked/{_name(one)}"


def _reminded(one: Sent) -> str:
    return f"reminded/{_name(one)}"


def _reminded_after_all(one: Sent) -> str:
    """Return the reminder's name when the first was heard by a clock that was ahead, and too late to be told."""
    return f"{_reminded(one)}/again"


def _name(one: Sent) -> str:
    """Return what is asked goes by: something else when its last day has moved."""
    return f"{one.id}/{one.moved}" if one.moved else str(one.id)
