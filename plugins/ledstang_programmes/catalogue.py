"""The public catalogue: what there is, for whom, and a kind answer to those whom a programme is not for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec
from ledstang import Host, Person

from ledstang_programmes.document import Programme


class Refusal(msgspec.Struct, frozen=True):
    """Why somebody cannot begin: `code` is `too-young`, `too-old` or `elsewhere`; `limit` the age, `where` the places."""

    code: str
    limit: int = 0
    where: tuple[str, ...] = ()


class Offers:
    """Answers which programmes there are, and to whom they are offered."""

    def __init__(self, host: Host, *, to_everybody: bool) -> None:
        self._host, self._to_everybody = host, to_everybody

    def all(self) -> list[Programme]:
        """Return the programmes that are published now, by title."""
        documents = [compiled.document for compiled in self._host.content("programmes").values()]
        return sorted(documents, key=lambda programme: programme.title.casefold())

    def get(self, key: str) -> tuple[Programme, str] | None:
        """Return a published programme and its version's hash, or None."""
        compiled = self._host.content("programmes").get(key)
        return (compiled.document, compiled.hash) if compiled else None

    def search(self, words: str, person: Person | None) -> list[Programme]:
        """Return the programmes that hold all the words; those offered elsewhere are not found by who is signed in."""
        wanted = words.casefold().split()
        return [
            programme
            for programme in self.all()
            if all(word in _text(programme) for word in wanted) and not (person and self.elsewhere(programme, person))
        ]

    def elsewhere(self, programme: Programme, person: Person) -> bool:
        """Say whether a programme is offered to residents of other places only."""
        return bool(programme.residence) and not self._to_everybody and person.county not in programme.residence

    def places(self, programme: Programme) -> tuple[str, ...]:
        """Return the names of the regions that a programme is offered to the residents of; none means everywhere."""
        if self._to_everybody:
            return ()
        regions = [self._host.instance.region_of(county) for county in programme.residence]
        return tuple(dict.fromkeys(region.name for region in regions if region))

    def refusal(self, programme: Programme, person: Person, today: date) -> Refusal | None:
        """Say why a person may not begin, or None when they may."""
        age = person.age(today)
        if self.elsewhere(programme, person):
            return Refusal("elsewhere", where=self.places(programme))
        if programme.from_age is not None and age < programme.from_age:
            return Refusal("too-young", limit=programme.from_age)
        if programme.to_age is not None and age > programme.to_age:
            return Refusal("too-old", limit=programme.to_age)
        return None


def _text(programme: Programme) -> str:
    titles: Iterable[str] = (module.title for module in programme.modules)
    return " ".join((programme.title, programme.summary, *titles)).casefold()
