"""What lies in the inbox and needs somebody: each thing that is asked, and how much has not been read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ledstang import Host, InboxItem, Task, Visit, text

LOCALE = Path(__file__).parent / "locale"
READ = "inbox.read"


def open_to(host: Host, visit: Visit, items: Sequence[InboxItem]) -> list[InboxItem]:
    """Return those of some items that the rules of the units they are from leave to a visit."""
    shut = {
        unit for unit in {one.unit for one in items} if unit and host.people.is_shut(visit, visit.ground, READ, unit)
    }
    return [one for one in items if one.unit not in shut]


def tasks_of(items: Sequence[InboxItem], language: str) -> list[Task]:
    """Return a task for each item that asks something, and one for all others that have not been read.

    What was asked and has been done, wherever that was, is no news.
    """
    asking = [one for one in items if one.words.asks and one.answered is None]
    unread = [one for one in items if one.read is None and not one.words.asks]
    tasks = [Task(one.words.title, f"/inbox/{one.id}", one.due, one.words.asks) for one in asking]
    if len(unread) == 1:
        tasks.append(Task(unread[0].words.title, f"/inbox/{unread[0].id}", description="New in your inbox"))
    elif unread:
        title = text("%(number)s new in your inbox", language, (LOCALE,)) % {"number": len(unread)}
        tasks.append(Task(title, "/inbox/"))
    return tasks
