"""What stands between the dashes of a programme's files, typed: ages, codes, lengths of time."""

from __future__ import annotations

import re
from collections.abc import Callable

from ledstang import FrontReader, nearest

from ledstang_programmes import patterns

PROGRAMME = frozenset(
    {
        "title", "language", "owner", "version", "kind", "audience", "from age", "to age", "residents of", "consent",
        "guardians' consent", "answered by", "adaptable", "measure before", "measure after", "readable after end", "reminder",
        "medically responsible", "licence", "safety", "summary", "source",
    }
)  # fmt: skip
MODULE = frozenset({"title", "opens", "duration", "language"})
CONSENT = frozenset({"title", "version", "language"})
DEMANDED = ("owner", "licence", "medically responsible", "safety", "language", "version")
"""What a programme may lack in a draft, and never when it is published."""

KEY = re.compile(r"[^\W\d_A-Z](?:[^\W_A-Z]|-)*")


class Front(FrontReader):
    """Reads the settings of one document of a programme, lengths of time and names of other things too."""

    def length(self, name: str, meaning: str) -> int | None:
        """Return a length of time in days (`days`, `reminder`) or in minutes (`minutes`), or None."""
        setting = self.document.front.get(name)
        if not setting or not setting.value:
            return None
        found = patterns.read("lengths", setting.value, meaning)
        if found is None or found.hours:
            self.fault(setting, "length-unreadable", "“{value}” is no length of time.", "Write it like “{example}”.",
                        example=patterns.example("lengths", meaning, self.document.language))  # fmt: skip
            return None
        return found.n if meaning == "minutes" else found.days

    def one_of(self, name: str, known: Callable[[str], object], all_: list[str], sentence: str) -> str | None:
        """Return a setting that names something which has to exist, or None."""
        setting = self.document.front.get(name)
        if not setting or not setting.value:
            return None
        if not known(setting.value):
            suggestion = nearest(setting.value, all_)
            tip = "Did you mean “{suggestion}”?" if suggestion else "These are known: {known}."
            self.fault(
                setting, "unknown-name", sentence, tip, suggestion=suggestion, known=", ".join(sorted(all_)[:20])
            )
            return None
        return setting.value
