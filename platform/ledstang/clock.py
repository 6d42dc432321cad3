"""The one clock: injected everywhere, movable in the demo, in tests and in simulation."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")


class Clock:
    """Tells the time. Instants are UTC; civil days are those of Europe/Stockholm."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        return datetime.now(UTC)

    def local(self) -> datetime:
        """Return the present instant in Swedish civil time."""
        return self.now().astimezone(STOCKHOLM)

    def today(self) -> date:
        """Return the present Swedish day."""
        return self.local().date()


class MovableClock(Clock):
    """A clock that somebody may move: the demo's and the tests'.

    `kept` is the file that the demo keeps its distance from real time in, so that a restart does not travel back.
    """

    def __init__(self, at: datetime | None = None, kept: Path | None = None) -> None:
        self._frozen = at
        self._kept = kept
        self._ahead = timedelta()
        if kept and kept.exists():
            self._ahead = timedelta(seconds=float(kept.read_text(encoding="ascii")))

    def now(self) -> datetime:
        return self._frozen if self._frozen else super().now() + self._ahead

    def move(self, **by: float) -> None:
        """Move by what `timedelta` takes: `clock.move(days=7)`."""
        step = timedelta(**by)
        if self._frozen:
            self._frozen += step
        else:
            self._ahead += step
        if self._kept:
            self._kept.write_text(str(self._ahead.total_seconds()), encoding="ascii")

    def set(self, at: datetime) -> None:
        """Stand still at an aware instant."""
        if at.tzinfo is None:
            raise ValueError("the clock wants an aware datetime: give it a time zone")
        self._frozen = at.astimezone(UTC)
