"""Why a file was refused, and where it stands: sentences for whoever sent it, by the code that is kept."""

from __future__ import annotations

REASONS = {
    "markup": "This is a web page, whatever its name says. Send a picture or a PDF instead.",
    "packed": "This is a packed file, and we do not unpack those. Send the files in it one by one.",
    "kind": "We cannot take files of this kind. Send a picture or a PDF instead.",
    "heic": "We cannot read this kind of photo here. Choose JPEG in your phone's settings, or send a screenshot of it.",
    "empty": "The file is empty. Choose it again.",
    "broken": "The file is damaged and cannot be read. Open it yourself first, and save it again.",
    "pixels": "The picture has too many points. Make it smaller, or photograph it again.",
    "much": "The file takes more to open than we allow for one file. Make it smaller, or send a picture of it.",
    "active": "The PDF carries a program, a form that sends itself, or another file. Print it to a new PDF and send that.",
    "locked": "The PDF has a password. Save it without one, and send it again.",
    "tail": "The PDF is cut short, or carries something after its end. Print it to a new PDF and send that.",
    "large": "The file is too large. Make it smaller, or send it in several parts.",
    "infected": "The file carries something harmful, and has been removed.",
}
"""Message ids by code. A code that is not here is told as a damaged file."""

WAITING = {
    "receiving": "All of the file has not come yet.",
    "checking": "The file is being looked through. That takes a moment; load the page again to see.",
    "quarantined": "The file is kept safe until it has been checked for harmful content. Until then nobody can open it.",
}


TROUBLE = {
    **REASONS,
    "many": "There is no room for more files here. Remove one that you do not need.",
}
"""Why a file of a plain form was not taken, for the field itself and the summary on top."""


def message_of(state: str, reason: str) -> str:
    """Return the message id of what is to be said of a file, and nothing for one that is ready."""
    return REASONS.get(reason, REASONS["broken"]) if state == "refused" else WAITING.get(state, "")
