"""What the sandbox hangs on other plugins' pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ledstang import Panel, Visit, text
from markupsafe import Markup

LOCALE = Path(__file__).parent / "locale"


def clock_panel() -> Panel:
    """Return a panel with the way to the demo's clock."""

    async def render(visit: Visit, _participation: Any) -> Markup:
        move = text("Move the demo's clock", visit.language, [LOCALE])
        return Markup('<p><a href="/sandbox/clock">{}</a></p>').format(move)

    return Panel("participant", "The demo's clock", render)
