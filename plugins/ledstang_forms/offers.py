"""Which forms stand on their own here, for whom each is, and a kind answer to whom it is not for."""

from __future__ import annotations

from datetime import date

import msgspec
from ledstang import Form, Host, Offer, Person, Visit

from ledstang_forms.settings import Settings

OTHERS = ("child", "guardian of a child")
"""Audiences of which one part of a family answers, and the other does not."""

LENDS = "for-the-child"
"""Why whoever acts for a child does not answer: the child does, by itself, and can be lent their device."""


class Refusal(msgspec.Struct, frozen=True):
    """Why somebody cannot answer a form: `too-young`, `too-old`, `elsewhere`; `limit` is the age, `where` the places.

    Or others of a family do: `act-first` where a grown-up would answer what is about a child, `for-guardians` where a
    child would answer what its guardian does, `for-the-child` the other way round.
    """

    code: str
    limit: int = 0
    where: tuple[str, ...] = ()


class Offers:
    """The forms of this instance that stand on their own."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._to_everybody = host.settings(Settings).offered_to_everybody

    def all(self) -> dict[str, tuple[Form, Offer, str]]:
        """Return the forms that stand on their own by key, each with for whom it is and its version, by title."""
        forms = [(one.document, one.document.offer, one.hash) for one in self._host.content("forms").values()]
        found = [(form, offer, hash_) for form, offer, hash_ in forms if offer is not None]
        return {
            form.key: (form, offer, hash_)
            for form, offer, hash_ in sorted(found, key=lambda one: one[0].title.casefold())
        }

    def chosen(self, visitor: Visit | None, today: date) -> list[Form]:
        """Return the forms that people choose themselves; whoever is signed in finds those that they may answer now, or lend
        their device for."""
        return [
            form
            for form, offer, _ in self.all().values()
            if offer.chosen and (visitor is None or self._lets(offer, visitor, today))
        ]

    def _lets(self, offer: Offer, visit: Visit, today: date) -> bool:
        refused = self.refusal(offer, visit, today)
        return refused is None or refused.code == LENDS

    def get(self, key: str, *, chosen: bool) -> tuple[Form, Offer, str] | None:
        """Return a form that stands on its own: one that people choose, or any that care may send."""
        found = self.all().get(key)
        return found if found and (found[1].chosen or not chosen) else None

    def misfit(self, offer: Offer, person: Person, today: date) -> Refusal | None:
        """Say why a form is not about somebody, whoever answers it: ages and places."""
        age = person.age(today)
        if offer.residence and not self._to_everybody and person.county not in offer.residence:
            regions = [self._host.instance.region_of(county) for county in offer.residence]
            return Refusal("elsewhere", where=tuple(dict.fromkeys(region.name for region in regions if region)))
        if offer.from_age is not None and age < offer.from_age:
            return Refusal("too-young", offer.from_age)
        if offer.to_age is not None and age > offer.to_age:
            return Refusal("too-old", offer.to_age)
        return None

    def refusal(self, offer: Offer, visit: Visit, today: date) -> Refusal | None:
        """Say why a visit cannot answer a form for its subject, None where it can."""
        misfit = self.misfit(offer, visit.subject, today)
        if misfit and misfit.code == "too-old" and offer.audience != "resident" and visit.ground == "self":
            return Refusal("act-first", misfit.limit)
        return misfit or others_answer(offer, visit)


def others_answer(offer: Offer, visit: Visit) -> Refusal | None:
    """Say that somebody else in the family answers this form, None where it is the visit's to answer."""
    oneself = visit.ground == "self" or visit.handed_over
    if offer.audience == "guardian of a child" and oneself:
        return Refusal("for-guardians")
    if offer.audience == "child" and not oneself:
        return Refusal(LENDS)
    return None
