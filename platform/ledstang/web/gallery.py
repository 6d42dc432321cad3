"""What the gallery shows: sample data for every part in every state, and the words that break layouts."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import UUID

from ledstang.attachments.door import Field
from ledstang.attachments.reasons import TROUBLE
from ledstang.attachments.statements import Attached
from ledstang.content.forms.document import Option, Question, Questions, Show, Text
from ledstang.web.charts import Level, Point, line_chart
from ledstang.web.themes import MODES

if TYPE_CHECKING:
    from ledstang.web.pages import Pages

SAMPLES = Path(__file__).parent / "content" / "gallery.toml"


@cache
def samples() -> dict[str, Any]:
    """Return the texts of the gallery: Swedish in any language of the page, since it is their length that counts."""
    return tomllib.loads(SAMPLES.read_text(encoding="utf-8"))


def gallery_context(pages: Pages, theme: str, look: str) -> dict[str, Any]:
    """Return all that the gallery's template needs, in a theme of the instance's (any other name means its own).

    `look` is `light`, `dark`, `print` or "" for what the visitor's device says.
    """
    texts = samples()
    items = _items(texts)
    worn = pages.wear(theme, f"{theme}/") if theme in pages.themes() else pages.theme
    return {
        "theme": worn,
        "look": "light" if look == "print" else look if look in MODES else "",
        "media": "all" if look == "print" else "print",
        "dressed": [(name, f"/gallery?theme={name}&look={quote(look)}", name == worn.name) for name in pages.themes()],
        "g": texts,
        "items": items,
        "faulty": {question.id: texts["fault"] for question in items if isinstance(question, Question)},
        "chart": _chart(texts),
        "place": _place(texts),
        "moment": datetime(2026, 3, 14, 13, 3, tzinfo=UTC),
        "later": datetime(2026, 3, 15, 13, 3, tzinfo=UTC),
    }


def _items(texts: dict[str, Any]) -> list[Question | Questions | Text | Show]:
    options = tuple(_option(number, text) for number, text in enumerate(texts["options"]))
    free = (*options[:2], Option("annat", texts["other"], texts["other"], free=True))
    made: dict[str, Any] = {
        "choice": {"options": free, "required": True},
        "text": {"repeats": (1, 3)},
        "choices": {"options": free},
        "integer": {"low": 0, "high": 120},
        "scale": {"low": 0, "high": 10},
        "quantity": {"unit": "mg"},
    }
    rows = tuple(
        Question(f"row-{n}", "choice", text, text, options=options, required=True)
        for n, text in enumerate(texts["rows"], 1)
    )
    asked = [
        Question(kind.replace("/", "-").replace(" ", "-"), kind, text, text, hint=texts["hint"], **made.get(kind, {}))
        for kind, text in texts["questions"].items()
    ]
    return [Text(texts["prose"]), *asked, Questions("matrix", texts["matrix"], rows), Show("show", None, texts["show"])]


def _place(texts: dict[str, Any]) -> Field:
    """Return files at a thing in each of their states, and a place for more."""
    id_, now, longest = UUID(int=0), datetime(2026, 3, 14, 13, 3, tzinfo=UTC), texts["words"]["longest"]
    states = (("ready", ""), ("quarantined", ""), ("refused", "markup"))
    files = [
        Attached(
            id=id_,
            subject=id_,
            owner=id_,
            ground="",
            unit="",
            use="",
            item=id_,
            belongs_to=None,
            name=f"{word}.pdf",
            state=state,
            reason=reason,
            kind="pdf",
            length=1,
            received=1,
            size=2_340_000,
            parts=1,
            batch=id_,
            added=now,
            waits=None,
            expires=now,
        )
        for word, (state, reason) in zip(longest, states, strict=False)
    ]
    return Field("/gallery", "", files, 20, 10, ".pdf,application/pdf", TROUBLE["large"], True, "")


def _option(number: int, text: str) -> Option:
    return Option(str(number), text, text, float(number))


def _chart(texts: dict[str, Any]) -> dict[str, Any]:
    points = [Point(label, None if value < 0 else value) for label, value in texts["chart"]["points"]]
    levels = [Level(low, high, text) for low, high, text in texts["chart"]["levels"]]
    title, description = texts["chart"]["title"], texts["chart"]["description"]
    svg = line_chart(points, low=0, high=21, title=title, description=description, levels=levels)
    rows = [(point.label, "–" if point.value is None else int(point.value)) for point in points]
    return {"svg": svg, "title": title, "head": texts["chart"]["head"], "rows": rows, "levels": levels}
