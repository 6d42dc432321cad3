"""Forms that stand on their own, outside a programme: for whom they are, and whether one may choose them oneself."""

from __future__ import annotations

from typing import Any

from ledstang.content.diagnostics import Diagnostic
from ledstang.content.forms.document import Offer
from ledstang.content.forms.walking import Item, inside
from ledstang.content.front_reader import FrontReader
from ledstang.content.nodes import Document
from ledstang.content.words import Words

KEYS = ("kind", "audience", "from age", "to age", "residents of", "owner", "medically responsible", "safety", "summary")
DEMANDED = ("owner", "medically responsible", "safety", "language", "summary")
"""What a form that stands on its own may lack in a draft, and never when it is published."""


def stands_alone(document: Document) -> bool:
    """Say whether a form is meant for people as it is: it says for whom. All others are embedded in something else."""
    return "audience" in document.front


def read_offer(document: Document, known: tuple[str, ...], words: Words) -> tuple[dict[str, Any], list[Diagnostic]]:
    """Return what a form's front matter says of it beside its questions, as fields of `Form`, and what is wrong with it."""
    reads = FrontReader(document, words, known)
    values: dict[str, Any] = {
        "owner": reads.owner().upper(),
        "responsible": reads.text("medically responsible"),
        "safety": reads.text("safety"),
        "summary": reads.text("summary"),
    }
    if stands_alone(document):
        values["offer"] = _offer(reads)
        reads.demand(DEMANDED)
    else:
        _without_audience(reads)
    return values, reads.diagnostics


def _offer(reads: FrontReader) -> Offer:
    audience = reads.word("audience", "audiences", "resident")
    low, high = reads.age("from age"), reads.age("to age")
    if low is not None and high is not None and low > high:
        sentence = "Nobody is at least {low} and at most {high} years old."
        reads.fault(
            reads.document.front["from age"], "ages-empty", sentence, "Change one of the ages.", low=low, high=high
        )
    if audience not in Offer.audiences():
        known = ", ".join(reads.words.written("audiences", one) for one in Offer.audiences())
        reads.fault(reads.document.front["audience"], "audience-of-no-form",
                    "A form on its own cannot be for “{value}” yet.", "Write one of: {known}.", known=known)  # fmt: skip
        audience = "resident"
    elif audience != "resident" and high is None:
        key = reads.words.written("front", "to age")
        reads.fault(reads.document.front["audience"], "audience-without-age",
                    "A form for children has to say up to which age it is meant.",
                    "Add a row “{key}”, with the age of the oldest.", key=key)  # fmt: skip
    chosen = reads.word("kind", "offers", "sent") == "open"
    return Offer(audience, chosen, low, high, reads.residence())  # type: ignore[arg-type]


def _without_audience(reads: FrontReader) -> None:
    """Report rows that only mean something in a form that says for whom it is."""
    for name in ("kind", "from age", "to age", "residents of"):
        if name in reads.document.front:
            key = reads.words.written("front", "audience")
            reads.fault(reads.document.front[name], "offer-without-audience",
                        "This row means nothing in a form that does not say for whom it is.",
                        "Add a row “{key}”, or remove this one.", key=key)  # fmt: skip


def unanswerable(item: Item | Any) -> list[str]:
    """Return the ids of what no page can ask yet: files, and groups that are answered several times."""
    if getattr(item, "type", "") == "file" or (hasattr(item, "items") and getattr(item, "repeats", None)):
        return [item.id]
    return [id_ for part in inside(item) for id_ in unanswerable(part)]
