"""Whom a programme is for, and who in a family answers what: what an author may write, and what it comes to by itself."""

from __future__ import annotations

from collections.abc import Iterator

from ledstang import Diagnostic, Place, Setting, Words, error, warning

from ledstang_programmes.document import Answerer, Consent

ANSWERERS: dict[str, tuple[Answerer, ...]] = {
    "child": ("child",),
    "guardian of a child": ("guardian", "each guardian"),
    "child and guardian": ("child or guardian", "child", "guardian", "each guardian"),
}
"""Who may answer in a programme for children, by its audience; the first of them does where nothing is said."""

BY_OTHERS = frozenset({"guardian", "each guardian"})
"""Who answers what a child is asked nothing of."""


def usual(audience: str) -> Answerer:
    """Return who answers where an author says nothing."""
    return ANSWERERS.get(audience, ("participant",))[0]


class Answering:
    """Reads who answers what in one programme, and collects what contradicts its audience."""

    def __init__(self, audience: str, words: Words) -> None:
        self.audience, self._words = audience, words
        self.usual = usual(audience)
        self.diagnostics: list[Diagnostic] = []

    def read(self, setting: Setting | None) -> Answerer:
        """Return who answers, by a row or, where there is none, as elsewhere in the programme."""
        if setting is None or not setting.value:
            return self.usual
        meant = self._words.canonical("answerers", setting.value)
        written = [self._words.written("answerers", one) for one in ANSWERERS.get(self.audience, ())]
        values = {"value": setting.value[:60], "known": ", ".join(written)}
        if self.audience not in ANSWERERS:
            self._error(setting.place, "answerer-without-child",
                        "The programme is for those who take part for themselves: nobody else answers in it.",
                        "Remove the row, or write an audience with children.", **values)  # fmt: skip
        elif meant is None:
            suggestion = self._words.nearest("answerers", setting.value)
            tip = "Did you mean “{suggestion}”?" if suggestion else "These are known: {known}."
            self._error(
                setting.place, "value-unknown", "“{value}” is unknown here.", tip, suggestion=suggestion, **values
            )
        elif meant not in ANSWERERS[self.audience]:
            audience = self._words.written("audiences", self.audience)
            self._error(setting.place, "answerer-outside-audience",
                        "“{value}” cannot answer in a programme whose audience is “{audience}”.",
                        "Write one of: {known}. Or change the audience.", audience=audience, **values)  # fmt: skip
        else:
            return next(one for one in ANSWERERS[self.audience] if one == meant)
        return self.usual

    def _error(self, place: Place, code: str, sentence: str, tip: str, **values: object) -> None:
        self.diagnostics.append(error(place, code, sentence, tip, **values))


def without_age(audience: str, to_age: int | None, place: Place, words: Words) -> Iterator[Diagnostic]:
    """Report a programme for children that does not say up to which age: then nobody could tell whose it is."""
    if audience in ANSWERERS and to_age is None:
        key = words.written("front", "to age")
        yield error(place, "audience-without-age", "A programme for children has to say up to which age it is meant.",
                    "Add a row “{key}”, with the age of the oldest.", key=key)  # fmt: skip


def consenting(
    setting: Setting | None, audience: str, sort: str, consent: Consent | None, words: Words
) -> Iterator[Diagnostic]:
    """Report guardians' consent where there is no child or nothing to consent to, and where none can be given orally."""
    if setting is None:
        return
    if audience not in ANSWERERS:
        yield error(setting.place, "guardians-without-child",
                    "Guardians cannot consent: the programme is for those who take part for themselves.",
                    "Remove the row, or write an audience with children.")  # fmt: skip
    elif consent is None:
        key = words.written("front", "consent")
        yield error(setting.place, "guardians-without-consent", "There is nothing that guardians could consent to.",
                    "Name the text in a row “{key}”.", key=key)  # fmt: skip
    elif consent.guardians == "both" and sort == "open":
        yield warning(setting.place, "consent-without-staff",
                      "In an open programme nobody at work can write down a consent that was given orally.",
                      "It waits until both guardians have signed in. Say so in the consent.")  # fmt: skip
