"""What other plugins ask for: forms about a booking, a summons or an order, until it is answered or taken back."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from ledstang import Form, FormRefused, FormWanted, Host, end_of

from ledstang_forms import sendings, statements
from ledstang_forms.asking import Words
from ledstang_forms.offers import Offers
from ledstang_forms.recipients import why_not
from ledstang_forms.statements import CANCELLED, COMPLETED, OPEN

REFUSALS = {
    "too-young": "The person {person} is too young for the form `{form}`. Ask for another form.",
    "too-old": "The person {person} is too old for the form `{form}`. Ask for another form.",
    "elsewhere": "The form `{form}` is not offered where the person {person} lives. Ask for another form.",
    "no-guardian": "Nobody can answer the form `{form}` for the child {person} here. Ask on paper.",
}


class WantedForms:
    """Serves the port `Forms`."""

    def __init__(self, host: Host, offers: Offers) -> None:
        self._host, self._offers = host, offers

    async def want(self, wanted: FormWanted) -> UUID:
        """Ask for a form about a thing; what is asked for already only has its last day moved. Raises FormRefused."""
        form, version = await self._fitting(wanted)
        about, expires = wanted.about, end_of(wanted.last)
        due = expires - timedelta(minutes=1)
        words = Words.of(self._host, form, wanted.unit, wanted.words)
        new = sendings.row(
            self._host, person=wanted.person, form=form.key, version=version, unit=wanted.unit, expires=expires, due=due,
            once=f"about/{about.kind}/{about.id}/{form.key}", about_kind=about.kind, about=about.id,
            about_title=about.title, about_path=about.path, about_staff_path=about.staff_path,
        )  # fmt: skip

        async def work() -> UUID:
            asked = [one for one in await self._about(about.kind, about.id) if one.form == form.key]
            one = next((one for one in asked if one.state == COMPLETED), None)
            one = one or await sendings.make(self._host, new, words)
            if one.person != wanted.person:
                raise FormRefused("person", f"The {about.kind} {about.id} has asked somebody else for `{form.key}`.")
            if one.state in OPEN and one.expires != expires:
                await sendings.move(self._host, one, due, expires, words)
            return one.id

        return await self._host.database.write(work)

    async def unwant(self, kind: str, id: UUID) -> int:
        """Take back what was asked for about a thing and is not answered."""

        async def work() -> int:
            ones = [one for one in await self._about(kind, id) if one.state in OPEN]
            return sum([await sendings.end(self._host, one, CANCELLED) for one in ones])

        return await self._host.database.write(work)

    async def _about(self, kind: str, id_: UUID) -> list[statements.Sent]:
        found = map(statements.sent, await statements.of_thing(id_))
        return [one for one in found if one.about_kind == kind]

    async def _fitting(self, wanted: FormWanted) -> tuple[Form, str]:
        """Return the form and its version. Raises FormRefused where it cannot be asked for."""
        today, offered = self._host.clock.today(), self._offers.get(wanted.form, chosen=False)
        if offered is None:
            raise FormRefused("form", f"No form that stands on its own has the key `{wanted.form}`. Look in `forms/`.")
        if self._host.people.unit(wanted.unit) is None:
            raise FormRefused("unit", f"There is no unit `{wanted.unit}` here that could read the answers.")
        if wanted.last < today:
            raise FormRefused("past", f"The last day, {wanted.last}, has passed. Ask for a later one.")
        person = await self._host.people.person(wanted.person)
        if person is None:
            raise FormRefused("person", f"There is nobody here with the id {wanted.person}.")
        if person.deceased:
            raise FormRefused("died", f"The person {person.id} has died, and is asked for nothing.")
        form, offer, version = offered
        if why := why_not(self._offers, offer, person, today):
            raise FormRefused(why, REFUSALS[why].format(person=person.id, form=form.key))  # type: ignore[arg-type]
        return form, version
